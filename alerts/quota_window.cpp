#include "alerts/quota_window.hpp"

#include <algorithm>

namespace foghorn {

QuotaWindow::QuotaWindow(Quota quota, const std::vector<Timestamp>& sends, Timestamp now)
    : quota_{quota} {
  for (const auto send : sends) sent(std::min(send, now));
}

Timestamp QuotaWindow::free_at(Timestamp now, bool critical) const {
  const std::size_t limit = critical ? capacity() : quota_.sends;
  auto room = now;
  if (sends_.size() >= limit) room = sends_[sends_.size() - limit] + quota_.window;
  const auto next = sends_.empty() ? now : sends_.back() + quota_.apart;
  return std::max({now, silent_until_, room, next});
}

bool QuotaWindow::room_within(Timestamp now, std::size_t count, bool critical,
                              Duration limit) const {
  auto after = *this;
  auto at = now;
  for (std::size_t i = 0; i < count; ++i) {
    at = after.free_at(at, critical);
    if (at - now > limit) return false;
    after.sent(at);
  }
  return true;
}

void QuotaWindow::sent(Timestamp now) {
  sends_.push_back(now);
  if (sends_.size() > capacity()) sends_.pop_front();
}

void QuotaWindow::answered(Timestamp now) {
  if (!sends_.empty()) sends_.back() = now;
}

void QuotaWindow::too_often(Timestamp now, Duration asked, double spread) {
  const auto oldest_leaves = sends_.empty() ? now : sends_.front() + quota_.window;
  const auto wait = std::max({quota_.penalty, std::min(asked, longest_wait), oldest_leaves - now});
  silent_until_ = now + wait + std::chrono::duration_cast<Duration>(wait / 20.0 * spread);
}

}  // namespace foghorn
