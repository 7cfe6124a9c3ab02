#pragma once
// promtool's notation for the values of a series in a rule test: "70x360 77.5x11 70+0.5x3 _x5".
//
//   a        one value                      axn      a, and n repeats of it
//   a+bxn    a, and n steps of b up         a-bxn    a, and n steps of b down
//   _        nothing comes                  _xn      n times nothing

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/result.hpp"
#include "model/specs.hpp"

namespace foghorn {

/// Values one after the other at even distances: first, first + step, first + 2 · step, …
struct ValueRun {
  std::optional<double> first;  ///< nullopt: nothing comes, `count` times
  double step{};
  std::int64_t count{};

  std::optional<double> operator[](std::int64_t i) const {
    return first ? std::optional{*first + step * static_cast<double>(i)} : std::nullopt;
  }
  friend bool operator==(const ValueRun&, const ValueRun&) = default;
};

/// More than any test needs, and few enough that times of a series cannot overflow.
inline constexpr std::int64_t most_values = 100'000'000;

/// At most most_values in all.
std::variant<std::vector<ValueRun>, std::vector<Mistake>> parse_values(const Located& text,
                                                                       const std::string& place);

}  // namespace foghorn
