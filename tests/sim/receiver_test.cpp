#include "tests/sim/receiver.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <map>

#include "net/http_client.hpp"
#include "tests/sim/reader.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/time.hpp"

namespace foghorn::test {
namespace {

using namespace std::chrono_literals;
using namespace foghorn::sim;
using Catch::Matchers::ContainsSubstring;

std::string wecom_body(const std::string& content) {
  return boost::json::serialize(
      boost::json::object{{"msgtype", "markdown"}, {"markdown", {{"content", content}}}});
}

/// A receiver that is asked without a network.
struct Rig {
  explicit Rig(ReceiverSpec spec)
      : receiver{io.get_executor(),      make_credentials(),
                 std::move(spec),        "",
                 [this] { return now; }, {}} {
    receiver.listen(0);
  }

  HttpPlan post(const std::string& body) {
    const auto url = receiver.url();
    return receiver.http({"POST", url.substr(url.find('/', 8)), body});
  }

  asio::io_context io{1};
  Timestamp now{at(0s)};
  Receiver receiver;
};

ReceiverSpec wecom(std::vector<ScriptedAnswer> answers = {}) {
  return {"desk", "wecom", std::move(answers)};
}

ReceiverSpec slack(std::vector<ScriptedAnswer> answers = {}) {
  return {"macro", "slack", std::move(answers)};
}

/// The least that each takes.
const std::map<std::string_view, std::string> bodies{
    {"feishu",
     R"({"msg_type":"interactive","card":{"header":{"title":{"content":"x"}},"elements":[{}]}})"},
    {"dingtalk", R"({"msgtype":"markdown","markdown":{"title":"x","text":"y"}})"},
    {"telegram", R"({"chat_id":"-1","text":"x"})"},
    {"pagerduty", R"({"routing_key":"abcdefghijklmnopqrstuvwxyz012345","event_action":"trigger",)"
                  R"("payload":{"summary":"x"}})"}};

TEST_CASE("WeCom shows whom a text calls") {
  CHECK(judge_wecom(R"({"msgtype":"text","text":{"content":"原油",
                        "mentioned_list":["@all","zhang"],
                        "mentioned_mobile_list":["13800001111"]}})")
            .text == "原油\n@all @zhang @13800001111");
}

TEST_CASE("WeCom takes a markdown message and keeps what its readers see") {
  Rig rig{wecom()};
  CHECK(rig.post(wecom_body("**原油**\n> <font color=\"warning\">-10.9%</font>")).body ==
        R"({"errcode":0,"errmsg":"ok"})");
  REQUIRE(rig.receiver.received().size() == 1);
  CHECK(rig.receiver.received()[0].shown);
  CHECK(rig.receiver.received()[0].text == "原油\n-10.9%");
}

TEST_CASE("WeCom refuses inside HTTP 200: what is too long, empty, of another type, or no JSON") {
  CHECK(judge_wecom(wecom_body(std::string(4097, 'x'))).code == 40058);
  CHECK(judge_wecom(wecom_body(std::string(4096, 'x'))).good);
  CHECK(judge_wecom(wecom_body("")).code == 44004);
  const auto of = [](const char* type, std::size_t size) {
    return boost::json::serialize(
        boost::json::object{{"msgtype", type}, {type, {{"content", std::string(size, 'x')}}}});
  };
  CHECK(judge_wecom(of("text", 2049)).code == 40058);
  CHECK(judge_wecom(of("text", 2048)).good);
  CHECK(judge_wecom(of("markdown_v2", 4097)).code == 40058);
  CHECK(judge_wecom(of("markdown_v2", 4096)).good);
  CHECK(judge_wecom(R"({"msgtype":"poem"})").code == 40008);
  CHECK(judge_wecom("hello").code == 47001);
}

TEST_CASE("WeCom answers 45009 to the 21st message of a minute, and takes it a minute later") {
  Rig rig{wecom()};
  for (int i = 0; i < 20; ++i)
    CHECK_THAT(rig.post(wecom_body("x")).body, ContainsSubstring("\"errcode\":0"));
  rig.now += 59s;
  CHECK_THAT(rig.post(wecom_body("x")).body, ContainsSubstring("\"errcode\":45009"));
  rig.now += 1s;
  CHECK_THAT(rig.post(wecom_body("x")).body, ContainsSubstring("\"errcode\":0"));
}

TEST_CASE("a robot whose key is wrong is dead") {
  Rig rig{wecom()};
  CHECK_THAT(rig.receiver.http({"POST", "/cgi-bin/webhook/send?key=other", wecom_body("x")}).body,
             ContainsSubstring("93000"));
}

TEST_CASE("a scripted answer takes the place of the n-th, and of no other") {
  Rig rig{wecom({{.request = 2, .kind = ScriptedAnswer::Kind::errcode, .code = 45009}})};
  for (const auto* answer : {"\"errcode\":0", "\"errcode\":45009", "\"errcode\":0"})
    CHECK_THAT(rig.post(wecom_body("x")).body, ContainsSubstring(answer));
  CHECK_FALSE(rig.receiver.received()[1].shown);
}

TEST_CASE("Slack answers ok, 429 with Retry-After, or what is wrong") {
  Rig rig{
      slack({{.request = 2, .kind = ScriptedAnswer::Kind::status, .code = 429, .retry_after = 7}})};
  CHECK(rig.post(R"({"text":"hello"})").body == "ok");
  const auto limited = rig.post(R"({"text":"hello"})");
  CHECK(limited.status == 429);
  CHECK(limited.headers == std::vector<std::pair<std::string, std::string>>{{"Retry-After", "7"}});
  CHECK(rig.post("{}").body == "no_text");
  CHECK(rig.post("nonsense").body == "invalid_payload");
}

TEST_CASE("Slack's readers see the blocks, not the fallback") {
  const auto judged = judge_slack(
      R"({"text":"fallback","blocks":[{"type":"header","text":{"type":"plain_text","text":"Crude"}},)"
      R"({"type":"section","text":{"type":"mrkdwn","text":"*-10.9%* &lt; 0"}},{"type":"context","elements":[{"type":"mrkdwn","text":"`K7Q2`"}]}]})");
  CHECK(judged.good);
  CHECK(judged.text == "Crude\n-10.9% < 0\nK7Q2\n");
}

TEST_CASE("Slack refuses a section over 3000 characters and more than 50 blocks") {
  const auto section = [](std::size_t size) {
    return R"({"type":"section","text":{"type":"mrkdwn","text":")" + std::string(size, 'x') +
           R"("}})";
  };
  CHECK(judge_slack("{\"blocks\":[" + section(3000) + "]}").good);
  CHECK(judge_slack("{\"blocks\":[" + section(3001) + "]}").reason == "invalid_blocks");
  std::string many = section(1);
  for (int i = 0; i < 50; ++i) many += "," + section(1);
  CHECK(judge_slack("{\"blocks\":[" + many + "]}").reason == "invalid_blocks");
}

TEST_CASE("every platform that counts its minutes says so to the message that is too much") {
  for (const auto& platform : platforms()) {
    CAPTURE(platform.type);
    if (platform.a_minute == 0 || platform.type == "wecom") continue;
    Rig rig{{"desk", std::string{platform.type}, {}}};
    const std::string body = bodies.at(platform.type);
    for (std::size_t i = 0; i < platform.a_minute; ++i) rig.post(body);
    CHECK(rig.receiver.received().back().shown);
    rig.post(body);
    CHECK_FALSE(rig.receiver.received().back().shown);
    rig.now += 60s;
    rig.post(body);
    CHECK(rig.receiver.received().back().shown);
  }
}

TEST_CASE("an error of the platform's own may be scripted for each") {
  Rig rig{
      {"desk", "feishu", {{.request = 1, .kind = ScriptedAnswer::Kind::errcode, .code = 19024}}}};
  CHECK_THAT(rig.post(bodies.at("feishu")).body, ContainsSubstring("\"code\":19024"));
  CHECK(rig.receiver.received()[0].answer == "code 19024");
}

TEST_CASE("over TLS, a message is shown and answered, or shown and cut off") {
  const auto credentials = make_credentials();
  TempDir dir;
  const auto ca_file = (dir.path() / "ca.pem").string();
  std::ofstream{ca_file} << credentials.ca_pem;

  asio::io_context io{1};
  std::vector<std::string> shown;
  Receiver receiver{io.get_executor(),
                    credentials,
                    slack({{.request = 2, .kind = ScriptedAnswer::Kind::reset}}),
                    (dir.path() / "received.jsonl").string(),
                    [] { return at(0s); },
                    [&](const Receiver&, const Received& r) { shown.push_back(r.text); }};
  receiver.listen(0);

  const HttpRequest request{.method = "POST", .url = receiver.url(), .body = R"({"text":"hello"})"};
  const HttpOptions options{.ca_file = ca_file};
  const auto good = run_on(io, fetch(request, options));
  CHECK(good.status == 200);
  CHECK(good.body == "ok");
  const auto cut = run_on(io, fetch(request, options));
  CHECK(cut.error);
  CHECK(cut.sent);
  CHECK(shown == std::vector<std::string>{"hello", "hello"});
  CHECK(receiver.open_requests() == 0);
}

TEST_CASE("a reader does not see markup") {
  CHECK(
      wecom_to_plain("# 标题\n**a** `b` [c](https://d)\n<@zhang> <font color=\"info\">e</font>") ==
      "标题\na b c (https://d)\n@zhang e");
  CHECK(slack_to_plain("*a* <https://d|c> <!here> 1 &lt; 2 &amp; 3") ==
        "a c (https://d) @here 1 < 2 & 3");
}

}  // namespace
}  // namespace foghorn::test
