// DingTalk's custom robots (钉钉自定义机器人),
// https://open.dingtalk.com/document/robots/custom-robot-access
//
//   POST https://oapi.dingtalk.com/robot/send?access_token=…&timestamp=1776435303000&sign=…
//   {"msgtype":"markdown","markdown":{"title":"…","text":"…"},
//    "at":{"isAtAll":false,"atMobiles":["13800001111"],"atUserIds":["zhang"]}}
//
// The body has at most 20,000 bytes. The sign is base64 of HMAC-SHA256 with the secret as its key
// over timestamp "\n" secret, %-escaped; the timestamp, in milliseconds, is good for an hour. 20
// messages a minute: one more, and the robot is mute for ten minutes. Success and failure both
// answer HTTP 200; {"errcode":0,"errmsg":"ok"} is success:
//
//   -1 system busy;  130101, 410100 too often;  90030 the month's messages are used up;
//   300001, 300005 no such token;  310000 none of the robot's words, sign or clock wrong, or our
//   address is not allowed;  400013 the group is gone;  400101 no such token;  400102 the robot is
//   switched off;  400106 no such robot;  460101 too large

#include <fmt/format.h>
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

constexpr std::array<std::string_view, 1> hosts{"oapi.dingtalk.com"};
constexpr std::array<std::string_view, 12> reasons{"busy",   "130101", "410100", "90030",
                                                   "300001", "300005", "310000", "400013",
                                                   "400101", "400102", "400106", "460101"};

// JSON may double a character (\"), and still 20,000 bytes are not reached.
constexpr std::size_t longest = 9'000;
constexpr std::size_t longest_when_shorter = 3'000;
constexpr std::size_t longest_title = 200;

bool is_secret(std::string_view secret) {
  return secret.starts_with("SEC");
}

bool is_mention(std::string_view mention) {
  return !mention.empty() && mention.size() <= 64 &&
         (mention == everybody || mention.find_first_of("@ <>") == mention.npos);
}

/// A line's markdown.
std::string marked(const ToldLine& line) {
  const auto text = without_angles(line.text);
  switch (line.kind) {
    case ToldLine::Kind::headline:
    case ToldLine::Kind::total: return "**" + text + "**";
    case ToldLine::Kind::listed: return "- " + text;
    default: return "> " + text;
  }
}

// A blank line ends each, for a single break is none here.
constexpr std::string_view line_break = "\n\n";

std::size_t size_of(const ToldLine& line) {
  return marked(line).size() + line_break.size();
}

std::string markdown(const std::vector<ToldLine>& lines) {
  std::string text;
  for (const auto& line : lines) text.append(text.empty() ? "" : line_break).append(marked(line));
  return text;
}

/// Whom it calls. A person has to be named in the text as well: "@13800001111".
json::object called(const Address& to, std::string& text) {
  json::array mobiles;
  json::array users;
  bool all = false;
  std::string names;
  for (const auto& mention : to.mentions) {
    all = all || mention == everybody;
    if (mention == everybody) continue;
    (is_mobile_number(mention) ? mobiles : users).emplace_back(mention);
    names.append(names.empty() ? "@" : " @").append(mention);
  }
  if (!names.empty()) text.append(line_break).append(names);
  return {{"isAtAll", all}, {"atMobiles", std::move(mobiles)}, {"atUserIds", std::move(users)}};
}

/// What base64 holds and a query does not.
std::string escaped(std::string_view base64) {
  std::string out;
  for (const char c : base64) {
    switch (c) {
      case '+': out += "%2B"; break;
      case '/': out += "%2F"; break;
      case '=': out += "%3D"; break;
      default: out += c;
    }
  }
  return out;
}

Secret signed_url(const Address& to, Timestamp now) {
  if (to.secret.empty()) return to.url;
  const auto& secret = to.secret.reveal();
  const auto time = std::to_string(to_unix_ms(now));
  const auto sign = escaped(to_base64(hmac_sha256(secret, time + "\n" + secret)));
  const auto& url = to.url.reveal();
  const char join = url.find('?') == std::string::npos ? '?' : '&';
  return Secret{fmt::format("{}{}timestamp={}&sign={}", url, join, time, sign)};
}

class Dingtalk final : public Channel {
 public:
  const ChannelFacts& facts() const override {
    static constexpr ChannelFacts facts{
        .type = "dingtalk",
        .hosts = hosts,
        .url = "https://oapi.dingtalk.com/robot/send?access_token=…",
        .secret = {.need = Need::optional,
                   .form = "the secret of the robot's signature (加签), SEC…",
                   .fits = is_secret},
        .mentions = {.fits = is_mention, .form = "\"@all\", a mobile number, or a userid"},
        // The punishment is long: we stay well below.
        .quota = {.sends = 13, .reserve = 2, .window = 60s, .penalty = 10min},
        .reasons = reasons};
    return facts;
  }

  ChannelRequest render(std::span<const AlertEvent> events, const Address& to,
                        const RenderOptions& options) const override {
    const auto limit = options.shorter ? longest_when_shorter : longest;
    const auto [lines, told] =
        fitted(events, options, {.limit = limit, .size = size_of, .details = !options.shorter});
    auto text = markdown(lines);
    json::object message{{"msgtype", "markdown"}};
    if (!to.mentions.empty() && calls_people(events.first(told), options))
      message["at"] = called(to, text);
    const auto title = shortened(without_angles(lines.front().text), longest_title);
    message["markdown"] = {{"title", title}, {"text", std::move(text)}};
    return {.url = signed_url(to, options.now),
            .headers = {{"Content-Type", "application/json; charset=utf-8"}},
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
      case 130101: return {.verdict = retry, .reason = "130101", .too_often = true};
      case 410100: return {.verdict = retry, .reason = "410100", .too_often = true};
      case 90030: return {.verdict = refused, .reason = "90030", .channel_is_dead = true};
      case 300001: return {.verdict = refused, .reason = "300001", .channel_is_dead = true};
      case 300005: return {.verdict = refused, .reason = "300005", .channel_is_dead = true};
      case 310000: return {.verdict = refused, .reason = "310000", .channel_is_dead = true};
      case 400013: return {.verdict = refused, .reason = "400013", .channel_is_dead = true};
      case 400101: return {.verdict = refused, .reason = "400101", .channel_is_dead = true};
      case 400102: return {.verdict = refused, .reason = "400102", .channel_is_dead = true};
      case 400106: return {.verdict = refused, .reason = "400106", .channel_is_dead = true};
      case 460101: return {.verdict = shorten, .reason = "460101"};
      default: return {.verdict = retry, .reason = "other", .most_tries = 3};
    }
  }
};

}  // namespace

const Channel& dingtalk_channel() {
  static const Dingtalk channel;
  return channel;
}

}  // namespace foghorn
