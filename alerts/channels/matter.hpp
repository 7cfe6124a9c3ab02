#pragma once
// What an alert event is about, for programs that keep state: something that begins, goes on, and
// is over.

#include <string>
#include <string_view>

#include "model/alert_event.hpp"

namespace foghorn {

struct Matter {
  std::string key;   ///< the same from beginning to end: the episode, or the instrument's trouble
  std::string name;  ///< of its sort: the rule, or "no_data", "unconfirmed", "notice", "digest"
  bool over{};
};

Matter matter_of(const AlertEvent& event);

/// Whether events of this kind tell what neither goes on nor ends: a notice, a digest.
bool passes(AlertKind kind);

/// Prometheus's words for tiers: info, warning, critical.
std::string_view severity_of(const AlertEvent& event);

}  // namespace foghorn
