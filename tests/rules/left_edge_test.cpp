// A track that has been asked all along against one that is asked for the first time: what the one
// remembers of its left edges makes no difference.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <random>
#include <vector>

#include "rules/price_track.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

struct Price {
  Timestamp time;
  double value;
  bool new_series;
};

const std::vector<PriceQuery> queries{{Function::change, 1s},   {Function::change, 10s},
                                      {Function::change, 5min}, {Function::range_pct, 5min},
                                      {Function::change, 24h},  {Function::change, 30h}};

PriceTrack made() {
  PriceTrack track{{.reach = 30h, .max_staleness = 20s, .ref_window = std::nullopt}};
  for (const auto& query : queries) track.prepare(query);
  return track;
}

PriceTrack told(const std::vector<Price>& past) {
  auto track = made();
  for (const auto& tick : past) track.add(tick.time, tick.value, tick.new_series);
  return track;
}

}  // namespace

TEST_CASE("a left edge is the same, however often it was asked for before") {
  const auto seed = GENERATE(range(0U, 12U));
  CAPTURE(seed);
  std::mt19937_64 random{seed};
  // Busy seconds, then a day in steps of minutes, then busy seconds again: edges of fine and of
  // coarse past.
  auto asked = made();
  std::vector<Price> past;
  auto t = at(0s);
  for (int i = 0; i < 1'500; ++i) {
    const bool slow = i >= 700 && i < 900;
    t += slow ? Duration{10min} : Duration{static_cast<int>(random() % 700'000)};
    past.push_back({t, 100 + static_cast<double>(random() % 100), random() % 400 == 0});
    asked.add(t, past.back().value, past.back().new_series);
    const auto when = t + Duration{random() % 3 == 0 ? static_cast<int>(random() % 900'000) : 0};
    std::vector<Value> values;
    for (const auto& query : queries) values.push_back(asked.value(query, when));
    t = when;
    if (i % 50 != 49) continue;
    auto fresh = told(past);
    for (std::size_t q = 0; q < queries.size(); ++q) {
      CAPTURE(i, to_text(queries[q].function), format_duration(queries[q].window));
      CHECK(values[q] == fresh.value(queries[q], when));
    }
  }
}
