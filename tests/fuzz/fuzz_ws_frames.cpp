// Any bytes as a server's WebSocket stream, cut as the first byte says: no crash, no message over
// the limit, no promise of readable bytes that are not there, and the same messages as when it
// comes in one piece.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "net/ws_frames.hpp"

using namespace foghorn;

namespace {

constexpr std::size_t largest_message = 4096;

std::string hear(std::string_view stream, std::size_t piece) {
  WsReader reader{largest_message};
  std::string heard;
  while (!stream.empty()) {
    const auto room = reader.prepare();
    const auto size = std::min({room.size(), stream.size(), piece});
    if (size == 0) std::abort();
    std::memcpy(room.data(), stream.data(), size);
    stream.remove_prefix(size);
    reader.commit(size);
    for (const auto& frame : reader.frames()) {
      if (frame.size > largest_message || frame.capacity < frame.size + Frame::padding)
        std::abort();
      const volatile char last_promised = frame.data[frame.capacity - 1];
      (void)last_promised;
      heard += std::to_string(static_cast<int>(frame.kind)) + ":";
      heard += frame.text();
      heard += '\n';
    }
  }
  if (reader.close()) heard += std::to_string(reader.close()->code) + reader.close()->reason;
  if (reader.error()) heard += reader.error().message();
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream{reinterpret_cast<const char*>(data) + 1, size - 1};
  if (hear(stream, std::size_t{data[0]} + 1) != hear(stream, size)) std::abort();
  return 0;
}
