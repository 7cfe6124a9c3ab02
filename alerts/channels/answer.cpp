#include "alerts/channels/answer.hpp"

#include <boost/json.hpp>

#include <array>
#include <utility>

namespace foghorn {

using enum Delivery::Verdict;

bool looks_like_html(std::string_view body) {
  const auto start = body.find_first_not_of(" \t\r\n");
  return start != std::string_view::npos && body[start] == '<';
}

Delivery judge_status(int status) {
  if (status == 429) return {.verdict = retry, .reason = "http_429", .too_often = true};
  if (status >= 500) return {.verdict = retry, .reason = "http_5xx"};
  if (status >= 300 && status < 400) return {.verdict = retry, .reason = "redirect"};
  return {.verdict = retry, .reason = status >= 400 ? "http_4xx" : "other", .most_tries = 3};
}

std::span<const std::string_view> common_reasons() {
  static constexpr std::array<std::string_view, 7> reasons{
      "http_429", "http_4xx", "http_5xx", "redirect", "html", "cut_off", "other"};
  return reasons;
}

AnswerObject object_in(std::string_view body) {
  namespace json = boost::json;
  if (looks_like_html(body)) return {.judgement = {.verdict = retry, .reason = "html"}};
  boost::system::error_code error;
  auto answer = json::parse({body.data(), body.size()}, error);
  if (error == json::error::incomplete)
    return {.judgement = {.verdict = unknown, .reason = "cut_off"}};
  if (error || !answer.is_object())
    return {.judgement = {.verdict = retry, .reason = "other", .most_tries = 3}};
  return {.object = std::move(answer.get_object())};
}

AnswerCode code_in(std::string_view body, std::string_view key) {
  const auto answer = object_in(body);
  if (!answer.object) return {.judgement = answer.judgement};
  const auto* code = answer.object->if_contains({key.data(), key.size()});
  if (!code || !code->is_int64())
    return {.judgement = {.verdict = retry, .reason = "other", .most_tries = 3}};
  return {.number = code->get_int64()};
}

}  // namespace foghorn
