// Feishu's and Lark's custom bots (飞书自定义机器人),
// https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
//
//   POST https://open.feishu.cn/open-apis/bot/v2/hook/…       (Lark: open.larksuite.com)
//   {"timestamp":"1776435303","sign":"…","msg_type":"interactive",
//    "card":{"header":{"template":"red","title":{"tag":"plain_text","content":"…"}},
//            "elements":[{"tag":"div","text":{"tag":"plain_text","content":"…"}},
//                        {"tag":"div","text":{"tag":"lark_md","content":"<at id=all></at>"}}]}}
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
#include "alerts/channels/mentions.hpp"
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

/// "@all", or a person's open_id: a card knows no other name.
bool is_mention(std::string_view mention) {
  return mention == everybody || (mention.starts_with("ou_") && mention.size() <= 64 &&
                                  mention.find_first_of(" <>\"") == mention.npos);
}

std::size_t size_of(const ToldLine& line) {
  return line.text.size() + 1;
}

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

/// A card: the first line on its head, if that holds it, the others below. Plain text, where
/// nothing needs an escape.
json::object card_of(const std::vector<ToldLine>& lines) {
  const auto& first = lines.front();
  const bool on_head = first.text.size() <= longest_title && lines.size() > 1;
  return {{"config", {{"wide_screen_mode", true}}},
          {"header",
           {{"template", colour_of(first.mood)},
            {"title", plain(shortened(first.text, longest_title))}}},
          {"elements",
           json::array{{{"tag", "div"}, {"text", plain(joined_from(on_head ? 1 : 0, lines))}}}}};
}

/// The element that calls people: tags work in markdown alone.
json::object call_of(const std::vector<std::string>& mentions) {
  std::string text;
  for (const auto& mention : mentions)
    text += "<at id=" + (mention == everybody ? "all" : mention) + "></at>";
  return {{"tag", "div"}, {"text", {{"tag", "lark_md"}, {"content", text}}}};
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
        .mentions = {.fits = is_mention, .form = "\"@all\", or an open_id, ou_…"},
        .quota = {.sends = 90, .reserve = 10, .window = 60s, .penalty = 10s, .apart = 250ms},
        .reasons = reasons};
    return facts;
  }

  ChannelRequest render(std::span<const AlertEvent> events, const Address& to,
                        const RenderOptions& options) const override {
    const auto limit = options.shorter ? longest_when_shorter : longest;
    const auto [lines, told] =
        fitted(events, options, {.limit = limit, .size = size_of, .details = !options.shorter});
    auto card = card_of(lines);
    if (!to.mentions.empty() && calls_people(events.first(told), options))
      card["elements"].as_array().push_back(call_of(to.mentions));
    json::object message{{"msg_type", "interactive"}, {"card", std::move(card)}};
    if (!to.secret.empty()) {
      const auto time = std::to_string(to_unix_ms(options.now) / 1000);
      message["timestamp"] = time;
      message["sign"] = to_base64(hmac_sha256(time + "\n" + to.secret.reveal(), ""));
    }
    return {.url = to.url,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}},
            .body = json::serialize(message),
            .told = told};
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
