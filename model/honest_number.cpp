#include "model/honest_number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace foghorn {
namespace {

constexpr int most_decimals = 8;
// Beyond which a double of such a price says nothing anyway.
constexpr int most_of_small = 15;
constexpr double last_bits = 1e-12;

/// Whether to say of 86.001 that it is 86.00, too: of a percentage that was passed, not of a price.
enum class Honest : std::uint8_t { below, both };

/// As many decimals more than `decimals` as it takes not to round to a multiple of `step` what is
/// none.
int honest_decimals(double number, int decimals, double step, Honest which) {
  for (; decimals < most_decimals; ++decimals) {
    const double scale = std::pow(10.0, decimals);
    const double rounded = std::round(number * scale) / scale;
    const double multiple = std::round(rounded / step) * step;
    const bool round = std::abs(rounded - multiple) < 1e-9 * step;
    if (which == Honest::below && std::abs(number) >= std::abs(multiple)) break;
    if (!round || std::abs(number - multiple) <= 1e-9 * std::max(step, std::abs(number))) break;
  }
  return decimals;
}

/// To a multiple of 10^-decimals that is no higher (no lower).
double bounded(double number, int decimals, Rounding rounding) {
  const double scale = std::pow(10.0, decimals);
  const double scaled = number * scale;
  const double forgiven = std::abs(scaled) * last_bits;
  return rounding == Rounding::down ? std::floor(scaled + forgiven) / scale
                                    : std::ceil(scaled - forgiven) / scale;
}

/// Two decimals, none of what has five digits before them, three digits that count of what is
/// under one.
int price_decimals(double price) {
  const double size = std::abs(price);
  if (size >= 10'000 || size == 0) return 0;
  if (size >= 1) return 2;
  return std::min(2 - static_cast<int>(std::floor(std::log10(size))), most_of_small);
}

}  // namespace

std::string grouped(double number, int decimals) {
  auto text = fmt::format("{:.{}f}", std::abs(number), decimals);
  const auto point = text.find('.');
  auto at = point == std::string::npos ? text.size() : point;
  while (at > 3) text.insert(at -= 3, ",");
  const bool zero = text.find_first_not_of("0.,") == std::string::npos;
  return number < 0 && !zero ? "-" + text : text;
}

double cut(double number, int decimals) {
  const double size = bounded(std::abs(number), decimals, Rounding::down);
  return number < 0 ? -size : size;
}

double round_step(double price) {
  const double size = std::abs(price);
  if (!(size > 0)) return 1;
  return std::pow(10.0, std::floor(std::log10(size)) - 1);
}

std::string price_number(double price, Rounding rounding) {
  const int decimals = price_decimals(price);
  if (rounding != Rounding::nearest) return grouped(bounded(price, decimals, rounding), decimals);
  return grouped(price, honest_decimals(price, decimals, round_step(price), Honest::both));
}

std::string percent_number(double ratio, Rounding rounding) {
  const double percent = std::abs(ratio) * 100;
  if (rounding != Rounding::nearest) return grouped(bounded(percent, 2, rounding), 2);
  return grouped(percent, honest_decimals(percent, 2, 1.0, Honest::below));
}

}  // namespace foghorn
