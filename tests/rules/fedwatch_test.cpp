// What fed funds futures say, against examples that CME publishes and against arithmetic by hand.

#include "rules/fedwatch.hpp"

#include <catch2/generators/catch_generators_range.hpp>

#include "tests/rules/rig.hpp"

namespace foghorn::test {
namespace {

using Of = FedwatchSpec::Of;
using Catch::Approx;
using Prices = std::vector<double>;

Timestamp date(std::string_view text) {
  return parse_time(text).value();
}

/// "2026-06" for each contract; its instrument is ZQ and the month: "ZQ06".
FedwatchSpec fed(Of of, std::vector<std::string> meetings, std::vector<std::string> months) {
  FedwatchSpec spec{.of = of, .meetings = {}, .contracts = {}};
  for (const auto& meeting : meetings) spec.meetings.push_back(date(meeting));
  for (const auto& month : months)
    spec.contracts.push_back({date(month + "-01"), "ZQ" + month.substr(5)});
  return spec;
}

std::vector<std::string> faults(const FedwatchSpec& spec) {
  std::vector<std::string> lines;
  for (const auto& fault : Fedwatch::faults(spec))
    lines.push_back(fault.what + "; " + fault.remedy);
  return lines;
}

// CME's own example, of prices of July 2015 ("CME Group FedWatch Tool, Fed Funds Futures
// Probability Tree Calculator", Lao and Mirza, type 2): FFQ5 = 99.8675 (August, no meeting), FFU5
// = 99.805; the meeting of 17 September leaves 16 of 30 days before it.
//   start = 0.1325, end = 30/14 · (0.195 − 16/30 · 0.1325) = 0.2664, P(hike) = 53.6 %, P(no) = 46.4
//   %
TEST_CASE("CME's example of September 2015 comes out: no hike in 46.4 %") {
  const Fedwatch fedwatch{
      fed(Of::hold, {"2015-09-17", "2015-10-28"}, {"2015-08", "2015-09", "2015-10", "2015-11"})};
  const Prices prices{99.8675, 99.805, 99.78, 99.74};
  CHECK(*fedwatch.value(prices, date("2015-08-20")) == Approx(0.464).margin(0.0005));
}

// CME's example of the settlement prices of 12 September 2022 (its FedWatch calculation examples):
// September (meeting on the 21st: 20 days before, 10 after) 97.4475, October (none) 96.94, November
// (2nd: 1 day before, 29 after) 96.43.
//   September: end 3.06, start (2.5525 − 10/30 · 3.06) · 30/20 = 2.2987, change 0.7613: 3.045
//   moves November: start 3.06, end (3.57 − 1/30 · 3.06) · 30/29 = 3.5876, change 0.5276: 2.1103
//   moves
TEST_CASE("CME's example of September 2022 comes out: 3.045 and 2.1103 moves of 25 bp") {
  const Fedwatch fedwatch{fed(Of::no_cut, {"2022-09-21", "2022-11-02", "2022-12-14"},
                              {"2022-09", "2022-10", "2022-11", "2022-12", "2023-01"})};
  const Prices prices{97.4475, 96.94, 96.43, 96.235, 96.115};
  const auto moves = fedwatch.moves(prices, date("2022-09-12"));
  REQUIRE(moves.size() == 3);
  CHECK(moves[0] == Approx(3.045).margin(0.0001));
  CHECK(moves[1] == Approx(2.1103).margin(0.0001));
  CHECK(*fedwatch.value(prices, date("2022-09-12")) == 1);
}

// By hand: the rate is 3.625 in May; June (meeting on the 17th: 16 days before, 14 after) averages
// (16 · 3.625 + 14 · 3.575) / 30, so that it ends at 3.575: −0.2 moves. August tells that July ends
// at 3.6: +0.1 moves.
//   June: one cut 20 %, no change 80 %. July: no change 90 %, one hike 10 %.
//   Both: −1: 0.2 · 0.9 = 18 %; 0: 0.8 · 0.9 + 0.2 · 0.1 = 74 %; +1: 0.8 · 0.1 = 8 %
const std::vector<std::string> two_meetings{"2026-06-17", "2026-07-29"};
const std::vector<std::string> four_months{"2026-05", "2026-06", "2026-07", "2026-08"};
const Prices by_hand{100 - 3.625, 100 - (16 * 3.625 + 14 * 3.575) / 30, 96.41, 100 - 3.6};

TEST_CASE("a hold at the next meeting is what neither of the two outcomes beside it takes") {
  const Fedwatch fedwatch{fed(Of::hold, two_meetings, four_months)};
  CHECK(*fedwatch.value(by_hand, date("2026-05-20")) == Approx(0.8));
}

TEST_CASE("no cut by the end of the year is worked out along the chain of meetings") {
  const Fedwatch fedwatch{fed(Of::no_cut, two_meetings, four_months)};
  CHECK(*fedwatch.value(by_hand, date("2026-05-20")) == Approx(0.82));
}

TEST_CASE("meetings of the next year do not count towards this year's cuts") {
  const Fedwatch fedwatch{
      fed(Of::no_cut, {"2026-12-09", "2027-01-27"}, {"2026-11", "2026-12", "2027-01", "2027-02"})};
  CHECK(fedwatch.moves(Prices{96.4, 96.4, 97, 97.5}, date("2026-11-05")).size() == 1);
}

TEST_CASE("a meeting is next until the end of its day, and the one after it from then on") {
  const Fedwatch fedwatch{fed(Of::hold, two_meetings, four_months)};
  CHECK(fedwatch.next_meeting(date("2026-06-17T23:59:59Z")) == 0U);
  CHECK(fedwatch.next_meeting(date("2026-06-18")) == 1U);
  CHECK(fedwatch.next_meeting(date("2026-07-30")) == std::nullopt);
}

TEST_CASE("contracts of months that are over are not needed") {
  const Fedwatch fedwatch{fed(Of::hold, two_meetings, four_months)};
  using Contracts = std::vector<std::size_t>;
  CHECK(fedwatch.needed(date("2026-05-20")) == Contracts{0, 1});
  // In June the rate before July comes from July's own contract and August's.
  CHECK(fedwatch.needed(date("2026-06-10")) == Contracts{1, 2, 3});
  CHECK(fedwatch.needed(date("2026-08-01")).empty());
}

TEST_CASE("what is expected stays a probability, however wild the prices") {
  const Fedwatch hold{fed(Of::hold, two_meetings, four_months)};
  const Fedwatch no_cut{fed(Of::no_cut, two_meetings, four_months)};
  const int seed = GENERATE(Catch::Generators::range(0, 50));
  Prices prices;
  for (int i = 0; i < 4; ++i) prices.push_back(94 + (seed * 37 + i * i * 53) % 101 * 0.05);
  for (const auto* of : {&hold, &no_cut}) {
    const auto value = of->value(prices, date("2026-05-20"));
    CHECK((!value || (*value >= 0 && *value <= 1)));
  }
}

TEST_CASE("a chain with a month left out is refused") {
  CHECK(faults(fed(Of::hold, {"2026-06-17"}, {"2026-05", "2026-06", "2026-08"})) ==
        Lines{"the chain has no contract of 2026-07; add \"2026-07\" = its instrument"});
}

TEST_CASE("a meeting whose month has no contract is refused") {
  CHECK(faults(fed(Of::hold, {"2026-09-16"}, four_months)) ==
        Lines{"the meeting of 2026-09-16 has no contract of its month; add \"2026-09\" = its "
              "instrument"});
}

TEST_CASE("a chain that ends with the last meeting's month is refused") {
  CHECK(faults(fed(Of::no_cut, {"2026-12-09"}, {"2026-11", "2026-12"})) ==
        Lines{"in 2026-12 the contracts named do not tell the rates before and after the meeting; "
              "add \"2027-01\" = its instrument, and so on up to a month without a meeting"});
}

// From here on: as an instrument among others.

InstrumentSpec contract(std::string id, std::vector<Source> sources = {}) {
  auto spec = instrument(std::move(id), std::move(sources));
  spec.unit = "";
  return spec;
}

InstrumentSpec probability(Of of) {
  InstrumentSpec spec;
  spec.id = "FED";
  spec.name = {"FED", "FED"};
  spec.unit = "%";
  spec.fedwatch =
      fed(of, {"2025-01-29", "2025-03-19"}, {"2025-01", "2025-02", "2025-03", "2025-04"});
  return spec;
}

std::vector<InstrumentSpec> fed_market(std::vector<Source> february = {}) {
  return {contract("ZQ01"), contract("ZQ02", std::move(february)), contract("ZQ03"),
          contract("ZQ04"), probability(Of::hold)};
}

TEST_CASE("a rule compares a probability with a percentage, and fires once it is reached") {
  Rig rig{fed_market(), {rule("hold", "last(FED) >= 90%")}};
  rig.tick("ZQ01", 96.36, 0s);
  rig.tick("ZQ02", 96.30, 1s);  // 73 %
  CHECK(rig.said().empty());
  rig.tick("ZQ02", 96.36, 2s);
  CHECK(rig.said() == Lines{"2s hold fire notice"});
  CHECK(rig.alerts().back().value == 1);
  CHECK(rig.alerts().back().value_kind == ValueKind::ratio);
}

// On the events' clock there is no time before the first of them, and the day of none overflowed.
TEST_CASE("before the first event a probability has no state, and is asked for nothing") {
  Rig rig{fed_market(), {rule("hold", "last(FED) >= 90%")}};
  const auto& market = rig.engine().market();
  CHECK(market.state(market.find("FED").value()) == PriceState::none);
  REQUIRE(rig.engine().status().size() == 1);
  CHECK(rig.engine().status().front().phase == Phase::idle);
  CHECK(rig.engine().explain("hold"));
}

TEST_CASE("a probability is unknown while a contract that it needs is stale") {
  Rig rig{fed_market(), {rule("hold", "last(FED) >= 90%")}};
  rig.tick("ZQ01", 96.36, 0s);
  rig.tick("ZQ02", 96.36, 0s);
  CHECK(rig.said() == Lines{"0s hold fire notice"});
  for (auto t = 10s; t <= 120s; t += 10s) rig.tick("ZQ01", 96.36, t);  // with ZQ02 silent
  CHECK(rig.engine().status().front().unknown == Unknown::stale);
  CHECK(rig.said().empty());
  rig.tick("ZQ02", 96.30, 121s);
  CHECK(rig.said() == Lines{"2m1s hold resolve notice"});
}

TEST_CASE("a probability is unknown while the sources of a contract that it needs disagree") {
  Rig rig{fed_market({{"a", "ZQ"}, {"b", "ZQ"}}), {rule("hold", "last(FED) >= 90%")}};
  rig.tick("ZQ01", 96.36, 0s);
  rig.tick("ZQ02", 96.36, 0s, "a:ZQ");
  rig.tick("ZQ02", 96.36, 0s, "b:ZQ");
  CHECK(rig.said() == Lines{"0s hold fire notice"});
  rig.tick("ZQ02", 90.00, 1s, "a:ZQ");
  CHECK(rig.engine().status().front().unknown == Unknown::unconfirmed);
  CHECK(rig.said().empty());
}

TEST_CASE("a contract that is not needed may be silent") {
  Rig rig{fed_market(), {rule("hold", "last(FED) >= 90%")}};
  rig.tick("ZQ01", 96.36, 0s);
  rig.tick("ZQ02", 96.36, 0s);  // neither March nor April ever had a price
  CHECK(rig.said() == Lines{"0s hold fire notice"});
}

TEST_CASE("a config without the meetings that are over is of the same meeting") {
  auto market = fed_market();
  auto& meetings = market.back().fedwatch->meetings;
  meetings.insert(meetings.begin(), at(-24h));
  Rig rig{market, {rule("hold", "last(FED) >= 90%")}};
  const auto fed = rig.engine().market().find("FED").value();
  const auto tick = [&](Duration t) {
    for (const auto* id : {"ZQ01", "ZQ02", "ZQ03", "ZQ04"}) rig.tick(id, 96.36, t);
  };
  tick(0s);
  CHECK(rig.said() == Lines{"0s hold fire notice"});
  auto& now = rig.instruments().back().fedwatch->meetings;
  now.erase(now.begin());
  rig.succeed(10s);
  CHECK(rig.engine().market().state(fed) == PriceState::confirmed);
  tick(10s);
  CHECK((rig.engine().market().series_began(fed) == no_time));
  now.erase(now.begin());
  rig.succeed(20s);
  tick(20s);
  CHECK((rig.engine().market().series_began(fed) == at(20s)));
}

TEST_CASE("silence of its contracts is told once, of the probability") {
  Rig rig{fed_market(), {rule("hold", "last(FED) >= 90%")}};
  rig.tick("ZQ01", 96.30, 0s);
  rig.tick("ZQ02", 96.20, 0s);
  rig.until(10min);
  CHECK(rig.said() == Lines{"6m FED no_data"});
}

}  // namespace
}  // namespace foghorn::test
