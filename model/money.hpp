#pragma once
// Money that is added up. Prices and sizes stay doubles, as the venue sent them; sums are integers,
// so that adding an amount and later removing it gives back exactly the same sum.

#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>

namespace foghorn {

/// Millionths of a US dollar. USDT and USDC count as USD.
struct UsdMicros {
  std::int64_t value{};

  friend auto operator<=>(UsdMicros, UsdMicros) = default;
  friend constexpr UsdMicros operator+(UsdMicros a, UsdMicros b) { return {a.value + b.value}; }
  friend constexpr UsdMicros operator-(UsdMicros a, UsdMicros b) { return {a.value - b.value}; }
  constexpr double dollars() const { return static_cast<double>(value) / 1e6; }
};

/// The nearest amount to `dollars`; nullopt for what is not a finite, positive sum below a trillion
/// dollars: no single order is.
inline std::optional<UsdMicros> usd(double dollars) {
  if (!(dollars > 0) || !(dollars < 1e12)) return std::nullopt;
  return UsdMicros{std::llround(dollars * 1e6)};
}

}  // namespace foghorn
