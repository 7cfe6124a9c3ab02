#pragma once
// The engine's state as text, for the store, and back.

#include <optional>
#include <string>
#include <string_view>

#include "rules/engine.hpp"

namespace foghorn {

std::string to_text(const StoredRule& rule);
std::string to_text(const StoredInstrument& instrument);

/// nullopt for what is not such a text: a store from before this version, or a damaged row.
std::optional<StoredRule> parse_stored_rule(std::string_view text);
std::optional<StoredInstrument> parse_stored_instrument(std::string_view text);

}  // namespace foghorn
