// A fresh install, whole but for the store: the market side with a venue of its own on the line,
// over real TLS, its WebSocket and its REST both.
#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "daemon/market_side.hpp"
#include "net/clock.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/sim/tls_server.hpp"
#include "tests/support/run.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

/// Bybit, for one symbol: a day ago and ever since it stood at 100; now it trades at 80.
class FallenVenue final : public sim::Service {
 public:
  Admission admits(std::string_view) override { return {true, 200}; }

  void text(sim::WsPeer& peer, std::string_view message) override {
    if (message.find("publicTrade.BTCUSDT") == std::string_view::npos) return;
    const auto now = to_unix_ms(wall_now());
    peer.send(R"({"success":true,"ret_msg":"","conn_id":"1","req_id":"1","op":"subscribe"})");
    peer.send(fmt::format(R"({{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":{0},"data":[)"
                          R"({{"T":{0},"s":"BTCUSDT","S":"Buy","v":"1","p":"80","L":"PlusTick",)"
                          R"("i":"{0}","BT":false}}]}})",
                          now));
  }

  sim::HttpPlan http(const sim::HttpCall& call) override {
    const auto number = [&](const std::string& name) {
      return std::stoll(call.target.substr(call.target.find(name + "=") + name.size() + 1));
    };
    if (call.target.find("/kline?") == std::string::npos) return {.status = 404};
    ++pages;
    std::string rows;
    auto at = (number("end") + 1) / 60'000 * 60'000 - 60'000;
    for (; at >= number("start"); at -= 60'000) {
      rows +=
          fmt::format(R"({}["{}","100","100","100","100","1","100"])", rows.empty() ? "" : ",", at);
    }
    return {.body = R"({"retCode":0,"retMsg":"OK","result":{"list":[)" + rows + "]}}"};
  }

  int pages{};
};

/// The CA as a file, for as long as it is needed.
struct CaFile {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("foghorn-ca-{}.pem", ::getpid());
  explicit CaFile(const std::string& pem) { std::ofstream{path} << pem; }
  ~CaFile() { std::filesystem::remove(path); }
};

struct FreshInstall {
  asio::io_context io;
  sim::Credentials credentials = sim::make_credentials();
  CaFile ca{credentials.ca_pem};
  FallenVenue venue;
  sim::TlsServer server{io.get_executor(), credentials, venue};
  int port = server.listen(0);
  Config config = good(read(fmt::format(R"(
[instrument.BTC]
unit = "USD"
sources = ["bybit:BTCUSDT"]
[feed.bybit]
url = "wss://127.0.0.1:{0}/v5/public/linear"
rest_url = "https://127.0.0.1:{0}"
ca_file = "{1}"
[[rule]]
id = "drop"
when = "change(BTC, 24h) <= -10%"
[[rule]]
id = "peak"
when = "high(BTC, 24h) >= 99 USD"
)",
                                        port, ca.path.string()),
                            {{"STATE_DIRECTORY", "/nowhere"}}));
  std::vector<std::string> fired;
  MarketSide side{io, std::make_shared<const Config>(config), [this](Decisions decisions) {
                    for (const auto& event : decisions.events)
                      if (event.kind == AlertKind::fire) fired.push_back(event.rule);
                  }};
};

asio::awaitable<std::size_t> run_until_fired(FreshInstall& fresh, std::size_t rules) {
  asio::steady_timer poll{co_await asio::this_coro::executor};
  fresh.side.start();
  for (int i = 0; i < 5'000 && fresh.fired.size() < rules; ++i) {
    poll.expires_after(1ms);
    co_await poll.async_wait(asio::use_awaitable);
  }
  fresh.side.stop();
  co_return co_await fresh.side.join(5s);
}

}  // namespace

TEST_CASE("a fresh install answers rules over a day within seconds of its start") {
  FreshInstall fresh;
  const auto start = std::chrono::steady_clock::now();
  CHECK(run_on(fresh.io, run_until_fired(fresh, 2)) == 0);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  WARN(fmt::format("both rules over 24 h fired {:.2f} s after the start", took.count()));
  std::ranges::sort(fresh.fired);
  CHECK(fresh.fired == std::vector<std::string>{"drop", "peak"});
  CHECK(fresh.venue.pages >= 2);
}
