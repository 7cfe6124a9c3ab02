// Platforms at their worst, over real TLS on loopback: answers that drip, stop, lie or never come,
// and every answer that a platform is known to give. Whatever they do: nothing is lost, nothing is
// told twice unmarked, and no request goes out while the platform wants none.

#include <spdlog/spdlog.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <optional>

#include "alerts/dispatcher.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/tls.hpp"
#include "tests/support/virtual_time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

namespace ssl = boost::asio::ssl;

using Stream = ssl::stream<asio::ip::tcp::socket&>;
/// What a platform does once it has read a request.
using Behaviour = std::function<asio::awaitable<void>(RawPeer&, Stream&)>;

std::string http(const std::string& status, const std::string& body,
                 const std::string& headers = {}) {
  return "HTTP/1.1 " + status + " X\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string wecom_yes = http("200", R"({"errcode":0,"errmsg":"ok"})");

asio::awaitable<void> say_goodbye(Stream& stream) {
  boost::system::error_code ignored;
  co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
}

/// Answers so, and ends the connection as it should be ended.
Behaviour answers(std::string text) {
  return [text = std::move(text)](RawPeer&, Stream& stream) -> asio::awaitable<void> {
    co_await asio::async_write(stream, asio::buffer(text), asio::use_awaitable);
    co_await say_goodbye(stream);
  };
}

asio::awaitable<void> drip(std::string text, Stream& stream) {
  for (const char c : text)
    co_await asio::async_write(stream, asio::buffer(&c, 1), asio::use_awaitable);
  co_await say_goodbye(stream);
}

/// Says this, and then nothing, without hanging up.
asio::awaitable<void> fall_silent(std::string text, Stream& stream) {
  co_await asio::async_write(stream, asio::buffer(text), asio::use_awaitable);
  std::string rest(4096, '\0');
  boost::system::error_code gone;  // until the client has had enough
  while (!gone)
    co_await stream.async_read_some(asio::buffer(rest),
                                    asio::redirect_error(asio::use_awaitable, gone));
}

/// Says this, and then that again and again for as long as anybody listens.
asio::awaitable<void> never_end(std::string first, std::string again, Stream& stream) {
  boost::system::error_code gone;
  co_await asio::async_write(stream, asio::buffer(first),
                             asio::redirect_error(asio::use_awaitable, gone));
  while (!gone)
    co_await asio::async_write(stream, asio::buffer(again),
                               asio::redirect_error(asio::use_awaitable, gone));
}

/// Says this, and closes its half of the line without TLS's goodbye.
asio::awaitable<void> close_half(std::string text, RawPeer& peer, Stream& stream) {
  co_await asio::async_write(stream, asio::buffer(text), asio::use_awaitable);
  boost::system::error_code ignored;
  peer.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  co_await peer.read_to_end();
}

asio::awaitable<void> hang_up(RawPeer& peer) {
  peer.reset();
  co_return;
}

/// A platform that does one thing after the other, and then says yes.
class Platform {
 public:
  Platform(Loopback& loopback, const TestCa& ca, const VirtualTime& time, std::string yes)
      : loopback_{loopback},
        context_{server_context(ca.issue())},
        time_{time},
        yes_{answers(std::move(yes))} {}

  std::vector<Behaviour> first;
  std::vector<std::string> requests;
  std::vector<Timestamp> times;  ///< of the requests

  asio::awaitable<void> run() {
    for (;;) {
      auto peer = co_await loopback_.accept();
      Stream stream{peer.socket(), context_};
      boost::system::error_code error;
      co_await stream.async_handshake(ssl::stream_base::server,
                                      asio::redirect_error(asio::use_awaitable, error));
      if (error) continue;
      requests.push_back(co_await read_request(stream));
      times.push_back(time_.now);
      const auto& act = requests.size() <= first.size() ? first[requests.size() - 1] : yes_;
      co_await act(peer, stream);
    }
  }

 private:
  static asio::awaitable<std::string> read_request(Stream& stream) {
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
  Behaviour yes_;
};

/// A platform's way to say yes, and what its channel needs.
struct Kind {
  std::string type;
  std::string yes;
  std::string secret{};
};

const Kind wecom{.type = "wecom", .yes = wecom_yes};
const std::vector<Kind> kinds{
    wecom,
    {.type = "slack", .yes = http("200", "ok")},
    {.type = "webhook", .yes = http("200", "")},
    {.type = "feishu", .yes = http("200", R"({"code":0,"msg":"success"})"), .secret = "a-secret"},
    {.type = "dingtalk", .yes = wecom_yes, .secret = "SEC-a-secret"},
    {.type = "telegram", .yes = http("200", R"({"ok":true,"result":{}})")},
    {.type = "pagerduty",
     .yes = http("202", R"({"status":"success"})"),
     .secret = "abcdefghijklmnopqrstuvwxyz012345"}};

const Kind& kind_of(const std::string& type) {
  return *std::ranges::find(kinds, type, &Kind::type);
}

/// One event on its way to one platform, until it has arrived or is refused.
struct Rig {
  explicit Rig(const Kind& kind, std::vector<Behaviour> first)
      : platform{loopback, ca, time, kind.yes} {
    spdlog::set_level(spdlog::level::off);
    platform.first = std::move(first);
    DeliverySurroundings around;
    around.clock = time.clock();
    around.sleep = time.sleep();
    around.random = [] { return 0.5; };
    around.fetch = [](HttpRequest request, HttpOptions options) {
      options.answer_limit = 200ms;  // of the silent ones, which say nothing for ever
      return fetch(std::move(request), std::move(options));
    };
    const ChannelSpec desk{
        .name = "desk",
        .type = kind.type,
        .url = Secret{loopback.origin("https") + "/cgi-bin/webhook/send?key=hush"},
        .secret = Secret{kind.secret},
        .chat_id = kind.type == "telegram" ? "-1001" : "",
        .ca_file = ca.file()};
    const Routes routes{.rules = {{"oil-shock", {{Tier::critical, {"desk"}}}}}};
    dispatcher.emplace(loopback.io().get_executor(), store, std::vector{desk}, routes, around);
    loopback.run(platform.run(), deliver());
  }

  ChannelSnapshot desk() const { return dispatcher->snapshot().channels.at(0); }
  bool marked(std::size_t i) const {
    return platform.requests.at(i).find("可能重复") != std::string::npos;
  }
  OutboxState outcome() { return store.deliveries("K7Q2-0").value().at(0).state; }

  TempDir dir;
  Store store{dir.string()};
  VirtualTime time{hormuz};
  TestCa ca;
  Loopback loopback;
  Platform platform;
  std::optional<Dispatcher> dispatcher;

 private:
  asio::awaitable<void> deliver() {
    TaskGroup tasks{loopback.io().get_executor(),
                    [](const std::string& task, std::exception_ptr) { FAIL(task); }};
    dispatcher->start(tasks);
    dispatcher->accept({oil(AlertKind::fire, "K7Q2-0", Tier::critical)}, {});
    asio::steady_timer pause{loopback.io()};
    while (desk().waiting > 0) {
      pause.expires_after(1ms);
      co_await pause.async_wait(asio::use_awaitable);
    }
    tasks.cancel();
    co_await tasks.join(5s);
  }
};

struct Misdeed {
  std::string what;
  Behaviour act;
  std::string error;  ///< what the attempt is counted as; empty: delivered
  bool doubt{};       ///< the reader may have it
};

const std::vector<Misdeed> misdeeds{
    {"answers byte by byte", [](RawPeer&, Stream& stream) { return drip(wecom_yes, stream); }, "",
     false},
    {"answers half a head and nothing more",
     [](RawPeer&, Stream& stream) { return fall_silent("HTTP/1.1 200 OK\r\nDate: ", stream); },
     "timed_out", true},
    {"answers a head and half a body and nothing more",
     [](RawPeer&, Stream& stream) {
       return fall_silent(wecom_yes.substr(0, wecom_yes.size() - 5), stream);
     },
     "timed_out", true},
    {"answers nothing at all", [](RawPeer&, Stream& stream) { return fall_silent("", stream); },
     "timed_out", true},
    {"never comes to the end of its head",
     [](RawPeer&, Stream& stream) {
       return never_end("HTTP/1.1 200 OK\r\n", "X-Padding: " + std::string(1000, 'x') + "\r\n",
                        stream);
     },
     "too_large", true},
    {"never comes to the end of its body",
     [](RawPeer&, Stream& stream) {
       return never_end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                        "400\r\n" + std::string(1024, 'x') + "\r\n", stream);
     },
     "too_large", true},
    {"closes its half of the line without an answer",
     [](RawPeer& peer, Stream& stream) { return close_half("", peer, stream); }, "eof", true},
    {"closes its half of the line in the middle of its answer",
     [](RawPeer& peer, Stream& stream) {
       return close_half(wecom_yes.substr(0, wecom_yes.size() - 5), peer, stream);
     },
     "eof", true},
    {"cuts off an answer that has no length",
     [](RawPeer& peer, Stream& stream) {
       return close_half("HTTP/1.1 200 OK\r\n\r\n{\"errcode\":0}", peer, stream);
     },
     "eof", true},
    {"resets the line once it has read the request",
     [](RawPeer& peer, Stream&) { return hang_up(peer); }, "reset", true},
    {"speaks another protocol", answers("220 mail.example ESMTP\r\n"), "bad_protocol", true},
    {"is a captive portal that sends elsewhere",
     answers(http("302", "", "Location: http://portal.example/\r\n")), "redirect", false},
    {"is a captive portal that says OK",
     answers(http("200", "<!DOCTYPE html><html>Please log in</html>")), "html", false},
    {"is a captive portal that says what it is",
     answers(http("511", "<html>Network Authentication Required</html>")), "http_5xx", false},
    {"says OK, and in the body that it is busy",
     answers(http("200", R"({"errcode":-1,"errmsg":"system busy"})")), "busy", false},
    {"says OK, and in the body that the message is too long",
     answers(http("200", R"({"errcode":40058,"errmsg":"content exceed max length"})")), "40058",
     false},
    {"says OK, and half of what it meant to say", answers(http("200", R"({"errcode":0,"err)")),
     "cut_off", true},
    {"says OK, and nothing", answers(http("200", "")), "cut_off", true}};

}  // namespace

TEST_CASE("whatever a platform does, the message arrives, marked where it may have before") {
  for (const auto& [what, act, error, doubt] : misdeeds) {
    CAPTURE(what);
    Rig rig{wecom, {act}};
    CHECK(rig.desk().counts.delivered == 1);
    CHECK(rig.outcome() == OutboxState::delivered);
    if (error.empty()) {
      CHECK(rig.platform.requests.size() == 1);
      continue;
    }
    REQUIRE(rig.platform.requests.size() == 2);
    CHECK(rig.desk().counts.errors.at(error) == 1);
    CHECK(rig.desk().counts.unknown == (doubt ? 1 : 0));
    CHECK_FALSE(rig.marked(0));
    CHECK(rig.marked(1) == doubt);
  }
}

namespace {

/// What a platform is known to answer, and what becomes of the message.
struct Answer {
  enum class Class {
    again,
    again_marked,  ///< the reader may have it
    at_the_probe,  ///< the channel is dead: again, once the circuit probes
    never,         ///< the platform will not have this message, but others
  };
  std::string type;
  std::string status;
  std::string body;
  Class then;
};
using enum Answer::Class;

const std::vector<Answer> known_answers{
    {"wecom", "200", R"({"errcode":45009})", again},
    {"wecom", "200", R"({"errcode":45033})", again},
    {"wecom", "200", R"({"errcode":-1})", again},
    {"wecom", "200", R"({"errcode":40058})", again},
    {"wecom", "200", R"({"errcode":93000})", at_the_probe},
    {"wecom", "200", R"({"errcode":44004})", again},
    {"wecom", "502", "<html>", again},
    {"slack", "400", "invalid_payload", never},
    {"slack", "400", "no_text", never},
    {"slack", "400", "msg_blocks_too_long", again},
    {"slack", "403", "action_prohibited", at_the_probe},
    {"slack", "403", "invalid_token", at_the_probe},
    {"slack", "404", "channel_not_found", at_the_probe},
    {"slack", "404", "no_service", at_the_probe},
    {"slack", "410", "channel_is_archived", at_the_probe},
    {"slack", "429", R"({"retry_after":1,"ok":false,"error":"rate_limited"})", again},
    {"slack", "500", "rollup_error", again},
    {"slack", "200", "", again_marked},
    {"feishu", "400", R"({"code":9499,"msg":"Bad Request"})", again},
    {"feishu", "400", R"({"code":9499,"msg":"too many request"})", again},
    {"feishu", "200", R"({"code":11232})", again},
    {"feishu", "200", R"({"code":19021})", at_the_probe},
    {"feishu", "200", R"({"code":19022})", at_the_probe},
    {"feishu", "200", R"({"code":19024})", at_the_probe},
    {"feishu", "200", R"({"code":19036})", again},
    {"dingtalk", "200", R"({"errcode":130101})", again},
    {"dingtalk", "200", R"({"errcode":90030})", at_the_probe},
    {"dingtalk", "200", R"({"errcode":460101})", again},
    {"dingtalk", "200", R"({"errcode":310000})", at_the_probe},
    {"telegram", "429", R"({"ok":false,"parameters":{"retry_after":7}})", again},
    {"telegram", "400", R"({"ok":false,"description":"Bad Request: message is too long"})", again},
    {"telegram", "401", R"({"ok":false})", at_the_probe},
    {"telegram", "403", R"({"ok":false})", at_the_probe},
    {"telegram", "502", "", again},
    {"pagerduty", "400", R"({"status":"invalid event"})", never},
    {"pagerduty", "429", "", again},
    {"pagerduty", "500", "", again},
    {"pagerduty", "202", R"({"status":"succ)", again_marked},
    {"webhook", "400", "", never},
    {"webhook", "410", "", at_the_probe},
    {"webhook", "429", "", again},
    {"webhook", "502", "", again},
    {"webhook", "504", "", again}};

}  // namespace

TEST_CASE("every answer that a platform is known to give ends the message as it means") {
  for (const auto& [type, status, body, then] : known_answers) {
    CAPTURE(type, status, body);
    Rig rig{kind_of(type), {answers(http(status, body))}};
    if (then == never) {
      CHECK(rig.platform.requests.size() == 1);
      CHECK(rig.desk().counts.refused == 1);
      CHECK(rig.outcome() == OutboxState::refused);
      continue;
    }
    CHECK(rig.outcome() == OutboxState::delivered);
    REQUIRE(rig.platform.requests.size() == 2);
    CHECK(rig.marked(1) == (then == again_marked));
    const auto wait = rig.platform.times[1] - rig.platform.times[0];
    if (then == at_the_probe) CHECK(wait >= Circuit::first_probe);
  }
}

TEST_CASE("a storm of 429 is weathered: one message in the end, and never sooner than was asked") {
  for (const auto& kind : kinds) {
    for (const auto asked : {0s, 90s}) {
      CAPTURE(kind.type, asked.count());
      const auto too_many = answers(http(
          "429", "", asked == 0s ? "" : "Retry-After: " + std::to_string(asked.count()) + "\r\n"));
      Rig rig{kind, std::vector<Behaviour>(8, too_many)};
      CHECK(rig.outcome() == OutboxState::delivered);
      CHECK(rig.desk().counts.unknown == 0);
      REQUIRE(rig.platform.requests.size() == 9);
      const auto penalty = find_channel(kind.type)->facts().quota.penalty;
      for (std::size_t i = 1; i < 9; ++i) {
        CAPTURE(i);
        CHECK(rig.platform.times[i] - rig.platform.times[i - 1] >=
              std::max<Duration>(asked, penalty));
        CHECK_FALSE(rig.marked(i));
      }
    }
  }
}
