#include "feeds/venues/decimal.hpp"

#include <charconv>
#include <cmath>

namespace foghorn::wire {

std::optional<double> parse_any_decimal(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace foghorn::wire
