#pragma once
// What one message tells of all that waits: an alert while there is time for that, a digest when
// there is not. Pure: time is given. The rules:
//
// - What fired at one engine time goes out as one message. What is critical goes first; then what
//   is no alert any more; then the oldest.
// - Nothing waits for long while a digest could tell it: when the quota would keep the last of what
//   waits for more than `patience`, or several messages have waited for longer than that, they
//   become one digest. It names every event: those of critical episodes first, else by age.
// - What is older than its time to live is told by a digest alone, which says that it is late. So
//   is what an earlier life of the daemon left behind for longer than `patience`, by one of its
//   own; and what mute hours held back.
// - What has a body (a scheduled digest) is told in full, however late, and takes along what is for
//   digests only: as much of that as leaves it room.
// - What is for digests only calls for none, and joins whichever comes; but once it has waited for
//   longer than `digest_patience`, for one of its own, in which it is not late.
// - What a message has no room for waits for the next one.

#include <span>
#include <vector>

#include "alerts/backlog.hpp"
#include "alerts/mute.hpp"
#include "alerts/quota_window.hpp"

namespace foghorn {

/// How long an alert may wait for its turn.
inline constexpr Duration patience = std::chrono::seconds{20};

/// How long what is for digests only may wait for one to join.
inline constexpr Duration digest_patience = std::chrono::hours{24};

/// So many events are considered for one digest: more than any platform has room for.
inline constexpr std::size_t most_in_digest = 250;

/// How many of the events, from the front, one message so rendered names: at least one. An empty
/// function: all.
using Fits = std::function<std::size_t(std::span<const AlertEvent>, const RenderOptions&)>;

struct Composition {
  struct Part {
    Backlog::Place bundle;
    std::size_t rows;  ///< so many, from its front
  };
  std::vector<Part> parts;         ///< no two of one bundle
  std::vector<AlertEvent> events;  ///< of all parts, in order
  RenderOptions options;           ///< as far as the composition decides
};

/// What the channel is like.
struct Occasion {
  Telling telling{};
  const QuotaWindow& quota;
  const Fits& fits;
  const MutedUntil& muted;
  Timestamp now{};
  std::size_t most_events{most_in_digest};  ///< in one message
  bool one_alone{};  ///< a bundle without company, lest a digest that the platform chokes on stop
                     ///< everything
};

/// When the bundle's mute hours are over, after `now`; nullopt: it is not held back. (What is for
/// digests only is held back from calling for one, not from joining one.)
std::optional<Timestamp> held_back_until(const Bundle& bundle, const MutedUntil& muted,
                                         Timestamp now);

/// `ready`: the bundles that call for a message and may have one now, by age; at least one.
Composition compose(Backlog& backlog, const std::vector<Backlog::Place>& ready,
                    const Occasion& occasion);

}  // namespace foghorn
