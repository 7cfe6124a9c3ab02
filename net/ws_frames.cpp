#include "net/ws_frames.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cassert>
#include <cstring>

#include "model/result.hpp"

namespace foghorn {
namespace {

// The base header, RFC 6455 §5.2:
//   byte 0: FIN | RSV1 | RSV2 | RSV3 | opcode(4)
//   byte 1: MASK | length(7); 126: 16 bits of length follow, 127: 64 bits; then the masking key, if
//   any
constexpr std::uint8_t fin_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t opcode_bits = 0x0F;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::uint8_t length_bits = 0x7F;
constexpr std::uint8_t length_in_16_bits = 126;
constexpr std::uint8_t length_in_64_bits = 127;
constexpr std::size_t largest_control = 125;
constexpr std::size_t largest_header = 10;  // a server's: unmasked

constexpr std::size_t first_buffer = 64 << 10;

std::uint8_t byte_at(std::span<const char> bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}

std::uint64_t big_endian(std::span<const char> bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

bool known(WsOpcode opcode) {
  switch (opcode) {
    case WsOpcode::continuation:
    case WsOpcode::text:
    case WsOpcode::binary:
    case WsOpcode::close:
    case WsOpcode::ping:
    case WsOpcode::pong: return true;
  }
  return false;
}

bool is_control(WsOpcode opcode) {
  return static_cast<std::uint8_t>(opcode) >= 0x8;
}

bool is_utf8(std::span<const char> text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

// RFC 6455 §7.4 and the IANA registry: 1004–1006 and 1015 never travel; 1016–2999 are not assigned.
bool may_travel(std::uint16_t close_code) {
  if (close_code >= 3000) return close_code <= 4999;
  return (close_code >= 1000 && close_code <= 1003) || (close_code >= 1007 && close_code <= 1014);
}

Frame::Kind kind_of(WsOpcode opcode) {
  switch (opcode) {
    case WsOpcode::binary: return Frame::Kind::binary;
    case WsOpcode::ping: return Frame::Kind::ping;
    case WsOpcode::pong: return Frame::Kind::pong;
    default: return Frame::Kind::text;
  }
}

}  // namespace

WsReader::WsReader(std::size_t largest_message)
    : largest_message_{largest_message}, buffer_(first_buffer + Frame::padding) {}

std::span<char> WsReader::prepare() {
  frames_.clear();
  if (message_begin_ > 0) {  // the whole messages have been read by now
    std::memmove(assembled_.data(), assembled_.data() + message_begin_,
                 message_end_ - message_begin_);
    message_end_ -= message_begin_;
    message_begin_ = 0;
  }
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const auto needed = std::max(awaited_, end_ + 1) + Frame::padding;
  if (buffer_.size() < needed) {
    const auto largest =
        largest_header + std::max(largest_message_, largest_control) + Frame::padding;
    buffer_.resize(std::max(needed, std::min(2 * buffer_.size(), largest)));
  }
  return {buffer_.data() + end_, buffer_.size() - Frame::padding - end_};
}

void WsReader::commit(std::size_t size) {
  assert(size <= buffer_.size() - Frame::padding - end_);
  end_ += size;
  awaited_ = 0;
  while (!error_ && !close_) {
    const std::span<const char> rest{buffer_.data() + begin_, end_ - begin_};
    const auto header = read_header(rest);
    if (!header) break;
    const auto frame_size = header->size + header->payload;
    if (rest.size() < frame_size) {
      awaited_ = frame_size;
      break;
    }
    take(*header, rest.subspan(header->size, header->payload));
    begin_ += frame_size;
  }
  if (error_ || close_) begin_ = end_;
  for (const auto& [frame, offset] : assembled_frames_) {
    frames_[frame].data = assembled_.data() + offset;
    frames_[frame].capacity = assembled_.size() - offset;
  }
  assembled_frames_.clear();
}

/// nullopt: not whole yet, or refused, and then error_ says why. What the first two bytes forbid is
/// refused before what the length forbids, so that the error does not depend on how the bytes were
/// cut.
std::optional<WsReader::Header> WsReader::read_header(std::span<const char> bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto first = byte_at(bytes, 0);
  const auto second = byte_at(bytes, 1);
  const auto short_length = static_cast<std::uint8_t>(second & length_bits);

  Header header;
  header.opcode = static_cast<WsOpcode>(first & opcode_bits);
  header.final = (first & fin_bit) != 0;
  if ((first & reserved_bits) != 0 || !known(header.opcode)) return fail(Errc::bad_protocol);
  if ((second & mask_bit) != 0) return fail(Errc::bad_protocol);  // §5.1: a server must not
  if (is_control(header.opcode)) {
    if (!header.final || short_length > largest_control) return fail(Errc::bad_protocol);
  } else if ((header.opcode == WsOpcode::continuation) != message_opcode_.has_value()) {
    return fail(Errc::bad_protocol);
  }

  std::uint64_t length = short_length;
  header.size = 2;
  if (short_length >= length_in_16_bits) {
    const std::size_t width = short_length == length_in_16_bits ? 2 : 8;
    if (bytes.size() < 2 + width) return std::nullopt;
    length = big_endian(bytes.subspan(2, width));
    header.size += width;
    // The shortest form is a MUST, and so is a highest bit of zero.
    const std::uint64_t shorter_form_ends = width == 2 ? largest_control : 0xFFFF;
    if (length <= shorter_form_ends || length >> 63 != 0) return fail(Errc::bad_protocol);
  }
  if (!is_control(header.opcode) && length > largest_message_ - (message_end_ - message_begin_))
    return fail(Errc::too_large);
  header.payload = static_cast<std::size_t>(length);
  return header;
}

void WsReader::take(const Header& header, std::span<const char> payload) {
  if (header.opcode == WsOpcode::close) return take_close(payload);
  if (header.opcode == WsOpcode::continuation || !header.final)
    return take_fragment(header, payload);
  // Whether a text is UTF-8 is for its reader to find: RFC 6455 §8.1 would have us hang up, and one
  // bad frame would cost a feed. simdjson refuses it as malformed, and it is counted.
  const auto offset = static_cast<std::size_t>(payload.data() - buffer_.data());
  deliver(header.opcode, payload.data(), payload.size(), buffer_.size() - offset);
}

void WsReader::take_fragment(const Header& header, std::span<const char> payload) {
  if (header.opcode != WsOpcode::continuation) message_opcode_ = header.opcode;
  const auto needed = message_end_ + payload.size() + Frame::padding;
  if (assembled_.size() < needed) assembled_.resize(std::max(needed, 2 * assembled_.size()));
  std::copy(payload.begin(), payload.end(),
            assembled_.begin() + static_cast<std::ptrdiff_t>(message_end_));
  message_end_ += payload.size();
  if (!header.final) return;

  assembled_frames_.push_back({frames_.size(), message_begin_});
  deliver(*message_opcode_, nullptr, message_end_ - message_begin_, 0);
  message_begin_ = message_end_;
  message_opcode_.reset();
}

void WsReader::take_close(std::span<const char> payload) {
  if (payload.empty()) {
    close_ = WsClose{1005, {}};
    return;
  }
  if (payload.size() < 2) {
    fail(Errc::bad_protocol);
    return;
  }
  const auto code = static_cast<std::uint16_t>(big_endian(payload.first(2)));
  const auto reason = payload.subspan(2);
  if (!may_travel(code) || !is_utf8(reason)) {
    fail(Errc::bad_protocol);
    return;
  }
  close_ = WsClose{code, {reason.begin(), reason.end()}};
}

void WsReader::deliver(WsOpcode opcode, const char* data, std::size_t size, std::size_t capacity) {
  frames_.push_back({data, size, capacity, kind_of(opcode)});
}

std::nullopt_t WsReader::fail(boost::system::error_code error) {
  error_ = error;
  return std::nullopt;
}

void append_ws_frame(std::string& out, WsOpcode opcode, std::string_view payload, WsMaskKey key) {
  const auto push = [&out](std::uint64_t byte) { out.push_back(static_cast<char>(byte & 0xFF)); };
  push(fin_bit | static_cast<std::uint8_t>(opcode));
  if (payload.size() <= largest_control) {
    push(mask_bit | payload.size());
  } else {
    const bool fits_16_bits = payload.size() <= 0xFFFF;
    push(mask_bit | (fits_16_bits ? length_in_16_bits : length_in_64_bits));
    for (int shift = fits_16_bits ? 8 : 56; shift >= 0; shift -= 8) push(payload.size() >> shift);
  }
  out.append(key.data(), key.size());
  const auto masked = out.size();
  out += payload;
  for (std::size_t i = 0; i < payload.size(); ++i)
    out[masked + i] = static_cast<char>(out[masked + i] ^ key[i % key.size()]);
}

std::string ws_close_payload(std::uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  payload += reason;
  return payload;
}

}  // namespace foghorn
