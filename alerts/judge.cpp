#include "alerts/judge.hpp"

#include <algorithm>
#include <array>

namespace foghorn {

Delivery judge(const Channel& channel, const HttpAnswer& answer, Timestamp now) {
  using enum Delivery::Verdict;
  if (answer.error)
    return {.verdict = answer.sent ? unknown : retry, .reason = error_label(answer.error)};
  auto delivery = channel.judge(answer.status, answer.body);
  if (delivery.verdict == retry || delivery.verdict == refused)
    delivery.asked_wait = std::max(delivery.asked_wait, retry_after(answer, now));
  return delivery;
}

std::vector<std::string_view> attempt_reasons(const Channel& channel) {
  // What error_label() says of a request's end.
  constexpr std::array<std::string_view, 12> network{
      "timed_out", "too_large", "bad_protocol", "refused", "resolve",        "connect",
      "tls",       "reset",     "eof",          "aborted", "closed_by_peer", "proxy_failed"};
  auto reasons = reasons_of(channel);
  reasons.insert(reasons.end(), network.begin(), network.end());
  return reasons;
}

}  // namespace foghorn
