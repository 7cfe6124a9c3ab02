// The simulated clock against a daemon that is not there: a client that notes how far it has read,
// behind a status page.
#include "tests/sim/lockstep.hpp"

#include <boost/asio/detached.hpp>
#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <fstream>

#include "net/http_server.hpp"
#include "net/with_timeout.hpp"
#include "net/ws_stream.hpp"
#include "tests/sim/small_scenario.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

namespace foghorn::test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using namespace foghorn::sim;

constexpr const char* one_venue = R"(
start = 2026-04-17T00:00:00Z
end   = "5m"
every = "1m"
[instrument.WTI]
decimals = 2
trade_size = 5
path = [["0s", 90.0], ["5m", 80.0]]
sources = [{ name = "bybit:CLUSDT" }]
)";

/// Reads one venue's trades and tells on its status page what it has read.
struct FakeDaemon {
  FakeDaemon(asio::io_context& io, std::uint16_t venue_port, std::string ca)
      : port{venue_port}, ca_file{std::move(ca)}, http{io.get_executor(), [this](HttpQuery) {
                                                         return answer();
                                                       }} {
    REQUIRE(http.listen("127.0.0.1:0").has_value());
    asio::co_spawn(io, http.run(), asio::detached);
    asio::co_spawn(io, run_reader(), asio::detached);
  }

  asio::awaitable<HttpReply> answer() {
    ++asked;
    const auto time = judged == Timestamp{} ? json::value{} : json::value(format_utc(judged));
    if (waiting > 0) --waiting;
    HttpReply reply;
    reply.body = json::serialize(json::object{
        {"engine_time", time},
        {"feeds",
         {json::object{
             {"name", "bybit"},
             {"streams", {json::object{{"name", "trades CLUSDT"}, {"last_data", time}}}}}}},
        {"channels", {json::object{{"name", "desk"}, {"waiting", waiting}}}}});
    co_return reply;
  }

  asio::awaitable<void> run_reader() {
    for (;;) {
      WsOptions options;
      options.ca_file = ca_file;
      const auto url = *parse_url("wss://127.0.0.1:" + std::to_string(port) + "/v5/public/linear");
      const auto connected = co_await connect_ws(url, options);
      if (connected.error) {
        ++refused;
        co_await pause_for(5ms);
        continue;
      }
      ++connections;
      co_await connected.stream->write(R"({"op":"subscribe","args":["publicTrade.CLUSDT"]})");
      for (;;) {
        const auto batch = co_await connected.stream->read();
        if (batch.has_error()) break;
        for (const auto& frame : *batch) note(frame.text());
      }
    }
  }

  void note(std::string_view text) {
    const auto at = text.find("\"T\":");
    if (at == std::string_view::npos) return;
    const auto time = *from_unix_ms(std::stoll(std::string{text.substr(at + 4, 13)}));
    if (time < judged) ++went_back;
    if (time != judged) ++moves;
    judged = time;
  }

  std::uint16_t port;
  std::string ca_file;
  HttpServer http;
  Timestamp judged{};
  std::int64_t waiting{};
  int asked{}, moves{}, went_back{}, connections{}, refused{};
};

struct Rig {
  explicit Rig(const std::string& more = {})
      : scenario{parse_scenario(one_venue + more, "one.toml")} {
    const auto credentials = make_credentials();
    const auto ca_file = (dir.path() / "ca.pem").string();
    std::ofstream{ca_file} << credentials.ca_pem;
    cast.exchanges.push_back(
        std::make_unique<Exchange>(io.get_executor(), credentials, scenario, "bybit"));
    const auto port = cast.exchanges.front()->listen(0);
    daemon.emplace(io, port, ca_file);
    client.emplace(io.get_executor(), "127.0.0.1", std::to_string(daemon->http.port()));
    lockstep.emplace(scenario, cast, *client, [this](const Scene& scene) {
      scenes += scene.text;
      if (scene.text == "due") daemon->waiting = 50;
      judged_at_scene = daemon->judged;
    });
  }

  TempDir dir;
  Scenario scenario;
  asio::io_context io{1};
  Cast cast;
  std::optional<FakeDaemon> daemon;
  std::optional<DaemonClient> client;
  std::optional<Lockstep> lockstep;
  std::string scenes;
  Timestamp judged_at_scene{};
};

TEST_CASE("the clock goes through every step, each judged before the next") {
  Rig rig;
  run_on(rig.io, rig.lockstep->run());
  CHECK(rig.lockstep->steps() == 6);
  CHECK(rig.daemon->moves == 6);
  CHECK(rig.daemon->went_back == 0);
  CHECK(rig.daemon->judged == rig.scenario.end);
}

TEST_CASE("the clock stands still while a message is due") {
  Rig rig{"[[scene]]\nat = \"2m\"\ntext = \"due\"\n[[scene]]\nat = \"3m\"\ntext = \".\"\n"};
  run_on(rig.io, rig.lockstep->run());
  CHECK(rig.scenes == "due.");
  CHECK(rig.daemon->asked >= 50);
  CHECK(rig.judged_at_scene == rig.scenario.start + 2min);
}

TEST_CASE("after a cut the clock waits until the daemon is back") {
  Rig rig{
      "[[fault]]\nkind = \"cut\"\nvenue = \"bybit\"\nhow = \"reset\"\nat = \"2m\"\nfor = "
      "\"1m30s\"\n"};
  run_on(rig.io, rig.lockstep->run());
  CHECK(rig.daemon->connections == 2);
  CHECK(rig.daemon->judged == rig.scenario.end);
}

TEST_CASE("a status is read leniently: what is absent is not known") {
  CHECK(parse_status("{}")->engine_time == no_time);
  CHECK(parse_status("nonsense").has_error());
  const auto status = parse_status(
      R"({"engine_time":"2026-04-17T00:00:00.000Z","feeds":[{"name":"okx","streams":[{"name":"trades X","state":"live","last_data":null}]}]})");
  CHECK(format_utc(status->engine_time) == "2026-04-17T00:00:00.000Z");
  CHECK(status->streams.at(0).last_data == no_time);
}

}  // namespace
}  // namespace foghorn::test
