// Slack incoming webhooks,
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
//
//   POST https://hooks.slack.com/services/T…/B…/…
//   {"text":"…","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"…"}}]}
//
// Success is HTTP 200 with the body `ok`, nothing else. Errors are a status and a word: 400
// invalid_payload, 403 action_prohibited, 404 no_service, 410 channel_is_archived; 429 brings
// Retry-After. One message a second. A section holds at most 3,000 characters; beyond about 13,200
// in all blocks together Slack answers msg_blocks_too_long.

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "alerts/channels/answer.hpp"
#include "alerts/channels/fit.hpp"
#include "alerts/channels/mentions.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using enum Delivery::Verdict;

constexpr std::array<std::string_view, 1> hosts{"hooks.slack.com"};
constexpr std::array<std::string_view, 4> reasons{"http_400", "http_403", "http_404", "http_410"};

// Limits are in characters and we count bytes, of which there are never fewer.
constexpr std::size_t longest_section = 3'000;
constexpr std::size_t longest_line = 2'900;
constexpr std::size_t longest_in_all = 12'000;
constexpr std::size_t longest_when_shorter = 2'900;
constexpr std::size_t longest_fallback = 3'000;

bool is_mention(std::string_view mention) {
  if (mention == "@channel" || mention == "@here") return true;
  return mention.size() >= 9 && mention.size() <= 16 &&
         (mention.front() == 'U' || mention.front() == 'W') &&
         std::ranges::all_of(
             mention, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

/// `<!channel> <@U012AB3CD> `
std::string called(const std::vector<std::string>& mentions) {
  std::string text;
  for (const auto& mention : mentions)
    text += mention.front() == '@' ? "<!" + mention.substr(1) + "> " : "<@" + mention + "> ";
  return text;
}

/// `&`, `<` and `>` are Slack's only special characters.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string marked(const ToldLine& line) {
  const bool bold = line.kind == ToldLine::Kind::headline || line.kind == ToldLine::Kind::total;
  return bold ? "*" + escaped(line.text) + "*" : escaped(line.text);
}

std::size_t size_of(const ToldLine& line) {
  return marked(line).size() + 1;
}

json::object section(const std::string& text) {
  return {{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", text}}}};
}

/// The lines as sections, as many to each as it holds.
json::array blocks(std::span<const ToldLine> lines, const std::string& call) {
  json::array sections;
  auto text = call;
  bool first = true;  // of its section
  for (const auto& line : lines) {
    const auto more = marked(line);
    if (!first && text.size() + 1 + more.size() > longest_section) {
      sections.push_back(section(text));
      text.clear();
      first = true;
    }
    if (!first) text += '\n';
    text += more;
    first = false;
  }
  sections.push_back(section(text));
  return sections;
}

/// What a notification shows: the lines that name events, as many as it holds.
std::string fallback(std::span<const ToldLine> lines) {
  std::string text;
  for (const auto& line : lines) {
    if (line.kind == ToldLine::Kind::detail || line.kind == ToldLine::Kind::body) continue;
    const auto more = escaped(line.text);
    if (text.size() + 1 + more.size() > longest_fallback) break;
    text.append(text.empty() ? "" : "\n").append(more);
  }
  return text;
}

Delivery judge_error(int status, std::string_view body) {
  // The message is at fault, or the webhook: then any other message would be refused as well.
  switch (status) {
    case 400:
      if (body.find("too_long") != std::string_view::npos)
        return {.verdict = shorten, .reason = "http_400"};
      return {.verdict = refused, .reason = "http_400"};
    case 403: return {.verdict = refused, .reason = "http_403", .channel_is_dead = true};
    case 404: return {.verdict = refused, .reason = "http_404", .channel_is_dead = true};
    case 410: return {.verdict = refused, .reason = "http_410", .channel_is_dead = true};
    default: return judge_status(status);
  }
}

class Slack final : public Channel {
 public:
  const ChannelFacts& facts() const override {
    static constexpr ChannelFacts facts{
        .type = "slack",
        .hosts = hosts,
        .url = "https://hooks.slack.com/services/…",
        .mentions = {.fits = is_mention, .form = "\"@channel\", \"@here\", or a member's id, U…"},
        .quota = {.sends = 1, .window = 1s, .penalty = 1s},
        .reasons = reasons};
    return facts;
  }

  ChannelRequest render(std::span<const AlertEvent> events, const Address& to,
                        const RenderOptions& options) const override {
    const auto call = called(to.mentions);
    const auto [lines, told] =
        fitted(events, options,
               {.limit = options.shorter ? longest_when_shorter : longest_in_all,
                // Whom it calls stands before the first line.
                .longest_line = longest_line - std::min(call.size(), longest_line / 2),
                .size = size_of,
                .details = !options.shorter});
    const bool calls = !to.mentions.empty() && calls_people(events.first(told), options);
    const json::object message{{"text", fallback(lines)},
                               {"blocks", blocks(lines, calls ? call : "")}};
    return {.url = to.url,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}},
            .body = json::serialize(message),
            .told = told};
  }

  Delivery judge(int status, std::string_view body) const override {
    if (status != 200) return judge_error(status, body);
    if (body == "ok") return {.verdict = delivered};
    if (body.empty() || body == "o") return {.verdict = unknown, .reason = "cut_off"};
    if (looks_like_html(body)) return {.verdict = retry, .reason = "html"};
    return {.verdict = retry, .reason = "other", .most_tries = 3};
  }
};

}  // namespace

const Channel& slack_channel() {
  static const Slack channel;
  return channel;
}

}  // namespace foghorn
