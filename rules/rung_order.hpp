#pragma once
// Which way a rule's rungs go: in `change(WTI, 1h) >= tier` a larger tier is harder to reach, in
// `fall(WTI, 1h) <= tier` a smaller one.

#include <cstdint>

#include "rules/expression.hpp"

namespace foghorn {

enum class RungOrder : std::uint8_t {
  no_tier,  ///< the condition does not read `tier`
  rising,
  falling,
  unclear,  ///< it depends on the prices
};

RungOrder rung_order(const Expression& when);

}  // namespace foghorn
