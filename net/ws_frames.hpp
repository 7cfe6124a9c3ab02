#pragma once
// RFC 6455 framing without a socket: a server's bytes in, its messages out; and the masked frames a
// client sends. (Beast frames too, but reads one message per asynchronous operation, which costs
// ten times the framing.)

#include <boost/system/error_code.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/wire.hpp"

namespace foghorn {

enum class WsOpcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};

/// What a close frame says.
struct WsClose {
  std::uint16_t code{};  ///< 1005 where the frame gave none (RFC 6455 §7.1.5)
  std::string reason;

  friend bool operator==(const WsClose&, const WsClose&) = default;
};

/// Finds the messages in the bytes of a server. Owns the buffer they lie in; an unfragmented
/// message is never copied. How the bytes are cut into reads changes nothing about the messages,
/// the close or the error.
class WsReader {
 public:
  /// `largest_message`: bytes of payload; a frame or message beyond it is refused by its header,
  /// before its bytes are kept. The buffer starts at 64 KiB and grows no further than the largest
  /// message needs.
  explicit WsReader(std::size_t largest_message);

  /// Room for the line's next bytes, never empty. Takes back the frames of the last commit().
  std::span<char> prepare();

  /// The first `size` bytes of that room have arrived. Now frames() are the messages they
  /// completed.
  void commit(std::size_t size);

  /// The messages and control frames (but close) completed by the last commit(), in order. Valid
  /// until prepare(). Whether a text is UTF-8 is for its reader to find.
  std::span<const Frame> frames() const { return frames_; }

  /// The peer's close frame, which ends the stream: what follows it is not looked at.
  const std::optional<WsClose>& close() const { return close_; }

  /// bad_protocol or too_large, which ends the stream likewise. The frames before it stand.
  boost::system::error_code error() const { return error_; }

 private:
  struct Header {
    WsOpcode opcode{};
    bool final{};
    std::size_t size{};     // of the header itself
    std::size_t payload{};  // bytes that follow it
  };
  // A message put together from fragments, by its place in assembled_, which may yet move.
  struct Assembled {
    std::size_t frame;
    std::size_t offset;
  };

  std::optional<Header> read_header(std::span<const char> bytes);
  void take(const Header& header, std::span<const char> payload);
  void take_fragment(const Header& header, std::span<const char> payload);
  void take_close(std::span<const char> payload);
  void deliver(WsOpcode opcode, const char* data, std::size_t size, std::size_t capacity);
  std::nullopt_t fail(boost::system::error_code error);

  std::size_t largest_message_;
  std::vector<char> buffer_;  // its last Frame::padding bytes are never written
  std::size_t begin_{};       // of what is not parsed yet
  std::size_t end_{};         // of what has arrived
  std::size_t awaited_{};     // size of the frame at begin_, once its header is known

  std::vector<char>
      assembled_;  // whole messages of this batch, then the one under way, then padding
  std::size_t message_begin_{};  // of the one under way
  std::size_t message_end_{};
  std::optional<WsOpcode> message_opcode_;  // set while one is under way
  std::vector<Assembled> assembled_frames_;

  std::vector<Frame> frames_;
  std::optional<WsClose> close_;
  boost::system::error_code error_;
};

using WsMaskKey = std::array<char, 4>;

/// Appends a whole client frame, masked with `key`, which must be fresh and unpredictable for every
/// frame.
void append_ws_frame(std::string& out, WsOpcode opcode, std::string_view payload, WsMaskKey key);

/// The payload of a close frame. `reason` of at most 123 bytes.
std::string ws_close_payload(std::uint16_t code, std::string_view reason);

}  // namespace foghorn
