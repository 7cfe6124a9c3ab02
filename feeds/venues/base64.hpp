#pragma once
// Base64 (RFC 4648 §4): bytes that a venue put into text.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace foghorn::wire {

/// Writes the bytes of `text` to the front of `out` and returns these; nullopt unless `text` is
/// base64 from end to end, padded, and its bytes fit.
inline std::optional<std::span<const unsigned char>> decode_base64(std::string_view text,
                                                                   std::span<unsigned char> out) {
  static constexpr auto values = [] {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<std::uint8_t, 256> table{};
    table.fill(64);
    for (std::size_t i = 0; i < letters.size(); ++i) {
      table[static_cast<unsigned char>(letters[i])] = static_cast<std::uint8_t>(i);
    }
    return table;
  }();
  if (text.size() % 4 != 0 || text.size() / 4 * 3 > out.size()) return std::nullopt;
  if (text.ends_with('=')) text.remove_suffix(1);
  if (text.ends_with('=')) text.remove_suffix(1);

  std::size_t size = 0;
  std::uint32_t bits = 0;
  unsigned pending = 0;  // of `bits`, those that no byte has taken yet
  for (const char c : text) {
    const auto value = values[static_cast<unsigned char>(c)];
    if (value == 64) return std::nullopt;
    bits = bits << 6 | value;
    pending += 6;
    if (pending < 8) continue;
    pending -= 8;
    out[size++] = static_cast<unsigned char>(bits >> pending);
  }
  const bool padding_is_zero = (bits & ((1u << pending) - 1)) == 0;
  return padding_is_zero ? std::optional{out.first(size)} : std::nullopt;
}

}  // namespace foghorn::wire
