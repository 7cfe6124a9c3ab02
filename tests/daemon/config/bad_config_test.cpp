// Every mistake is one line with file, line, column, place and remedy.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "alerts/channels/channel.hpp"
#include "daemon/config/wording.hpp"
#include "tests/daemon/config/rig.hpp"

namespace foghorn::test {
namespace {

/// `toml`, and the one line it must give, without the file's name.
struct Bad {
  std::string toml;
  std::string line;
};

void check(const Bad& bad) {
  CAPTURE(bad.toml);
  CHECK(mistakes_in(read(bad.toml)) == std::vector{"config.toml:" + bad.line});
}

TEST_CASE("a mistake in TOML itself is told in plain words") {
  check(GENERATE(
      Bad{"[engine]\nheartbeat = 60s",
          "2:15: this value is not TOML; write text, durations and percentages in quotes, like "
          "\"60s\"; numbers, true "
          "and false without"},
      Bad{"[daemon]\nlog = info\n",
          "2:10: this value is not TOML; write text, durations and percentages in quotes, like "
          "\"60s\"; numbers, true "
          "and false without"},
      Bad{"[daemon]\nlog = \"info\n",
          "2:12: the text has no closing quote; end it with \" on the same line"},
      Bad{"[daemon]\nlog =\n",
          "2:6: the key has no value; write one after the =, or remove the key"},
      Bad{"[daemon\n",
          "1:8: a table's header is not complete; write [table.name], or [[rule]] for a rule"},
      Bad{"[feed.okx]\n[feed.okx]\n",
          "2:1: this key or table has been written before; remove one of the two"},
      Bad{"[feed.okx]\nprice = \"mid\"\nprice = \"mark\"\n",
          "3:9: this key or table has been written before; remove one of the two"},
      Bad{"[feed.okx]\nprice: \"mid\"\n", "2:6: a key is not followed by =; write key = \"value\""},
      Bad{"[feed.okx]\nliquidations = [\"*\"\nprice = \"mid\"",
          "3:1: this [ … ] is not complete; separate its values by commas and close it with ]"},
      Bad{"[daemon]\nlog = \"\xFF\"", "2:7: the file is not UTF-8 text; save it as UTF-8"}));
}

TEST_CASE("an unknown table or key is named with the nearest that is known") {
  check(GENERATE(
      Bad{"[deamon]\nlog = \"info\"", "1:2: [deamon]: no such table; did you mean \"daemon\"?"},
      Bad{"[[rules]]\nid = \"a\"", "1:3: [rules]: no such table; did you mean \"rule\"?"},
      Bad{"http = \"127.0.0.1:1\"",
          "1:1: http: a key above the first table; write it below the [table] it belongs to"},
      Bad{"[engine]\nhartbeat = \"1s\"",
          "2:1: [engine] hartbeat: no such key; did you mean \"heartbeat\"?"},
      Bad{"[instrument.X]\nmax_stalenes = \"1s\"",
          "2:1: [instrument.X] max_stalenes: no such key; did you mean \"max_staleness\"?"},
      Bad{"[instrument.X]\nconsensus = { sources = 2 }",
          "2:15: [instrument.X] consensus.sources: no such key; did you mean \"min_sources\"?"},
      Bad{"[feed.okx]\nsymbols = [\"X\"]",
          "2:1: [feed.okx] symbols: no such key; write \"enabled\", \"url\", \"rest_url\", "
          "\"ca_file\", \"proxy\", \"key\", \"key_file\", "
          "\"liquidations\", \"liquidation_size\", \"price\" or \"delayed\""},
      Bad{"[feed]\nenabled = true",
          "2:11: [feed] enabled: the key stands in [feed] itself; write [feed.NAME] above it"},
      Bad{"[[feed]]\nname = \"okx\"",
          "1:1: [feed]: this is not a table of tables; write [feed.NAME] on a line of its own"},
      Bad{"[rule]\nid = \"a\"",
          "1:1: [rule]: rules are a list of tables; write [[rule]], with two brackets on each "
          "side"},
      Bad{"[digest]\nat = \"07:30\"",
          "1:1: [digest]: digests are a list of tables; write [[digest]], with two brackets on "
          "each "
          "side"}));
}

TEST_CASE("a value of the wrong kind is told what it is and what to write") {
  check(GENERATE(
      Bad{"[engine]\nheartbeat = 60", "2:13: [engine] heartbeat: 60 has no unit; write \"60s\""},
      Bad{"[engine]\nmax_lag = \"60\"",
          "2:11: [engine] max_lag: \"60\" has no unit; write \"60s\""},
      Bad{"[engine]\nmax_lag = \"5 minutes\"",
          "2:11: [engine] max_lag: \"5 minutes\" is not a duration; write \"5m\""},
      Bad{"[engine]\nmax_lag = \"-5s\"",
          "2:11: [engine] max_lag: \"-5s\" is not a duration; write it with units, like \"90s\" or "
          "\"1h30m\""},
      Bad{"[engine]\nheartbeat = \"0s\"",
          "2:13: [engine] heartbeat: \"0s\" is too short; write \"100ms\" or more"},
      Bad{"[instrument.X]\nconsensus.max_deviation = 0.02",
          "2:27: [instrument.X] consensus.max_deviation: 0.02 has no unit; write \"2%\""},
      Bad{"[instrument.X]\nconsensus.max_deviation = 2",
          "2:27: [instrument.X] consensus.max_deviation: 2 has no unit; write \"2%\""},
      Bad{"[instrument.X]\nconsensus.max_deviation = \"0.02\"",
          "2:27: [instrument.X] consensus.max_deviation: \"0.02\" is not a percentage; write it "
          "like \"2%\" or \"50bp\""},
      Bad{"[instrument.X]\nconsensus.max_deviation = \"200%\"",
          "2:27: [instrument.X] consensus.max_deviation: \"200%\" is out of range; write more than "
          "\"0%\" and at most "
          "\"100%\""},
      Bad{"[instrument.X]\nconsensus = 2",
          "2:13: [instrument.X] consensus: 2 is not a table; write consensus = { … }"},
      Bad{"[instrument.X]\nconsensus.min_sources = \"2\"",
          "2:25: [instrument.X] consensus.min_sources: \"2\" is not a whole number; write 2, "
          "without quotes"},
      Bad{"[instrument.X]\nconsensus.min_sources = 0",
          "2:25: [instrument.X] consensus.min_sources: 0 is too small; write 1 or more"},
      Bad{"[instrument.X]\nunit = 5", "2:8: [instrument.X] unit: 5 is not text; write \"5\""},
      Bad{"[instrument.X]\nunit = \"\"",
          "2:8: [instrument.X] unit: this text is empty; write something, or remove the key"},
      Bad{"[instrument.X]\nname = {}",
          "2:8: [instrument.X] name: it has neither zh nor en; write { zh = \"…\", en = \"…\" }"},
      Bad{"[instrument.X]\nsources = \"okx:X\"",
          "2:11: [instrument.X] sources: \"okx:X\" is not a list; write [\"okx:X\"]"},
      Bad{"[instrument.X]\nsources = []",
          "2:11: [instrument.X] sources: the list is empty; name at least one, or remove the key"},
      Bad{"[instrument.X]\nsources = [\"okx:X\", 5]",
          "2:21: [instrument.X] sources: 5 is not text; write \"5\""},
      Bad{"[instrument.X]\nsources = [\"okx:X\", \"okx:X\"]",
          "2:22: [instrument.X] sources: \"okx:X\" is named twice; remove one of the two"},
      Bad{"[feed.okx]\nenabled = \"yes\"",
          "2:11: [feed.okx] enabled: \"yes\" is neither true nor false; write true or false, "
          "without quotes"},
      Bad{"[feed.okx]\nprice = \"last\"",
          "2:9: [feed.okx] price: \"last\" is not \"trade\", \"mark\" or \"mid\"; write "
          "\"trade\""}));
}

TEST_CASE("a daemon that could not start is refused") {
  check(GENERATE(Bad{"[daemon]\nhttp = \"9464\"",
                     "2:8: [daemon] http: \"9464\" is not a numeric address and a port; write it "
                     "like \"127.0.0.1:9464\" or "
                     "\"[::1]:9464\""},
                 Bad{"[daemon]\nhttp = \"localhost:9464\"",
                     "2:8: [daemon] http: \"localhost:9464\" is not a numeric address and a port; "
                     "write it like "
                     "\"127.0.0.1:9464\" or \"[::1]:9464\""},
                 Bad{"[daemon]\nhttp = \"127.0.0.1:70000\"",
                     "2:8: [daemon] http: \"127.0.0.1:70000\" is not a numeric address and a port; "
                     "write it like "
                     "\"127.0.0.1:9464\" or \"[::1]:9464\""},
                 Bad{"[daemon]\nlog = \"warning\"",
                     "2:7: [daemon] log: \"warning\" is not \"debug\", \"info\", \"warn\" or "
                     "\"error\"; write \"warn\""},
                 Bad{"[daemon]\ntimezone = \"Asia/Bejing\"",
                     "2:12: [daemon] timezone: this machine knows no time zone \"Asia/Bejing\"; "
                     "write a name like "
                     "\"Asia/Shanghai\" or \"UTC\" (apt install tzdata has them all)"},
                 Bad{"[daemon]\ntimezone = \"../../../etc/passwd\"",
                     "2:12: [daemon] timezone: this machine knows no time zone "
                     "\"../../../etc/passwd\"; write a name like "
                     "\"Asia/Shanghai\" or \"UTC\" (apt install tzdata has them all)"},
                 Bad{"[daemon]\ncontrol = \"/" + std::string(120, 'x') + "\"",
                     "2:11: [daemon] control: \"/" + std::string(59, 'x') +
                         "…\" has 121 bytes, and a socket's path at most 107; "
                         "write control = \"/run/foghorn/control.sock\" or another short path"},
                 Bad{"[daemon]\nnotices = [\"ops\"]",
                     "2:13: [daemon] notices: there is no channel \"ops\"; add a [channel.ops] "
                     "table, or remove the name"}));
}

TEST_CASE("a feed that could not listen is refused") {
  check(GENERATE(
      Bad{"[feed.bybitt]",
          "1:1: [feed.bybitt]: there is no venue \"bybitt\"; did you mean \"bybit\"?"},
      Bad{"[feed.binance]",
          "1:1: [feed.binance]: there is no venue \"binance\"; did you mean \"binance-futures\"?"},
      Bad{"[feed.okx]\nurl = \"https://ws.okx.com/ws\"",
          "2:7: [feed.okx] url: \"https://ws.okx.com/…\" cannot be used: its scheme is https, "
          "where wss is wanted; "
          "write it like \"wss://host/path\""},
      Bad{"[feed.okx]\nurl = \"ws://ws.okx.com/ws\"",
          "2:7: [feed.okx] url: \"ws://ws.okx.com/…\" cannot be used: ws:// is not encrypted, and "
          "its host is not this "
          "machine; write it like \"wss://host/path\""},
      Bad{"[feed.okx]\nurl = \"wss://${HOST}/ws\"",
          "2:7: [feed.okx] url: ${…} is expanded only in a channel's url, a feed's key, in "
          "ca_file and in proxy; write the URL itself"},
      Bad{"[feed.okx]\nrest_url = \"www.okx.com\"",
          "2:12: [feed.okx] rest_url: \"www.okx.com\" cannot be used: it is not an absolute "
          "https:// URL; write it "
          "like \"https://host/path\""},
      Bad{"[feed.okx]\nca_file = \"/no/such/ca.pem\"",
          "2:11: [feed.okx] ca_file: there is no file \"/no/such/ca.pem\"; name a PEM file that "
          "the daemon's user can "
          "read, or remove the key"},
      Bad{"[feed.okx]\nproxy = \"127.0.0.1:7890\"",
          "2:9: [feed.okx] proxy: this is no proxy's URL; write \"http://host:port\", "
          "\"socks5://host:port\", or \"none\" for no proxy"},
      Bad{"[feed.okx]\nproxy = \"\"",
          "2:9: [feed.okx] proxy: this text is empty; write something, or remove the key"},
      Bad{"[feed.okx]\nkey = \"a-key\"", "2:7: [feed.okx] key: okx wants no key; remove it"},
      Bad{"[feed.finnhub]",
          "1:1: [feed.finnhub]: finnhub wants a key of yours; write key_file = \"FILE\" or key = "
          "\"${VARIABLE}\""},
      Bad{"[feed.finnhub]\nkey = \"${FINNHUB_KEY}\"",
          "2:7: [feed.finnhub] key: the environment variable FINNHUB_KEY is not set; set "
          "FINNHUB_KEY where the daemon is started"},
      Bad{"[feed.okx]\nliquidation_size = \"order\"",
          "2:20: [feed.okx] liquidation_size: okx says itself which side was closed; remove the "
          "key"},
      Bad{"[feed.gate]\nliquidation_size = \"both\"",
          "2:20: [feed.gate] liquidation_size: \"both\" is not \"position\" or \"order\"; write "
          "\"position\""},
      Bad{"[feed.bybit]\nliquidations = [\"*\"]",
          "2:18: [feed.bybit] liquidations: bybit has no market-wide stream of liquidations; name "
          "its symbols, like "
          "[\"BTCUSDT\", \"ETHUSDT\"]"},
      Bad{"[feed.hyperliquid]\nliquidations = [\"*\"]",
          "2:16: [feed.hyperliquid] liquidations: hyperliquid publishes no liquidations; remove "
          "the key"},
      Bad{"[feed.binance-spot]\nprice = \"mark\"",
          "2:9: [feed.binance-spot] price: binance-spot tells no mark price; write price = "
          "\"trade\""},
      Bad{"[feed.okx]\nliquidations = [\"BTC-USDT-SWAP\", \"*\"]",
          "2:35: [feed.okx] liquidations: \"*\" already means every symbol; write [\"*\"] alone, "
          "or the symbols "
          "without it"}));
}

TEST_CASE("a channel that could not deliver is refused") {
  check(GENERATE(
      Bad{"[channel.desk]\nurl = \"https://127.0.0.1/x\"",
          "1:1: [channel.desk]: the channel has no type; write type = " + one_of(channel_types())},
      Bad{"[channel.desk]\ntype = \"wechat\"\nurl = \"https://127.0.0.1/x\"",
          "2:8: [channel.desk] type: \"wechat\" is not " + one_of(channel_types()) +
              "; write \"wecom\""},
      Bad{"[channel.desk]\ntype = \"wecom\"\nurl = \"https://qyapi.weixin.com/x\"",
          "3:7: [channel.desk] url: this URL leads to another host than qyapi.weixin.qq.com, where "
          "wecom is; write the "
          "URL as the platform gave it, or the ca_file of what stands in for it"},
      Bad{"[channel.desk]\ntype = \"wecom\"",
          "1:1: [channel.desk]: the channel has no url; write url_file = \"FILE\" or url = "
          "\"${VARIABLE}\""},
      Bad{"[channel.desk]\ntype = \"wecom\"\nurl = \"https://127.0.0.1/x\"\nfallback = \"ops\"",
          "4:13: [channel.desk] fallback: there is no channel \"ops\"; write \"desk\""},
      Bad{"[channel.desk]\ntype = \"wecom\"\nurl = \"https://127.0.0.1/x\"\nfallback = \"desk\"",
          "4:13: [channel.desk] fallback: a channel cannot stand in for itself; name another "
          "channel"}));
}

TEST_CASE("mute hours are two different times of the day, for a channel that can hold back") {
  const std::string desk = "[channel.desk]\ntype = \"wecom\"\nurl = \"https://127.0.0.1/x\"\n";
  const auto hours = [&](const std::string& text) {
    return desk + "mute_hours = \"" + text + "\"";
  };
  const auto no_hours = [](const std::string& text) {
    return "4:15: [channel.desk] mute_hours: \"" + text +
           "\" is not a time of the day to another; write \"23:00-07:00\"";
  };
  check(GENERATE_COPY(
      Bad{hours("23:00"), no_hours("23:00")}, Bad{hours("23-07"), no_hours("23-07")},
      Bad{hours("23:00-24:00"), no_hours("23:00-24:00")},
      Bad{hours("9:00-10:00"), no_hours("9:00-10:00")},
      Bad{hours("07:00-07:00"),
          "4:15: [channel.desk] mute_hours: these hours begin and end at one time; write "
          "\"23:00-07:00\", or remove the key"},
      Bad{"[channel.am]\ntype = \"alertmanager\"\nurl = \"http://127.0.0.1:9093\"\n"
          "mute_hours = \"23:00-07:00\"",
          "4:15: [channel.am] mute_hours: alertmanager is kept up to date at all hours; remove it, "
          "and use Alertmanager's own mute_time_intervals"}));
}

TEST_CASE("an instrument that could not have a price is refused") {
  check(GENERATE(
      Bad{"[instrument.\"W-TI\"]",
          "1:1: [instrument.W-TI]: \"W-TI\" cannot be named in a rule; use letters, digits and _, "
          "beginning with a "
          "letter"},
      Bad{"[instrument.tier]",
          "1:1: [instrument.tier]: \"tier\" is a word of the rule language; choose another name, "
          "like \"WTI\""},
      Bad{"[instrument.X]\nsources = [\"CLUSDT\"]",
          "2:13: [instrument.X] sources: \"CLUSDT\" is not a source; write venue and symbol with a "
          "colon, like "
          "\"bybit:CLUSDT\""},
      Bad{"[instrument.X]\nsources = [\"okex:CL\"]",
          "2:13: [instrument.X] sources: there is no venue \"okex\"; did you mean \"okx\"?"},
      Bad{"[feed.okx]\n[instrument.X]\nsources = [\"okx:CL\", \"bybit:CLUSDT\"]",
          "3:23: [instrument.X] sources: no [feed.bybit] brings this source; add a [feed.bybit] "
          "table, or remove the "
          "source"},
      Bad{"[feed.okx]\nenabled = false\n[instrument.X]\nsources = [\"okx:CL\"]",
          "4:11: [instrument.X] sources: every feed of these sources is switched off; enable one "
          "of them, or remove "
          "the instrument"},
      Bad{"[instrument.X]\nsources = [\"okx:CL\"]\nconsensus.min_sources = 2",
          "3:25: [instrument.X] consensus.min_sources: 2 sources have to agree, and 1 is listened "
          "to; write 1 or less, "
          "or add sources"},
      Bad{"[instrument.X]\nclass = \"events\"",
          "2:9: [instrument.X] class: \"events\" is not \"price\", \"event\" or "
          "\"fedwatch\"; write \"event\""},
      Bad{"[instrument.X]\nclass = \"event\"\nsources = [\"okx:CL\"]",
          "3:11: [instrument.X] sources: an event series gathers the liquidations of all feeds, "
          "and has no sources; "
          "remove the key, or class"},
      Bad{"[instrument.X]\nclass = \"event\"\nunit = \"BTC\"",
          "3:8: [instrument.X] unit: liquidations are added up in USD, not in \"BTC\"; write unit "
          "= \"USD\""},
      Bad{"[feed.okx]\n[instrument.X]\nclass = \"event\"",
          "2:1: [instrument.X]: no feed brings liquidations; write liquidations = [\"*\"] or "
          "symbols into a [feed] table"},
      Bad{"[instrument.X]\nsession = \"us-equities\"",
          "2:11: [instrument.X] session: there is no calendar \"us-equities\"; did you mean "
          "\"us-equity\"?"},
      Bad{"[instrument.X]\nsession = \"us-equity\"\nunderlying = \"us-equity\"",
          "3:14: [instrument.X] underlying: the instrument closes by itself, with \"us-equity\"; "
          "remove the key, or write session = \"always\""},
      Bad{"[instrument.X]\nunderlying = \"nymex-enrgy\"",
          "2:14: [instrument.X] underlying: there is no calendar \"nymex-enrgy\"; did you mean "
          "\"nymex-energy\"?"}));
}

/// A rule over WTI, which has a price in USD/bbl; its lines begin at 3.
Bad rule(const std::string& lines, std::string line) {
  return {"instrument.WTI.unit = \"USD/bbl\"\n[[rule]]\n" + lines, std::move(line)};
}

TEST_CASE("a rule that could not be judged or told is refused") {
  check(
      GENERATE(rule("when = \"change(WTI, 1h) > 1%\"",
                    "2:1: [[rule]]: the rule has no id; write id = \"oil-shock\" or another name"),
               rule("id = \"oil shock\"\nwhen = \"change(WTI, 1h) > 1%\"",
                    "3:6: [[rule]] id: \"oil shock\" is not an id; use at most 64 letters, digits, "
                    "-, _ and .; a title may say more"),
               rule("id = \"a\"",
                    "2:1: [[rule]]: the rule has no condition; write when = \"abs(change(WTI, 1h)) "
                    ">= 5%\" or another"),
               rule("id = \"a\"\nwhen = \"change(WTI, 1h) > 1%\"\n[[rule]]\nid = \"a\"\nwhen = "
                    "\"change(WTI, 1h) > 1%\"",
                    "6:6: [[rule]] id: the rule of line 2 has the id \"a\" too; give each rule an "
                    "id of its own"),
               rule("id = \"a\"\nwhen = \"change(WTI, 1h) > 1%\"\nfor = 15",
                    "5:7: [[rule]] for: 15 has no unit; write \"15s\""),
               rule("id = \"a\"\nwhen = \"change(WTI, 1h) > 1%\"\ncooldwn = \"15s\"",
                    "5:1: [[rule]] cooldwn: no such key; did you mean \"cooldown\"?"),
               rule("id = \"a\"\nwhen = \"change(WTI, 1h) > 1%\"\nseverity = \"warning\"",
                    "5:12: [[rule]] severity: \"warning\" is not \"notice\", \"major\" or "
                    "\"critical\"; write \"notice\""),
               rule("id = \"a\"\nwhen = \"change(WTI, 1h) > 1%\"\nroute = [\"desk\"]",
                    "5:11: [[rule]] route: there is no channel \"desk\"; add a [channel.desk] "
                    "table, or remove the name"),
               rule("id = \"a\"\nwhen = \"change(WTI, 1h) > tier\"\ntiers = { notice = 5 }",
                    "5:20: [[rule]] tiers.notice: a bare number has no unit; write it in quotes, "
                    "like \"5%\", \"4800 USD/oz\" or "
                    "\"1000\""),
               rule("id = \"a\"\nwhen = \"change(WTI, 1h) > tier\"\ntiers = { notise = \"5%\", "
                    "major = \"10%\" }",
                    "5:11: [[rule]] tiers.notise: no such key; did you mean \"notice\"?"),
               rule("id = \"a\"\nwhen = \"change(WTI, 1h) > 1%\"\ntiers = {}",
                    "5:9: [[rule]] tiers: there are no tiers in it; write { notice = \"5%\", major "
                    "= \"10%\" }, or remove the key"),
               rule("id = \"a\"\nwhen = \"change(WTI, 1h) > tier\"\ntiers = { major = \"5%\" "
                    "}\nseverity = \"major\"",
                    "6:12: [[rule]] severity: a rule with tiers is as severe as the tier it "
                    "reaches; remove severity, or tiers")));
}

TEST_CASE("a route names tiers that the rule has, and channels that exist") {
  const auto with_channel = [](const std::string& lines, std::string line) {
    return Bad{
        "channel.desk = { type = \"wecom\", url = \"http://127.0.0.1\" "
        "}\n[instrument.WTI]\n[[rule]]\nid = \"a\"\n" +
            lines,
        std::move(line)};
  };
  check(GENERATE_REF(
      with_channel("when = \"change(WTI, 1h) > tier\"\ntiers.major = \"5%\"\nroute = [\"desk\"]",
                   "7:9: [[rule]] route: a rule with tiers says which of them goes where; write "
                   "route = { notice = "
                   "[\"CHANNEL\"], major = [\"CHANNEL\"] }"),
      with_channel(
          "when = \"change(WTI, 1h) > tier\"\ntiers.major = \"5%\"\nroute.notice = [\"desk\"]",
          "7:16: [[rule]] route.notice: the rule has no tier notice; add notice to tiers, or "
          "remove it here"),
      with_channel("when = \"change(WTI, 1h) > 1%\"\nroute.major = [\"desk\"]",
                   "6:15: [[rule]] route.major: the rule has no tier major; write route = "
                   "[\"CHANNEL\"], or severity = "
                   "\"major\""),
      with_channel(
          "when = \"change(WTI, 1h) > 1%\"\nroute.notice = [\"dask\"]",
          "6:18: [[rule]] route.notice: there is no channel \"dask\"; did you mean \"desk\"?"),
      with_channel(
          "when = \"change(WTI, 1h) > 1%\"\nroute.notice = []",
          "6:16: [[rule]] route.notice: the list is empty; name at least one, or remove the key")));
}

/// As check(), of a mistake that the rule engine words: `line` is how it begins.
void check_place(const Bad& bad) {
  CAPTURE(bad.toml);
  const auto lines = mistakes_in(read(bad.toml));
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Catch::Matchers::StartsWith("config.toml:" + bad.line));
}

TEST_CASE("a mistaken condition points at its own letter") {
  check_place(GENERATE(
      rule("id = 'a'\nwhen = 'change(WTX, 1h) > 1%'", "4:16: [[rule]] when: \"WTX\""),
      rule("id = 'a'\nwhen = \"change(WTI, 1h) > 10\"", "4:27: [[rule]] when: \"10\""),
      rule("id = 'a'\nwhen = \"\"\"\n change(WTI, 1h) > 1% and\n change(WTI, 1h) > 10\"\"\"",
           "6:20: [[rule]] when: \"10\""),
      rule("id = 'a'\nwhen = \"change(WTI, 1h)\\t>\\u0020 10\"", "4:34: [[rule]] when: \"10\""),
      rule("id = 'a'\nwhen = \"\"\"\nchange(WTI, 1h) \\\n  > 10\"\"\"",
           "6:5: [[rule]] when: \"10\""),
      rule("id = 'a'\nwhen = 'crosses_above(WTI, 80 USD/bbl)'",
           "4:9: [[rule]] when: crosses_above"),
      rule("id = 'a'\nwhen = 'change(WTI, 1h) > 1%'\ngap = 'brigde'",
           "5:7: [[rule]] gap: \"brigde\" is not \"bridge\""),
      rule("id = 'a'\nwhen = 'change(WTI, 1h) > 1%'\nclear = 'change(WTI, 1h) < tier'",
           "5:28: [[rule]] clear: \"tier\"")));
}

TEST_CASE("tiers are literals of one kind, and a ratchet goes with them") {
  check_place(GENERATE(
      rule("id = 'a'\nwhen = 'change(WTI, 1h) > tier'\ntiers = { major = '5%', notice = '10%' }",
           "5:20: [[rule]] tiers.major: \"5%\""),
      rule("id = 'a'\nwhen = 'change(WTI, 1h) > tier'\ntiers = { notice = '5%', major = '70 "
           "USD/bbl' }",
           "5:35: [[rule]] tiers.major: \"70 USD/bbl\""),
      rule("id = 'a'\nwhen = 'change(WTI, 1h) > tier'\ntiers = { notice = 'much' }",
           "5:21: [[rule]] tiers.notice: "),
      rule("id = 'a'\nwhen = 'change(WTI, 1h) > 5%'\nratchet = '5%'", "5:12: [[rule]] ratchet: "),
      rule("id = 'a'\nwhen = 'change(WTI, 1h) > tier'\ntiers.major = '5%'\nratchet = '5 USD/bbl'",
           "6:12: [[rule]] ratchet: \"5 USD/bbl\"")));
}

TEST_CASE("all mistakes of a file are told at once, in its order") {
  const auto lines = mistakes_in(read(R"([daemon]
notices = ["ops"]
[[rule]]
id = "a b"
when = "change(WTI, 1h) > 1%"
for = 5
[instrument.WTI]
max_staleness = "soon"
[channel.desk]
type = "wecom"
[feed.okx]
price = "best"
)"));
  REQUIRE(lines.size() == 6);
  CHECK(lines[0].starts_with("config.toml:2:13: [daemon] notices"));
  CHECK(lines[1].starts_with("config.toml:4:6: [[rule]] id"));
  CHECK(lines[2].starts_with("config.toml:6:7: [[rule]] for"));
  CHECK(lines[3].starts_with("config.toml:8:17: [instrument.WTI] max_staleness"));
  CHECK(lines[4].starts_with("config.toml:9:1: [channel.desk]"));
  CHECK(lines[5].starts_with("config.toml:12:9: [feed.okx] price"));
}

}  // namespace
}  // namespace foghorn::test
