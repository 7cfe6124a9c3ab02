// A price of a market that closes, against the obvious program: a list of all samples and a look at
// every second.
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

#include "rules/price_track.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

constexpr Duration stands = 20s;

class Random {
 public:
  explicit Random(unsigned seed) : engine_{seed} {}
  int below(int n) { return std::uniform_int_distribution<int>{0, n - 1}(engine_); }
  Duration seconds(int least, int most) {
    return std::chrono::seconds{least + below(most - least + 1)};
  }

 private:
  std::mt19937_64 engine_;
};

std::vector<Session> sessions(Random& random) {
  std::vector<Session> all;
  for (auto t = at(0s); t < at(3h);) {
    const auto close = t + random.seconds(60, 900);
    all.push_back({t, close, t});
    t = close + random.seconds(1, 1200);
  }
  return all;
}

struct Everything {
  // Of a second that begins: whether the market is open in it, and the price where it is known.
  struct Second {
    bool open{};
    std::optional<double> price{};
  };

  explicit Everything(std::vector<Session> all) : sessions{std::move(all)} {}

  std::vector<Session> sessions;
  std::vector<Sample> samples;
  std::vector<Second> seconds;  // from at(0s) on

  bool open(Timestamp t) const {
    const auto after = std::ranges::upper_bound(sessions, t, {}, &Session::open);
    return after != sessions.begin() && t < std::prev(after)->close;
  }
  Duration traded(Timestamp from, Timestamp to) const {
    Duration sum{};
    for (const auto& s : sessions)
      sum += std::max(std::min(to, s.close) - std::max(from, s.open), Duration{});
    return sum;
  }
  std::optional<Sample> as_of(Timestamp u) const {
    const auto after = std::ranges::upper_bound(samples, u, {}, &Sample::time);
    return after == samples.begin() ? std::nullopt : std::optional{*std::prev(after)};
  }
  /// Fills the seconds that are over at `now`.
  void look(Timestamp now) {
    for (auto t = at(0s) + std::chrono::seconds{seconds.size()}; t < now; t += 1s) {
      const auto sample = as_of(t);
      const bool known = sample && traded(sample->time, t) < stands;
      seconds.push_back({open(t), known ? std::optional{sample->value} : std::nullopt});
    }
  }
};

std::size_t index_of(Timestamp t) {
  return static_cast<std::size_t>((t - at(0s)) / 1s);
}

struct Answer {
  std::optional<double> edge, high, low, mean;
  double seen{};
  bool bridged{};
};

Answer ask(const Everything& all, const PriceQuery& query, Timestamp t) {
  Answer answer;
  const auto left = t - query.window;
  auto begin = left;
  if (const auto sample = all.as_of(left)) {
    const auto age = all.traded(sample->time, left);
    answer.bridged = !all.open(left) || left - sample->time > age;
    if (age <= std::max(stands, query.window / 10) && (!answer.bridged || query.bridge))
      answer.edge = sample->value;
  }
  answer.high = answer.low = answer.edge;
  for (const auto& sample : all.samples) {
    if (sample.time <= left || sample.time > t) continue;
    if (!answer.edge && begin == left) begin = sample.time;
    answer.high = std::max(answer.high.value_or(sample.value), sample.value);
    answer.low = std::min(answer.low.value_or(sample.value), sample.value);
  }
  double seconds = 0, known = 0, held = 0, sum = 0;
  for (auto u = left; u < t; u += 1s) {
    const auto second = u < at(0s) ? Everything::Second{} : all.seconds[index_of(u)];
    if (!second.open) continue;
    ++seconds;
    if (!second.price) continue;
    ++known;
    if (u < begin) continue;
    ++held;
    sum += *second.price;
  }
  answer.seen = seconds > 0 ? known / seconds : 1;
  answer.mean = held > 0 ? std::optional{sum / held} : answer.edge;
  return answer;
}

std::optional<Session> session_at(const Everything& all, Timestamp t) {
  for (const auto& s : all.sessions)
    if (s.open <= t && t < s.close) return s;
  return std::nullopt;
}

std::optional<Session> ended_by(const Everything& all, Timestamp t) {
  std::optional<Session> found;
  for (const auto& s : all.sessions)
    if (s.close <= t) found = s;
  return found;
}

std::optional<double> close_of(const Everything& all, const std::optional<Session>& s) {
  if (!s) return std::nullopt;
  const auto sample = all.as_of(s->close);
  const bool near = sample && sample->time >= s->open && s->close - sample->time <= 10min;
  return near ? std::optional{sample->value} : std::nullopt;
}

std::optional<double> opening_of(const Everything& all, const Session& s, Timestamp now) {
  for (const auto& sample : all.samples)
    if (sample.time >= s.open && sample.time <= now)
      return sample.time - s.open <= 10min ? std::optional{sample.value} : std::nullopt;
  return std::nullopt;
}

}  // namespace

TEST_CASE("a price of a market that closes agrees with a list of everything", "[property]") {
  const auto seed = GENERATE(range(1U, 9U));
  CAPTURE(seed);
  Random random{seed};
  Everything all{sessions(random)};
  const TradingHours hours{all.sessions};
  PriceTrack track{
      {.reach = 1h, .max_staleness = stands, .ref_window = std::nullopt, .hours = &hours}};
  const std::vector<PriceQuery> windows{{.window = 2min},
                                        {.window = 11min},
                                        {.window = 11min, .bridge = true},
                                        {.window = 40min},
                                        {.window = 40min, .bridge = true}};
  const auto of = [&](Function function, PriceQuery query) {
    query.function = function;
    return query;
  };
  for (const auto& window : windows)
    for (const auto f : {Function::change, Function::high, Function::mean, Function::new_high})
      track.prepare(of(f, window));

  const int pace = 1 + random.below(15);
  const bool always_told = seed % 3 == 0;  // also while it is closed
  auto now = at(1s);
  double price = 100;
  for (int i = 0; now < at(3h) && i < 500; ++i) {
    now += random.below(60) == 0 ? random.seconds(30, 1500) : random.seconds(1, pace);
    if ((all.open(now) || always_told || random.below(50) == 0) && random.below(5) != 0) {
      price += random.below(9) - 4;
      all.samples.push_back({now, price});
      track.add(now, price, false);
    }
    if (all.samples.empty()) continue;
    CAPTURE(i, now);
    const auto last = all.samples.back();
    const bool stale = all.traded(last.time, now) > stands;
    REQUIRE(track.current(now) == !stale);

    const auto session = session_at(all, now);
    const auto gap = track.value({.function = Function::gap}, now);
    const auto from = session ? close_of(all, ended_by(all, session->open)) : std::nullopt;
    const auto to = session ? opening_of(all, *session, now) : std::nullopt;
    REQUIRE(gap.known() == (from && to && *from > 0));
    if (gap.known()) REQUIRE(gap.lo == Catch::Approx(*to / *from - 1).margin(1e-12));
    all.look(now);
    if (stale || i % 5 != 0) continue;

    const auto latest = session ? session : ended_by(all, now);
    const auto before = latest ? close_of(all, ended_by(all, latest->open)) : std::nullopt;
    const auto settle = track.value({.function = Function::change, .settle = true}, now);
    REQUIRE(settle.known() == (before && *before > 0));
    if (settle.known()) REQUIRE(settle.lo == Catch::Approx(last.value / *before - 1).margin(1e-12));

    for (const auto& window : windows) {
      CAPTURE(format_duration(window.window), window.bridge);
      const auto expected = ask(all, window, now);
      REQUIRE(track.seen(window.window, now) == Catch::Approx(expected.seen).margin(1e-9));
      const auto change = track.value(of(Function::change, window), now);
      REQUIRE(change.known() == expected.edge.has_value());
      if (change.known()) {
        REQUIRE(change.lo == Catch::Approx(last.value / *expected.edge - 1).margin(1e-12));
        REQUIRE(track.move(of(Function::change, window), now)->bridged == expected.bridged);
      }
      const auto high = track.value(of(Function::high, window), now);
      const auto low = track.value(of(Function::low, window), now);
      REQUIRE(high.known() == expected.high.has_value());
      if (high.known()) {
        REQUIRE(high.lo == *expected.high);
        REQUIRE(low.hi == *expected.low);
        REQUIRE(high.exact() == (1 - expected.seen < 0.01));
      }
      const auto mean = track.value(of(Function::mean, window), now);
      REQUIRE(mean.known() == (1 - expected.seen < 0.01 && expected.mean));
      if (mean.known()) REQUIRE(mean.lo == Catch::Approx(*expected.mean).epsilon(1e-9));
    }
  }
}

TEST_CASE("what a price of a market that closes says changes without a price when it was said to",
          "[property]") {
  const auto seed = GENERATE(range(1U, 5U));
  CAPTURE(seed);
  Random random{seed};
  const TradingHours hours{sessions(random)};
  const TradingHours underlying{sessions(random)};
  const bool closes = seed % 2 == 0;
  PriceTrack track{{.reach = 1h,
                    .max_staleness = stands,
                    .ref_window = std::nullopt,
                    .hours = closes ? &hours : nullptr,
                    .underlying = closes ? nullptr : &underlying}};
  const std::vector<PriceQuery> queries{
      {.function = Function::last},
      {.function = Function::gap},
      {.function = Function::change, .settle = true},
      {.function = Function::change, .window = 3min},
      {.function = Function::change, .window = 11min, .bridge = true},
      {.function = Function::range_pct, .window = 11min},
      {.function = Function::new_low, .window = 3min}};
  for (const auto& query : queries) track.prepare(query);
  auto now = at(1s);
  for (int i = 0; i < 100; ++i) {
    now += random.below(20) == 0 ? random.seconds(30, 1500) : random.seconds(1, 15);
    track.add(now, 100 + random.below(50), false);
    const auto until = now + random.seconds(0, 25);
    for (const auto& query : queries) {
      CAPTURE(i, to_text(query.function), format_duration(query.window));
      auto value = track.value(query, now);
      auto next = track.next_change(query, now);
      for (auto t = now + 1s; t <= until; t += 1s) {
        const auto later = track.value(query, t);
        if (!next || t < *next) REQUIRE(later == value);
        value = later;
        next = track.next_change(query, t);
      }
    }
    now = until;
  }
}
