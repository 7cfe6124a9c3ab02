#pragma once
// WebSocket frames by hand, as the RFC draws them: what a server sends, and reading what a client
// sent.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace foghorn::test {

inline std::string bytes(std::initializer_list<unsigned> values) {
  std::string text;
  for (const auto value : values) text.push_back(static_cast<char>(value));
  return text;
}

/// An unmasked frame. `opcode`: 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong.
inline std::string server_frame(unsigned opcode, std::string_view payload, bool final = true) {
  const auto size = payload.size();
  auto frame = bytes({(final ? 0x80u : 0u) | opcode});
  const auto append_length = [&](unsigned marker, int first_shift) {
    frame += bytes({marker});
    for (int shift = first_shift; shift >= 0; shift -= 8)
      frame += bytes({static_cast<unsigned>(size >> shift) & 0xFFu});
  };
  if (size <= 125) {
    frame += bytes({static_cast<unsigned>(size)});
  } else if (size <= 0xFFFF) {
    append_length(126, 8);
  } else {
    append_length(127, 56);
  }
  frame += payload;
  return frame;
}

struct ClientFrame {
  unsigned opcode{};
  std::string payload;  ///< unmasked
  std::size_t size{};   ///< of the frame on the line

  friend bool operator==(const ClientFrame&, const ClientFrame&) = default;
};

/// The masked frame at the start of `line`; nullopt while it is not whole. A frame that is not
/// masked or not final has the opcode 255.
inline std::optional<ClientFrame> read_client_frame(std::string_view line) {
  const auto at = [line](std::size_t i) { return static_cast<unsigned char>(line[i]); };
  if (line.size() < 2) return std::nullopt;
  std::uint64_t length = at(1) & 0x7Fu;
  std::size_t head = 2;
  if (length >= 126) {
    const std::size_t width = length == 126 ? 2 : 8;
    if (line.size() < head + width) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < width; ++i) length = length << 8 | at(head + i);
    head += width;
  }
  if (line.size() < head + 4 + length) return std::nullopt;
  const bool masked_and_final = (at(0) & 0x80u) != 0 && (at(1) & 0x80u) != 0;
  ClientFrame frame{masked_and_final ? at(0) & 0x0Fu : 255u, {}, head + 4 + length};
  for (std::size_t i = 0; i < length; ++i)
    frame.payload.push_back(static_cast<char>(at(head + 4 + i) ^ at(head + i % 4)));
  return frame;
}

}  // namespace foghorn::test
