// Feishu's and Lark's custom bots (飞书自定义机器人),
// https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
//
//   POST https://open.feishu.cn/open-apis/bot/v2/hook/…       (Lark: open.larksuite.com)
//   {"timestamp":"1776435303","sign":"…","msg_type":"interactive",
//    "card":{"header":{"template":"red","title":{"tag":"plain_text","content":"…"}},
//            "elements":[{"tag":"div","text":{"tag":"plain_text","content":"…"}}]}}
//
// The body has at most 20 KB. The sign is base64 of HMAC-SHA256 with the key
// timestamp "\n" secret over nothing; the timestamp, in seconds, is good for an hour. 100 messages
// a minute and 5 a second. {"code":0,"msg":"success"} is success; any other code is none, and comes
// with HTTP 200 or 400:
//
//   9499  bad request, or, as its msg says, too many of them;  11232  too often, all bots together;
//   19001 no such bot;  19021 sign or clock wrong;  19022 our address is not allowed;
//   19024 none of the words that the bot listens for;  19036 too large

#include <boost/json.hpp>

#include <array>

#include "alerts/channels/answer.hpp"
#include "alerts/channels/fit.hpp"
#include "alerts/channels/signature.hpp"
#include "alerts/channels/utf8.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using enum Delivery::Verdict;

constexpr std::array<std::string_view, 2> hosts{"open.feishu.cn", "open.larksuite.com"};
constexpr std::array<std::string_view, 7> reasons{"9499",  "11232", "19001", "19021",
                                                  "19022", "19024", "19036"};

// JSON may double a character (\"), and still 20 KB are not reached.
constexpr std::size_t longest = 9'000;
constexpr std::size_t longest_when_shorter = 3'000;
constexpr std::size_t longest_title = 600;

bool is_secret(std::string_view secret) {
  return !secret.empty();
}

std::string_view colour_of(Mood mood) {
  switch (mood) {
    case Mood::alarm: return "red";
    case Mood::relief: return "green";
    case Mood::calm: break;
  }
  return "blue";
}

json::object plain(const std::string& text) {
  return {{"tag", "plain_text"}, {"content", text}};
}

/// A card: the first headline on its head, the other lines below it. Plain text, where nothing
/// needs an escape.
json::object card_of(const std::vector<ToldLine>& lines) {
  std::string text;
  for (const auto& line : std::span{lines}.subspan(1))
    text.append(text.empty() ? "" : "\n").append(line.text);
  if (text.empty()) text = lines.front().text;  // a card without a body is none
  return {{"config", {{"wide_screen_mode", true}}},
          {"header",
           {{"template", colour_of(lines.front().mood)},
            {"title", plain(shortened(lines.front().text, longest_title))}}},
          {"elements", json::array{{{"tag", "div"}, {"text", plain(text)}}}}};
}

Delivery judge_code(std::int64_t code, std::string_view body) {
  switch (code) {
    case 0: return {.verdict = delivered};
    case 9499:
      if (body.find("too many") != std::string_view::npos)
        return {.verdict = retry, .reason = "9499", .too_often = true};
      return {.verdict = retry, .reason = "9499", .most_tries = 3};
    case 11232: return {.verdict = retry, .reason = "11232", .too_often = true};
    case 19001: return {.verdict = refused, .reason = "19001", .channel_is_dead = true};
    case 19021: return {.verdict = refused, .reason = "19021", .channel_is_dead = true};
    case 19022: return {.verdict = refused, .reason = "19022", .channel_is_dead = true};
    case 19024: return {.verdict = refused, .reason = "19024", .channel_is_dead = true};
    case 19036: return {.verdict = shorten, .reason = "19036"};
    default: return {.verdict = retry, .reason = "other", .most_tries = 3};
  }
}

class Feishu final : public Channel {
 public:
  const ChannelFacts& facts() const override {
    static constexpr ChannelFacts facts{
        .type = "feishu",
        .hosts = hosts,
        .url = "https://open.feishu.cn/open-apis/bot/v2/hook/…",
        .secret = {.need = Need::optional,
                   .form = "the secret of the bot's signature check (签名校验)",
                   .fits = is_secret},
        .quota = {.sends = 90, .reserve = 10, .window = 60s, .penalty = 10s, .apart = 250ms},
        .reasons = reasons};
    return facts;
  }

  ChannelRequest render(std::span<const AlertEvent> events, const Address& to,
                        const RenderOptions& options) const override {
    const auto limit = options.shorter ? longest_when_shorter : longest;
    const auto lines = fitted(tell(events, options), room_for_bytes(limit, 1), !options.shorter);
    json::object message{{"msg_type", "interactive"}, {"card", card_of(lines)}};
    if (!to.secret.empty()) {
      const auto time = std::to_string(to_unix_ms(options.now) / 1000);
      message["timestamp"] = time;
      message["sign"] = to_base64(hmac_sha256(time + "\n" + to.secret.reveal(), ""));
    }
    return {.url = to.url,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}},
            .body = json::serialize(message),
            .told = events.size()};
  }

  Delivery judge(int status, std::string_view body) const override {
    const auto code = code_in(body, "code");
    if (status == 200 && !code.number) return code.judgement;
    if ((status == 200 || status == 400) && code.number) return judge_code(*code.number, body);
    return judge_status(status);
  }
};

}  // namespace

const Channel& feishu_channel() {
  static const Feishu channel;
  return channel;
}

}  // namespace foghorn
