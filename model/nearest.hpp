#pragma once
// "Did you mean …": the known word that a person most likely meant.

#include <span>
#include <string_view>

namespace foghorn {

/// The word of `known` closest to `word`: fewest letters inserted, dropped, replaced or swapped
/// with their neighbour, ASCII case ignored; of equally close ones the first. Empty when nothing is
/// close: more than a third of the letters would have to change. A view into `known`.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace foghorn
