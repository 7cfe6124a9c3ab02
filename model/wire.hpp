#pragma once
// Where a peer is and what it sent: the nouns that the network and the venues share.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace foghorn {

/// One WebSocket message (or control frame) as it lies in the receive buffer; borrowed, never
/// owned. `capacity` counts the readable bytes from `data` and exceeds `size` by at least
/// `padding`, so that simdjson may read past the end.
struct Frame {
  static constexpr std::size_t padding = 64;

  enum class Kind : std::uint8_t { text, binary, ping, pong };

  const char* data{};
  std::size_t size{};
  std::size_t capacity{};
  Kind kind{Kind::text};

  std::string_view text() const { return {data, size}; }
};

}  // namespace foghorn
