// WeCom group robots (企业微信群机器人), https://developer.work.weixin.qq.com/document/path/99110
//
//   POST https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…
//   {"msgtype":"markdown","markdown":{"content":"…"}}        content: at most 4096 bytes of UTF-8
//
// The key in the URL is the only credential. Success and failure both answer HTTP 200; the body
// decides:
//
//   {"errcode":0,"errmsg":"ok"}                45009: over 20 messages a minute; 40058: content too
//   long; 93000: no such
//                                              robot (any more); -1: system busy

#include <boost/json.hpp>

#include <array>

#include "alerts/channels/answer.hpp"
#include "alerts/channels/text.hpp"
#include "alerts/channels/utf8.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using enum Delivery::Verdict;

constexpr std::array<std::string_view, 1> hosts{"qyapi.weixin.qq.com"};
constexpr std::array<std::string_view, 4> reasons{"busy", "45009", "40058", "93000"};

constexpr std::size_t longest = 4096;
constexpr std::size_t longest_when_shorter = 2000;

/// A line's markup: what stands before its text and after.
struct Markup {
  std::string_view before;
  std::string_view after;
};

Markup markup_of(const ToldLine& line) {
  if (line.kind != ToldLine::Kind::headline) return {"> ", ""};
  switch (line.mood) {
    case Mood::alarm: return {"<font color=\"warning\">**", "**</font>"};
    case Mood::relief: return {"<font color=\"info\">**", "**</font>"};
    case Mood::calm: break;
  }
  return {"**", "**"};
}

/// The lines as markdown of at most `limit` bytes. Headlines outlive details; what is cut ends in
/// "…".
std::string markdown(std::span<const ToldLine> lines, std::size_t limit, bool with_details) {
  std::string out;
  for (const auto& line : lines) {
    if (!with_details && line.kind == ToldLine::Kind::detail) continue;
    const auto [before, after] = markup_of(line);
    const auto text = without_angles(line.text);
    const std::size_t around = before.size() + after.size() + (out.empty() ? 0 : 1);
    const bool fits = out.size() + around + text.size() <= limit;
    if (!fits && with_details) return markdown(lines, limit, false);
    if (!fits && out.size() + around + 40 > limit) break;  // too little room for words
    if (!out.empty()) out += '\n';
    const std::size_t room = limit - out.size() - before.size() - after.size();
    out.append(before).append(shortened(text, room)).append(after);
    if (!fits) break;
  }
  return out;
}

class Wecom final : public Channel {
 public:
  const ChannelFacts& facts() const override {
    static constexpr ChannelFacts facts{
        .type = "wecom",
        .hosts = hosts,
        .url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
        .quota = {.sends = 18, .reserve = 2, .window = 60s, .penalty = 10s},
        .reasons = reasons};
    return facts;
  }

  ChannelRequest render(std::span<const AlertEvent> events, const Address& to,
                        const RenderOptions& options) const override {
    const auto lines = tell(events, options);
    const auto content =
        markdown(lines, options.shorter ? longest_when_shorter : longest, !options.shorter);
    const json::object message{{"msgtype", "markdown"}, {"markdown", {{"content", content}}}};
    return {.url = to.url,
            .headers = {{"Content-Type", "application/json"}},
            .body = json::serialize(message),
            .told = events.size()};
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
