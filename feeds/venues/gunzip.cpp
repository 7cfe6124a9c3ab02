#include "feeds/venues/gunzip.hpp"

#include <new>

namespace foghorn::wire {
namespace {

// Header and trailer, and what deflate can make of a byte at best: a claim of more is a lie.
// https://www.rfc-editor.org/rfc/rfc1952#section-2.3, https://zlib.net/zlib_tech.html
constexpr std::size_t shortest_member = 18;
constexpr std::size_t most_per_byte = 1032;

unsigned char byte_at(Frame frame, std::size_t i) {
  return static_cast<unsigned char>(frame.data[i]);
}

/// How much the member says that it holds: its last four bytes, the lowest first.
std::size_t claimed_size(Frame frame) {
  std::size_t size = 0;
  for (std::size_t i = 1; i <= 4; ++i) size = size << 8 | byte_at(frame, frame.size - i);
  return size;
}

}  // namespace

void Gunzip::End::operator()(z_stream* stream) const {
  inflateEnd(stream);
  delete stream;
}

Gunzip::Gunzip() : buffer_(64 * 1024) {
  auto stream = std::make_unique<z_stream>();
  constexpr int gzip_alone = 16 + MAX_WBITS;
  if (inflateInit2(stream.get(), gzip_alone) != Z_OK) throw std::bad_alloc{};
  stream_.reset(stream.release());
}

bool Gunzip::is_gzip(Frame frame) {
  return frame.size >= 2 && byte_at(frame, 0) == 0x1f && byte_at(frame, 1) == 0x8b;
}

// The size at the end makes one call of what would be a loop over a growing buffer; and a bomb,
// which either tells its size or does not fit it, costs nothing.
std::optional<Frame> Gunzip::inflate(Frame frame) {
  if (frame.size < shortest_member || frame.size > most) return std::nullopt;
  const auto size = claimed_size(frame);
  if (size > most || size > most_per_byte * frame.size) return std::nullopt;
  if (buffer_.size() < size + Frame::padding) buffer_.resize(size + Frame::padding);

  auto& stream = *stream_;
  if (inflateReset(&stream) != Z_OK) return std::nullopt;
  // zlib's older headers lack the const that its documentation promises.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(frame.data));
  stream.avail_in = static_cast<uInt>(frame.size);
  stream.next_out = reinterpret_cast<Bytef*>(buffer_.data());
  stream.avail_out = static_cast<uInt>(size);
  const bool whole = ::inflate(&stream, Z_FINISH) == Z_STREAM_END;
  if (!whole || stream.avail_in != 0 || stream.avail_out != 0) return std::nullopt;
  return Frame{.data = buffer_.data(),
               .size = size,
               .capacity = size + Frame::padding,
               .kind = Frame::Kind::text};
}

}  // namespace foghorn::wire
