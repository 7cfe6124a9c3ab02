// Whatever a config and a market may hold: every kind of event, in both languages, with names as
// long and as awkward as they come, stays within every platform's limits, cut at characters.

#include <fmt/format.h>
#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "alerts/channels/channel.hpp"
#include "alerts/channels/templates.hpp"
#include "alerts/channels/utf8.hpp"
#include "alerts/channels/words.hpp"
#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

namespace json = boost::json;

// Ω, the oil drum, the astronaut and the flag stand in no template: wherever they appear, all of
// them has to be there.
constexpr std::string_view accented = "Ω\u0301";
constexpr std::string_view drum = "\U0001F6E2\uFE0F";
constexpr std::string_view astronaut = "\U0001F469\u200D\U0001F680";
constexpr std::string_view flag = "\U0001F1E8\U0001F1F3";

std::string awkward_text(std::mt19937& random, std::size_t most) {
  constexpr std::string_view pieces[] = {"油", "a",    "&",  "<b>",     accented, drum,
                                         "*",  "\xFF", "\n", "\"",      "\\",     "\xE2\x80\xA8",
                                         "`",  "\x01", flag, astronaut, "]("};
  std::string out;
  const std::size_t size = random() % most;
  while (out.size() < size) out += pieces[random() % std::size(pieces)];
  return out;
}

AlertEvent monstrous(std::mt19937& random, AlertKind kind, int number, std::size_t longest = 9000) {
  const auto text = [&random, longest](std::size_t most = 9000) {
    return awkward_text(random, std::min(most, longest));
  };
  auto e = oil(kind, "K7Q2-" + std::to_string(number), static_cast<Tier>(random() % 3));
  e.title = {text(), text()};
  e.name = {text(), text()};
  e.unit = text();
  e.reason = text();
  e.rule = text(300);
  e.instrument = text(300);
  e.value_term = text();
  if (random() % 2 == 0) e.move.reset();
  for (int i = 0; i < 30; ++i) e.sources.push_back({text(300), 1.5, i % 2 == 0});
  return e;
}

std::vector<AlertEvent> monsters(unsigned seed, std::size_t most) {
  std::mt19937 random{seed};
  std::vector<AlertEvent> events;
  const auto count = 1 + random() % most;
  for (int i = 0; events.size() < count; ++i) {
    events.push_back(monstrous(random, static_cast<AlertKind>(random() % 9), i));
    if (random() % 2 == 0) events.back().episode += std::to_string(i);
  }
  return events;
}

std::size_t occurrences(std::string_view text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string_view::npos;
       at = text.find(what, at + what.size()))
    ++n;
  return n;
}

/// Every text of a message, in order.
void collect(const json::value& value, std::vector<std::string>& texts) {
  if (value.is_string()) texts.emplace_back(value.get_string());
  if (value.is_array())
    for (const auto& element : value.get_array()) collect(element, texts);
  if (value.is_object())
    for (const auto& member : value.get_object()) collect(member.value(), texts);
}

std::string text_at(const json::value& message, const char* pointer) {
  return std::string{message.at_pointer(pointer).as_string()};
}

void keeps_wecom(const json::value& message, const std::string&) {
  const auto type = text_at(message, "/msgtype");
  const auto content = text_at(message, ("/" + type + "/content").c_str());
  CHECK(content.size() <= (type == "text" ? 2048 : 4096));
  CHECK(!content.empty());
  CHECK(occurrences(content, "<font") == occurrences(content, "</font>"));
  CHECK(occurrences(content, "<") == 2 * occurrences(content, "</font>"));
  if (type == "markdown_v2") CHECK(occurrences(content, "|") % 8 == 0);  // seven cells to a row
}

void keeps_slack(const json::value& message, const std::string&) {
  std::size_t total = 0;
  CHECK(message.at("blocks").as_array().size() <= 50);
  for (const auto& block : message.at("blocks").as_array()) {
    const std::string_view text = block.at_pointer("/text/text").as_string();
    CHECK(!text.empty());
    CHECK(text.size() <= 3000);
    CHECK(occurrences(text, "&") ==
          occurrences(text, "&amp;") + occurrences(text, "&lt;") + occurrences(text, "&gt;"));
    CHECK(occurrences(text, "<") == occurrences(text, "<!channel> "));
    total += text.size();
  }
  CHECK(total <= 13'000);
  CHECK(!message.at("text").as_string().empty());
}

// Nobody's limit but ours.
void keeps_webhook(const json::value& message, const std::string& body) {
  CHECK(message.at("alerts").as_array().size() == 1);
  CHECK(body.size() <= 128 << 10);
}

void keeps_feishu(const json::value& message, const std::string& body) {
  CHECK(body.size() <= 20'000);
  CHECK(!text_at(message, "/card/header/title/content").empty());
  CHECK(!text_at(message, "/card/elements/0/text/content").empty());
}

void keeps_dingtalk(const json::value& message, const std::string& body) {
  CHECK(body.size() <= 20'000);
  CHECK(!text_at(message, "/markdown/title").empty());
  CHECK(text_at(message, "/markdown/text").find('<') == std::string::npos);
}

/// What a reader sees of Telegram's HTML.
std::string read_html(std::string text) {
  const std::pair<std::string_view, std::string_view> words[] = {
      {"<b>", ""}, {"</b>", ""}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
  for (const auto& [word, meaning] : words)
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at))
      text.replace(at, word.size(), meaning), at += meaning.size();
  return text;
}

void keeps_telegram(const json::value& message, const std::string&) {
  const auto text = text_at(message, "/text");
  CHECK(occurrences(text, "<") == 2 * occurrences(text, "</b>"));
  CHECK(occurrences(text, "<b>") == occurrences(text, "</b>"));
  CHECK(occurrences(text, "&") ==
        occurrences(text, "&amp;") + occurrences(text, "&lt;") + occurrences(text, "&gt;"));
  CHECK(utf16_size(read_html(text)) <= 4096);
}

void keeps_pagerduty(const json::value& message, const std::string& body) {
  CHECK(text_at(message, "/payload/summary").size() <= 1024);
  CHECK(!text_at(message, "/payload/summary").empty());
  CHECK(text_at(message, "/dedup_key").size() <= 255);
  CHECK(body.size() <= 512 << 10);
}

void keeps_alertmanager(const json::value& message, const std::string& body) {
  CHECK(!message.as_array().empty());
  CHECK(body.size() <= 1'000'000);
  for (const auto& alert : message.as_array()) {
    for (const auto& [name, value] : alert.at("labels").as_object()) {
      CHECK(value.as_string().size() <= 512);
      CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
    }
    CHECK(!text_at(alert, "/labels/alertname").empty());
    CHECK(text_at(alert, "/startsAt") <= text_at(alert, "/endsAt"));
  }
}

using Keeps = void (*)(const json::value& message, const std::string& body);
const std::map<std::string_view, Keeps> limits{
    {"wecom", keeps_wecom},         {"slack", keeps_slack},
    {"webhook", keeps_webhook},     {"feishu", keeps_feishu},
    {"dingtalk", keeps_dingtalk},   {"telegram", keeps_telegram},
    {"pagerduty", keeps_pagerduty}, {"alertmanager", keeps_alertmanager}};

Address address_of(const Channel& channel) {
  Address to{.channel = "desk", .url = Secret{"https://127.0.0.1/x"}, .chat_id = "-1001"};
  for (const auto* mention : {"@all", "@channel", "13800001111"}) {
    const auto fits = channel.facts().mentions.fits;
    if (fits && fits(mention)) to.mentions.emplace_back(mention);
  }
  return to;
}

/// Whether `line` holds `id`, and not as the beginning of a longer one.
bool holds_id(std::string_view line, std::string_view id) {
  for (auto at = line.find(id); at != line.npos; at = line.find(id, at + 1)) {
    const auto end = at + id.size();
    if (end == line.size() || line[end] < '0' || line[end] > '9') return true;
  }
  return false;
}

/// Every line that a reader sees.
std::vector<std::string_view> lines_of(const std::vector<std::string>& texts) {
  std::vector<std::string_view> lines;
  for (std::string_view text : texts)
    for (;;) {
      const auto end = text.find('\n');
      lines.push_back(text.substr(0, end));
      if (end == text.npos) break;
      text.remove_prefix(end + 1);
    }
  return lines;
}

/// Each of them is named on one line: by id, tier and kind. (Titles are cut where they are all that
/// a message holds.)
bool names_all(const std::vector<std::string>& texts, std::span<const AlertEvent> events,
               Language language) {
  const auto lines = lines_of(texts);
  return std::ranges::all_of(events, [&](const AlertEvent& event) {
    const auto tier = event.tier ? tier_text(*event.tier, language) : std::string{};
    const auto kind = kind_text(event, event.kind, language);
    return std::ranges::any_of(lines, [&](std::string_view line) {
      return holds_id(line, event.id) && line.find(tier) != line.npos &&
             line.find(kind) != line.npos;
    });
  });
}

/// A user's own, that say on every line whatever may be said there.
Templates stuffed() {
  Templates templates;
  for (std::size_t i = 0; i < template_names().size(); ++i) {
    const auto name = static_cast<TemplateName>(i);
    std::string line;
    for (std::size_t p = 0; p < placeholder_names().size(); ++p)
      if (allowed(name, static_cast<Placeholder>(p)))
        line += fmt::format("{{{}}} ", placeholder_names()[p]);
    const auto text = name < TemplateName::earlier ? line + "\n" + line : line;
    for (const auto language : {Language::zh, Language::en})
      templates.set(name, language, std::get<Template>(Template::read(name, text)));
  }
  return templates;
}

std::size_t keep_limits(const Channel& channel, const std::vector<AlertEvent>& events,
                        const RenderOptions& options) {
  const auto request = channel.render(events, address_of(channel), options);
  const auto& body = request.body;
  CHECK(is_utf8(body));
  const auto message = json::parse(body);
  limits.at(channel.facts().type)(message, body);
  std::vector<std::string> texts;
  collect(message, texts);
  for (const auto& text : texts) {
    CHECK(occurrences(text, "Ω") == occurrences(text, accented));
    CHECK(occurrences(text, drum.substr(0, 4)) == occurrences(text, drum));
    CHECK(occurrences(text, astronaut.substr(0, 4)) == occurrences(text, astronaut));
    CHECK(occurrences(text, flag.substr(0, 4)) == occurrences(text, flag));
  }
  CHECK(request.told >= 1);
  CHECK(request.told <= events.size());
  if (channel.facts().telling == Telling::together)
    CHECK(names_all(texts, std::span{events}.first(request.told), options.language));
  return request.told;
}

}  // namespace

TEST_CASE("whatever events hold, every channel's messages keep its platform's limits") {
  const auto seed = GENERATE(range(0U, 16U));
  const auto own = stuffed();
  for (const auto type : channel_types()) {
    const auto& channel = *find_channel(type);
    CAPTURE(seed, type);
    REQUIRE(limits.contains(type));
    const bool together = channel.facts().telling == Telling::together;
    const auto events = monsters(seed, together ? 5 : 1);
    for (const auto language : {Language::zh, Language::en})
      for (const bool shorter : {false, true})
        for (const auto form : {Form::alert, Form::digest}) {
          if (form == Form::digest && !together) continue;
          keep_limits(channel, events,
                      {.language = language,
                       .templates = seed % 4 == 0 ? &own : nullptr,
                       .form = form,
                       .late = {events.front().id},
                       .catch_up = seed % 2 == 1,
                       .maybe_repeated = seed % 2 == 0,
                       .unsaved = seed % 3 == 0,
                       .shorter = shorter});
        }
  }
}

TEST_CASE("a storm is told in messages that keep every limit and name every event") {
  std::mt19937 random{GENERATE(range(0U, 2U))};
  std::vector<AlertEvent> storm;
  for (int i = 0; i < 500; ++i) {
    storm.push_back(monstrous(random, static_cast<AlertKind>(random() % 9), i, 60));
    storm.back().episode = "e" + std::to_string(i / 3);
  }
  for (const auto type : channel_types()) {
    const auto& channel = *find_channel(type);
    if (channel.facts().telling != Telling::together) continue;
    for (const auto form : {Form::alert, Form::digest}) {
      CAPTURE(type, form == Form::digest);
      const RenderOptions options{.language = random() % 2 == 0 ? Language::zh : Language::en,
                                  .form = form};
      std::size_t messages = 0;
      for (auto rest = storm; !rest.empty(); ++messages) {
        const auto told = keep_limits(channel, rest, options);
        // What was told of many is told of them alone.
        const std::vector<AlertEvent> alone(rest.begin(), rest.begin() + static_cast<int>(told));
        CHECK(keep_limits(channel, alone, options) == told);
        rest.erase(rest.begin(), rest.begin() + static_cast<int>(told));
      }
      CHECK(messages <= 120);
    }
  }
}

TEST_CASE("a shorter rendering is shorter, or was short") {
  const auto seed = GENERATE(range(0U, 20U));
  for (const auto type : channel_types()) {
    CAPTURE(seed, type);
    const auto& channel = *find_channel(type);
    const auto events = monsters(seed, 1);
    const Address to{.channel = "desk", .url = Secret{"https://127.0.0.1/x"}, .chat_id = "-1001"};
    CHECK(channel.render(events, to, {.shorter = true}).body.size() <=
          channel.render(events, to, {}).body.size());
  }
}
