#pragma once
// What of a message fits into a platform's limit. An event is named whole or not at all: what does
// not fit waits for the next message.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "alerts/channels/text.hpp"

namespace foghorn {

/// How a platform counts.
struct Room {
  std::size_t limit{};         ///< of the whole message
  std::size_t longest_line{};  ///< of a line; 0: as long as the message
  /// What a line takes, with its markup, escapes and break.
  std::size_t (*size)(const ToldLine& line){nullptr};
  bool details{true};  ///< else they are left out, however much room there is
};

struct Fitted {
  std::vector<ToldLine> lines;
  std::size_t told{};  ///< so many of the events, from the front, are named in them
};

/// The lines that tell as many of `events`, from the front, as the room holds; details where there
/// is room left, in order, and of a body its first lines with a word on how many follow. The first
/// event is always told: in a room that is too small for its name the title ends in "…".
Fitted fitted(std::span<const AlertEvent> events, const RenderOptions& options, const Room& room);

/// The line that names an event, in at most `bytes` bytes.
std::string headline_within(std::span<const AlertEvent> events, const RenderOptions& options,
                            std::size_t bytes);

/// The lines' texts, a line each, from the one of that number on.
std::string joined_from(std::size_t first, std::span<const ToldLine> lines);

}  // namespace foghorn
