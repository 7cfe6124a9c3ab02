#pragma once
// An alert event in words, zh and en, without any platform's markup. What each channel makes of the
// lines is its own affair; what they say is the same everywhere.

#include <limits>
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
    body,     ///< of what the event has to say at length; the weightiest first
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

/// What a line that names an event may leave out where it would be too long: never its tier, kind
/// or id.
struct Brevity {
  std::size_t longest_title{std::numeric_limits<std::size_t>::max()};  ///< in bytes, "…" included
  bool only_names{};  ///< nothing but title, tier, kind, id and marks
};

/// The lines that tell `events` (at least one, in order). Of several events of one episode the last
/// is told in full, and its headline joins both ends (触发并已恢复); the others keep a line each. A
/// digest has its total, and a line for each event; an event's body has no place in one.
/// Every text is one line of UTF-8.
std::vector<ToldLine> tell(std::span<const AlertEvent> events, const RenderOptions& options);

/// How many of `events` (at least one), from the front, are of one episode: tell() makes one news
/// of them.
std::size_t told_together(std::span<const AlertEvent> events);

/// The headline of one episode's events.
ToldLine headline(std::span<const AlertEvent> events, const RenderOptions& options,
                  const Brevity& brevity = {});

/// A digest's first line, and its line for an event.
ToldLine total_line(std::span<const AlertEvent> events, const RenderOptions& options);
ToldLine listed_line(const AlertEvent& event, const RenderOptions& options,
                     const Brevity& brevity = {});

/// What stands where so many lines of a body had no room.
ToldLine left_out_line(std::size_t lines, Language language);

/// What the columns of `listed` hold, in words.
std::span<const std::string_view> column_names(Language language);

}  // namespace foghorn
