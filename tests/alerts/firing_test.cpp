#include "alerts/firing.hpp"

#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <map>
#include <random>

#include "alerts/channels/matter.hpp"
#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

/// An event of the oil rule, `after` the fire.
AlertEvent step(AlertKind kind, Tier tier, Duration after, int number,
                const std::string& episode = "K7Q2") {
  auto event = oil(kind, fmt::format("{}-{}", episode, number), tier);
  event.episode = episode;
  event.time += after;
  event.event_time += after;
  return event;
}

const auto fire = step(AlertKind::fire, Tier::major, 0s, 0);
const auto escalate = step(AlertKind::escalate, Tier::critical, 10min, 1);
const auto resolve = step(AlertKind::resolve, Tier::critical, 20min, 2);

/// Where the alerts stand: "major firing", "critical over".
std::vector<std::string> stand(const std::vector<AlertEvent>& events) {
  std::vector<std::string> all;
  for (const auto& event : events)
    all.push_back(fmt::format("{} {}", event.tier ? to_text(*event.tier) : to_text(event.kind),
                              matter_of(event).over ? "over" : "firing"));
  return all;
}

using Stand = std::vector<std::string>;

}  // namespace

TEST_CASE("an episode fires from its fire to its resolve") {
  Firing firing;
  firing.add(fire, hormuz);
  CHECK(firing.present(hormuz) == std::vector{fire});
  firing.add(step(AlertKind::resolve, Tier::major, 1min, 1), hormuz + 1min);
  CHECK(stand(firing.present(hormuz + 1min)) == Stand{"major over"});
}

TEST_CASE("where an episode rises, the lower tier's alert ends and the higher one's begins") {
  Firing firing;
  firing.add(fire, hormuz);
  firing.add(escalate, hormuz + 10min);
  const auto now = firing.present(hormuz + 10min);
  REQUIRE(stand(now) == Stand{"major over", "critical firing"});
  CHECK(now[0].time == escalate.time);
  CHECK(now[0].began == fire.began);
  CHECK(now[0].reason == "escalated");
  CHECK(now[1] == escalate);
}

TEST_CASE("a rung added by a ratchet is news of the same alert") {
  Firing firing;
  firing.add(fire, hormuz);
  const auto higher = step(AlertKind::escalate, Tier::major, 3min, 1);
  firing.add(higher, hormuz + 3min);
  const auto now = firing.present(hormuz + 3min);
  CHECK(now == std::vector{higher});
}

TEST_CASE("an end is told for five minutes, and until it has arrived once") {
  Firing firing;
  firing.add(fire, hormuz);
  firing.add(step(AlertKind::resolve, Tier::major, 1min, 1), hormuz + 1min);
  CHECK(stand(firing.present(hormuz + 3h)) == Stand{"major over"});
  firing.arrived(hormuz + 3h);
  CHECK(firing.present(hormuz + 3h).empty());

  firing.add(fire, hormuz);
  firing.present(hormuz);
  firing.add(step(AlertKind::resolve, Tier::major, 1min, 1), hormuz + 1min);  // while on the line
  firing.arrived(hormuz + 1min);
  CHECK(stand(firing.present(hormuz + 1h)) == Stand{"major over"});
}

TEST_CASE("what fires is told again a minute after it arrived, and as soon as we are up") {
  Firing firing;
  CHECK(!firing.again(hormuz));
  firing.add(fire, hormuz);
  CHECK(firing.again(hormuz) == hormuz);
  firing.present(hormuz);
  firing.arrived(hormuz + 1s);
  CHECK(firing.again(hormuz + 2s) == hormuz + 61s);
  firing.add(step(AlertKind::resolve, Tier::major, 2s, 1), hormuz + 2s);
  firing.present(hormuz + 61s);
  firing.arrived(hormuz + 61s);
  CHECK(firing.again(hormuz + 302s - 1ms) == hormuz + 121s);
  CHECK(!firing.again(hormuz + 302s));
}

TEST_CASE("a new episode takes the place of what ended under its name, and leaves the rest") {
  Firing firing;
  for (const auto& event : {fire, escalate, resolve}) firing.add(event, event.time);
  const auto next = step(AlertKind::fire, Tier::major, 21min, 0, "M3");
  firing.add(next, next.time);
  const auto now = firing.present(next.time);
  CHECK(stand(now) == Stand{"major firing", "critical over"});
  CHECK(now[0] == next);
}

TEST_CASE("an episode that comes without the end of the one before ends that, too") {
  Firing firing;
  firing.add(escalate, escalate.time);
  firing.add(step(AlertKind::fire, Tier::major, 1h, 0, "M3"), hormuz + 1h);
  CHECK(stand(firing.present(hormuz + 1h)) == Stand{"major firing", "critical over"});
}

TEST_CASE("the end of another episode ends nothing, and an end without a beginning is one") {
  Firing firing;
  firing.add(step(AlertKind::fire, Tier::major, 0s, 0, "M3"), hormuz);
  firing.add(resolve, hormuz);
  CHECK(stand(firing.present(hormuz)) == Stand{"major firing"});
  Firing other;
  other.add(resolve, hormuz);
  CHECK(stand(other.present(hormuz)) == Stand{"critical over"});
}

TEST_CASE("an end is at the tier that fired, whatever its episode reached unheard") {
  Firing firing;
  firing.add(fire, hormuz);
  firing.add(resolve, resolve.time);  // critical: its escalate was silenced
  const auto now = firing.present(resolve.time);
  CHECK(stand(now) == Stand{"major over"});
  CHECK(now[0].began == fire.began);
}

TEST_CASE("an instrument's troubles are alerts of their own") {
  Firing firing;
  firing.add(about_gold(AlertKind::no_data, "n-0"), hormuz);
  firing.add(about_gold(AlertKind::unconfirmed, "u-0"), hormuz);
  firing.add(about_gold(AlertKind::data_back, "n-1"), hormuz + 1min);
  CHECK(stand(firing.present(hormuz)) == Stand{"data_back over", "unconfirmed firing"});
}

TEST_CASE("a notice passes by itself, and another one beside it") {
  Firing firing;
  for (const char* name : {"desk", "macro"}) {
    auto notice = about_gold(AlertKind::notice, name);
    notice.title.en = name;
    firing.add(notice, hormuz);
  }
  CHECK(firing.present(hormuz).size() == 2);
  firing.arrived(hormuz);
  CHECK(firing.present(hormuz + 5min).empty());
}

TEST_CASE("the event that came last changes nothing when it comes again") {
  Firing firing;
  firing.add(fire, hormuz);
  firing.add(escalate, escalate.time);
  const auto before = firing.present(escalate.time);
  firing.add(escalate, escalate.time + 1h);
  CHECK(firing.present(escalate.time) == before);
}

TEST_CASE("what an earlier life told as over is told on for the rest of its five minutes") {
  for (const auto& [down_for, expected] : {std::pair{4min, Stand{"major over"}}, {6min, Stand{}}}) {
    Firing firing;
    firing.add(fire, hormuz, true);
    firing.add(step(AlertKind::resolve, Tier::major, 0s, 1), hormuz, true);
    CHECK(stand(firing.present(hormuz + down_for)) == expected);
  }
}

TEST_CASE("what fired before we died fires on") {
  Firing firing;
  firing.add(fire, hormuz, true);
  CHECK(firing.again(hormuz + 24h) == hormuz + 24h);
  CHECK(stand(firing.present(hormuz + 24h)) == Stand{"major firing"});
}

TEST_CASE("one alert too many takes the place of what is over longest, or finds none") {
  Firing firing;
  const auto of = [](AlertKind kind, int rule) {
    auto event =
        step(kind, Tier::major, 0s, kind == AlertKind::resolve ? 1 : 0, fmt::format("E{}", rule));
    event.rule = fmt::format("rule-{}", rule);
    return event;
  };
  const int most = static_cast<int>(Firing::most);
  for (int i = 0; i < most; ++i) CHECK(firing.add(of(AlertKind::fire, i), hormuz));
  CHECK_FALSE(firing.add(of(AlertKind::fire, most), hormuz));
  CHECK(firing.add(of(AlertKind::resolve, 7), hormuz + 1s));
  CHECK(firing.add(of(AlertKind::resolve, 8), hormuz + 2s));
  CHECK(firing.add(of(AlertKind::fire, most), hormuz + 3s));
  CHECK(firing.alerts() == Firing::most);
  const auto now = firing.present(hormuz + 3s);
  CHECK(std::ranges::none_of(now, [](const auto& e) { return e.rule == "rule-7"; }));
  CHECK(std::ranges::any_of(now, [](const auto& e) { return e.rule == "rule-8"; }));
}

TEST_CASE("however episodes follow each other, what fires is their last word") {
  const auto seed = GENERATE(range(0U, 50U));
  CAPTURE(seed);
  std::mt19937 random{seed};
  Firing firing;
  std::map<std::string, AlertEvent> last;  // by rule, of its open episode
  std::map<std::string, int> episodes;
  auto now = hormuz;
  for (int i = 0; i < 300; ++i) {
    now += std::chrono::seconds{random() % 200};
    const auto rule = fmt::format("rule-{}", random() % 4);
    auto event = fire;
    const auto open = last.find(rule);
    if (open != last.end()) {
      event = open->second;
      const auto tier = static_cast<Tier>(random() % 3);
      event.kind =
          random() % 2 == 0 || tier < *event.tier ? AlertKind::resolve : AlertKind::escalate;
      if (event.kind == AlertKind::escalate) event.tier = tier;
    } else {
      event.rule = rule;
      event.episode = fmt::format("{}.{}", rule, ++episodes[rule]);
      event.tier = static_cast<Tier>(random() % 3);
    }
    event.time = now;
    event.id = fmt::format("{}-{}", event.episode, i);
    REQUIRE(firing.add(event, now));
    if (event.kind == AlertKind::resolve) {
      last.erase(rule);
    } else {
      last.insert_or_assign(rule, event);
    }

    std::map<std::string, std::string> told;
    std::map<std::pair<std::string, Tier>, int> labels;
    for (const auto& alert : firing.present(now)) {
      CHECK(++labels[{alert.rule, *alert.tier}] == 1);
      CHECK(alert.began <= alert.time);
      if (!matter_of(alert).over) told[alert.rule] = alert.id;
    }
    CHECK(told.size() == last.size());
    for (const auto& [name, expected] : last) CHECK(told[name] == expected.id);
    if (random() % 2 == 0) firing.arrived(now);
  }
}
