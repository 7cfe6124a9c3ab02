#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <random>
#include <string>
#include <vector>

#include "alerts/channels/channel.hpp"
#include "alerts/channels/utf8.hpp"
#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

const Address to{.channel = "desk", .url = Secret{"https://127.0.0.1/send?key=hush"}};

boost::json::value rendered(std::string_view type, const std::vector<AlertEvent>& events,
                            const RenderOptions& options = {}) {
  return boost::json::parse(find_channel(type)->render(events, to, options).body);
}

std::string wecom(const std::vector<AlertEvent>& events, const RenderOptions& options = {}) {
  return std::string{
      rendered("wecom", events, options).at_pointer("/markdown/content").as_string()};
}

std::size_t occurrences(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

/// Names as long and as awkward as a config can hold.
AlertEvent monstrous(unsigned seed) {
  std::mt19937 random{seed};
  const auto text = [&random](std::size_t most = 9000) {
    std::string out;
    const std::size_t size = random() % most;
    while (out.size() < size) {
      constexpr std::string_view pieces[] = {
          "油", "a", "&", "<b>", "e\u0301", "\U0001F6E2\uFE0F", "*", "\xFF", "\n", "\""};
      out += pieces[random() % std::size(pieces)];
    }
    return out;
  };
  auto e = oil(AlertKind::fire, "K7Q2-" + std::to_string(seed));
  e.title = {text(), text()};
  e.name = {text(), text()};
  e.unit = text();
  e.reason = text();
  for (int i = 0; i < 30; ++i) e.sources.push_back({text(300), 1.5, i % 2 == 0});
  return e;
}

std::vector<AlertEvent> many_monsters(unsigned seed) {
  std::vector<AlertEvent> events;
  for (unsigned i = 0; i <= seed % 4; ++i) {
    events.push_back(monstrous(seed * 10 + i));
    if (seed % 2 == 0) events.back().episode += std::to_string(i);
  }
  return events;
}

}  // namespace

TEST_CASE("WeCom gets markdown with the headline in the colour of its mood") {
  CHECK(wecom({oil(AlertKind::fire, "K7Q2-0")}) ==
        "<font color=\"warning\">**【重大】原油剧烈波动：触发（编号 K7Q2-0）**</font>\n"
        "> WTI 原油 24 小时内下跌 10.94%：96.46 → 85.91 美元/桶\n"
        "> 一致来源：bybit:CLUSDT 85.91、okx:CL-USDT-SWAP 85.88；未采用：hyperliquid:xyz:CL 91.20\n"
        "> 时间：2026-04-17 22:15:02（北京时间）");
  CHECK(wecom({oil(AlertKind::resolve, "r")}).starts_with("<font color=\"info\">**"));
  CHECK(wecom({oil(AlertKind::fire, "f", Tier::notice)}).starts_with("**【提示】"));
}

TEST_CASE("Slack gets a section, and the headline as the text for notifications") {
  const auto message =
      rendered("slack", {oil(AlertKind::fire, "K7Q2-0")}, {.language = Language::en});
  CHECK(message.at("text").as_string() == "[MAJOR] Crude oil shock: FIRED (id K7Q2-0)");
  CHECK(message.at_pointer("/blocks/0/text/type").as_string() == "mrkdwn");
  CHECK(message.at_pointer("/blocks/0/text/text").as_string() ==
        "*[MAJOR] Crude oil shock: FIRED (id K7Q2-0)*\n"
        "WTI crude fell 10.94% in 24 h: 96.46 → 85.91 USD/bbl\n"
        "Sources agreeing: bybit:CLUSDT 85.91, okx:CL-USDT-SWAP 85.88; not used: "
        "hyperliquid:xyz:CL 91.20\n"
        "Time: 2026-04-17 14:15:02 UTC");
}

TEST_CASE("the URL is where the request goes and nowhere else") {
  for (const auto type : channel_types()) {
    const auto request =
        find_channel(type)->render(std::vector{oil(AlertKind::fire, "K7Q2-0")}, to, {});
    CHECK(request.url == to.url);
    CHECK(request.body.find("hush") == std::string::npos);
  }
}

TEST_CASE("Slack's three special characters are escaped, and only they") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.title.en = "<!channel> & \"more\"";
  CHECK(rendered("slack", {e}, {.language = Language::en}).at("text").as_string() ==
        "[MAJOR] &lt;!channel&gt; &amp; \"more\": FIRED (id K7Q2-0)");
}

TEST_CASE("a title cannot open a tag in WeCom's markdown") {
  auto e = oil(AlertKind::fire, "K7Q2-0", Tier::notice);
  e.title.zh = "<@all>";
  CHECK(wecom({e}).starts_with("**【提示】＜@all＞：触发"));
}

TEST_CASE("a shorter rendering keeps the headline and leaves the details out") {
  CHECK(wecom({oil(AlertKind::fire, "K7Q2-0")}, {.shorter = true}) ==
        "<font color=\"warning\">**【重大】原油剧烈波动：触发（编号 K7Q2-0）**</font>");
}

TEST_CASE(
    "whatever the names, a WeCom message is UTF-8 of at most 4096 bytes with its tags closed") {
  const auto seed = GENERATE(range(0U, 40U));
  CAPTURE(seed);
  for (const bool shorter : {false, true}) {
    const auto content = wecom(many_monsters(seed), {.shorter = shorter});
    CHECK(is_utf8(content));
    CHECK(content.size() <= (shorter ? 2000U : 4096U));
    CHECK(!content.empty());
    CHECK(occurrences(content, "<font") == occurrences(content, "</font>"));
    CHECK(occurrences(content, "<") == 2 * occurrences(content, "</font>"));
  }
}

TEST_CASE("whatever the names, a Slack message keeps Slack's limits and whole escapes") {
  const auto seed = GENERATE(range(0U, 40U));
  CAPTURE(seed);
  for (const bool shorter : {false, true}) {
    const auto message =
        rendered("slack", many_monsters(seed), {.language = Language::en, .shorter = shorter});
    std::size_t total = 0;
    CHECK(message.at("blocks").as_array().size() <= 50);
    for (const auto& block : message.at("blocks").as_array()) {
      const std::string_view text = block.at_pointer("/text/text").as_string();
      CHECK(!text.empty());
      CHECK(text.size() <= 3000);
      CHECK(is_utf8(text));
      CHECK(occurrences(text, "&") ==
            occurrences(text, "&amp;") + occurrences(text, "&lt;") + occurrences(text, "&gt;"));
      total += text.size();
    }
    CHECK(total <= 13'000);
    CHECK(!message.at("text").as_string().empty());
  }
}
