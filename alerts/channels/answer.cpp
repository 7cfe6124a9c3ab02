#include "alerts/channels/answer.hpp"

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

}  // namespace foghorn
