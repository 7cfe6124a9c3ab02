// The wire format: https://protobuf.dev/programming-guides/encoding/. A field is a varint of its
// number and type, and then its value: a varint (0), eight bytes (1), a length and so many bytes
// (2), or four bytes (5); little-endian.
#include "feeds/venues/yahoo_pricing.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "feeds/venues/decimal.hpp"
#include "model/source.hpp"

namespace foghorn::wire {
namespace {

enum class WireType : std::uint8_t { varint = 0, eight_bytes = 1, bytes = 2, four_bytes = 5 };

/// Takes values from the front of a message. What is cut off makes it bad for good.
class Reader {
 public:
  explicit Reader(std::span<const unsigned char> bytes) : rest_{bytes} {}

  bool bad() const { return bad_; }
  bool at_end() const { return rest_.empty(); }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto one = take(1);
      if (one.empty()) return 0;
      value |= static_cast<std::uint64_t>(one[0] & 0x7f) << shift;
      if ((one[0] & 0x80) == 0) return value;
    }
    bad_ = true;
    return 0;
  }

  std::span<const unsigned char> take(std::uint64_t count) {
    if (bad_ || count > rest_.size()) {
      bad_ = true;
      return {};
    }
    const auto taken = rest_.first(static_cast<std::size_t>(count));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

  void skip(WireType type) {
    switch (type) {
      case WireType::varint: varint(); return;
      case WireType::eight_bytes: take(8); return;
      case WireType::bytes: take(varint()); return;
      case WireType::four_bytes: take(4); return;
    }
    bad_ = true;
  }

 private:
  std::span<const unsigned char> rest_;
  bool bad_{};
};

/// The number that a float of seven digits stands for: 94745.08, not 94745.078125.
std::optional<double> read_float(Reader& reader) {
  const auto bytes = reader.take(4);
  if (bytes.size() != 4) return std::nullopt;
  std::uint32_t bits = 0;
  for (std::size_t i = 4; i-- > 0;) bits = bits << 8 | bytes[i];
  const auto number = std::bit_cast<float>(bits);
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
  if (!std::isfinite(number) || end.ec != std::errc{}) return std::nullopt;
  return parse_decimal({text.data(), static_cast<std::size_t>(end.ptr - text.data())});
}

/// sint64, in zigzag: 0, -1, 1, -2, …
std::optional<Timestamp> read_time(Reader& reader) {
  const auto raw = reader.varint();
  const auto ms = static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1);
  return from_unix_ms(ms);
}

std::optional<std::string_view> read_id(Reader& reader) {
  const auto bytes = reader.take(reader.varint());
  const std::string_view id{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  const bool printable = std::ranges::all_of(id, [](char c) { return c > ' ' && c <= '~'; });
  if (id.empty() || id.size() > SourceTable::longest_symbol || !printable) return std::nullopt;
  return id;
}

}  // namespace

std::optional<YahooPricing> parse_yahoo_pricing(std::span<const unsigned char> bytes) {
  constexpr std::uint64_t id = 1, price = 2, time = 3, bid = 23, ask = 25;
  YahooPricing pricing;
  Reader reader{bytes};
  while (!reader.bad() && !reader.at_end()) {
    const auto tag = reader.varint();
    const auto field = tag >> 3;
    const auto type = static_cast<WireType>(tag & 7);
    const auto is = [&](std::uint64_t number, WireType of) {
      return field == number && type == of;
    };
    const auto read_price = [&](std::optional<double>& into) {
      into = read_float(reader);
      return into.has_value();
    };
    bool sound = field > 0;
    if (is(id, WireType::bytes)) {
      const auto text = read_id(reader);
      sound = text.has_value();
      if (text) pricing.id = *text;
    } else if (is(price, WireType::four_bytes)) {
      sound = read_price(pricing.price);
    } else if (is(time, WireType::varint)) {
      pricing.time = read_time(reader);
      sound = pricing.time.has_value();
    } else if (is(bid, WireType::four_bytes)) {
      sound = read_price(pricing.bid);
    } else if (is(ask, WireType::four_bytes)) {
      sound = read_price(pricing.ask);
    } else {
      sound =
          sound && field != id && field != price && field != time && field != bid && field != ask;
      reader.skip(type);
    }
    if (!sound) return std::nullopt;
  }
  if (reader.bad() || pricing.id.empty()) return std::nullopt;
  return pricing;
}

}  // namespace foghorn::wire
