#pragma once
// When a platform's quota lets a channel speak. Pure: time is given, and never goes back.

#include <deque>
#include <vector>

#include "alerts/channels/channel.hpp"

namespace foghorn {

class QuotaWindow {
 public:
  /// The longest wait that a platform may ask for; what is more counts as this.
  static constexpr Duration longest_wait = std::chrono::hours{1};

  /// `sends`: what went out before, oldest first; a time after `now`, of a clock since set back,
  /// counts as now.
  QuotaWindow(Quota quota, const std::vector<Timestamp>& sends, Timestamp now);

  /// The earliest time, from `now` on, at which one more message fits. What is critical may use the
  /// reserve.
  Timestamp free_at(Timestamp now, bool critical) const;

  /// Whether `count` messages, one after the other, can set out from `now` to `limit` later.
  bool room_within(Timestamp now, std::size_t count, bool critical, Duration limit) const;

  /// A message sets out.
  void sent(Timestamp now);

  /// The last one's answer is here: the platform counted it no later than now.
  void answered(Timestamp now);

  /// The platform said "too often", and perhaps for how long: silence until the oldest of the last
  /// sends has left the window, at least the quota's penalty, at least `asked`. `spread`, in [0,
  /// 1), adds up to a twentieth.
  void too_often(Timestamp now, Duration asked, double spread);

  /// The end of that silence; no_time: there was none.
  Timestamp silent_until() const { return silent_until_; }

  /// The number of sends that matter: a full window, with the reserve.
  std::size_t capacity() const { return quota_.sends + quota_.reserve; }

 private:
  Quota quota_;
  std::deque<Timestamp> sends_;  // the last capacity() of them, in order
  Timestamp silent_until_{no_time};
};

}  // namespace foghorn
