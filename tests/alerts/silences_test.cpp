#include "alerts/silences.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const Coverable there_are{.rules = {"gold-range", "oil-shock"}, .instruments = {"GOLD", "WTI"}};

Silence wish(std::string rule, std::string instrument) {
  Silence silence;
  silence.rule = std::move(rule);
  silence.instrument = std::move(instrument);
  silence.author = "维护员";
  silence.reason = "OPEC meets";
  silence.until = hormuz + 2h;
  return silence;
}

std::string refusal(const Silence& silence, std::size_t live = 0) {
  const auto answer = granted(silence, there_are, live, hormuz);
  return answer.has_error() ? answer.error().sentence : "";
}

bool says(const Silence& silence, std::string_view words) {
  return refusal(silence).find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a silence is in force from the moment it is granted") {
  const auto silence = granted(wish("oil-shock", ""), there_are, 0, hormuz);
  REQUIRE(silence.has_value());
  CHECK(silence->made == hormuz);
  CHECK(live(*silence, hormuz));
  CHECK(live(*silence, hormuz + 2h - 1us));
  CHECK_FALSE(live(*silence, hormuz + 2h));
}

TEST_CASE("a silence names what it covers, by the names that there are") {
  CHECK(says(wish("", ""), R"("*" stands for each)"));
  CHECK(says(wish("oil-shok", ""), "oil-shock is the nearest"));
  CHECK(says(wish("", "BTC"), "no instrument of that name"));
  CHECK(refusal(wish("*", "")).empty());
  CHECK(refusal(wish("oil-shock", "WTI")).empty());
}

TEST_CASE("a silence has an author and a reason, of one line each") {
  auto silence = wish("oil-shock", "");
  silence.author = "  ";
  CHECK(says(silence, "author is missing"));
  silence.author = "me";
  silence.reason = "";
  CHECK(says(silence, "reason is missing"));
  for (const auto* control : {"one\ntwo", "one\x7Ftwo", "one\xC2\x85two", "one\xC2\x9Btwo"}) {
    silence.reason = control;
    CHECK(says(silence, "on one line"));
  }
}

TEST_CASE("the bound of a reason is in characters, whatever bytes they take") {
  auto silence = wish("oil-shock", "");
  for (std::size_t i = 0; i < longest_silence_reason; ++i) silence.reason += "油";
  silence.reason.erase(0, silence.reason.find("油"));
  CHECK(refusal(silence).empty());
  silence.reason += "油";
  CHECK(says(silence, "has 501 characters; at most 500"));
}

TEST_CASE("a silence ends in the future, within 30 days") {
  auto silence = wish("oil-shock", "");
  silence.until = hormuz;
  CHECK(says(silence, "in the future"));
  silence.until = hormuz + 30 * 24h;
  CHECK(refusal(silence).empty());
  silence.until += 1us;
  CHECK(says(silence, "30 days at most"));
  silence.until = Timestamp::max();
  CHECK(says(silence, "30 days at most"));
}

TEST_CASE("no more than a thousand silences are in force at once") {
  CHECK(refusal(wish("oil-shock", ""), most_silences - 1).empty());
  CHECK(refusal(wish("oil-shock", ""), most_silences).find("1000 silences") != std::string::npos);
}

TEST_CASE("a silence covers what it names, and both where it names both") {
  const auto event = oil(AlertKind::fire, "a");
  CHECK(covers(wish("oil-shock", ""), event));
  CHECK(covers(wish("", "WTI"), event));
  CHECK(covers(wish("oil-shock", "WTI"), event));
  CHECK_FALSE(covers(wish("oil-shock", "BRENT"), event));
  CHECK_FALSE(covers(wish("gold-range", "WTI"), event));
  CHECK_FALSE(covers(wish("", ""), event));
}

TEST_CASE("a silence of each rule leaves what is said of instruments alone, and the daemon's own") {
  const auto no_data = about_gold(AlertKind::no_data, "g");
  CHECK(covers(wish("*", ""), oil(AlertKind::fire, "a")));
  CHECK_FALSE(covers(wish("*", ""), no_data));
  CHECK(covers(wish("", "*"), no_data));
  CHECK(covers(wish("", "GOLD"), no_data));
  AlertEvent channel_is_down;
  CHECK_FALSE(covers(wish("", "*"), channel_is_down));
  CHECK_FALSE(covers(wish("*", ""), channel_is_down));
}
