#pragma once
// Decimal text to numbers, as venues write them inside JSON strings: "83434.40", "0.00005299",
// "1791369350776".

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace foghorn::wire {

/// Any notation of a number, correctly rounded; nullopt unless all of `text` is one finite number.
std::optional<double> parse_any_decimal(std::string_view text);

/// The same, short where the text is plain digits with at most one point, as prices and sizes are.
///
/// A whole number below 2^53 and a power of ten up to 10^22 are both exact doubles, so that their
/// quotient is rounded once, correctly (W. D. Clinger, How to read floating point numbers
/// accurately, 1990).
inline std::optional<double> parse_decimal(std::string_view text) {
  static constexpr std::array<double, 23> powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  constexpr std::ptrdiff_t most_digits = 19;  // fit 64 bits whatever they are
  if (text.empty() || text.size() > 22) return parse_any_decimal(text);

  const char* p = text.data();
  const char* const end = p + text.size();
  const bool negative = *p == '-';
  p += negative;
  std::uint64_t digits = 0;
  const char* const first = p;
  for (; p != end; ++p) {
    const auto digit = static_cast<unsigned>(*p - '0');
    if (digit > 9) break;
    digits = digits * 10 + digit;
  }
  auto count = p - first;
  const bool led_by_digit = count > 0;
  std::size_t decimals = 0;
  if (p != end && *p == '.') {
    const char* const point = p++;
    for (; p != end; ++p) {
      const auto digit = static_cast<unsigned>(*p - '0');
      if (digit > 9) break;
      digits = digits * 10 + digit;
    }
    decimals = static_cast<std::size_t>(p - point) - 1;
    count += p - point - 1;
  }
  const bool exact = count <= most_digits && digits <= (std::uint64_t{1} << 53);
  if (p != end || !led_by_digit || !exact) return parse_any_decimal(text);
  const double magnitude = static_cast<double>(digits) / powers[decimals];
  return negative ? -magnitude : magnitude;
}

/// Whole numbers without a sign; nullopt for anything else, and for more than 64 bits hold.
inline std::optional<std::uint64_t> parse_whole(std::string_view text) {
  constexpr std::size_t most_digits = 20;  // of which only the last can be one too many
  if (text.empty() || text.size() > most_digits) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text.substr(0, most_digits - 1)) {
    const auto digit = static_cast<unsigned>(c - '0');
    if (digit > 9) return std::nullopt;
    value = value * 10 + digit;
  }
  if (text.size() == most_digits) {
    const auto digit = static_cast<unsigned>(text.back() - '0');
    if (digit > 9 || value > (UINT64_MAX - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

/// A number that stands for `text`, the same in every run (FNV-1a); never 0.
inline std::uint64_t hash_text(std::string_view text) {
  std::uint64_t hash = 14'695'981'039'346'656'037u;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1'099'511'628'211u;
  }
  return hash == 0 ? 1 : hash;
}

}  // namespace foghorn::wire
