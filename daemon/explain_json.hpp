#pragma once
// A rule's explanation as /api/v1/explain gives it.

#include <string>

#include "rules/explain.hpp"

namespace foghorn {

/// One object. Times are RFC 3339 or null, spans whole or broken seconds, ratios 0–1. A value is
/// {"value":…}, {"at_least":…}, {"at_most":…}, both of these, or {"unknown":"stale"}; "says" has it
/// in words.
std::string explain_json(const Explanation& told);

}  // namespace foghorn
