#include "model/alert_event.hpp"

#include <array>

namespace foghorn {
namespace {

constexpr std::array<std::string_view, 3> tiers{"notice", "major", "critical"};
constexpr std::array<std::string_view, 9> kinds{"fire",      "escalate",  "resolve",
                                                "no_data",   "data_back", "unconfirmed",
                                                "confirmed", "digest",    "notice"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view to_text(Tier tier) {
  return tiers[static_cast<std::size_t>(tier)];
}
std::string_view to_text(AlertKind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}
std::optional<Tier> parse_tier(std::string_view text) {
  return find<Tier>(tiers, text);
}
std::optional<AlertKind> parse_alert_kind(std::string_view text) {
  return find<AlertKind>(kinds, text);
}

}  // namespace foghorn
