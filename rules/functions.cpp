#include "rules/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/nearest.hpp"

namespace foghorn {
namespace {

using Takes = Signature::Takes;
using Gives = Signature::Gives;

// In the order of Function.
constexpr auto signatures = std::to_array<Signature>({
    {Function::last, Takes::price, Gives::unit_of_series},
    {Function::change, Takes::price_window, Gives::ratio},
    {Function::rise, Takes::price_window, Gives::ratio},
    {Function::fall, Takes::price_window, Gives::ratio},
    {Function::high, Takes::price_window, Gives::unit_of_series},
    {Function::low, Takes::price_window, Gives::unit_of_series},
    {Function::range, Takes::price_window, Gives::unit_of_series},
    {Function::range_pct, Takes::price_window, Gives::ratio},
    {Function::new_high, Takes::price_window, Gives::boolean},
    {Function::new_low, Takes::price_window, Gives::boolean},
    {Function::sum, Takes::event_window, Gives::unit_of_series},
    {Function::count, Takes::event_window, Gives::number},
    {Function::age, Takes::price, Gives::duration},
    {Function::sources, Takes::price, Gives::number},
    {Function::spread, Takes::price, Gives::ratio},
    {Function::abs, Takes::value, Gives::like_argument},
    {Function::min, Takes::values, Gives::like_argument},
    {Function::max, Takes::values, Gives::like_argument},
});

constexpr bool in_order() {
  for (std::size_t i = 0; i < signatures.size(); ++i)
    if (signatures[i].function != static_cast<Function>(i)) return false;
  return signatures.back().function == Function::max;
}
static_assert(in_order());

constexpr auto planned = std::to_array<std::string_view>(
    {"mean", "gap", "sigma", "vol", "zscore", "jump", "crosses_above", "crosses_below",
     "since_high", "since_low", "streak", "held", "within", "times", "is_open"});

std::array<std::string_view, signatures.size()> names() {
  std::array<std::string_view, signatures.size()> all;
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = to_text(signatures[i].function);
  return all;
}

}  // namespace

Signature signature_of(Function function) {
  return signatures[static_cast<std::size_t>(function)];
}

std::optional<Function> find_function(std::string_view name) {
  for (const auto& signature : signatures)
    if (to_text(signature.function) == name) return signature.function;
  return std::nullopt;
}

bool is_planned_function(std::string_view name) {
  return std::find(planned.begin(), planned.end(), name) != planned.end();
}

std::string_view nearest_function(std::string_view name) {
  const auto all = names();
  return nearest(name, all);
}

std::string list_of_functions() {
  const auto all = names();
  return fmt::format("{} and {}", fmt::join(all.begin(), all.end() - 1, ", "), all.back());
}

std::string example_call(Function function, std::string_view series, std::string_view window) {
  const auto name = to_text(function);
  if (window.empty()) window = "1h";
  const auto takes = signature_of(function).takes;
  if (series.empty()) series = takes == Takes::event_window ? "LIQ" : "WTI";
  switch (takes) {
    case Takes::price: return fmt::format("{}({})", name, series);
    case Takes::price_window:
    case Takes::event_window: return fmt::format("{}({}, {})", name, series, window);
    case Takes::value: return fmt::format("{}(change({}, {}))", name, series, window);
    case Takes::values:
      return fmt::format("{}(change({}, 1h), change({}, 24h))", name, series, series);
  }
  return {};
}

}  // namespace foghorn
