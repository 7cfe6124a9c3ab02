// Another config for a market side that runs: two venues of its own on the line, over real TLS.
#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "daemon/market_side.hpp"
#include "daemon/replay_capture.hpp"
#include "model/alert_json.hpp"
#include "net/clock.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/sim/tls_server.hpp"
#include "tests/support/run.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

/// Bybit and OKX: whatever is subscribed trades at 80, and no past is told.
class TwoVenues final : public sim::Service {
 public:
  Admission admits(std::string_view) override { return {true, 200}; }
  void opened(sim::WsPeer& peer, std::string_view target) override {
    of_[&peer] = target.find("okx") != std::string_view::npos ? "okx" : "bybit";
    ++opened_[of_[&peer]];
  }
  void closed(sim::WsPeer& peer) override {
    ++closed_[of_[&peer]];
    of_.erase(&peer);
  }

  void text(sim::WsPeer& peer, std::string_view message) override {
    const auto now = to_unix_ms(wall_now());
    // What is as old as the subscription is history: these come a moment later.
    const auto after = to_unix_ms(wall_now() + 1s);
    for (const auto* symbol : {"BTCUSDT", "ETHUSDT"})
      if (message.find(fmt::format("publicTrade.{}", symbol)) != std::string_view::npos)
        trade(peer, symbol, 80);
    if (message.find("allLiquidation.BTCUSDT") != std::string_view::npos)
      peer.send(fmt::format(R"({{"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":{0},)"
                            R"("data":[{{"T":{0},"s":"BTCUSDT","S":"Buy","v":"2","p":"80"}}]}})",
                            after));
    if (message.find("liquidation-orders") != std::string_view::npos)
      peer.send(fmt::format(
          R"({{"arg":{{"channel":"liquidation-orders","instType":"SWAP"}},"data":[{{"details":[)"
          R"({{"bkLoss":"0","bkPx":"80","ccy":"","posSide":"long","side":"sell","sz":"5",)"
          R"("ts":"{}"}}],"instFamily":"BTC-USDT","instId":"BTC-USDT-SWAP","instType":"SWAP",)"
          R"("uly":"BTC-USDT"}}]}})",
          after));
    if (of_[&peer] == "okx" && message.find("trades") != std::string_view::npos) {
      peer.send(fmt::format(R"({{"arg":{{"channel":"trades","instId":"CL-USDT-SWAP"}},"data":[)"
                            R"({{"instId":"CL-USDT-SWAP","tradeId":"1","px":"80","sz":"1",)"
                            R"("side":"sell","ts":"{}","count":"1"}}]}})",
                            now));
    }
  }

  /// To all of Bybit's connections that are open.
  void trade(double price) {
    for (const auto& [peer, venue] : of_)
      if (venue == "bybit") trade(*peer, "BTCUSDT", price);
  }

  int opened_by(const std::string& venue) const { return count(opened_, venue); }
  int closed_by(const std::string& venue) const { return count(closed_, venue); }

 private:
  using Counts = std::map<std::string, int>;
  static int count(const Counts& counts, const std::string& venue) {
    const auto found = counts.find(venue);
    return found == counts.end() ? 0 : found->second;
  }

  static void trade(sim::WsPeer& peer, std::string_view symbol, double price) {
    peer.send(fmt::format(R"({{"topic":"publicTrade.{1}","type":"snapshot","ts":{0},"data":[)"
                          R"({{"T":{0},"s":"{1}","S":"Buy","v":"1","p":"{2}","L":"PlusTick",)"
                          R"("i":"{0}-{2}","BT":false}}]}})",
                          to_unix_ms(wall_now()), symbol, price));
  }

  std::map<sim::WsPeer*, std::string> of_;
  Counts opened_, closed_;
};

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("foghorn-reload-{}", ::getpid());
  Folder() { std::filesystem::create_directories(path / "capture"); }
  ~Folder() { std::filesystem::remove_all(path); }
};

struct Running {
  asio::io_context io;
  Folder folder;
  sim::Credentials credentials = sim::make_credentials();
  TwoVenues venues;
  sim::TlsServer server{io.get_executor(), credentials, venues};
  int port = server.listen(0);
  std::string liquidations;         // a line of bybit's; empty: none
  std::string okx_liquidations;     // likewise
  std::string capture = "capture";  // the folder in ours; empty: none
  std::vector<std::string> said;
  std::string events;  // as a replay writes them
  std::vector<StoredRule> stored;
  std::unique_ptr<MarketSide> side;

  Running(const std::string& instruments, const std::string& rules,
          std::string captured_in = "capture")
      : capture{std::move(captured_in)},
        side{std::make_unique<MarketSide>(
            io, config(instruments, rules), [this](Decisions decisions) {
              for (const auto& event : decisions.events) {
                said.push_back(event.rule + " " + std::string{to_text(event.kind)});
                events += to_public_json(event) + '\n';
              }
              for (auto& state : decisions.states) stored.push_back(std::move(state));
            })} {}

  std::shared_ptr<const Config> config(const std::string& instruments, const std::string& rules) {
    const auto ca = folder.path / "ca.pem";
    std::ofstream{ca} << credentials.ca_pem;
    std::string text = instruments + rules;
    if (!capture.empty())
      text = fmt::format("[capture]\nenabled = true\ndir = \"{}\"\n",
                         (folder.path / capture).string()) +
             text;
    const auto feed = [&](const char* name) {
      text += fmt::format(
          "[feed.{0}]\nurl = \"wss://127.0.0.1:{1}/{0}\"\nrest_url = \"\"\nca_file = \"{2}\"\n",
          name, port, ca.string());
    };
    feed("bybit");
    text += liquidations;
    if (instruments.find("okx:") != std::string::npos) {
      feed("okx");
      text += okx_liquidations;
    }
    return std::make_shared<const Config>(
        good(read(text, {{"STATE_DIRECTORY", folder.path.string()}})));
  }

  void reload(const std::string& instruments, const std::string& rules,
              std::vector<StoredPast> past = {}) {
    side->reload(make_market_change(config(instruments, rules), std::move(past)));
  }

  std::size_t captured(const std::string& in) const {
    const auto files = std::filesystem::directory_iterator{folder.path / in};
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

  std::optional<double> price(const std::string& id) {
    const auto shot = side->snapshot();
    const auto found = std::ranges::find(shot.instruments, id, &InstrumentSnapshot::id);
    return found == shot.instruments.end() ? std::nullopt : found->price;
  }
  FeedSnapshot feed(const std::string& name) {
    for (const auto& feed : side->snapshot().feeds)
      if (feed.status.name == name) return feed;
    return {};
  }
};

template <class Condition>
asio::awaitable<void> until(Condition condition) {
  asio::steady_timer poll{co_await asio::this_coro::executor};
  for (int i = 0; i < 10'000 && !condition(); ++i) {
    poll.expires_after(1ms);
    co_await poll.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<std::size_t> end(Running& running) {
  running.side->stop();
  co_return co_await running.side->join(5s);
}

const std::string btc = "[instrument.BTC]\nunit = \"USD\"\nsources = [\"bybit:BTCUSDT\"]\n";
const std::string eth = "[instrument.ETH]\nunit = \"USD\"\nsources = [\"bybit:ETHUSDT\"]\n";
const std::string wti = "[instrument.WTI]\nunit = \"USD/bbl\"\nsources = [\"okx:CL-USDT-SWAP\"]\n";

std::string rule_of(const std::string& id, const std::string& when) {
  return fmt::format("[[rule]]\nid = \"{}\"\nwhen = \"{}\"\n", id, when);
}

asio::awaitable<std::size_t> change_rules(Running& running) {
  running.side->start();
  co_await until([&] { return running.price("BTC") && running.price("WTI"); });
  running.said.clear();
  running.reload(btc + wti, rule_of("low", "last(BTC) < 91 USD") +
                                rule_of("stays", "last(BTC) < 95 USD") +
                                rule_of("new", "high(BTC, 1h) > 70 USD"));
  CHECK(running.said == std::vector<std::string>{"low resolve"});  // before it returned
  CHECK(running.price("BTC") == 80);
  CHECK(running.price("WTI") == 80);
  co_await until([&] { return running.said.size() >= 3; });
  CHECK(running.venues.opened_by("bybit") == 1);
  CHECK(running.venues.opened_by("okx") == 1);
  co_return co_await end(running);
}

asio::awaitable<std::size_t> add_symbol(Running& running) {
  running.side->start();
  co_await until([&] { return running.price("BTC") && running.price("WTI"); });
  const auto frames = running.feed("bybit").counters.intake.frames_data;
  running.reload(btc + eth + wti, "");
  CHECK(running.feed("bybit").counters.intake.frames_data >= frames);
  CHECK(running.price("BTC") == 80);
  co_await until([&] { return running.price("ETH") && running.venues.closed_by("bybit") == 1; });
  CHECK(running.price("ETH") == 80);
  CHECK(running.venues.opened_by("bybit") == 2);
  CHECK(running.venues.closed_by("bybit") == 1);
  CHECK(running.venues.opened_by("okx") == 1);
  co_return co_await end(running);
}

asio::awaitable<std::size_t> remove_feed(Running& running) {
  running.side->start();
  co_await until([&] { return running.price("BTC") && running.price("WTI"); });
  co_await until([&] { return !running.said.empty(); });
  running.stored.clear();
  running.reload(btc, "");
  CHECK(running.side->snapshot().feeds.size() == 1);
  CHECK(running.side->snapshot().instruments.size() == 1);
  CHECK(running.said.back() == "gone resolve");
  const auto forgotten = [](const StoredRule& s) { return s.rule == "gone" && s.state.empty(); };
  CHECK(std::ranges::any_of(running.stored, forgotten));
  co_await until([&] { return running.venues.closed_by("okx") == 1; });
  CHECK(running.venues.closed_by("okx") == 1);
  CHECK(running.venues.opened_by("bybit") == 1);
  co_return co_await end(running);
}

/// Minutes at a hundred, two hours ago.
std::vector<StoredBar> dear_minutes(const std::string& instrument) {
  const auto from = std::chrono::floor<std::chrono::minutes>(wall_now()) - 2h;
  std::vector<StoredBar> bars;
  for (auto minute = from; minute < from + 10min; minute += 1min)
    bars.push_back({instrument, minute, 100, 100, 100, 100});
  return bars;
}

const std::string fell = rule_of("fell", "fall(BTC, 24h) <= -21%");

/// BTC falls after a reload by whose rules that is worth an alert, and from whose capture on.
asio::awaitable<std::size_t> fall_after_reload(Running& running, std::string capture) {
  running.side->warm("BTC", dear_minutes("BTC"));
  running.side->start();
  co_await until([&] { return running.price("BTC").has_value(); });
  running.capture = std::move(capture);
  running.reload(btc, fell);
  CHECK(running.said.empty());
  running.venues.trade(78);
  co_await until([&] { return !running.said.empty(); });
  co_return co_await end(running);
}

/// Of a capture's files the last one, as a config of now sees it.
std::string last_replayed(Running& running, const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator{folder}) files.push_back(file);
  REQUIRE_FALSE(files.empty());
  std::ostringstream out, log;
  const auto config = running.config(btc, fell);
  CHECK(replay_capture(*config, std::ranges::max(files), out, log, false) == 0);
  CAPTURE(log.str());
  return out.str();
}

asio::awaitable<std::size_t> switch_captures(Running& running) {
  running.side->start();
  co_await until([&] { return running.price("BTC").has_value(); });
  for (const auto* folder : {"second", "third", "", "second"}) {
    running.capture = folder;
    running.reload(btc, "");
  }
  co_return co_await end(running);
}

asio::awaitable<std::size_t> replace_all_feeds(Running& running) {
  running.side->start();
  co_await until([&] { return running.price("BTC").has_value(); });
  REQUIRE(running.side->snapshot().any_data);
  running.reload(btc + eth, "");
  CHECK(running.side->snapshot().any_data);  // though the feed that is there has brought nothing
  co_return co_await end(running);
}

asio::awaitable<std::size_t> add_known_instrument(Running& running) {
  running.side->start();
  co_await until([&] { return running.price("BTC").has_value(); });
  running.reload(btc + eth, rule_of("was-dear", "high(ETH, 24h) > 99 USD"),
                 {{.instrument = "ETH", .days = {}, .minutes = dear_minutes("ETH")}});
  co_await until([&] { return !running.said.empty(); });
  CHECK(running.said == std::vector<std::string>{"was-dear fire"});
  co_return co_await end(running);
}

asio::awaitable<std::size_t> count_liquidations(Running& running) {
  const auto longs = [&] {
    const auto shots = running.side->snapshot().liquidations;
    return shots.empty() ? 0 : shots.front().orders[0] + shots.front().orders[1];
  };
  running.side->start();
  co_await until([&] { return longs() == 1; });
  REQUIRE(longs() == 1);
  running.reload(btc, rule_of("low", "last(BTC) < 1 USD"));
  CHECK(longs() == 1);
  running.reload(btc + eth, "");  // its feed is another one, which is told of it again
  CHECK(longs() == 1);
  co_await until([&] { return longs() == 2; });
  CHECK(longs() == 2);
  co_return co_await end(running);
}

/// OKX counts in contracts, and nobody answers when it is asked what one of them is.
asio::awaitable<std::size_t> count_contracts(Running& running) {
  const auto contracts = R"({"code":"0","data":[{"instId":"BTC-USDT-SWAP","ctVal":"0.01",)"
                         R"("ctMult":"1","ctValCcy":"BTC","ctType":"linear"}],"msg":""})";
  running.side->restore({{"#okx", "", contracts}}, wall_now() - 1s);
  const auto told = [&](std::uint64_t orders) {
    const auto shots = running.side->snapshot().liquidations;
    return !shots.empty() && shots.front().orders[0] + shots.front().orders[1] == orders &&
           shots.front().unsummed[0] + shots.front().unsummed[1] == 0;
  };
  running.side->start();
  co_await until([&] { return told(1); });
  CHECK(told(1));
  running.reload(btc + wti +
                     "[instrument.SWAP]\nunit = \"USD\"\nsources = "
                     "[\"okx:BTC-USDT-SWAP\"]\n",
                 "");
  co_await until([&] { return told(2); });
  CHECK(told(2));
  co_return co_await end(running);
}

}  // namespace

TEST_CASE("a reload that changes rules keeps connections, prices and the other rules' states") {
  Running running{btc + wti,
                  rule_of("low", "last(BTC) < 90 USD") + rule_of("stays", "last(BTC) < 95 USD")};
  CHECK(run_on(running.io, change_rules(running)) == 0);
  std::ranges::sort(running.said);
  CHECK(running.said == std::vector<std::string>{"low fire", "low resolve", "new fire"});
  // The capture goes on in a file that says by what rules.
  running.side.reset();
  CHECK(running.captured("capture") == 2);
}

TEST_CASE("a reload that adds a symbol connects its feed anew, and no other") {
  Running running{btc + wti, ""};
  CHECK(run_on(running.io, add_symbol(running)) == 0);
}

TEST_CASE("a reload without a feed closes it and forgets what only it brought") {
  Running running{btc + wti, rule_of("gone", "last(WTI) > 1 USD/bbl")};
  CHECK(run_on(running.io, remove_feed(running)) == 0);
}

TEST_CASE("the past is wanted of instruments that are new, or looked at from further on") {
  Running running{btc + wti, rule_of("day", "abs(change(WTI, 24h)) > 1%")};
  const auto now = running.config(btc + wti, rule_of("day", "abs(change(WTI, 24h)) > 1%"));
  const auto next = running.config(btc + wti + eth, rule_of("week", "abs(change(WTI, 7d)) > 1%"));
  CHECK(wanting_past(*now, *next) == std::vector<std::string>{"WTI", "ETH"});
  CHECK(wanting_past(*next, *now).empty());
}

TEST_CASE("the past is wanted of instruments whose prices are read otherwise") {
  Running running{btc + wti, ""};
  const auto now = running.config(btc + wti, "");
  const auto patient = running.config(btc + "max_staleness = \"5m\"\n" + wti, "");
  CHECK(wanting_past(*now, *patient) == std::vector<std::string>{"BTC"});
  const auto sessions = running.config(btc + wti + "session = \"nymex-energy\"\n", "");
  CHECK(wanting_past(*now, *sessions) == std::vector<std::string>{"WTI"});
  const auto underlying = running.config(btc + wti + "underlying = \"nymex-energy\"\n", "");
  CHECK(wanting_past(*now, *underlying) == std::vector<std::string>{"WTI"});
  CHECK(wanting_past(*sessions, *sessions).empty());
  CHECK(wanting_past(*sessions, *running.config(btc + wti + "session = \"nymex-energy\"\n", ""))
            .empty());
}

TEST_CASE("the past is wanted of statistics, which look further back than their window") {
  Running running{btc, ""};
  const auto change = running.config(btc, rule_of("odd", "abs(change(BTC, 24h)) > 5%"));
  const auto sigma = running.config(btc, rule_of("odd", "abs(sigma(BTC, 24h)) > 5"));
  CHECK(wanting_past(*change, *sigma) == std::vector<std::string>{"BTC"});
}

TEST_CASE("a capture that goes on over a reload is replayed as it was") {
  Running running{btc, ""};
  CHECK(run_on(running.io, fall_after_reload(running, "capture")) == 0);
  running.side.reset();
  CHECK(running.said == std::vector<std::string>{"fell fire"});
  CHECK(last_replayed(running, running.folder.path / "capture") == running.events);
}

TEST_CASE("a capture that a reload switches on has the past that the live windows had") {
  Running running{btc, "", ""};
  CHECK(run_on(running.io, fall_after_reload(running, "capture")) == 0);
  running.side.reset();
  CHECK(running.said == std::vector<std::string>{"fell fire"});
  CHECK(last_replayed(running, running.folder.path / "capture") == running.events);
}

TEST_CASE("captures that follow one another fast end each in their own time") {
  Running running{btc, "", "first"};
  CHECK(run_on(running.io, switch_captures(running)) == 0);
  running.side.reset();
  CHECK(running.captured("first") == 1);
  CHECK(running.captured("second") == 2);
  CHECK(running.captured("third") == 1);
}

TEST_CASE("a daemon that had data is ready whatever feeds a reload replaces") {
  Running running{btc, ""};
  CHECK(run_on(running.io, replace_all_feeds(running)) == 0);
}

TEST_CASE("an instrument that a reload brings begins with what the store has of it") {
  Running running{btc, ""};
  CHECK(run_on(running.io, add_known_instrument(running)) == 0);
}

TEST_CASE("liquidations go on being counted over reloads") {
  Running running{btc, ""};
  running.liquidations = "liquidations = [\"BTCUSDT\"]\n";
  running.side =
      std::make_unique<MarketSide>(running.io, running.config(btc, ""), [](Decisions) {});
  CHECK(run_on(running.io, count_liquidations(running)) == 0);
}

TEST_CASE("a feed that a reload replaces knows the contracts that the one before was told of") {
  Running running{btc + wti, ""};
  running.okx_liquidations = "liquidations = [\"BTC-USDT-SWAP\"]\n";
  running.side =
      std::make_unique<MarketSide>(running.io, running.config(btc + wti, ""), [](Decisions) {});
  CHECK(run_on(running.io, count_contracts(running)) == 0);
}
