#pragma once
// Which lines of a message fit into a platform's limit.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/channels/text.hpp"

namespace foghorn {

/// How a platform counts.
struct Room {
  std::size_t limit{};   ///< of the whole message
  std::size_t around{};  ///< that each line's markup and break take at most
  std::size_t (*size)(std::string_view text){nullptr};
  std::string (*shortened)(std::string_view text, std::size_t size){nullptr};
};

/// Bytes of UTF-8.
Room room_for_bytes(std::size_t limit, std::size_t around);

/// UTF-16 units, as JavaScript and Telegram count.
Room room_for_utf16(std::size_t limit, std::size_t around);

/// All lines if they fit, else those that are no details; of these as many as fit, the last one cut
/// and ending in "…". Without `details` as if they did not fit. At least a part of the first one.
std::vector<ToldLine> fitted(std::vector<ToldLine> lines, const Room& room, bool details);

}  // namespace foghorn
