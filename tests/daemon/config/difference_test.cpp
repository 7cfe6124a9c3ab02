// What is said of two configs: the tables that came and went, the keys that changed, and what
// follows from it. A secret is never shown.
#include "daemon/config/difference.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/daemon/config/rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::string_view base = R"(
[daemon]
http = "127.0.0.1:0"
notices = ["desk"]
[feed.bybit]
[feed.okx]
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT"]
[instrument.GOLD]
unit = "USD/oz"
sources = ["okx:XAU-USDT-SWAP", "bybit:XAUTUSDT"]
[channel.desk]
type = "slack"
url = "https://hooks.slack.com/services/hush"
[[rule]]
id = "oil"
when = "last(WTI) >= 100 USD/bbl"
for = "15s"
route = ["desk"]
[[digest]]
at = "07:30"
channels = ["desk"]
)";

/// The base with `from` written as `to`.
Config with(std::string_view from, std::string_view to) {
  std::string text{base};
  const auto at = text.find(from);
  if (at == text.npos) throw std::runtime_error{"not in the base: " + std::string{from}};
  return good(read(text.replace(at, from.size(), to)));
}

Config with(std::string_view more) {
  return good(read(std::string{base} + std::string{more}));
}

std::string told(const Config& next) {
  return to_text(difference(good(read(base)), next));
}

}  // namespace

TEST_CASE("of two equal configs there is nothing to tell, wherever their tables stand") {
  CHECK(told(with("")) == "nothing would change\n");
  CHECK(told(with("[feed.bybit]\n[feed.okx]\n", "# moved\n\n[feed.okx]\n[feed.bybit]\n")) ==
        "nothing would change\n");
  CHECK(counts_text(difference(with(""), with(""))) == "none");
}

TEST_CASE("what comes and what goes is named, with what it is and what follows") {
  const auto more = with(R"(
[[rule]]
id = "gold"
when = "last(GOLD) >= 5000 USD/oz"
)");
  CHECK(
      told(more) ==
      "+ rule gold: last(GOLD) >= 5000 USD/oz\n    it starts idle, with the past that there is\n");
  CHECK(to_text(difference(more, with(""))) ==
        "- rule gold\n    an open episode ends, with a resolve that says so\n");
}

TEST_CASE("a changed key is told with both its values") {
  CHECK(told(with("route = [\"desk\"]", "cooldown = \"30m\"")) ==
        "~ rule oil: cooldown 0s -> 30m\n"
        "~ rule oil: route notice desk -> nothing\n"
        "    its episode and its timers go on\n");
}

TEST_CASE(
    "a rule of another condition starts afresh; one that is only spelled otherwise does not") {
  CHECK_THAT(told(with("for = \"15s\"", "for = \"30s\"")),
             ContainsSubstring("~ rule oil: for 15s -> 30s\n    its condition is another"));
  CHECK_THAT(told(with("last(WTI) >= 100 USD/bbl", "last( WTI ) >= 100 USD/bbl")),
             ContainsSubstring("its episode and its timers go on"));
}

TEST_CASE("of a secret it is told only that it changed") {
  const auto text = told(with("services/hush", "services/other"));
  CHECK(text == "~ channel desk: url changed\n");
  const auto change = difference(with(""), with("services/hush", "services/other"));
  CHECK_FALSE(change.tables.at(0).keys.at(0).from);
  CHECK_FALSE(change.tables.at(0).keys.at(0).to);
}

TEST_CASE("a feed is told to reconnect where it asks for something else, and only there") {
  CHECK(told(with("[feed.bybit]", "[feed.bybit]\nprice = \"mark\"")) ==
        "~ feed bybit: price trade -> mark\n    it reconnects\n");
  CHECK(
      told(with("[feed.okx]\n", "[feed.okx]\nenabled = false\n")).find("connections are closed") !=
      std::string::npos);
  const auto more = told(with(R"(
[instrument.BTC]
unit = "USD"
sources = ["bybit:BTCUSDT"]
)"));
  CHECK_THAT(more, ContainsSubstring(
                       "~ feed bybit: symbols CLUSDT, XAUTUSDT -> CLUSDT, XAUTUSDT, BTCUSDT\n"
                       "    it reconnects\n"));
  CHECK_THAT(more, ContainsSubstring("+ instrument BTC: bybit:BTCUSDT\n"));
}

TEST_CASE("what no running daemon can change wants a restart") {
  const auto next = with("http = \"127.0.0.1:0\"", "http = \"127.0.0.1:1\"\nlanguage = \"en\"");
  const auto change = difference(with(""), next);
  CHECK(change.needs_restart() == std::vector<std::string>{"[daemon] http"});
  CHECK_THAT(to_text(change), ContainsSubstring("needs a restart: [daemon] http; "));
  CHECK(difference(with(""), with("[[rule]]", "[engine]\nclock = \"events\"\n[[rule]]"))
            .needs_restart() == std::vector<std::string>{"[engine] clock"});
}

TEST_CASE("the log counts what changed") {
  CHECK(counts_text(difference(with(""), with("[[digest]]\nat = \"07:30\"",
                                              "[[digest]]\nat = \"08:00\""))) == "digest=+1-1~0");
}
