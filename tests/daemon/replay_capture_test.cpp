// A run is captured while an engine judges it, and replayed: the alert events must be the same
// bytes.
#include "daemon/replay_capture.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <sstream>

#include "daemon/capture_setup.hpp"
#include "daemon/engine_input.hpp"
#include "daemon/engine_of.hpp"
#include "daemon/engine_state.hpp"
#include "daemon/rules_of.hpp"
#include "daemon/warm_start.hpp"
#include "feeds/tapped_books.hpp"
#include "model/alert_json.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/feeds/capture/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string config_text(std::string_view clock, std::string_view threshold = "5%") {
  return fmt::format(R"(
[engine]
clock = "{}"
[feed.bybit]
liquidations = ["BTCUSDT"]
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT"]
[instrument.LIQ]
class = "event"
unit = "USD"
[[rule]]
id = "oil"
when = "abs(change(WTI, 10m)) >= {}"
for = "15s"
keep = "1m"
no_data = "1m"
[[rule]]
id = "rise"
when = "rise(WTI, 2h) >= 20%"
[[rule]]
id = "days"
when = "fall(WTI, 5d) <= -20% and streak(WTI) >= 2"
[[rule]]
id = "wave"
when = "sum(LIQ, 1h) >= 100K USD"
)",
                     clock, threshold);
}

/// What the daemon's market side does with what comes, without connections.
struct Live {
  const Config& config;
  CaptureState state;
  EngineTime time;
  SourceTable sources;
  Engine engine{engine_options_of(config), config.instruments, event_venues_of(config),
                rules_of(config), sources};
  EngineInput input{engine};
  Capture capture;
  FeedBooks books;
  TappedBooks tapped{books, &capture};
  std::string said;
  int id{};

  Live(const Config& c, const std::filesystem::path& folder, Duration rotate)
      : config{c},
        capture{{.folder = folder,
                 .rotate = rotate,
                 .foghorn = "0.1.0",
                 .setup = capture_setup_of(c),
                 .chunks = 1000},  // a quarter of an hour comes in a blink
                [this] { return state; }},
        books{*find_venue("bybit"), options(), environment()} {}

  FeedOptions options() {
    FeedOptions made;
    made.name = "bybit";
    made.request = request_of(config, config.feeds.front());
    return made;
  }
  BooksEnvironment environment() {
    BooksEnvironment made{.sources = sources, .engine = time, .sink = input};
    made.intake = {config.engine.clock, config.engine.max_skew, config.engine.max_lag};
    made.coverage = [this](std::string_view venue, bool seen, Timestamp t) {
      engine.event_stream(venue, seen, t);
    };
    made.candles = [this](SourceId source, std::span<const Candle> minutes, Timestamp t) {
      if (t != no_time) engine.candles(source, minutes, t);
    };
    made.voice = Voice::quiet;
    return made;
  }

  bool on_arrival() const { return config.engine.clock == EngineClock::arrival; }

  void begin(Timestamp t, const std::vector<StoredBar>& bars = {}) {
    std::vector<RuleMemory> rules;
    for (const auto& [key, text] : state.kept) rules.push_back(*parse_rule_memory(text));
    for (const auto& bar : bars)
      state.minutes.push_back(
          {bar.instrument, bar.minute, {bar.open, bar.high, bar.low, bar.close}});
    std::vector<DayBar> days;
    for (int i = 0; i < 6; ++i)
      days.push_back(
          {.day = at((i - 6) * 24h), .open = 90, .high = 115, .low = 80, .close = 90.0 + i});
    for (const auto& bar : days) state.days.push_back({"WTI", bar});
    engine.know_days("WTI", days);
    engine.market().warm(0, samples_of(bars));
    engine.restore(rules, {}, t - 1s);
    capture.begin(t - 1s, t);
    if (on_arrival()) engine.start(t);
    say();
  }
  void frame(std::uint32_t serial, std::string_view text, Timestamp t) {
    tapped.frame(0, serial, OwnedFrame{text}, t);
    say();
  }
  void trade(std::uint32_t serial, double price, Timestamp t) {
    frame(serial,
          fmt::format(R"({{"topic":"publicTrade.CLUSDT","type":"snapshot","ts":{0},"data":[{{"T":)"
                      R"({0},"s":"CLUSDT","S":"Sell","v":"1","p":"{1}","L":"MinusTick","i":"{2}",)"
                      R"("BT":false,"seq":{2}}}]}})",
                      to_unix_ms(t - 20ms), price, ++id),
          t);
  }
  void liquidation(std::uint32_t serial, double btc, Timestamp t) {
    frame(serial,
          fmt::format(
              R"({{"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":{0},"data":[{{"T":{0},)"
              R"("s":"BTCUSDT","S":"Buy","v":"{1}","p":"77000"}}]}})",
              to_unix_ms(t - 20ms), btc),
          t);
  }
  void heartbeat(Timestamp t) {
    capture.time(t);
    if (on_arrival()) engine.advance(t);
    say();
  }
  void candles(Timestamp first, double low, Timestamp t) {
    const auto row = [&](Timestamp minute, double price) {
      return fmt::format(R"(["{0}","{1}","{1}","{1}","{1}","1","1"])", to_unix_ms(minute), price);
    };
    CHECK(
        tapped.candles("CLUSDT",
                       fmt::format(R"({{"retCode":0,"retMsg":"OK","result":{{"category":"linear",)"
                                   R"("symbol":"CLUSDT","list":[{},{}]}}}})",
                                   row(first + 1min, low), row(first, low)),
                       t));
    say();
  }
  void say() {
    for (const auto& alert : engine.alerts()) said += to_public_json(alert) + '\n';
    engine.clear_alerts();
    engine.clear_bars();
    engine.clear_days();
  }
};

/// A quarter of an hour of a bad day, with a reconnect, a liquidation sum and a backfill in it.
void play(Live& live, Timestamp t) {
  auto line = live.tapped.opened(0, 0, t + 1s);
  live.frame(line, R"({"success":true,"ret_msg":"","conn_id":"x","req_id":"1","op":"subscribe"})",
             t + 1s);
  for (int second = 3; second < 900; ++second) {
    const auto now = t + std::chrono::seconds{second};
    if (second % 10 == 0) live.heartbeat(now + 1ms);
    if (second == 5) live.candles(t - 60min, 70, now);
    if (second == 400) {
      live.tapped.ended(0, line, LinkEnd::lost, now + 5ms);
      line = live.tapped.opened(0, 0, now + 500ms);
    }
    if (second > 400 && second < 520) continue;  // nothing comes: no_data, and data_back
    live.trade(line, second < 200 ? 90 : 84, now + 10ms);
    if (second % 100 == 0) live.liquidation(line, 0.5, now + 20ms);
  }
}

struct Replayed {
  int exit{};
  std::string out;
  std::string log;
};

Replayed replayed(const Config& config, const std::filesystem::path& capture) {
  std::ostringstream out, log;
  const int exit = replay_capture(config, capture, out, log, false);
  return {exit, out.str(), log.str()};
}

struct Rig {
  TempDir dir;
  Config config = good(read(config_text("arrival")));
  std::string said;

  /// One run, captured; returns what the store would have afterwards.
  std::vector<std::pair<std::string, std::string>> run(
      Timestamp t, std::vector<std::pair<std::string, std::string>> kept = {},
      Duration rotate = 1h) {
    Live live{config, dir.path(), rotate};
    live.state.kept = std::move(kept);
    live.begin(t, {{"WTI", t - 10min, 90, 91, 89, 90}, {"WTI", t - 9min, 90, 90, 90, 90}});
    play(live, t);
    live.capture.end(t + 15min);
    said += live.said;
    std::vector<std::pair<std::string, std::string>> memories;
    for (const auto& rule : live.engine.rule_memories())
      memories.emplace_back(rule.rule, to_text(rule));
    return memories;
  }
};

}  // namespace

TEST_CASE("replay --capture: the alert events are those of the captured run, byte for byte") {
  Rig rig;
  rig.config = good(read(config_text(GENERATE("arrival", "events"))));
  const auto kept = rig.run(at(1h));
  rig.run(at(2h), kept);  // another life, with what the first one left
  const auto again = replayed(rig.config, rig.dir.path());
  CAPTURE(again.log);
  CHECK(again.exit == 0);
  CHECK(again.out == rig.said);
  CHECK_THAT(rig.said, ContainsSubstring(R"("rule":"oil","instrument":"WTI","kind":"fire")"));
  CHECK_THAT(rig.said, ContainsSubstring(R"("rule":"wave")"));
  CHECK_THAT(rig.said, ContainsSubstring(R"("rule":"rise")"));
  CHECK_THAT(rig.said, ContainsSubstring(R"("rule":"days")"));
  CHECK_THAT(again.log, ContainsSubstring(" of 2 runs from "));
}

TEST_CASE("replay --capture: a run over several files is one run") {
  Rig rig;
  rig.run(at(1h), {}, 2min);
  REQUIRE(names_in(rig.dir.path()).size() >= 8);
  const auto again = replayed(rig.config, rig.dir.path());
  CHECK(again.out == rig.said);
  CHECK_THAT(again.log, ContainsSubstring(" of 1 run from "));
}

TEST_CASE("replay --capture: a later file alone is replayed, and said to be without its past") {
  Rig rig;
  rig.run(at(1h), {}, 5min);
  const auto names = names_in(rig.dir.path());
  REQUIRE(names.size() == 4);
  const auto again = replayed(rig.config, rig.dir.path() / names[1]);
  CHECK(again.exit == 0);
  CHECK_THAT(again.log, ContainsSubstring("part 2 of its run, without the part before"));
}

TEST_CASE("replay --capture: a first file that ends within its state is as good as none") {
  Rig rig;
  rig.run(at(1h), {}, 5min);
  const auto names = names_in(rig.dir.path());
  auto first = read_all(rig.dir.path() / names[0]).lines;
  first.resize(first.find(R"({"at":1735693200000000,"what":"begins")"));
  std::filesystem::remove(rig.dir.path() / names[0]);
  const auto without = replayed(rig.config, rig.dir.path());
  write_bytes(rig.dir.path() / "capture-20250101T010000Z.jsonl", first);
  const auto again = replayed(rig.config, rig.dir.path());
  CHECK(again.exit == 0);
  CHECK_FALSE(again.out.empty());
  CHECK(again.out == without.out);
  CHECK_THAT(again.log, ContainsSubstring("part 2 of its run, without the part before") &&
                            ContainsSubstring(" of 1 run from "));
}

TEST_CASE("replay --capture: a connection whose opening was lost is heard from the next file on") {
  Rig rig;
  rig.run(at(1h), {}, 5min);
  const auto names = names_in(rig.dir.path());
  const auto edit = [&](std::size_t i, std::string_view part, std::string_view instead) {
    auto lines = read_all(rig.dir.path() / names[i]).lines;
    lines.replace(lines.find(part), part.size(), instead);
    std::filesystem::remove(rig.dir.path() / names[i]);
    write_bytes(rig.dir.path() / names[i].substr(0, names[i].size() - 4), lines);
  };
  const std::string opened =
      fmt::format(R"({{"at":{},"what":"opened","feed":"bybit","link":0,"serial":1,"takes_over":0}})"
                  "\n",
                  (at(1h) + 1s).time_since_epoch().count());
  edit(0, opened, "");
  const auto deaf = replayed(rig.config, rig.dir.path());
  edit(1, R"("part":2)", R"("part":2,"after_loss":1)");
  const auto again = replayed(rig.config, rig.dir.path());
  CHECK(again.exit == 0);
  CHECK_THAT(again.log, ContainsSubstring("part 2 of its run, without records that were lost"));
  const auto events_of = [](const std::string& log) {
    return std::stoul(log.substr(log.rfind(": ", log.find(" events (")) + 2));
  };
  CHECK(events_of(again.log) > events_of(deaf.log));
}

TEST_CASE("replay --capture: what no stream and no rule's hash shows is said to differ as well") {
  const auto text = config_text("arrival");
  const auto recorded = capture_setup_of(good(read(text)));
  const auto notes = [&](std::string_view line, std::string_view instead) {
    auto changed = text;
    changed.replace(changed.find(line), line.size(), instead);
    const auto difference = compare_setup(recorded, good(read(changed)));
    CHECK(difference.impossible.empty());
    return fmt::format("{}", fmt::join(difference.notes, "|"));
  };
  CHECK(notes("no_data = \"1m\"", "no_data = \"1m\"").empty());
  for (const std::string_view line : {"no_data = \"2m\"", "no_data = \"1m\"\ncooldown = \"1h\"",
                                      "no_data = \"1m\"\nseverity = \"major\""})
    CHECK(notes("no_data = \"1m\"", line) ==
          "cooldown, no_data or severity differ from the recorded ones: changed oil");
  CHECK(notes("[feed.bybit]", "[feed.bybit]\ndelayed = true") ==
        "delayed, price or liquidation_size differ from the recorded ones: changed bybit");
}

TEST_CASE("replay --capture: what an older capture does not tell of its setup counts as the same") {
  const auto config = good(read(config_text("arrival")));
  auto older = capture_setup_of(config);
  for (const std::string_view key : {"rule_options", "feed_options"})
    older.replace(older.find(key), key.size(), "else");
  CHECK(compare_setup(older, config).notes.empty());
}

TEST_CASE("replay --capture: other rules are replayed, and said to be others") {
  Rig rig;
  rig.run(at(1h));
  const auto again = replayed(good(read(config_text("arrival", "50%"))), rig.dir.path());
  CHECK(again.exit == 0);
  CHECK(again.out != rig.said);
  CHECK_THAT(again.log, ContainsSubstring("rules differ from the recorded ones: changed oil"));
}

TEST_CASE("replay --capture: a config that listens to other streams is refused in words") {
  Rig rig;
  rig.run(at(1h));
  auto text = config_text("arrival");
  text.replace(text.find("BTCUSDT"), 7, "ETHUSDT");
  const auto again = replayed(good(read(text)), rig.dir.path());
  CHECK(again.exit == 2);
  CHECK(again.out.empty());
  CHECK_THAT(again.log, ContainsSubstring("[feed.bybit]: the capture listened to also") &&
                            ContainsSubstring("BTCUSDT") && ContainsSubstring("ETHUSDT"));
}

TEST_CASE("replay --capture: a feed that the config does not have is skipped and counted") {
  Rig rig;
  rig.run(at(1h));
  const auto again = replayed(good(read("[instrument.WTI]\nunit = \"USD/bbl\"\n")), rig.dir.path());
  CHECK(again.exit == 0);
  CHECK_THAT(again.log, ContainsSubstring("feed bybit of the capture is not in the config") &&
                            ContainsSubstring("records skipped"));
}

TEST_CASE("replay --capture: a torn tail is said, and what came before it is replayed") {
  Rig rig;
  rig.run(at(1h));
  const auto file = rig.dir.path() / names_in(rig.dir.path()).at(0);
  const auto bytes = bytes_of(file);
  write_bytes(file, std::string_view{bytes}.substr(0, bytes.size() / 2));
  const auto again = replayed(rig.config, file);
  CHECK(again.exit == 0);
  CHECK(rig.said.starts_with(again.out));
  CHECK_THAT(again.log, ContainsSubstring("bytes were torn by a crash"));
}

TEST_CASE("replay --capture: what is no capture is a mistake") {
  const TempDir dir;
  write_bytes(dir.path() / "t.csv", "time,instrument,price\n");
  const auto again = replayed(Config{}, dir.path() / "t.csv");
  CHECK(again.exit == 1);
  CHECK_THAT(again.log, ContainsSubstring("t.csv:1:1: this is not a JSON object"));
}
