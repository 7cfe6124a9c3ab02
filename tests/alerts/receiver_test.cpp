// Couriers on a real line: TLS, HTTP and a platform that misbehaves, on loopback.

#include <spdlog/spdlog.h>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <optional>

#include "alerts/channels/signature.hpp"
#include "alerts/dispatcher.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/tls.hpp"
#include "tests/support/virtual_time.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

namespace ssl = boost::asio::ssl;

std::string http(int status, const std::string& body, std::size_t claimed_size) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nContent-Length: " + std::to_string(claimed_size) + "\r\n\r\n" + body;
}

std::string http(int status, const std::string& body) {
  return http(status, body, body.size());
}

const std::string accepted = http(200, R"({"errcode":0,"errmsg":"ok"})");
const std::string hang_up;

/// A platform over TLS: keeps what it got, and gives one answer after the other, byte for byte.
class Receiver {
 public:
  explicit Receiver(Loopback& loopback, const TestCa& ca, const VirtualTime& time)
      : loopback_{loopback}, context_{server_context(ca.issue())}, time_{time} {}

  std::vector<std::string> answers;
  std::string then{accepted};  ///< the answer to all further requests
  std::vector<std::string> requests;
  std::vector<Timestamp> times;  ///< of the requests

  asio::awaitable<void> run() {
    for (std::size_t i = 0;; ++i) {
      auto peer = co_await loopback_.accept();
      ssl::stream<asio::ip::tcp::socket&> stream{peer.socket(), context_};
      boost::system::error_code error;
      co_await stream.async_handshake(ssl::stream_base::server,
                                      asio::redirect_error(asio::use_awaitable, error));
      if (error) continue;  // a client that does not trust us
      requests.push_back(co_await read_request(stream));
      times.push_back(time_.now);
      const auto answer = i < answers.size() ? answers[i] : then;
      if (answer == hang_up) {
        peer.reset();
        continue;
      }
      co_await asio::async_write(stream, asio::buffer(answer), asio::use_awaitable);
      co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
    }
  }

 private:
  static asio::awaitable<std::string> read_request(ssl::stream<asio::ip::tcp::socket&>& stream) {
    std::string request;
    std::string piece(16 << 10, '\0');
    for (std::size_t whole = std::string::npos; request.size() < whole;) {
      const auto size = co_await stream.async_read_some(asio::buffer(piece), asio::use_awaitable);
      request.append(piece, 0, size);
      const std::string name = "\r\nContent-Length: ";
      const auto head = request.find("\r\n\r\n");
      if (head != std::string::npos)
        whole = head + 4 + std::stoul(request.substr(request.find(name) + name.size()));
    }
    co_return request;
  }

  Loopback& loopback_;
  ssl::context context_;
  const VirtualTime& time_;
};

struct Rig {
  TempDir dir;
  Store store{dir.string()};
  VirtualTime time{hormuz};
  TestCa ca;
  Loopback loopback;
  Receiver receiver{loopback, ca, time};
  std::optional<Dispatcher> dispatcher;

  /// Sends `event` to a channel that trusts `ca_file`, until `enough` says so.
  void send(const AlertEvent& event, const std::string& ca_file, std::function<bool()> enough,
            const std::string& type = "wecom", const std::string& secret = {}) {
    spdlog::set_level(spdlog::level::off);
    DeliverySurroundings around;
    around.clock = time.clock();
    around.sleep = time.sleep();
    const ChannelSpec desk{
        .name = "desk",
        .type = type,
        .url = Secret{loopback.origin("https") + "/cgi-bin/webhook/send?key=hush"},
        .secret = Secret{secret},
        .chat_id = type == "telegram" ? "-1001" : "",
        .ca_file = ca_file};
    const Routes routes{.rules = {{"oil-shock", {{Tier::major, {"desk"}}}}}};
    dispatcher.emplace(loopback.io().get_executor(), store, std::vector{desk}, routes, around);
    loopback.run(receiver.run(), deliver(event, std::move(enough)));
  }

  ChannelSnapshot desk() const { return dispatcher->snapshot().channels.at(0); }

 private:
  asio::awaitable<void> deliver(AlertEvent event, std::function<bool()> enough) {
    TaskGroup tasks{loopback.io().get_executor(),
                    [](const std::string& task, std::exception_ptr) { FAIL(task); }};
    dispatcher->start(tasks);
    dispatcher->accept({std::move(event)}, {});
    asio::steady_timer pause{loopback.io()};
    while (!enough()) {
      pause.expires_after(std::chrono::milliseconds{1});
      co_await pause.async_wait(asio::use_awaitable);
    }
    tasks.cancel();
    co_await tasks.join(std::chrono::seconds{5});
  }
};

}  // namespace

TEST_CASE(
    "whatever the platform answers, the message arrives, and says that it may be a repeat only "
    "when it may") {
  Rig rig;
  rig.receiver.answers = {http(200, R"({"errcode":45009,"errmsg":"api freq out of limit"})"),
                          http(503, "<html>Service Unavailable</html>"),
                          http(200, "<html>Please log in</html>"),
                          http(200, R"({"errcode":0,"err)", 27)};
  rig.send(oil(AlertKind::fire, "K7Q2-0"), rig.ca.file(),
           [&] { return rig.desk().counts.delivered == 1; });

  REQUIRE(rig.receiver.requests.size() == 5);
  CHECK(rig.receiver.requests[0].starts_with("POST /cgi-bin/webhook/send?key=hush HTTP/1.1\r\n"));
  CHECK(rig.receiver.requests[0].find("\r\nContent-Type: application/json\r\n") !=
        std::string::npos);
  for (std::size_t i = 0; i < 5; ++i) {
    CAPTURE(i);
    CHECK((rig.receiver.requests[i].find("（可能重复）") != std::string::npos) == (i == 4));
  }
  CHECK(rig.desk().counts.errors.at("45009") == 1);
  CHECK(rig.desk().counts.errors.at("http_5xx") == 1);
  CHECK(rig.desk().counts.errors.at("html") == 1);
  CHECK(rig.desk().counts.unknown == 1);
  CHECK(rig.store.waiting().value().empty());
}

namespace {

/// How a platform says yes, and how it says that it is too much.
struct Platform {
  std::string type;
  std::string yes;
  std::string too_often;
  std::string secret{};
};

const std::vector<Platform> platforms{
    {.type = "wecom", .yes = accepted, .too_often = http(200, R"({"errcode":45009})")},
    {.type = "slack", .yes = http(200, "ok"), .too_often = http(429, R"({"ok":false})")},
    {.type = "webhook", .yes = http(200, ""), .too_often = http(429, "")},
    {.type = "feishu",
     .yes = http(200, R"({"code":0,"msg":"success"})"),
     .too_often = http(400, R"({"code":9499,"msg":"too many request"})"),
     .secret = "a-secret"},
    {.type = "dingtalk",
     .yes = http(200, R"({"errcode":0,"errmsg":"ok"})"),
     .too_often = http(200, R"({"errcode":130101,"errmsg":"send too fast"})"),
     .secret = "SEC-a-secret"},
    {.type = "telegram",
     .yes = http(200, R"({"ok":true,"result":{}})"),
     .too_often = http(429, R"({"ok":false,"parameters":{"retry_after":40}})")},
    {.type = "pagerduty",
     .yes = http(202, R"({"status":"success"})"),
     .too_often = http(429, ""),
     .secret = "abcdefghijklmnopqrstuvwxyz012345"},
    {.type = "alertmanager",
     .yes = http(200, ""),
     .too_often = http(429, ""),
     .secret = "user:pass"}};

}  // namespace

TEST_CASE("every platform gets a message in the end, and no request while it wants none") {
  REQUIRE(platforms.size() == channel_types().size());
  for (const auto& platform : platforms) {
    CAPTURE(platform.type);
    Rig rig;
    rig.receiver.answers = {platform.too_often, http(503, "<html>"), hang_up};
    rig.receiver.then = platform.yes;
    rig.send(
        oil(AlertKind::fire, "K7Q2-0"), rig.ca.file(),
        [&] { return rig.desk().counts.delivered >= 1; }, platform.type, platform.secret);
    // What fires is told again before the test can stop it, and twice is as good as once.
    const bool fires = find_channel(platform.type)->facts().telling == Telling::firing;
    REQUIRE((fires ? rig.receiver.requests.size() >= 4 : rig.receiver.requests.size() == 4));
    const auto penalty = find_channel(platform.type)->facts().quota.penalty;
    CHECK(rig.receiver.times[1] - rig.receiver.times[0] >= penalty);
    if (platform.type == "telegram")
      CHECK(rig.receiver.times[1] - rig.receiver.times[0] >= std::chrono::seconds{40});
    for (std::size_t i = 0; i < 4; ++i)
      CHECK((rig.receiver.requests[i].find("（可能重复）") != std::string::npos) ==
            (i == 3 && !fires));
    CHECK(rig.store.waiting().value().empty());
  }
}

TEST_CASE("a line that breaks after the request leaves a doubt, and the message says so") {
  Rig rig;
  rig.receiver.answers = {hang_up};
  rig.send(oil(AlertKind::fire, "K7Q2-0"), rig.ca.file(),
           [&] { return rig.desk().counts.delivered == 1; });
  REQUIRE(rig.receiver.requests.size() == 2);
  CHECK(rig.receiver.requests[1].find("（可能重复）") != std::string::npos);
}

TEST_CASE("what a webhook's receiver reads is what was signed, and 204 without a body is its yes") {
  Rig rig;
  rig.receiver.answers = {"HTTP/1.1 204 No Content\r\n\r\n"};
  const std::string key = "24 bytes for a test's key";
  rig.send(
      oil(AlertKind::fire, "K7Q2-0"), rig.ca.file(),
      [&] { return rig.desk().counts.delivered == 1; }, "webhook", "whsec_" + to_base64(key));
  REQUIRE(rig.receiver.requests.size() == 1);
  const auto& request = rig.receiver.requests[0];
  const auto header = [&](const std::string& name) {
    const auto at = request.find("\r\n" + name + ": ");
    REQUIRE(at != std::string::npos);
    const auto begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
  };
  CHECK(header("webhook-id") == "K7Q2-0");
  const auto body = request.substr(request.find("\r\n\r\n") + 4);
  CHECK(header("webhook-signature") ==
        "v1," + to_base64(hmac_sha256(key, "K7Q2-0." + header("webhook-timestamp") + "." + body)));
}

TEST_CASE("a platform whose certificate is not trusted gets nothing, and the message waits") {
  Rig rig;
  const TestCa other;
  rig.send(oil(AlertKind::fire, "K7Q2-0"), other.file(),
           [&] { return rig.desk().counts.retried >= 3; });
  CHECK(rig.receiver.requests.empty());
  CHECK(rig.desk().counts.errors.at("tls") >= 3);
  CHECK(rig.store.waiting().value().size() == 1);
}
