#include "alerts/hush.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <random>
#include <set>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

AlertEvent event(std::string rule, AlertKind kind, std::string id, Tier tier = Tier::notice,
                 Duration time = 0s) {
  AlertEvent e;
  e.time = at(time);
  e.rule = std::move(rule);
  e.instrument = e.rule;
  e.kind = kind;
  e.tier = tier;
  e.episode = id.substr(0, id.find('-'));
  e.id = std::move(id);
  return e;
}

Silence silence(std::string id, std::string rule, Duration until) {
  Silence s;
  s.id = std::move(id);
  s.rule = std::move(rule);
  s.until = at(until);
  return s;
}

AlertEvent gold(AlertKind kind, std::string id) {
  AlertEvent e;
  e.instrument = "GOLD";
  e.kind = kind;
  e.id = std::move(id);
  return e;
}

Silence silence_of_gold(Duration until) {
  auto s = silence("g", "", until);
  s.instrument = "GOLD";
  return s;
}

using State = std::optional<OutboxState>;

/// "brent is quiet while wti tells", and the desk as the only channel where none is named.
struct Rig {
  Hush hush{{{"brent", "wti"}}};

  State say(const AlertEvent& e, Duration now, const std::string& channel = "desk") {
    hush.hear(e);
    return row(e, now, channel);
  }
  State row(const AlertEvent& e, Duration now, const std::string& channel) {
    const auto reason = hush.reason(e, channel, at(now));
    OutboxRow made;
    made.id = outbox_id(e.id, channel);
    made.channel = channel;
    made.state = reason.value_or(OutboxState::pending);
    hush.note(made, e);
    return reason;
  }
  std::vector<std::string> look(Duration now) {
    std::vector<std::string> told;
    for (const auto& message : hush.look(at(now)))
      told.push_back(message.row.id + " " + std::string{to_text(message.row.state)});
    return told;
  }
};

using Told = std::vector<std::string>;
constexpr auto fire = AlertKind::fire;
constexpr auto escalate = AlertKind::escalate;
constexpr auto resolve = AlertKind::resolve;
constexpr auto silenced = OutboxState::silenced;
constexpr auto quiet = OutboxState::quiet;

}  // namespace

TEST_CASE("what a silence covers is held until it ends, and told then") {
  Rig rig;
  rig.hush.put(silence("s1", "wti", 60s));
  CHECK(rig.say(event("wti", fire, "W1-1"), 1s) == silenced);
  CHECK(rig.hush.next() == at(60s));
  CHECK(rig.look(59s).empty());
  CHECK(rig.look(60s) == Told{"W1-1/desk pending"});
  CHECK(rig.look(61s).empty());
  CHECK(rig.hush.next() == std::nullopt);
}

TEST_CASE("a silence that is taken back ends at once") {
  Rig rig;
  auto s = silence("s1", "wti", 60s);
  rig.hush.put(s);
  rig.say(event("wti", fire, "W1-1"), 1s);
  s.ended = at(2s);
  rig.hush.put(s);
  CHECK(rig.hush.silences(at(2s)).empty());
  CHECK(rig.look(2s) == Told{"W1-1/desk pending"});
}

TEST_CASE("an episode that is over before its silence is recorded only") {
  Rig rig;
  rig.hush.put(silence("s1", "wti", 60s));
  rig.say(event("wti", fire, "W1-1"), 1s);
  rig.hush.hear(event("wti", resolve, "W1-2"));
  CHECK(rig.look(60s).empty());
  CHECK(rig.hush.held().empty());
}

TEST_CASE("of an episode only the latest word is told after its silence") {
  Rig rig;
  rig.hush.put(silence("s1", "wti", 60s));
  rig.say(event("wti", fire, "W1-1"), 1s);
  rig.say(event("wti", escalate, "W1-2", Tier::major), 2s);
  CHECK(rig.look(60s) == Told{"W1-2/desk pending"});
}

TEST_CASE("the end of an episode that was told before its silence is told after it") {
  Rig rig;
  CHECK(rig.say(event("wti", fire, "W1-1"), 0s) == std::nullopt);
  rig.hush.put(silence("s1", "wti", 60s));
  CHECK(rig.say(event("wti", resolve, "W1-2"), 1s) == silenced);
  CHECK(rig.say(event("wti", fire, "W2-1"), 2s) == silenced);
  CHECK(rig.look(60s) == Told{"W1-2/desk pending", "W2-1/desk pending"});
}

TEST_CASE("a rule is quiet while the other one tells as much, and gets through above that") {
  Rig rig;
  rig.say(event("wti", fire, "W1-1", Tier::major), 0s);
  CHECK(rig.say(event("brent", fire, "B1-1", Tier::notice), 1s) == quiet);
  CHECK(rig.say(event("brent", escalate, "B1-2", Tier::major), 2s) == quiet);
  CHECK(rig.say(event("brent", escalate, "B1-3", Tier::critical), 3s) == std::nullopt);
}

TEST_CASE("a rule is quiet only where the other one was told") {
  Rig rig;
  rig.say(event("wti", fire, "W1-1"), 0s, "desk");
  const auto brent = event("brent", fire, "B1-1");
  CHECK(rig.say(brent, 1s, "desk") == quiet);
  CHECK(rig.row(brent, 1s, "macro") == std::nullopt);
}

TEST_CASE("a rule that is silenced itself speaks for nobody") {
  Rig rig;
  rig.hush.put(silence("s1", "wti", 60s));
  rig.say(event("wti", fire, "W1-1"), 0s);
  CHECK(rig.say(event("brent", fire, "B1-1"), 1s) == std::nullopt);
}

TEST_CASE("when the other rule is over, what it spoke for and is not over is told") {
  Rig rig;
  rig.say(event("wti", fire, "W1-1"), 0s);
  rig.say(event("brent", fire, "B1-1"), 1s);
  CHECK(rig.look(2s).empty());
  rig.say(event("wti", resolve, "W1-2"), 3s);
  CHECK(rig.look(3s) == Told{"B1-1/desk pending"});
}

TEST_CASE("both over at one time: nothing is left to tell") {
  Rig rig;
  rig.say(event("wti", fire, "W1-1"), 0s);
  rig.say(event("brent", fire, "B1-1"), 1s);
  rig.say(event("wti", resolve, "W1-2"), 3s);
  rig.hush.hear(event("brent", resolve, "B1-2"));
  CHECK(rig.look(3s).empty());
}

TEST_CASE("a silence over both rules ends with the message of the one that speaks for both") {
  Rig rig;
  rig.hush.put(silence("s1", "*", 60s));
  CHECK(rig.say(event("brent", fire, "B1-1"), 1s) == silenced);
  CHECK(rig.say(event("wti", fire, "W1-1"), 2s) == silenced);
  CHECK(rig.look(60s) == Told{"W1-1/desk pending", "B1-1/desk quiet"});
}

TEST_CASE("at one time those that another rule speaks for come last, whatever the order") {
  Rig rig;
  std::vector<AlertEvent> events{
      event("brent", fire, "B1-1"), event("gold", fire, "G1-1"), event("wti", fire, "W1-1"),
      event("brent", resolve, "B1-2", Tier::notice, 1s), event("wti", resolve, "W1-2", {}, 1s)};
  rig.hush.put_in_order(events);
  std::string order;
  for (const auto& e : events) order += e.id + " ";
  CHECK(order == "G1-1 W1-1 B1-1 W1-2 B1-2 ");
}

TEST_CASE("a rule's new episode ends an old one whose end was never heard") {
  Rig rig;
  rig.hush.put(silence("s1", "wti", 60s));
  rig.say(event("wti", fire, "W1-1"), 1s);
  rig.say(event("wti", fire, "W2-1"), 2s);
  CHECK(rig.look(60s) == Told{"W2-1/desk pending"});
}

TEST_CASE("what is said of an instrument that is over before its silence is recorded only") {
  Rig rig;
  rig.hush.put(silence_of_gold(60s));
  CHECK(rig.say(gold(AlertKind::no_data, "g1"), 1s) == silenced);
  CHECK(rig.say(gold(AlertKind::data_back, "g2"), 2s) == silenced);
  CHECK(rig.look(60s).empty());
}

TEST_CASE("what is said of an instrument and still holds is told after its silence") {
  Rig rig;
  rig.hush.put(silence_of_gold(60s));
  CHECK(rig.say(gold(AlertKind::no_data, "g1"), 1s) == silenced);
  CHECK(rig.say(gold(AlertKind::unconfirmed, "g2"), 2s) == silenced);
  CHECK(rig.look(60s) == Told{"g1/desk pending", "g2/desk pending"});
}

TEST_CASE("the end of an instrument's trouble that was told before its silence is told after it") {
  Rig rig;
  CHECK(rig.say(gold(AlertKind::no_data, "g1"), 0s) == std::nullopt);
  rig.hush.put(silence_of_gold(60s));
  CHECK(rig.say(gold(AlertKind::data_back, "g2"), 1s) == silenced);
  CHECK(rig.look(60s) == Told{"g2/desk pending"});
}

TEST_CASE("a trouble that is back under the silence that holds its end leaves nothing to tell") {
  Rig rig;
  rig.say(gold(AlertKind::no_data, "g1"), 0s);
  rig.hush.put(silence_of_gold(60s));
  rig.say(gold(AlertKind::data_back, "g2"), 1s);
  rig.say(gold(AlertKind::no_data, "g3"), 2s);
  CHECK(rig.hush.held().empty());
  rig.say(gold(AlertKind::data_back, "g4"), 3s);
  CHECK(rig.look(60s) == Told{"g4/desk pending"});
}

TEST_CASE("an end that comes after the silence, before anybody looked, ends what it held") {
  Rig rig;
  rig.hush.put(silence_of_gold(60s));
  rig.say(gold(AlertKind::no_data, "g1"), 1s);
  CHECK(rig.say(gold(AlertKind::data_back, "g2"), 60s) == silenced);
  CHECK(rig.look(60s).empty());
}

// ---- The obvious program -----------------------------------------------------------------------

namespace {

/// Keeps all rows for ever and looks through all of them for every answer.
struct Obvious {
  std::map<std::string, std::string> quiet_while;
  std::vector<Silence> silences;
  std::vector<StoredMessage> rows;
  std::vector<AlertEvent> heard;

  /// The rule's last fire's episode, unless it has ended.
  std::string open_episode(const std::string& rule) const {
    std::string open;
    for (const auto& e : heard) {
      if (e.rule != rule) continue;
      if (e.kind == resolve) {
        if (e.episode == open) open.clear();
      } else {
        open = e.episode;
      }
    }
    return open;
  }

  State reason(const AlertEvent& e, const std::string& channel, Timestamp now) const {
    for (const auto& s : silences)
      if (s.ended == no_time && now < s.until && s.rule == e.rule) return silenced;
    if (e.kind == resolve || !quiet_while.contains(e.rule)) return std::nullopt;
    const auto other = quiet_while.at(e.rule);
    const auto open = open_episode(other);
    for (const auto& [row, said] : rows)
      if (said.rule == other && said.episode == open && row.channel == channel &&
          said.kind != resolve && !hushed(row.state) && *said.tier >= *e.tier)
        return quiet;
    return std::nullopt;
  }

  bool latest(const StoredMessage& message) const {
    const StoredMessage* last = nullptr;
    for (const auto& other : rows)
      if (other.row.channel == message.row.channel && other.event.episode == message.event.episode)
        last = &other;
    return last == &message;
  }

  std::vector<std::string> look(Timestamp now) {
    std::vector<std::string> changed;
    for (const bool spoken_for : {false, true}) {
      for (auto& message : rows) {
        auto& [row, e] = message;
        const bool goes_on = e.kind == resolve || open_episode(e.rule) == e.episode;
        if (!hushed(row.state) || !goes_on || !latest(message) ||
            quiet_while.contains(e.rule) != spoken_for)
          continue;
        const auto state = reason(e, row.channel, now).value_or(OutboxState::pending);
        if (state == row.state) continue;
        row.state = state;
        changed.push_back(row.id + " " + std::string{to_text(state)});
      }
    }
    return changed;
  }

  /// As Store::unfinished().
  std::vector<StoredMessage> unfinished() const {
    std::vector<StoredMessage> left;
    for (const auto& message : rows) {
      const bool over = std::ranges::any_of(heard, [&](const AlertEvent& e) {
        return e.kind == resolve && e.episode == message.event.episode;
      });
      if (!over || (message.event.kind == resolve && hushed(message.row.state)))
        left.push_back(message);
    }
    return left;
  }

  std::set<std::string> told_channels(const std::string& episode) const {
    std::set<std::string> channels;
    for (const auto& [row, e] : rows)
      if (e.episode == episode && !hushed(row.state)) channels.insert(row.channel);
    return channels;
  }
};

}  // namespace

TEST_CASE("silences, quiet rules, episodes and restarts, against the obvious program") {
  const auto seed = GENERATE(range(0u, 60u));
  CAPTURE(seed);
  std::mt19937 random{seed};
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };

  const std::vector<std::string> rules{"wti", "brent", "gold", "urals"};
  const std::vector<std::string> channels{"desk", "macro"};
  Obvious obvious{
      .quiet_while = {{"brent", "wti"}, {"urals", "wti"}}, .silences = {}, .rows = {}, .heard = {}};
  Rig rig;
  rig.hush.set_quiet_while(obvious.quiet_while);
  std::map<std::string, int> tier;  // of open episodes, by rule
  std::map<std::string, int> said;  // by episode
  int episodes = 0;
  int made = 0;

  for (int step = 0; step < 250; ++step) {
    const Duration now = 1s * step;
    std::vector<AlertEvent> batch;
    for (const auto& rule : rules) {
      if (below(6) > 0) continue;
      const bool is_open = tier.contains(rule);
      const auto episode = rule + std::to_string(is_open ? said[rule] : (said[rule] = ++episodes));
      const auto id = [&](const char* what) { return episode + "-" + what + std::to_string(step); };
      if (!is_open) {
        tier[rule] = below(3);
        batch.push_back(event(rule, fire, id("f"), static_cast<Tier>(tier[rule]), now));
      } else if (tier[rule] < 2 && below(2) == 0) {
        ++tier[rule];
        batch.push_back(event(rule, escalate, id("e"), static_cast<Tier>(tier[rule]), now));
      } else {
        batch.push_back(event(rule, resolve, id("r"), static_cast<Tier>(tier[rule]), now));
        tier.erase(rule);
      }
    }
    std::ranges::shuffle(batch, random);
    rig.hush.put_in_order(batch);
    for (const auto& e : batch) {
      rig.hush.hear(e);
      obvious.heard.push_back(e);
      const auto had = obvious.told_channels(e.episode);
      for (const auto& channel : channels) {
        if (e.kind == resolve ? !had.contains(channel) : channel == "macro" && e.rule == "gold")
          continue;
        const auto expected = obvious.reason(e, channel, at(now));
        REQUIRE(rig.row(e, now, channel) == expected);
        OutboxRow row;
        row.id = outbox_id(e.id, channel);
        row.channel = channel;
        row.state = expected.value_or(OutboxState::pending);
        obvious.rows.push_back({.row = row, .event = e});
      }
    }
    if (below(10) == 0) {
      const auto s =
          silence("s" + std::to_string(++made), rules[random() % 4], now + 1s * below(40));
      obvious.silences.push_back(s);
      rig.hush.put(s);
    }
    if (below(15) == 0 && !obvious.silences.empty()) {
      auto& s = obvious.silences[random() % obvious.silences.size()];
      if (s.ended == no_time) s.ended = at(now);
      rig.hush.put(s);
    }
    // Asked when it wants to be: after events and orders, and when it said that it would.
    REQUIRE(rig.look(now) == obvious.look(at(now)));
    if (below(20) == 0)
      rig.hush = Hush{obvious.quiet_while, obvious.silences, obvious.unfinished()};
  }
}

TEST_CASE(
    "whatever silences and restarts there were, the reader knows of an instrument's trouble") {
  const auto seed = GENERATE(range(0u, 60u));
  CAPTURE(seed);
  std::mt19937 random{seed};
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };

  Rig rig;
  std::vector<Silence> silences;
  std::vector<StoredMessage> rows;
  bool trouble = false, believed = false;
  const auto told = [&](const AlertEvent& e) {
    REQUIRE(believed == (e.kind == AlertKind::data_back));
    believed = !believed;
  };
  for (int step = 0; step < 250; ++step) {
    const Duration now = 1s * step;
    if (below(3) == 0) {
      trouble = !trouble;
      const auto e =
          gold(trouble ? AlertKind::no_data : AlertKind::data_back, std::to_string(step));
      const auto reason = rig.say(e, now);
      OutboxRow row;
      row.id = outbox_id(e.id, "desk");
      row.channel = "desk";
      row.state = reason.value_or(OutboxState::pending);
      rows.push_back({.row = row, .event = e});
      if (!reason) told(e);
    }
    for (const auto& message : rig.hush.look(at(now))) {
      std::ranges::find(rows, message.row.id, [](const auto& m) { return m.row.id; })->row =
          message.row;
      told(message.event);
    }
    if (rig.hush.silences(at(now)).empty()) REQUIRE(believed == trouble);
    if (below(12) == 0) {
      silences.push_back(silence_of_gold(now + 1s * below(20)));
      silences.back().id += std::to_string(step);
      rig.hush.put(silences.back());
    }
    if (below(20) == 0) rig.hush = Hush{{}, silences, rows};
  }
}
