// What a tick costs from its frame's bytes to the end of its judgement, beyond the decode: intake,
// consensus of three sources, and as many rules as there are, over a hundred instruments. Both are
// measured in turn on the same frames, and told in one table. Then what memory a price's past
// takes.
//
//   rules_bench [rounds [row]]     one row alone, to be profiled
#include <fmt/core.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "daemon/engine_input.hpp"
#include "feeds/intake.hpp"
#include "feeds/venues/venue.hpp"
#include "rules/engine.hpp"

namespace {

using namespace foghorn;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 4 / 17}};
constexpr std::size_t instruments = 100;
constexpr std::size_t ticks_a_round = 20'000;
constexpr Duration warm = 2h;

struct Condition {
  const char* when;
  const char* clear;  // null: not `when`
  Duration hold;
};

// As a desk has them: % is the instrument.
const std::array<Condition, 10> conditions{{
    {"abs(change(%, 24h)) >= tier or abs(change(%, 1h)) >= tier / 2",
     "abs(change(%, 24h)) < 0.8 * tier and abs(change(%, 1h)) < 0.4 * tier", 15s},
    {"abs(change(%, 1h)) >= tier", nullptr, 15s},
    {"abs(change(%, 5m)) >= tier / 4", nullptr, {}},
    {"rise(%, 1h) >= tier", "rise(%, 1h) < 0.6 * tier", {}},
    {"fall(%, 1h) <= -tier", "fall(%, 1h) > -0.6 * tier", {}},
    {"rise(%, 24h) >= tier and last(%) > 50 USD/bbl", nullptr, 15s},
    {"range_pct(%, 24h) >= 2 * tier", nullptr, {}},
    {"(high(%, 1h) - low(%, 1h)) / last(%) >= tier", nullptr, 15s},
    {"new_high(%, 24h) and rise(%, 24h) >= tier", nullptr, {}},
    {"spread(%) >= tier and sources(%) >= 2", nullptr, 15s},
}};

Located written(std::string text) {
  return {std::move(text), "bench", 1, 1};
}

std::string on(const char* condition, const std::string& instrument) {
  std::string text;
  for (; *condition; ++condition) text += *condition == '%' ? instrument : std::string{*condition};
  return text;
}

CompiledRule rule(std::size_t number, const std::string& instrument, const Universe& universe) {
  const auto& condition = conditions[number % conditions.size()];
  RuleSpec spec;
  spec.id = fmt::format("{}-{}", instrument, number);
  spec.when = written(on(condition.when, instrument));
  if (condition.clear) spec.clear = written(on(condition.clear, instrument));
  spec.tiers = {{Tier::notice, written("5%")},
                {Tier::major, written("10%")},
                {Tier::critical, written("15%")}};
  spec.hold = condition.hold;
  spec.keep = 10min;
  spec.cooldown = 30min;
  auto outcome = compile_rule(spec, universe);
  if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome))
    throw std::runtime_error{to_line(mistakes->front())};
  return std::get<CompiledRule>(std::move(outcome));
}

/// A frame in a buffer with the padding the wire leaves behind it.
struct Bytes {
  Bytes(std::size_t venue_number, Timestamp came, std::string frame)
      : venue{venue_number}, at{came}, text{std::move(frame)}, size{text.size()} {
    text.resize(size + Frame::padding, ' ');
  }
  Frame frame() const { return {text.data(), size, text.size()}; }
  std::size_t venue;
  Timestamp at;
  std::string text;
  std::size_t size;
};

const std::array<std::string, 3> venues{"bybit", "okx", "hyperliquid"};

std::string name_of(std::size_t i) {
  return fmt::format("I{:02}", i);
}

Source source_of(std::size_t i, std::size_t venue) {
  switch (venue) {
    case 0: return {venues[0], name_of(i) + "USDT"};
    case 1: return {venues[1], name_of(i) + "-USDT-SWAP"};
    default: return {venues[2], "xyz:" + name_of(i)};
  }
}

/// Which rules there are, and which instruments trade.
struct Load {
  const char* what;
  std::array<std::size_t, instruments> rules{};  // by instrument
  std::size_t trading{};                         // the first so many
  Duration apart{};                              // from tick to tick
};

class Bench {
 public:
  explicit Bench(const Load& load) : load_{load} {
    Universe universe;
    std::vector<InstrumentSpec> specs;
    for (std::size_t i = 0; i < instruments; ++i) {
      InstrumentSpec spec;
      spec.id = name_of(i);
      spec.unit = "USD/bbl";
      for (std::size_t v = 0; v < venues.size(); ++v) spec.sources.push_back(source_of(i, v));
      spec.consensus.min_sources = 2;
      universe.instruments.push_back({spec.id, spec.unit, false, {venues.begin(), venues.end()}});
      specs.push_back(std::move(spec));
    }
    std::vector<CompiledRule> rules;
    for (std::size_t i = 0; i < instruments; ++i)
      for (std::size_t n = 0; n < load.rules[i]; ++n)
        rules.push_back(rule(n + (load.rules[i] == 1 ? i : 0), name_of(i), universe));
    engine_ = std::make_unique<Engine>(EngineOptions{}, specs, std::vector<EventVenue>{},
                                       std::move(rules), sources_);
    input_ = std::make_unique<EngineInput>(*engine_);
    for (std::size_t v = 0; v < venues.size(); ++v) {
      IntakeRequest request;
      for (std::size_t i = 0; i < instruments; ++i) {
        const auto source = source_of(i, v);
        request.prices.push_back({*sources_.find(source.venue, source.symbol), PriceKind::trade});
      }
      intakes_.push_back(std::make_unique<Intake>(IntakePolicy{}, request, time_, *input_));
      decoders_.push_back(find_venue(venues[v])->make_decoder(sources_, contracts_, {}));
    }
    warm_up();
  }

  /// So many frames that come next.
  std::vector<Bytes> frames(std::size_t count) {
    std::vector<Bytes> made;
    made.reserve(count);
    for (std::size_t n = 0; n < count; ++n, ++step_) made.push_back(frame(walk()));
    return made;
  }

  /// Seconds.
  double decode(const std::vector<Bytes>& frames) {
    const auto began = SteadyClock::now();
    for (const auto& bytes : frames) {
      events_.clear();
      decoders_[bytes.venue]->decode(bytes.frame(), events_);
    }
    return std::chrono::duration<double>(SteadyClock::now() - began).count();
  }

  double judge(const std::vector<Bytes>& frames) {
    const auto before = judged();
    const auto began = SteadyClock::now();
    for (const auto& bytes : frames) {
      events_.clear();
      const auto report = decoders_[bytes.venue]->decode(bytes.frame(), events_);
      intakes_[bytes.venue]->take(report.frame_class, events_, bytes.at);
      if (!engine_->bars().empty()) engine_->clear_bars();
    }
    const std::chrono::duration<double> took = SteadyClock::now() - began;
    if (judged() - before != frames.size()) throw std::runtime_error{"frames were not judged"};
    if (!engine_->alerts().empty()) throw std::runtime_error{"the market is not calm"};
    return took.count();
  }

 private:
  struct Tick {
    std::size_t instrument;
    std::size_t venue;
    double price;
    Timestamp at;
  };

  /// A random walk as calm oil's, in steps of a cent, one source's price a cent off the other's.
  Tick walk() {
    now_ += load_.apart;
    const auto i = std::uniform_int_distribution<std::size_t>{0, load_.trading - 1}(random_);
    const auto v = std::uniform_int_distribution<std::size_t>{0, venues.size() - 1}(random_);
    auto& log_price = log_prices_[i];
    const double apart = std::chrono::duration<double>(now_ - moved_[i]).count();
    moved_[i] = now_;
    log_price += 7e-5 * std::sqrt(std::min(apart, 1.0)) * normal_(random_);
    log_price *= 0.99999;  // and back, so that it stays calm however long it is watched
    const auto off = std::uniform_int_distribution{-1, 1}(random_);
    return {i, v, (std::round(9'000 * std::exp(log_price)) + off) / 100, now_};
  }

  Bytes frame(const Tick& tick) const {
    const auto ms = to_unix_ms(tick.at);
    const auto symbol = source_of(tick.instrument, tick.venue).symbol;
    switch (tick.venue) {
      case 0:
        return {
            tick.venue, tick.at,
            fmt::format(
                R"({{"topic":"publicTrade.{0}","type":"snapshot","ts":{1},"data":[{{"T":{1},"s":"{0}","S":"Buy","v":"12.5","p":"{2:.2f}","L":"PlusTick","i":"2100000000019{3}","BT":false}}]}})",
                symbol, ms, tick.price, step_)};
      case 1:
        return {
            tick.venue, tick.at,
            fmt::format(
                R"({{"arg":{{"channel":"trades","instId":"{0}"}},"data":[{{"instId":"{0}","tradeId":"{1}","px":"{2:.2f}","sz":"5","side":"buy","ts":"{3}","count":"1","source":"0","seqId":{1}}}]}})",
                symbol, step_, tick.price, ms)};
      default:
        return {
            tick.venue, tick.at,
            fmt::format(
                R"({{"channel":"trades","data":[{{"coin":"{0}","side":"A","px":"{1:.2f}","sz":"0.42","time":{2},"hash":"0xab7ac612399342b1acf4041c880dcd011800ddf7d49661834f437164f8971c9c","tid":{3}}}]}})",
                symbol, tick.price, ms, step_ + 1)};
    }
  }

  /// Windows that are full of what the market did: two hours, a tick a second of each instrument.
  void warm_up() {
    const auto apart = std::exchange(load_.apart, Duration{1s} / load_.trading);
    while (now_ < start + warm) {
      const auto tick = walk();
      const auto source = source_of(tick.instrument, tick.venue);
      engine_->price(*sources_.find(source.venue, source.symbol), tick.price, tick.at, tick.at);
      engine_->clear_bars();
      engine_->clear_alerts();  // before all sources have spoken
    }
    load_.apart = apart;
  }

  std::uint64_t judged() const {
    std::uint64_t sum = 0;
    for (const auto& intake : intakes_) sum += intake->counts().judged;
    return sum;
  }

  Load load_;
  SourceTable sources_;
  Contracts contracts_;
  EngineTime time_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<EngineInput> input_;
  std::vector<std::unique_ptr<Intake>> intakes_;
  std::vector<std::unique_ptr<Decoder>> decoders_;
  std::vector<Event> events_;
  std::mt19937_64 random_{42};
  std::normal_distribution<double> normal_;
  std::array<double, instruments> log_prices_{};
  std::array<Timestamp, instruments> moved_ = [] {
    std::array<Timestamp, instruments> all{};
    all.fill(start);
    return all;
  }();
  Timestamp now_{start};
  std::uint64_t step_{};
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

std::vector<Load> loads() {
  const auto spread_over = [](std::size_t count, std::size_t each) {
    std::array<std::size_t, instruments> rules{};
    std::fill_n(rules.begin(), count, each);
    return rules;
  };
  auto all = [&](const char* what, std::size_t count, std::size_t each) {
    return Load{what, spread_over(count, each), instruments, 1ms};
  };
  auto one = [&](const char* what, std::size_t count) {
    return Load{what, spread_over(count, 10), 1, 5ms};
  };
  return {
      all("100 trade, no rule", 0, 0),
      all("100 trade, 10 rules, on 10 of them", 10, 1),
      all("100 trade, 100 rules, 1 on each", 100, 1),
      all("100 trade, 1,000 rules, 10 on each", 100, 10),
      one("1 trades, no rule", 0),
      one("1 trades, 10 rules on it", 1),
      one("1 trades, 10 rules on it, 990 on others", 100),
  };
}

void measure_speed(std::size_t rounds, std::size_t only) {
  std::size_t row = 0;
  fmt::print("{:<42} {:>10} {:>10} {:>14} {:>12}\n", "ns per tick, median", "decode", "in all",
             "beyond decode", "ticks/s");
  for (const auto& load : loads()) {
    if (++row != only && only != 0) continue;
    Bench bench{load};
    std::vector<double> decode, judge, beyond;
    for (std::size_t round = 0; round < rounds + 1; ++round) {
      const auto frames = bench.frames(ticks_a_round);
      bench.decode(frames);  // so that both find the bytes equally warm
      const double alone = bench.decode(frames) / static_cast<double>(frames.size());
      const double whole = bench.judge(frames) / static_cast<double>(frames.size());
      if (round == 0) continue;
      decode.push_back(alone * 1e9);
      judge.push_back(whole * 1e9);
      beyond.push_back((whole - alone) * 1e9);
    }
    fmt::print("{:<42} {:>10.0f} {:>10.0f} {:>14.0f} {:>12.0f}\n", load.what, median(decode),
               median(judge), median(beyond), 1e9 / median(judge));
  }
}

/// In bytes: what was ever written and is not given back, of all that is not a file's.
std::size_t resident() {
  std::size_t kib = 0;
  if (auto* rollup = std::fopen("/proc/self/smaps_rollup", "r")) {
    std::array<char, 256> line{};
    while (kib == 0 && std::fgets(line.data(), line.size(), rollup))
      if (std::sscanf(line.data(), "Anonymous: %zu kB", &kib) != 1) kib = 0;
    std::fclose(rollup);
  }
  return kib * 1024;
}

/// What a price's past takes after two days of ten ticks a second, none equal. `step`: how it moves
/// from one to the next, in parts of it.
template <class Step>
std::unique_ptr<PriceTrack> measure_memory(const char* what, std::optional<Duration> ref_window,
                                           Step step) {
  const auto in_use = [] {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
  };
  const auto reserved_before = in_use();
  const auto resident_before = resident();
  auto track = std::make_unique<PriceTrack>(
      PriceTrackOptions{.reach = 24h, .max_staleness = 60s, .ref_window = ref_window});
  for (const auto window : {Duration{5min}, Duration{1h}, Duration{24h}})
    for (const auto function : {Function::change, Function::rise, Function::fall})
      track->prepare({.function = function, .window = window});
  double price = 90;
  for (Duration t{}; t < 49h; t += 100ms) {
    price *= 1 + step();
    track->add(start + t, price, false);
    if (t % 1min == Duration{})  // a look at the median around the left edge, now and then
      track->value({.function = Function::change, .window = 24h}, start + t);
  }
  constexpr double mib = 1024 * 1024;
  fmt::print("{:<42} {:>10.2f} {:>10.2f}\n", what,
             static_cast<double>(resident() - resident_before) / mib,
             static_cast<double>(in_use() - reserved_before) / mib);
  return track;
}

/// Windows of 5 min, 1 h and 24 h.
void measure_memory() {
  std::mt19937_64 random{7};
  std::normal_distribution<double> normal;
  fmt::print("{:<42} {:>10} {:>10}\n", "MiB per price, windows of 5m, 1h, 24h", "resident",
             "reserved");
  // All live to the end, so that none is given pages of another.
  const auto walk = [&] { return 7e-5 * normal(random) / std::sqrt(10.0); };
  const auto plain = measure_memory("it walks", std::nullopt, walk);
  const auto averaged = measure_memory("it walks, with ref_window = 5m", 5min, walk);
  // Then each price of the window is a low that nothing later beats.
  const auto climb =
      measure_memory("it only rises, at every tick", std::nullopt, [] { return 1e-8; });
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) try {
  const auto rounds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 25UL;
  const auto row = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0UL;
  if (rounds == 0) {
    fmt::print(stderr, "usage: rules_bench [rounds [row]]\n");
    return 2;
  }
  if (row == 0) measure_memory();
  measure_speed(rounds, row);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "rules_bench: {}\n", error.what());
  return 1;
}
