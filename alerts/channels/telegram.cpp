// Telegram bots, https://core.telegram.org/bots/api#sendmessage
//
//   POST https://api.telegram.org/bot123456:…/sendMessage
//   {"chat_id":"-1001234567890","text":"<b>…</b>\n…","parse_mode":"HTML",
//    "link_preview_options":{"is_disabled":true}}
//
// The text has at most 4096 UTF-16 units once its tags and escapes are read; of HTML only &, < and
// > need escapes. About a message a second and chat, and 20 a minute in a group. {"ok":true,…} is
// success. Failures have the HTTP status and {"ok":false,"error_code":…,"description":"…"}: 400
// chat not found, message is too long; 401 and 404 no such token; 403 the bot is not in the chat
// (any more); 429 with {"parameters":{"retry_after":…}} in seconds.

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "alerts/channels/answer.hpp"
#include "alerts/channels/fit.hpp"
#include "alerts/channels/utf8.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using enum Delivery::Verdict;

constexpr std::array<std::string_view, 1> hosts{"api.telegram.org"};
constexpr std::array<std::string_view, 4> reasons{"http_400", "http_401", "http_403", "http_404"};

constexpr std::size_t longest = 4'096;
constexpr std::size_t longest_when_shorter = 1'500;

/// A wait longer than this is nobody's.
constexpr std::int64_t most_seconds = 24 * 60 * 60;

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

std::string html(const std::vector<ToldLine>& lines) {
  std::string text;
  for (const auto& line : lines) {
    const bool bold = line.kind == ToldLine::Kind::headline || line.kind == ToldLine::Kind::total;
    text.append(text.empty() ? "" : "\n").append(bold ? "<b>" : "");
    text.append(escaped(line.text)).append(bold ? "</b>" : "");
  }
  return text;
}

/// Tags and escapes do not count.
std::size_t size_of(const ToldLine& line) {
  return utf16_size(line.text) + 1;
}

Duration retry_after(std::string_view body) {
  boost::system::error_code error;
  const auto answer = json::parse({body.data(), body.size()}, error);
  if (error) return {};
  const auto* seconds = answer.find_pointer("/parameters/retry_after", error);
  if (!seconds || !seconds->is_int64()) return {};
  return std::chrono::seconds{std::clamp<std::int64_t>(seconds->get_int64(), 0, most_seconds)};
}

Delivery judge_bad_request(std::string_view body) {
  const auto says = [body](std::string_view what) { return body.find(what) != body.npos; };
  if (says("too long")) return {.verdict = shorten, .reason = "http_400"};
  const bool no_chat = says("chat not found") || says("upgraded to a supergroup");
  return {.verdict = refused, .reason = "http_400", .channel_is_dead = no_chat};
}

class Telegram final : public Channel {
 public:
  const ChannelFacts& facts() const override {
    static constexpr ChannelFacts facts{
        .type = "telegram",
        .hosts = hosts,
        .url = "https://api.telegram.org/bot…/sendMessage",
        .chat_id = Need::required,
        .quota = {.sends = 16, .reserve = 2, .window = 60s, .penalty = 5s, .apart = 1s},
        .reasons = reasons};
    return facts;
  }

  ChannelRequest render(std::span<const AlertEvent> events, const Address& to,
                        const RenderOptions& options) const override {
    const auto limit = options.shorter ? longest_when_shorter : longest;
    const auto [lines, told] =
        fitted(events, options, {.limit = limit, .size = size_of, .details = !options.shorter});
    const json::object message{{"chat_id", to.chat_id},
                               {"text", html(lines)},
                               {"parse_mode", "HTML"},
                               {"link_preview_options", {{"is_disabled", true}}}};
    return {.url = to.url,
            .headers = {{"Content-Type", "application/json"}},
            .body = json::serialize(message),
            .told = told};
  }

  Delivery judge(int status, std::string_view body) const override {
    switch (status) {
      case 200: return judge_ok(body);
      case 400: return judge_bad_request(body);
      case 401: return {.verdict = refused, .reason = "http_401", .channel_is_dead = true};
      case 403: return {.verdict = refused, .reason = "http_403", .channel_is_dead = true};
      case 404: return {.verdict = refused, .reason = "http_404", .channel_is_dead = true};
      default: break;
    }
    auto delivery = judge_status(status);
    if (status == 429) delivery.asked_wait = retry_after(body);
    return delivery;
  }

 private:
  static Delivery judge_ok(std::string_view body) {
    const auto answer = object_in(body);
    if (!answer.object) return answer.judgement;
    const auto* ok = answer.object->if_contains("ok");
    if (ok && *ok == true) return {.verdict = delivered};
    return {.verdict = retry, .reason = "other", .most_tries = 3};
  }
};

}  // namespace

const Channel& telegram_channel() {
  static const Telegram channel;
  return channel;
}

}  // namespace foghorn
