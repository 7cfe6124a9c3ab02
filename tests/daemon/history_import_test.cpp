#include "daemon/history_import.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <fstream>
#include <sstream>

#include "store/store.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp today{std::chrono::sys_days{std::chrono::year{2026} / 4 / 20} + 9h};

struct Imported {
  int exit{};
  std::string out, log;
};

/// A data_dir, and imports into it.
class Rig {
 public:
  Imported operator()(const std::string& csv, const std::string& instrument = "WTI") {
    const auto config = good(read("[daemon]\ndata_dir = \"" + dir_.string() + R"("
[instrument.WTI]
unit = "USD/bbl"
[instrument.CL]
session = "nymex-energy"
[instrument.LIQ]
class = "event"
unit = "USD"
)"));
    std::istringstream in{csv};
    std::ostringstream out, log;
    const int exit = import_history(config, instrument, in, "wti.csv", today, out, log);
    return {exit, out.str(), log.str()};
  }

  std::filesystem::path file() const { return dir_.path() / "foghorn.db"; }
  Store store() const { return Store{dir_.string()}; }
  std::vector<StoredDay> days() const { return store().days("WTI").value(); }

 private:
  TempDir dir_;
};

}  // namespace

TEST_CASE("a file of closes becomes days of which no more is known") {
  Rig rig;
  const auto run = rig("Date,Price\n2026-04-16,96.46\n2026-04-17,85.91\n");
  CHECK(run.log == "");
  CHECK(run.exit == 0);
  CHECK(run.out == "imported 2 days of WTI (closes alone), 2026-04-16 to 2026-04-17, into " +
                       rig.file().string() + "\nno trading day is missing\n");
  const auto days = rig.days();
  REQUIRE(days.size() == 2);
  CHECK(days[1].imported);
  CHECK(days[1].bar.closes_only);
  CHECK(days[1].bar.close == 85.91);
  CHECK(days[1].bar.high == 85.91);
  CHECK(days[1].bar.seen == 1);
}

TEST_CASE("a file of ranges is read in whatever order its columns and rows stand") {
  Rig rig;
  const auto run =
      rig("Low,High,Open,Date,Close\n85,97,96,2026-04-17,86\n-40,18,17,2020-04-20,-37\n");
  CHECK(run.exit == 0);
  const auto days = rig.days();
  REQUIRE(days.size() == 2);
  CHECK(days[0].bar.low == -40);
  CHECK(days[1].bar ==
        DayBar{.day = today - 9h - 72h, .open = 96, .high = 97, .low = 85, .close = 86});
  CHECK_THAT(run.out, ContainsSubstring("2020-04-20 to 2026-04-17"));
}

TEST_CASE("every wrong row is told with its place, and nothing is imported") {
  Rig rig;
  const auto run = rig(R"(date,open,high,low,close
2026-04-13,1,2,1,1
13.04.2026,1,2,1,1
2026-04-14,1,x,1,1
2026-04-15,1,1,2,1
2026-04-16,1,2,1,3
2026-04-13,1,2,1,1
2026-04-21,1,2,1,1
2026-04-17,1,inf,1,1
)");
  CHECK(run.exit == 1);
  CHECK(run.out == "");
  CHECK_THAT(run.log, ContainsSubstring("wti.csv:3:1: date: \"13.04.2026\" is not a date") &&
                          ContainsSubstring("write it as YYYY-MM-DD"));
  CHECK_THAT(run.log, ContainsSubstring("wti.csv:4:14: high: \"x\" is not a number"));
  CHECK_THAT(run.log, ContainsSubstring("wti.csv:5:14: high: the high 1 is below the low 2"));
  CHECK_THAT(run.log,
             ContainsSubstring("wti.csv:6:18: close: 3 is outside of the day's range, 1 to 2"));
  CHECK_THAT(run.log, ContainsSubstring("wti.csv:7:1: date: \"2026-04-13\" has a row already"));
  CHECK_THAT(run.log, ContainsSubstring("wti.csv:8:1: date: \"2026-04-21\" is a day to come"));
  CHECK_THAT(run.log, ContainsSubstring("wti.csv:9:14: high: \"inf\" is not a number"));
  CHECK_THAT(run.log, ContainsSubstring("nothing was imported"));
  CHECK(rig.days().empty());
}

TEST_CASE("a header that names no close, or some of a range, is told what to write") {
  Rig rig;
  for (const auto* header : {"date,open\n", "date,close,high\n", "when,close\n", ""}) {
    CAPTURE(header);
    const auto run = rig(header);
    CHECK(run.exit == 1);
    CHECK_THAT(run.log,
               StartsWith("wti.csv:1:1:") &&
                   ContainsSubstring("begin the file with date,close or date,open,high,low,close"));
  }
}

TEST_CASE("an instrument that the config does not have, or one without a price, is wrong use") {
  Rig rig;
  const auto run = rig("date,close\n2026-04-17,86\n", "WIT");
  CHECK(run.exit == 2);
  CHECK_THAT(run.log, ContainsSubstring("no price instrument \"WIT\"; write WTI"));
  const auto series = rig("date,close\n2026-04-17,86\n", "LIQ");
  CHECK(series.exit == 2);
  CHECK_THAT(series.log, ContainsSubstring("\"LIQ\" is an event series"));
}

TEST_CASE("a day that is not over is not imported as if it were") {
  Rig rig;
  const auto run = rig("date,close\n2026-04-19,86\n2026-04-20,86\n");
  CHECK(run.exit == 1);
  CHECK_THAT(run.log, StartsWith("wti.csv:3:1: date: this day is not over; leave out the row"));
  CHECK(rig.days().empty());
  CHECK_THAT(rig("date,close\n2026-04-20,86\n", "CL").log,
             StartsWith("wti.csv:2:1: date: this day is not over"));
}

TEST_CASE("a day on which the market has no session is no day of its history") {
  Rig rig;
  CHECK_THAT(rig("date,close\n2026-04-17,86\n2026-04-18,86\n", "CL").log,
             StartsWith("wti.csv:3:1: date: nymex-energy has no session on \"2026-04-18\";"));
  CHECK(rig("date,close\n2026-04-17,86\n", "CL").exit == 0);
  CHECK(rig("date,close\n2026-04-18,86\n", "WTI").exit == 0);
}

TEST_CASE("what stands in a row is told on one line, and not at any length") {
  Rig rig;
  const auto run = rig("date,close\n2026-04-17,\x1b[2J" + std::string(5000, '9') + "x\n");
  CHECK(run.log.find('\x1b') == run.log.npos);
  CHECK(run.log.size() < 300);
}

TEST_CASE("days are imported over imported ones, and not over what the daemon saw whole") {
  Rig rig;
  REQUIRE(rig("date,close\n2026-04-16,96\n2026-04-17,86\n").exit == 0);
  const StoredDay live{
      .instrument = "WTI",
      .bar = {.day = today - 9h - 72h, .open = 96, .high = 97, .low = 85, .close = 85.91},
      .imported = false};
  REQUIRE(rig.store().commit({.days = {live}}));
  const auto run = rig("date,close\n2026-04-16,96.46\n2026-04-17,86.5\n");
  CHECK_THAT(run.out, StartsWith("imported 1 days") &&
                          ContainsSubstring("kept 1 days as the daemon saw them"));
  CHECK(rig.days()[0].bar.close == 96.46);
  CHECK(rig.days()[1] == live);
}

TEST_CASE("days that are missing are told") {
  Rig rig;
  const auto run = rig("date,close\n2026-04-06,1\n2026-04-07,1\n2026-04-15,1\n2026-04-16,1\n");
  CHECK_THAT(run.out,
             ContainsSubstring("missing: 7 trading days\n  7 between 2026-04-07 and 2026-04-15\n"));
}

TEST_CASE("while the daemon runs the import is refused, and says what to do") {
  Rig rig;
  const auto daemon = rig.store();
  const auto run = rig("date,close\n2026-04-17,86\n");
  CHECK(run.exit == 1);
  CHECK_THAT(run.log, ContainsSubstring("another foghorn") &&
                          ContainsSubstring("stop it, import, and start it again"));
}

TEST_CASE("a store that cannot be had for another reason is not blamed on a daemon") {
  const TempDir dir;
  std::ofstream{dir.path() / "file"} << "not a folder";
  const auto config = good(
      read("[daemon]\ndata_dir = \"" + (dir.path() / "file").string() + "\"\n[instrument.WTI]\n"));
  std::istringstream in{"date,close\n2026-04-17,86\n"};
  std::ostringstream out, log;
  CHECK(import_history(config, "WTI", in, "wti.csv", today, out, log) == 1);
  CHECK_THAT(log.str(), !ContainsSubstring("if the daemon is running"));
}
