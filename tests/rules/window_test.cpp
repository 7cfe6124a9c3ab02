#include "rules/window.hpp"

#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

TEST_CASE("a window knows its highest and lowest sample and when they were") {
  ExtremeWindow window{1min};
  window.add(at(10s), 100);
  window.add(at(20s), 110);
  window.add(at(30s), 90);
  window.add(at(40s), 105);
  CHECK(window.high() == Sample{at(20s), 110});
  CHECK(window.low() == Sample{at(30s), 90});
}

TEST_CASE("of equal extremes the latest counts") {
  ExtremeWindow window{1min};
  for (const auto t : {10s, 20s, 30s}) window.add(at(t), 100);
  CHECK(window.high() == Sample{at(30s), 100});
  CHECK(window.low() == Sample{at(30s), 100});
}

TEST_CASE("an extreme leaves when it is a full span old, and the next best takes its place") {
  ExtremeWindow window{1min};
  window.add(at(10s), 110);
  window.add(at(20s), 105);
  window.add(at(30s), 100);
  window.advance(at(70s) - 1us);
  CHECK(window.high() == Sample{at(10s), 110});
  window.advance(at(70s));
  CHECK(window.high() == Sample{at(20s), 105});
  window.advance(at(80s));
  CHECK(window.high() == Sample{at(30s), 100});
}

TEST_CASE("a window without a sample has no extremes") {
  ExtremeWindow window{1min};
  CHECK(window.high() == std::nullopt);
  CHECK(window.next_change() == std::nullopt);
  window.add(at(0s), 100);
  window.advance(at(1min));
  CHECK(window.high() == std::nullopt);
  CHECK(window.low() == std::nullopt);
  CHECK(window.next_change() == std::nullopt);
}

TEST_CASE("a window knows its extremes before the latest sample") {
  ExtremeWindow window{1min};
  window.add(at(10s), 100);
  CHECK(window.high_before_last() == std::nullopt);
  window.add(at(20s), 110);
  CHECK(window.high_before_last() == Sample{at(10s), 100});
  CHECK(window.low_before_last() == Sample{at(10s), 100});
  window.add(at(20s), 90);
  CHECK(window.high_before_last() == Sample{at(20s), 110});
  CHECK(window.low_before_last() == Sample{at(10s), 100});
  window.advance(at(75s));
  CHECK(window.low_before_last() == Sample{at(20s), 110});
}

TEST_CASE("a window says when time alone will change an extreme") {
  ExtremeWindow window{1min};
  window.add(at(10s), 110);
  window.add(at(20s), 90);
  window.add(at(30s), 100);
  CHECK(window.next_change() == at(70s));
  window.advance(at(70s));
  CHECK(window.next_change() == at(80s));
}

TEST_CASE("a window starts anew") {
  ExtremeWindow window{1min};
  window.add(at(10s), 110);
  window.add(at(20s), 90);
  window.restart();
  window.add(at(30s), 100);
  CHECK(window.high() == Sample{at(30s), 100});
  CHECK(window.high_before_last() == std::nullopt);
}

TEST_CASE("prices that only fall, many a second, are kept to the second") {
  ExtremeWindow window{1h};
  for (auto t = 0s; t < 1h; t += 1s)
    for (const double cents : {0.75, 0.5, 0.25, 0.0})
      window.add(at(t), -static_cast<double>(t.count()) + cents);
  window.advance(at(1h));
  CHECK(window.high()->time == at(1s));
  window.advance(at(90min));
  CHECK(window.high()->time == at(30min + 1s));
}

TEST_CASE("a sum counts what came within its span") {
  SumWindow window{1min};
  window.add(at(10s), usd(100));
  window.add(at(20s), usd(20));
  CHECK(window.sum() == *usd(120));
  CHECK(window.count() == 2);
}

TEST_CASE("an event on a whole second leaves a sum exactly when it is a full span old") {
  SumWindow window{1min};
  window.add(at(10s), usd(100));
  window.advance(at(70s) - 1us);
  CHECK(window.sum() == *usd(100));
  window.advance(at(70s));
  CHECK(window.sum() == UsdMicros{});
  CHECK(window.count() == 0);
}

TEST_CASE("an event within a second leaves a sum less than a second late, never early") {
  SumWindow window{1min};
  window.add(at(10s) + 1us, usd(100));
  window.advance(at(71s) - 1us);
  CHECK(window.count() == 1);
  window.advance(at(71s));
  CHECK(window.count() == 0);
}

TEST_CASE("an event without an amount is counted and not summed") {
  SumWindow window{1min};
  window.add(at(10s), usd(100));
  window.add(at(10s), std::nullopt);
  CHECK(window.sum() == *usd(100));
  CHECK(window.count() == 2);
  CHECK(window.unsummed() == 1);
  window.advance(at(70s));
  CHECK(window.unsummed() == 0);
}

TEST_CASE("an amount beyond what a sum holds is counted and not summed") {
  const UsdMicros huge{std::numeric_limits<std::int64_t>::max() - 5};
  SumWindow window{1min};
  window.add(at(10s), huge);
  window.add(at(20s), UsdMicros{5});
  window.add(at(30s), UsdMicros{1});
  CHECK(window.sum().value == std::numeric_limits<std::int64_t>::max());
  CHECK(window.unsummed() == 1);
  window.advance(at(70s));
  CHECK(window.sum() == UsdMicros{5});
}

TEST_CASE("a late event counts until its own time is a full span old") {
  SumWindow window{1min};
  window.add(at(40s), usd(1));
  window.add(at(20s), usd(10));
  window.add(at(30s), usd(100));
  CHECK(window.sum() == *usd(111));
  window.advance(at(80s));
  CHECK(window.sum() == *usd(101));
  window.advance(at(90s));
  CHECK(window.sum() == *usd(1));
}

TEST_CASE("an event that is a full span late does not count") {
  SumWindow window{1min};
  window.advance(at(70s));
  window.add(at(10s), usd(1));
  CHECK(window.count() == 0);
}

TEST_CASE("time never goes back in a sum") {
  SumWindow window{1min};
  window.add(at(10s), usd(1));
  window.advance(at(70s));
  window.advance(at(20s));
  CHECK(window.count() == 0);
}

TEST_CASE("a sum says when time alone will change it") {
  SumWindow window{1min};
  CHECK(window.next_change() == std::nullopt);
  window.add(at(10s), usd(1));
  window.add(at(20s) + 300ms, usd(1));
  CHECK(window.next_change() == at(70s));
  window.advance(at(70s));
  CHECK(window.next_change() == at(81s));
}

TEST_CASE("a sum over more than a day goes by the minute") {
  SumWindow window{48h};
  window.add(at(1min), usd(1));
  window.add(at(1min) + 1us, usd(1));
  window.advance(at(48h + 1min));
  CHECK(window.count() == 1);
  window.advance(at(48h + 2min));
  CHECK(window.count() == 0);
}
