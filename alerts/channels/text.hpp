#pragma once
// An alert event in words, zh and en, without any platform's markup. What each channel makes of the
// lines is its own affair; what they say is the same everywhere.

#include <span>
#include <string>
#include <vector>

#include "alerts/channels/channel.hpp"
#include "model/alert_event.hpp"

namespace foghorn {

/// How a line should strike the eye.
enum class Mood : std::uint8_t { alarm, calm, relief };

struct ToldLine {
  enum class Kind : std::uint8_t {
    headline,  ///< on one line: title, tier, kind and id of the news
    detail,
    earlier,  ///< the same of an event that the news overtook
    total,    ///< of a digest: how many it tells, and of what sort
    listed,   ///< an event of a digest: the same as a headline, when it was, and its value
  };
  Kind kind{};
  Mood mood{};
  std::string text;
  /// Of `listed`, the same in columns, for platforms with tables: time, tier, title, kind, value,
  /// id, marks.
  std::vector<std::string> cells{};

  friend bool operator==(const ToldLine&, const ToldLine&) = default;
};

/// The lines that tell `events` (at least one, in order). Of several events of one episode the last
/// is told in full, and its headline joins both ends (触发并已恢复); the others keep a line each.
/// Every text is one line of UTF-8.
std::vector<ToldLine> tell(std::span<const AlertEvent> events, const RenderOptions& options);

}  // namespace foghorn
