#include "daemon/config/calendars.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <fstream>

#include "tests/daemon/config/rig.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

Timestamp utc(const char* text) {
  return *parse_time(text);
}

const TradingHours& hours(std::string_view name) {
  const auto* calendar = Calendars::built_in().find(name);
  REQUIRE(calendar);
  return *calendar->hours;
}

/// The session of that day, as its two ends.
std::string session_of(std::string_view name, const char* day) {
  for (const auto& session : hours(name).sessions())
    if (session.day == utc(day)) return format_utc(session.open) + " " + format_utc(session.close);
  return "none";
}

std::vector<std::string> mistakes_of(std::string_view text) {
  const auto read = Calendars::read(text, "hours.toml");
  const auto* mistakes = std::get_if<std::vector<Mistake>>(&read);
  return mistakes ? lines(*mistakes) : std::vector<std::string>{};
}

constexpr std::string_view tokyo = R"([tokyo]
timezone = "Asia/Tokyo"
open = "09:00"
close = "15:30"
days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
known = [2026, 2026]
holidays = [2026-01-01]
)";

}  // namespace

TEST_CASE("the week of energy and metals goes from Sunday evening to Friday afternoon, New York") {
  const auto name = GENERATE("nymex-energy", "comex-metals");
  CHECK(session_of(name, "2026-03-02") == "2026-03-01T23:00:00.000Z 2026-03-02T22:00:00.000Z");
  CHECK(hours(name).open(utc("2026-03-06T21:59:59Z")));
  CHECK_FALSE(hours(name).open(utc("2026-03-06T22:00:00Z")));
  CHECK_FALSE(hours(name).open(utc("2026-03-07T12:00:00Z")));
}

TEST_CASE("a break of an hour lies between two sessions of energy") {
  CHECK_FALSE(hours("nymex-energy").open(utc("2026-03-03T22:30:00Z")));
  CHECK(hours("nymex-energy").opens_after(utc("2026-03-03T22:30:00Z"))->open ==
        utc("2026-03-03T23:00:00Z"));
}

TEST_CASE("hours follow New York's clock through its changes") {
  CHECK(session_of("us-equity", "2026-03-06") ==
        "2026-03-06T14:30:00.000Z 2026-03-06T21:00:00.000Z");
  CHECK(session_of("us-equity", "2026-03-09") ==  // daylight saving since the 8th
        "2026-03-09T13:30:00.000Z 2026-03-09T20:00:00.000Z");
  CHECK(session_of("us-equity", "2026-11-02") ==  // and no more since the 1st
        "2026-11-02T14:30:00.000Z 2026-11-02T21:00:00.000Z");
  CHECK(session_of("nymex-energy", "2026-03-09") ==  // opens on the evening of the change
        "2026-03-08T22:00:00.000Z 2026-03-09T21:00:00.000Z");
  CHECK(session_of("us-equity", "1985-04-25") ==  // in that year the last Sunday of April
        "1985-04-25T14:30:00.000Z 1985-04-25T21:00:00.000Z");
}

TEST_CASE("summer comes beyond the years that a time zone database lists") {
  CHECK(session_of("us-equity", "2045-07-05") ==
        "2045-07-05T13:30:00.000Z 2045-07-05T20:00:00.000Z");
  CHECK(session_of("us-equity", "2045-01-05") ==
        "2045-01-05T14:30:00.000Z 2045-01-05T21:00:00.000Z");
}

TEST_CASE("on a holiday there is no session") {
  CHECK(session_of("us-equity", "2026-07-03") == "none");
  CHECK(session_of("us-equity", "2018-12-05") == "none");
  CHECK(session_of("us-equity", "2025-01-09") == "none");
  CHECK(session_of("us-equity", "2022-06-20") == "none");
  CHECK(session_of("us-equity", "2021-06-18") != "none");  // Juneteenth since 2022
  CHECK(session_of("us-equity", "2021-12-31") != "none");  // New Year on a Saturday is not moved
  CHECK(session_of("nymex-energy", "2026-04-03") == "none");
  CHECK(session_of("nymex-energy", "2026-07-03") != "none");
}

TEST_CASE("over Good Friday energy rests from Thursday afternoon to Sunday evening") {
  const auto& energy = hours("nymex-energy");
  CHECK(energy.ended_by(utc("2026-04-04"))->close == utc("2026-04-02T21:00:00Z"));
  CHECK(energy.opens_after(utc("2026-04-04"))->open == utc("2026-04-05T22:00:00Z"));
}

TEST_CASE("some days close early") {
  CHECK(session_of("us-equity", "2026-11-27") ==
        "2026-11-27T14:30:00.000Z 2026-11-27T18:00:00.000Z");
  CHECK(session_of("nymex-energy", "2026-12-24") ==
        "2026-12-23T23:00:00.000Z 2026-12-24T18:45:00.000Z");
}

TEST_CASE("a calendar of one's own takes the place of those that are built in") {
  const TempDir dir;
  std::ofstream{dir.path() / "hours.toml"} << tokyo;
  constexpr auto config = "[engine]\ncalendars = \"hours.toml\"\n[instrument.X]\nsession = ";
  const auto x =
      good(read(config + std::string{"\"tokyo\""}, {}, dir.path() / "config.toml")).instruments[0];
  REQUIRE(x.hours);
  CHECK(x.hours->open(utc("2026-03-02T00:00:00Z")));
  CHECK_FALSE(x.hours->open(utc("2026-03-02T06:30:00Z")));
  CHECK(mistakes_in(read(config + std::string{"\"us-equity\""}, {}, dir.path() / "config.toml")) ==
        std::vector<std::string>{(dir.path() / "config.toml").string() +
                                 ":4:11: [instrument.X] session: there is no calendar "
                                 "\"us-equity\"; write \"always\" or \"tokyo\""});
}

TEST_CASE("instruments of one session share its hours") {
  const auto config =
      good(read("[instrument.X]\nsession = \"us-equity\"\n"
                "[instrument.Y]\nunderlying = \"us-equity\"\n"
                "[instrument.Z]"));
  CHECK(config.instruments[0].hours == config.instruments[1].underlying_hours);
  CHECK_FALSE(config.instruments[1].hours);
  CHECK_FALSE(config.instruments[2].hours);
}

TEST_CASE("a calendar's mistakes are told with their place") {
  const std::string text{tokyo};
  const auto with = [&](std::string_view from, std::string_view to) {
    auto changed = text;
    return mistakes_of(changed.replace(changed.find(from), from.size(), to));
  };
  const auto only = [](const std::vector<std::string>& lines) {
    REQUIRE(lines.size() == 1);
    return lines[0];
  };
  CHECK(only(with("Asia/Tokyo", "Asia/Tokio"))
            .starts_with("hours.toml:2:12: [tokyo] timezone: this machine knows no time zone "
                         "\"Asia/Tokio\""));
  CHECK(only(with("15:30", "3pm")) ==
        "hours.toml:4:9: [tokyo] close: \"3pm\" is not a time of the "
        "day; write hours and minutes, like \"17:00\"");
  CHECK(only(with("Fri", "Fry")) ==
        "hours.toml:5:38: [tokyo] days: \"Fry\" is no day of the week; "
        "did you mean \"Fri\"?");
  CHECK(only(with("2026-01-01", "2026-01-03")) ==
        "hours.toml:7:12: [tokyo] holidays: 2026-01-03 is none of `days`; correct it, or remove "
        "it");
  CHECK(only(with("[2026, 2026]", "2026")).starts_with("hours.toml:6:9: [tokyo] known: "));
  CHECK(only(with("holidays", "holidas")) ==
        "hours.toml:7:1: [tokyo] holidas: no such key; did you mean \"holidays\"?");
  CHECK(only(mistakes_of(text + "[tokyo.early]\n\"16:00\" = [2026-12-30]")) ==
        "hours.toml:9:11: [tokyo] early.16:00: \"16:00\" is not a time before the close; write "
        "hours and minutes, like \"13:00\"");
  CHECK(only(mistakes_of("tokyo")).starts_with("hours.toml:1:"));
}

TEST_CASE("what follows from a calendar's mistake is no second one") {
  std::string text{tokyo};
  text.replace(text.find("15:30"), 5, "3pm");
  CHECK(mistakes_of(text + "[tokyo.early]\n\"13:00\" = [2026-12-30]").size() == 1);
  const auto lines = mistakes_in(
      read("[engine]\ncalendars = \"nowhere.toml\"\n[instrument.X]\nsession = \"tokyo\""));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("config.toml:2:13: [engine] calendars: there is no file"));
}

TEST_CASE("a file of calendars names at least one") {
  const TempDir dir;
  std::ofstream{dir.path() / "hours.toml"} << "\n";
  const auto lines =
      mistakes_in(read("[engine]\ncalendars = \"hours.toml\"", {}, dir.path() / "config.toml"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("holds no calendar") != std::string::npos);
}

TEST_CASE("a calendar that will soon know no holidays is warned of, if it is in use") {
  const auto config = good(read("[instrument.X]\nunderlying = \"us-equity\""));
  CHECK(outdated_calendars(config, utc("2027-11-01")).empty());
  const auto warnings = outdated_calendars(config, utc("2027-11-03"));
  REQUIRE(warnings.size() == 1);
  CHECK(to_line(warnings[0]) ==
        "config.toml: [engine] calendars: warning: the holidays of \"us-equity\" are known until "
        "the end of 2027 only; update foghorn, or name a file that knows more");
}
