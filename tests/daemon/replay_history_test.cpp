// Forty years of WTI's daily prices, where that file lies beside the checkout: a rule of 10 % fires
// on every day it should, and on no other.
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/daemon/replay_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

struct Day {
  std::string date;
  double price{};
};

/// The rows of a file of "date,price" under a header.
std::vector<Day> days_of(const std::string& file) {
  std::vector<Day> days;
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const auto comma = line.find(',');
    days.push_back({line.substr(0, comma), std::stod(line.substr(comma + 1))});
  }
  return days;
}

enum class Verdict { undefined, over, not_over };

Verdict verdict(const Day& before, const Day& day) {
  if (before.price <= 0) return Verdict::undefined;
  return std::abs(day.price / before.price - 1) > 0.1 ? Verdict::over : Verdict::not_over;
}

}  // namespace

TEST_CASE("forty years of WTI fire on each day over 10 % after one that was not") {
  const std::string file = FOGHORN_DATA "/wti-daily.csv";
  if (!std::filesystem::exists(file)) SKIP("no wti-daily.csv beside the checkout");
  const auto days = days_of(file);
  REQUIRE(days.size() > 10'000);
  std::string ticks = "time,instrument,price\n";
  for (const auto& day : days) ticks += day.date + ",WTI," + std::to_string(day.price) + "\n";

  const auto run = replayed(R"(
[engine]
heartbeat = "1d"
[instrument.WTI]
unit = "USD/bbl"
max_staleness = "10d"
[[rule]]
id = "oil"
when = "abs(change(WTI, 1d)) > 10%"
)",
                            ticks);
  REQUIRE(run.exit == 0);
  std::set<std::string> fires, said;
  for (const auto& line : run.said()) {
    said.insert(line.substr(0, 10));
    if (line.ends_with(" fire")) CHECK(fires.insert(line.substr(0, 10)).second);
  }

  CHECK(fires.contains("2026-04-17"));
  CHECK(fires.contains("2020-04-20"));
  CHECK_FALSE(said.contains("2020-04-21"));   // from a negative price: undefined, so all is silent
  CHECK_FALSE(fires.contains("2020-04-22"));  // the episode of the 20th is still open

  auto before = Verdict::not_over;
  for (std::size_t i = 1; i < days.size(); ++i) {
    CAPTURE(days[i].date, days[i].price);
    const auto today = verdict(days[i - 1], days[i]);
    if (today != Verdict::over) CHECK_FALSE(fires.contains(days[i].date));
    if (today == Verdict::over && before == Verdict::not_over) CHECK(fires.contains(days[i].date));
    before = today;
  }
}
