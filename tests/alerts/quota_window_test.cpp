#include "alerts/quota_window.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <random>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const Quota wecom{.sends = 18, .reserve = 2, .window = 60s, .penalty = 10s};

QuotaWindow after_sends(int count, Duration every = 1s) {
  QuotaWindow window{wecom, {}, at(0s)};
  for (int i = 0; i < count; ++i) window.sent(at(i * every));
  return window;
}

}  // namespace

TEST_CASE("a quota lets everything through until it is used up") {
  CHECK(after_sends(17).free_at(at(17s), false) == at(17s));
}

TEST_CASE("a used-up quota frees as its oldest send leaves the window") {
  const auto window = after_sends(18);
  CHECK(window.free_at(at(18s), false) == at(60s));
  CHECK(window.free_at(at(61s), false) == at(61s));
}

TEST_CASE("sends keep apart where the platform wants it, the critical ones too") {
  QuotaWindow window{{.sends = 18, .window = 60s, .apart = 1s}, {}, at(0s)};
  CHECK(window.free_at(at(0s), false) == at(0s));
  window.sent(at(0s));
  CHECK(window.free_at(at(0s), true) == at(1s));
  window.answered(at(5s));
  CHECK(window.free_at(at(5s), false) == at(6s));
}

TEST_CASE("what is critical has two sends of its own") {
  auto window = after_sends(18);
  CHECK(window.free_at(at(18s), true) == at(18s));
  window.sent(at(18s));
  window.sent(at(19s));
  CHECK(window.free_at(at(20s), true) == at(60s));
  CHECK(window.free_at(at(20s), false) == at(62s));
}

TEST_CASE(
    "after the platform's no there is silence until the oldest of the last twenty has left the "
    "window") {
  auto window = after_sends(20, 2s);  // 0 s … 38 s
  window.too_often(at(39s), 0s, 0);
  CHECK(window.free_at(at(39s), true) == at(60s));
}

TEST_CASE("after the platform's no there are never less than ten seconds of silence") {
  auto window = after_sends(20, 2s);
  window.too_often(at(59s), 0s, 0);
  CHECK(window.free_at(at(59s), true) == at(69s));
}

TEST_CASE("the wait that the platform asks for is a floor, up to an hour") {
  QuotaWindow window{wecom, {}, at(0s)};
  window.too_often(at(0s), 30s, 0);
  CHECK(window.free_at(at(1s), true) == at(30s));
  window.too_often(at(0s), 24h, 0);
  CHECK(window.free_at(at(1s), true) == at(1h));
}

TEST_CASE("after the platform's no, couriers spread out by up to a twentieth") {
  QuotaWindow window{wecom, {}, at(0s)};
  window.too_often(at(0s), 100s, 0.5);
  CHECK(window.free_at(at(1s), true) == at(102'500ms));
}

TEST_CASE("a send counts from when its answer came") {
  auto window = after_sends(17);
  window.sent(at(17s));
  window.answered(at(25s));
  for (int i = 0; i < 17; ++i) window.sent(at(60s + i * 1s));
  CHECK(window.free_at(at(80s), false) == at(85s));
}

TEST_CASE("sends of an earlier life count, and those of a clock since set back count as now") {
  const std::vector<Timestamp> sends(18, at(1h));
  CHECK(QuotaWindow{wecom, sends, at(10s)}.free_at(at(10s), false) == at(70s));
}

TEST_CASE("no window of time ever holds more than the quota, whatever is asked when") {
  std::mt19937 random{GENERATE(range(0U, 50U))};
  QuotaWindow window{wecom, {}, at(0s)};
  std::vector<std::pair<Timestamp, bool>> sent;
  auto now = at(0s);
  for (int i = 0; i < 200; ++i) {
    const bool critical = random() % 5 == 0;
    now = std::max(now, window.free_at(now, critical)) + random() % 2'000 * 1ms;
    window.sent(now);
    sent.emplace_back(now, critical);
  }
  for (std::size_t last = 0; last < sent.size(); ++last) {
    const auto in_window =
        std::count_if(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(last) + 1,
                      [&](const auto& s) { return s.first > sent[last].first - 60s; });
    CHECK(in_window <= (sent[last].second ? 20 : 18));
  }
}
