// Configs without a mistake, and what is read from them.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/daemon/config/rig.hpp"

namespace foghorn::test {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

constexpr auto wti = R"(
[feed.bybit]
[feed.okx]
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
)";

TEST_CASE("an empty config is a config: everything has a default") {
  const auto config = good(read("", {{"STATE_DIRECTORY", "/var/lib/foghorn"}}));
  CHECK(config.daemon ==
        DaemonSpec{.data_dir = "/var/lib/foghorn", .control = "/var/lib/foghorn/control.sock"});
  CHECK(config.engine == EngineSpec{});
  CHECK(config.rules.empty());
}

TEST_CASE("the daemon and the engine are read") {
  const auto config = good(read(R"(
[daemon]
http = "[::1]:0"
data_dir = "state"
control = "/run/foghorn.sock"
language = "en"
timezone = "UTC"
log = "debug"
[engine]
clock = "events"
heartbeat = "1d"
max_skew = "0s"
max_lag = "1m30s"
)",
                                {}, "/etc/foghorn/config.toml"));
  CHECK(config.daemon == DaemonSpec{.http = "[::1]:0",
                                    .data_dir = "/etc/foghorn/state",
                                    .control = "/run/foghorn.sock",
                                    .language = Language::en,
                                    .timezone = "UTC",
                                    .log = LogLevel::debug});
  CHECK(config.engine == EngineSpec{EngineClock::events, 24h, 0s, 90s});
}

TEST_CASE("state goes where systemd says, else among the user's own") {
  CHECK(good(read("", {{"STATE_DIRECTORY", "/a:/b"}, {"HOME", "/home/me"}})).daemon.data_dir ==
        "/a");
  CHECK(good(read("", {{"XDG_STATE_HOME", "/x"}, {"HOME", "/home/me"}})).daemon.data_dir ==
        "/x/foghorn");
  CHECK(good(read("", {{"HOME", "/home/me"}})).daemon.data_dir == "/home/me/.local/state/foghorn");
  CHECK(good(read("")).daemon.data_dir == "/var/lib/foghorn");
}

TEST_CASE("an instrument is read with its names, sources and consensus") {
  const auto config = good(read(R"(
[feed.bybit]
[feed.okx]
[feed.hyperliquid]
[instrument.WTI]
name = { zh = "WTI 原油", en = "WTI crude" }
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP", "hyperliquid:xyz:CL"]
consensus = { min_sources = 3, max_age = "10s", max_deviation = "50bp" }
max_staleness = "2m"
session = "always"
underlying = "nymex-energy"
ref_window = "5m"
)"));
  REQUIRE(config.instruments.size() == 1);
  const auto& instrument = config.instruments[0];
  CHECK(instrument.name == Text{"WTI 原油", "WTI crude"});
  REQUIRE(instrument.sources.size() == 3);
  CHECK(to_text(instrument.sources[2]) == "hyperliquid:xyz:CL");
  CHECK(instrument.consensus == ConsensusPolicy{3, 10s, 0.005});
  CHECK(instrument.max_staleness == 2min);
  CHECK(instrument.underlying == "nymex-energy");
  CHECK(instrument.ref_window == 5min);
}

TEST_CASE("two sources have to agree unless there is only one") {
  CHECK(good(read(wti)).instruments[0].consensus.min_sources == 2);
  CHECK(good(read("[instrument.X]\nsources = [\"okx:X\"]")).instruments[0].consensus.min_sources ==
        1);
  CHECK(good(read("[instrument.X]")).instruments[0].consensus.min_sources == 1);
}

TEST_CASE("the sources of a feed that is switched off are left out") {
  const auto config = good(read(R"(
[feed.bybit]
[feed.okx]
enabled = false
[instrument.WTI]
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
)"));
  REQUIRE(config.instruments[0].sources.size() == 1);
  CHECK(config.instruments[0].sources[0].venue == "bybit");
  CHECK(config.instruments[0].consensus.min_sources == 1);
}

TEST_CASE("one language may stand for both") {
  const auto config =
      good(read("[instrument.A]\nname = \"gold\"\n[instrument.B]\nname.zh = \"金\""));
  CHECK(config.instruments[0].name == Text{"gold", "gold"});
  CHECK(config.instruments[1].name == Text{"金", "金"});
}

TEST_CASE("a feed is read, and asks its venue for what the instruments need") {
  const auto config = good(read(R"(
[feed.bybit]
url = "wss://127.0.0.1:9443/v5/public/linear"
rest_url = ""
liquidations = ["BTCUSDT", "ETHUSDT"]
price = "mark"
delayed = true
[instrument.A]
sources = ["bybit:CLUSDT"]
[instrument.B]
sources = ["bybit:CLUSDT", "bybit:BZUSDT"]
consensus.min_sources = 1
)"));
  const auto& feed = config.feeds[0];
  CHECK(feed.rest_url == "");
  CHECK(feed.delayed);
  const auto request = request_of(config, feed);
  CHECK(request.url == "wss://127.0.0.1:9443/v5/public/linear");
  CHECK(request.liquidations == std::vector<std::string>{"BTCUSDT", "ETHUSDT"});
  REQUIRE(request.prices.size() == 2);
  CHECK(request.prices[1].symbol == "BZUSDT");
  CHECK(request.prices[1].kind == PriceKind::mark);
}

TEST_CASE(
    "of the liquidations that Binance's exchanges share, each feed is told which are its own") {
  const auto elsewhere = [](std::string_view coinm) {
    const auto config =
        good(read("[feed.binance-futures]\nliquidations = [\"*\"]\n"
                  "[feed.binance-coinm]\nliquidations = [\"*\"]\n" +
                  std::string{coinm}));
    return request_of(config, config.feeds[0]).liquidations_elsewhere;
  };
  CHECK(elsewhere("") == std::vector<std::string>{"*"});
  CHECK(elsewhere("enabled = false").empty());
}

TEST_CASE(
    "a feed of liquidations alone listens to a busy symbol too, to be heard when it is mute") {
  const auto alone = good(read("[feed.bybit]\nliquidations = [\"ETHUSDT\"]\n"));
  const auto prices = request_of(alone, alone.feeds[0]).prices;
  REQUIRE(prices.size() == 1);
  CHECK(prices[0].symbol == "BTCUSDT");
}

TEST_CASE("without rest_url a feed keeps its venue's") {
  CHECK(good(read("[feed.okx]")).feeds[0].rest_url == std::nullopt);
}

TEST_CASE("whose sign a liquidation's size has can be said where the venue does not say it") {
  const auto order = [](const char* said) {
    const auto config = good(read(said));
    return request_of(config, config.feeds[0]).liquidation_size_is_order;
  };
  CHECK(order("[feed.gate]\nliquidation_size = \"order\""));
  CHECK_FALSE(order("[feed.gate]\nliquidation_size = \"position\""));
  CHECK_FALSE(order("[feed.gate]"));
}

TEST_CASE("what nobody has checked of a venue is a warning at its feed") {
  const auto config = good(read("[feed.okx]\n[feed.gate]\nliquidations = [\"*\"]"));
  const auto warnings = lines(config.warnings);
  REQUIRE_FALSE(warnings.empty());
  for (const auto& warning : warnings)
    CHECK(warning.starts_with("config.toml:2:1: [feed.gate]: warning: gate "));
  CHECK(good(read("[feed.gate]\nenabled = false\nliquidations = [\"*\"]")).warnings.empty());
}

TEST_CASE("a rule is read, and its texts know where they stand") {
  const auto config = good(read(std::string{wti} + R"([channel.desk]
type = "wecom"
url = "http://127.0.0.1:1/x"
[[rule]]
id       = "oil-shock"
title    = { zh = "原油剧烈波动", en = "Crude oil shock" }
when     = "abs(change(WTI, 24h)) >= tier or abs(change(WTI, 1h)) >= tier / 2"
tiers    = { critical = "15%", notice = "5%", major = "10%" }
for      = "15s"
clear    = """
  abs(change(WTI, 24h)) < 0.8 * tier"""
keep     = "10m"
cooldown = "30m"
ratchet  = "5%"
no_data  = "2m"
route    = { notice = ["desk"], critical = ["desk"] }
)"));
  const auto& rule = config.rules.at(0);
  CHECK(rule.title == Text{"原油剧烈波动", "Crude oil shock"});
  CHECK(rule.at == Located{"oil-shock", "config.toml", 10, 1});
  CHECK(rule.when.line == 13);
  CHECK(rule.when.column == 13);
  REQUIRE(rule.clear);
  CHECK(*rule.clear == Located{"  abs(change(WTI, 24h)) < 0.8 * tier", "config.toml", 17, 1});
  CHECK(rule.tiers.at(Tier::major) == Located{"10%", "config.toml", 14, 56});
  CHECK(rule.hold == 15s);
  CHECK(rule.keep == 10min);
  CHECK(rule.cooldown == 30min);
  CHECK(rule.no_data == 2min);
  CHECK(rule.ratchet->text == "5%");
  CHECK(rule.route.size() == 2);
}

TEST_CASE("a rule may bridge closures, and its conditions then know") {
  const auto config =
      good(read(std::string{wti} +
                "[[rule]]\nid = \"a\"\nwhen = \"change(WTI, 1h) > 1%\"\ngap = \"bridge\""));
  CHECK(config.rules[0].bridge);
}

TEST_CASE("a rule needs no more than an id and a condition") {
  const auto config =
      good(read(std::string{wti} + "[[rule]]\nid = \"a\"\nwhen = \"change(WTI, 1h) > 1%\""));
  const auto& rule = config.rules.at(0);
  CHECK(rule.title == Text{"a", "a"});
  CHECK(rule.severity == Tier::notice);
  CHECK(rule.route.empty());
  CHECK(rule.no_data == 5min);
}

TEST_CASE("a rule without tiers may route by a plain list") {
  const auto config = good(read(std::string{wti} + R"([channel.desk]
type = "slack"
url = "https://localhost/x"
[[rule]]
id = "a"
when = "change(WTI, 1h) > 1%"
severity = "major"
route = ["desk"]
)"));
  CHECK(config.rules[0].route == std::map<Tier, std::vector<std::string>>{{Tier::major, {"desk"}}});
}

TEST_CASE("a replay's config names venues without feeds, and liquidations of all of them") {
  const auto config = good(read(R"(
[instrument.WTI]
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
[instrument.LIQ]
class = "event"
[[rule]]
id = "a"
when = "change(WTI@okx, 1h) > 1% or sum(LIQ@bybit, 1h) > 1M USD or sum(LIQ.BTC.long@okx, 1h) > 1M USD"
)"));
  CHECK(config.instruments[1].unit == "USD");
  CHECK(missing_for_run(config).size() == 1);
}

TEST_CASE("a daemon that runs needs a feed that is switched on") {
  CHECK(missing_for_run(good(read(wti))).empty());
  CHECK(lines(missing_for_run(good(read("[feed.okx]\nenabled = false")))) ==
        std::vector<std::string>{
            "config.toml: [feed]: no feed is enabled, so that there is nothing to listen to; "
            "add a table such as [feed.bybit]"});
}

TEST_CASE("an address that others can reach loads with a warning") {
  const auto config = good(read("[daemon]\nhttp = \"0.0.0.0:9464\""));
  REQUIRE(config.warnings.size() == 1);
  CHECK_THAT(to_line(config.warnings[0]),
             ContainsSubstring("config.toml:2:8: [daemon] http: warning: "));
}

TEST_CASE("what would run is described without the channels' URLs") {
  const auto text = describe(good(read(std::string{wti} + R"([channel.desk]
type = "wecom"
url = "https://127.0.0.1/send?key=SECRET"
[[rule]]
id = "oil"
title = { zh = "原油", en = "oil" }
when = "change(WTI, 1h) >= tier"
tiers = { notice = "5%", major = "10%" }
ratchet = "5%"
route = { major = ["desk"] }
)")));
  CHECK_THAT(text, ContainsSubstring("1 connection, 2 streams, price trade"));
  CHECK_THAT(text,
             ContainsSubstring("2 of 2 must agree within 2%: bybit:CLUSDT, okx:CL-USDT-SWAP"));
  CHECK_THAT(text, ContainsSubstring("notice 5%, major 10%, and every 5% above"));
  CHECK_THAT(text, ContainsSubstring("major to desk"));
  CHECK_THAT(text, ContainsSubstring("wecom, zh"));
  CHECK_THAT(text, !ContainsSubstring("SECRET") && !ContainsSubstring("127.0.0.1/send"));
}

}  // namespace
}  // namespace foghorn::test
