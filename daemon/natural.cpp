#include "daemon/natural.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace foghorn {
namespace {

std::string digits(double value) {
  // Prices of five digits and more keep their cents.
  return std::abs(value) >= 10'000 ? fmt::format("{:.8g}", value) : fmt::format("{:.6g}", value);
}

std::string amount(double value) {
  struct Multiplier {
    double size;
    std::string_view letter;
  };
  static constexpr std::array<Multiplier, 2> multipliers{{{1e9, "B"}, {1e6, "M"}}};
  for (const auto& [size, letter] : multipliers)
    if (std::abs(value) >= size) return fmt::format("{:.6g}{}", value / size, letter);
  return digits(value);
}

}  // namespace

std::string second_text(Timestamp t) {
  return format_utc(t).substr(0, 19) + "Z";  // "2026-04-17T03:12:00.000Z" without its milliseconds
}

std::string natural_text(double value, const Type& type) {
  if (!std::isfinite(value)) return value > 0 ? "∞" : "-∞";
  switch (type.kind) {
    case Type::Kind::ratio: return digits(value * 100) + "%";
    case Type::Kind::quantity: return amount(value) + " " + type.unit;
    case Type::Kind::duration: {
      const auto whole =
          Duration{static_cast<std::int64_t>(std::llround(std::abs(value) * 1e3)) * 1000};
      return (value < 0 ? "-" : "") + format_duration(whole);
    }
    case Type::Kind::time:
      return second_text(Timestamp{Duration{static_cast<std::int64_t>(std::llround(value * 1e6))}});
    case Type::Kind::boolean: return value != 0 ? "true" : "false";
    case Type::Kind::number: break;
  }
  return amount(value);
}

std::string natural_value(const AlertEvent& event) {
  if (!event.value) return {};
  switch (event.value_kind) {
    case ValueKind::ratio: return natural_text(*event.value, {Type::Kind::ratio, {}});
    case ValueKind::quantity:
      return natural_text(*event.value, {Type::Kind::quantity, event.value_unit});
    case ValueKind::number: break;
  }
  return natural_text(*event.value, {Type::Kind::number, {}});
}

std::string share_text(double share) {
  return fmt::format("{:g}%", std::floor(share * 1000) / 10);
}

}  // namespace foghorn
