#include "rules/functions.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "model/nearest.hpp"

namespace foghorn {
namespace {

using Takes = Signature::Takes;
using Gives = Signature::Gives;

// In the order of Function.
constexpr auto signatures = std::to_array<Signature>({
    {Function::last, Takes::price, Gives::unit_of_series},
    {Function::change, Takes::price_reference, Gives::ratio},
    {Function::gap, Takes::price, Gives::ratio},
    {Function::rise, Takes::price_window, Gives::ratio},
    {Function::fall, Takes::price_window, Gives::ratio},
    {Function::high, Takes::price_window, Gives::unit_of_series},
    {Function::low, Takes::price_window, Gives::unit_of_series},
    {Function::range, Takes::price_window, Gives::unit_of_series},
    {Function::range_pct, Takes::price_window, Gives::ratio},
    {Function::mean, Takes::price_window, Gives::unit_of_series},
    {Function::sigma, Takes::price_window, Gives::number},
    {Function::vol, Takes::price_window_bar, Gives::ratio},
    {Function::zscore, Takes::price_window_bar, Gives::number},
    {Function::jump, Takes::price_bar, Gives::number},
    {Function::new_high, Takes::price_window, Gives::boolean},
    {Function::new_low, Takes::price_window, Gives::boolean},
    {Function::since_high, Takes::price, Gives::time},
    {Function::since_low, Takes::price, Gives::time},
    {Function::streak, Takes::price, Gives::number},
    {Function::sum, Takes::event_window, Gives::unit_of_series},
    {Function::count, Takes::event_window, Gives::number},
    {Function::age, Takes::price, Gives::duration},
    {Function::sources, Takes::price, Gives::number},
    {Function::spread, Takes::price, Gives::ratio},
    {Function::is_open, Takes::price, Gives::boolean},
    {Function::crosses_above, Takes::price_level, Gives::boolean},
    {Function::crosses_below, Takes::price_level, Gives::boolean},
    {Function::held, Takes::condition_window, Gives::boolean},
    {Function::within, Takes::two_conditions_window, Gives::boolean},
    {Function::times, Takes::condition_window, Gives::number},
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

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const auto& signature : signatures) all.push_back(to_text(signature.function));
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
  const auto takes = signature_of(function).takes;
  if (window.empty()) window = takes == Takes::price_window_bar ? "1d" : "1h";
  if (series.empty()) series = takes == Takes::event_window ? "LIQ" : "WTI";
  switch (takes) {
    case Takes::price: return fmt::format("{}({})", name, series);
    case Takes::price_window_bar: return fmt::format("{}({}, {}, 5m)", name, series, window);
    case Takes::price_bar: return fmt::format("{}({}, 5m)", name, series);
    case Takes::price_level: return fmt::format("{}({}, 100)", name, series);
    case Takes::condition_window:
      return fmt::format("{}(change({}, 1h) > 5%, {})", name, series, window);
    case Takes::two_conditions_window:
      return fmt::format("{}(fall({}, 10m) < -3%, rise({}, 10m) > 1.5%, {})", name, series, series,
                         window);
    case Takes::price_reference:
    case Takes::price_window:
    case Takes::event_window: return fmt::format("{}({}, {})", name, series, window);
    case Takes::value: return fmt::format("{}(change({}, {}))", name, series, window);
    case Takes::values:
      return fmt::format("{}(change({}, 1h), change({}, 24h))", name, series, series);
  }
  return {};
}

}  // namespace foghorn
