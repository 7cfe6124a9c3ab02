#pragma once
// The engine's state as text, for the store, and back.

#include <optional>
#include <string>
#include <string_view>

#include "rules/engine.hpp"

namespace foghorn {

std::string to_text(const RuleMemory& rule);
std::string to_text(const InstrumentMemory& instrument);

/// nullopt for what is not such a text: a store from before this version, or a damaged row.
std::optional<RuleMemory> parse_rule_memory(std::string_view text);
std::optional<InstrumentMemory> parse_instrument_memory(std::string_view text);

}  // namespace foghorn
