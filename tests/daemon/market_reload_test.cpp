// Another config for a market side that runs: two venues of its own on the line, over real TLS.
#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>

#include "daemon/market_side.hpp"
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
  void closed(sim::WsPeer& peer) override { ++closed_[of_[&peer]]; }

  void text(sim::WsPeer& peer, std::string_view message) override {
    const auto now = to_unix_ms(wall_now());
    for (const auto* symbol : {"BTCUSDT", "ETHUSDT"}) {
      if (message.find(fmt::format("publicTrade.{}", symbol)) == std::string_view::npos) continue;
      peer.send(fmt::format(R"({{"topic":"publicTrade.{1}","type":"snapshot","ts":{0},"data":[)"
                            R"({{"T":{0},"s":"{1}","S":"Buy","v":"1","p":"80","L":"PlusTick",)"
                            R"("i":"{0}","BT":false}}]}})",
                            now, symbol));
    }
    if (of_[&peer] == "okx" && message.find("trades") != std::string_view::npos) {
      peer.send(fmt::format(R"({{"arg":{{"channel":"trades","instId":"CL-USDT-SWAP"}},"data":[)"
                            R"({{"instId":"CL-USDT-SWAP","tradeId":"1","px":"80","sz":"1",)"
                            R"("side":"sell","ts":"{}","count":"1"}}]}})",
                            now));
    }
  }

  int opened_by(const std::string& venue) const { return count(opened_, venue); }
  int closed_by(const std::string& venue) const { return count(closed_, venue); }

 private:
  using Counts = std::map<std::string, int>;
  static int count(const Counts& counts, const std::string& venue) {
    const auto found = counts.find(venue);
    return found == counts.end() ? 0 : found->second;
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
  std::vector<std::string> said;
  std::vector<StoredRule> stored;
  std::unique_ptr<MarketSide> side;

  Running(const std::string& instruments, const std::string& rules)
      : side{std::make_unique<MarketSide>(
            io, config(instruments, rules), [this](Decisions decisions) {
              for (const auto& event : decisions.events)
                said.push_back(event.rule + " " + std::string{to_text(event.kind)});
              for (auto& state : decisions.states) stored.push_back(std::move(state));
            })} {}

  std::shared_ptr<const Config> config(const std::string& instruments, const std::string& rules) {
    const auto ca = folder.path / "ca.pem";
    std::ofstream{ca} << credentials.ca_pem;
    std::string text = "[capture]\nenabled = true\ndir = \"" + (folder.path / "capture").string() +
                       "\"\n" + instruments + rules;
    const auto feed = [&](const char* name) {
      text += fmt::format(
          "[feed.{0}]\nurl = \"wss://127.0.0.1:{1}/{0}\"\nrest_url = \"\"\nca_file = \"{2}\"\n",
          name, port, ca.string());
    };
    feed("bybit");
    if (instruments.find("okx:") != std::string::npos) feed("okx");
    return std::make_shared<const Config>(
        good(read(text, {{"STATE_DIRECTORY", folder.path.string()}})));
  }

  void reload(const std::string& instruments, const std::string& rules) {
    side->reload(make_market_change(config(instruments, rules), {}));
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

}  // namespace

TEST_CASE("a reload that changes rules keeps connections, prices and the other rules' states") {
  Running running{btc + wti,
                  rule_of("low", "last(BTC) < 90 USD") + rule_of("stays", "last(BTC) < 95 USD")};
  CHECK(run_on(running.io, change_rules(running)) == 0);
  std::ranges::sort(running.said);
  CHECK(running.said == std::vector<std::string>{"low fire", "low resolve", "new fire"});
  // The capture goes on in a file that says by what rules.
  running.side.reset();
  const auto files = std::filesystem::directory_iterator{running.folder.path / "capture"};
  CHECK(std::distance(begin(files), end(files)) == 2);
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
