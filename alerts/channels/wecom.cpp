// WeCom group robots (企业微信群机器人), https://developer.work.weixin.qq.com/document/path/99110
//
//   POST https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…
//   {"msgtype":"markdown","markdown":{"content":"…"}}        content: at most 4096 bytes of UTF-8
//   {"msgtype":"markdown_v2","markdown_v2":{"content":"…"}}  4096 as well; has tables, and neither
//                                                            font colours nor <@userid>
//   {"msgtype":"text","text":{"content":"…","mentioned_list":["zhang","@all"],
//                             "mentioned_mobile_list":["13800001111"]}}        2048 bytes
//
// The key in the URL is the only credential. Success and failure both answer HTTP 200; the body
// decides: {"errcode":0,"errmsg":"ok"} is success.
//
//   45009 over 20 messages a minute;  40058 content too long;  93000 no such robot (any more);
//   -1 system busy

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "alerts/channels/answer.hpp"
#include "alerts/channels/fit.hpp"
#include "alerts/channels/mentions.hpp"
#include "alerts/channels/utf8.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using enum Delivery::Verdict;

constexpr std::array<std::string_view, 1> hosts{"qyapi.weixin.qq.com"};
constexpr std::array<std::string_view, 4> reasons{"busy", "45009", "40058", "93000"};

/// Of a message's content, in bytes; and after the platform found that too long.
struct Longest {
  std::size_t usual;
  std::size_t shorter;

  std::size_t of(const RenderOptions& options) const { return options.shorter ? shorter : usual; }
};
constexpr Longest longest_markdown{4096, 2000};
constexpr Longest longest_text{2048, 1000};

/// Anything that a user of the group's company may be called, but for what would be taken apart.
bool is_mention(std::string_view mention) {
  return !mention.empty() && mention.size() <= 64 &&
         (mention == everybody || mention.find_first_of("@ <>") == mention.npos);
}

using Written = std::string (*)(const ToldLine& line);

std::string as_markdown(const ToldLine& line) {
  const auto text = without_angles(line.text);
  if (line.kind != ToldLine::Kind::headline) return "> " + text;
  switch (line.mood) {
    case Mood::alarm: return "<font color=\"warning\">**" + text + "**</font>";
    case Mood::relief: return "<font color=\"info\">**" + text + "**</font>";
    case Mood::calm: break;
  }
  return "**" + text + "**";
}

/// A text has no markup but <@userid>, which is not a title's to write.
std::string as_text(const ToldLine& line) {
  return without_angles(line.text);
}

/// A row of a table. A bar within a cell would begin another one.
std::string as_row(std::span<const std::string> cells) {
  std::string row = "|";
  for (const auto& cell : cells) {
    row += ' ';
    for (const char c : without_angles(cell)) row += c == '|' ? "｜" : std::string(1, c);
    row += " |";
  }
  return row;
}

std::string as_table_line(const ToldLine& line) {
  return line.cells.empty() ? "**" + without_angles(line.text) + "**" : as_row(line.cells);
}

template <Written written>
std::size_t size_of(const ToldLine& line) {
  return written(line).size() + 1;
}

template <Written written>
Fitted lines_of(std::span<const AlertEvent> events, const RenderOptions& options,
                std::size_t limit) {
  return fitted(events, options,
                {.limit = limit, .size = size_of<written>, .details = !options.shorter});
}

/// A platform's message, and how many of the events it tells.
struct Message {
  json::object object;
  std::size_t told{};
};

Message message_of(std::string_view type, json::object part, std::size_t told) {
  return {{{"msgtype", type}, {type, std::move(part)}}, told};
}

template <Written written>
std::string content_of(std::span<const ToldLine> lines) {
  std::string content;
  for (const auto& line : lines) content.append(content.empty() ? "" : "\n").append(written(line));
  return content;
}

Message markdown(std::span<const AlertEvent> events, const RenderOptions& options) {
  const auto [lines, told] = lines_of<as_markdown>(events, options, longest_markdown.of(options));
  return message_of("markdown", {{"content", content_of<as_markdown>(lines)}}, told);
}

/// What calls people by name cannot have colours. None where others before it fill the message:
/// those are then told by themselves.
std::optional<Message> calling(std::span<const AlertEvent> events, const Address& to,
                               const RenderOptions& options) {
  const auto [lines, told] = lines_of<as_text>(events, options, longest_text.of(options));
  if (!calls_people(events.first(told), options)) return std::nullopt;
  json::object part{{"content", content_of<as_text>(lines)}};
  json::array people;
  json::array mobiles;
  for (const auto& mention : to.mentions)
    (is_mobile_number(mention) ? mobiles : people).emplace_back(mention);
  if (!people.empty()) part["mentioned_list"] = std::move(people);
  if (!mobiles.empty()) part["mentioned_mobile_list"] = std::move(mobiles);
  return message_of("text", std::move(part), told);
}

/// The total above a table with a row for each event.
Message table(std::span<const AlertEvent> events, const RenderOptions& options) {
  const auto names = column_names(options.language);
  const auto head = as_row(std::vector<std::string>(names.begin(), names.end()));
  const auto rule = as_row(std::vector<std::string>(names.size(), ":---"));
  const auto around = head.size() + rule.size() + 3;  // with their breaks, and a blank line
  const auto [lines, told] =
      lines_of<as_table_line>(events, options, longest_markdown.of(options) - around);
  const auto rows = content_of<as_table_line>(std::span{lines}.subspan(1));
  auto content = as_table_line(lines.front());
  content.append("\n\n").append(head).append("\n").append(rule).append("\n").append(rows);
  return message_of("markdown_v2", {{"content", std::move(content)}}, told);
}

Message rendered(std::span<const AlertEvent> events, const Address& to,
                 const RenderOptions& options) {
  if (options.form == Form::digest) return table(events, options);
  if (to.mentions.empty() || !calls_people(events, options)) return markdown(events, options);
  if (auto message = calling(events, to, options)) return std::move(*message);
  auto others = events;
  while (calls_people(others, options)) others = others.first(others.size() - 1);
  return markdown(others, options);
}

class Wecom final : public Channel {
 public:
  const ChannelFacts& facts() const override {
    static constexpr ChannelFacts facts{
        .type = "wecom",
        .hosts = hosts,
        .url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
        .mentions = {.fits = is_mention,
                     .form = "\"@all\", a userid, or a mobile number",
                     .usual = everybody},
        .quota = {.sends = 18, .reserve = 2, .window = 60s, .penalty = 10s},
        .reasons = reasons};
    return facts;
  }

  ChannelRequest render(std::span<const AlertEvent> events, const Address& to,
                        const RenderOptions& options) const override {
    auto [message, told] = rendered(events, to, options);
    return {.url = to.url,
            .headers = {{"Content-Type", "application/json"}},
            .body = json::serialize(message),
            .told = told};
  }

  Delivery judge(int status, std::string_view body) const override {
    if (status != 200) return judge_status(status);
    const auto code = code_in(body, "errcode");
    if (!code.number) return code.judgement;
    switch (*code.number) {
      case 0: return {.verdict = delivered};
      case -1: return {.verdict = retry, .reason = "busy"};
      case 45009: return {.verdict = retry, .reason = "45009", .too_often = true};
      case 40058: return {.verdict = shorten, .reason = "40058"};
      case 93000: return {.verdict = refused, .reason = "93000", .channel_is_dead = true};
      default: return {.verdict = retry, .reason = "other", .most_tries = 3};
    }
  }
};

}  // namespace

const Channel& wecom_channel() {
  static const Wecom channel;
  return channel;
}

}  // namespace foghorn
