#include "alerts/channels/matter.hpp"

#include <fmt/format.h>

namespace foghorn {
namespace {

AlertKind beginning_of(AlertKind kind) {
  switch (kind) {
    case AlertKind::data_back: return AlertKind::no_data;
    case AlertKind::confirmed: return AlertKind::unconfirmed;
    default: return kind;
  }
}

}  // namespace

Matter matter_of(const AlertEvent& event) {
  const auto begun = beginning_of(event.kind);
  const bool trouble = begun == AlertKind::no_data || begun == AlertKind::unconfirmed;
  const auto name = event.rule.empty() ? std::string{to_text(begun)} : event.rule;
  const bool over = event.kind == AlertKind::resolve || event.kind != begun;
  if (!event.episode.empty()) return {event.episode, name, over};
  return {trouble ? fmt::format("{}:{}", name, event.instrument) : event.id, name, over};
}

bool passes(AlertKind kind) {
  return kind == AlertKind::notice || kind == AlertKind::digest;
}

std::string_view severity_of(const AlertEvent& event) {
  switch (event.tier.value_or(Tier::notice)) {
    case Tier::critical: return "critical";
    case Tier::major: return "warning";
    case Tier::notice: break;
  }
  return "info";
}

}  // namespace foghorn
