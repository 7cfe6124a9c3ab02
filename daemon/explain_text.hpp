#pragma once
// A rule's explanation for people: a tree of its conditions, with values as the rule language
// spells them and reasons in words.

#include <string>

#include "rules/explain.hpp"

namespace foghorn {

/// Many lines.
std::string explain_text(const Explanation& told);

/// One line without its end: what the rule is doing, and what it lacks. "pending: true at notice,
/// 10s of 15s".
std::string brief_text(const Explanation& told);

/// A part's value at one rung: "10.9%", "≥ 85.91 USD/bbl", "true", "stale: no price since …".
std::string value_text(const ExplainedPart& part, const Value& value, const Explanation& told);

}  // namespace foghorn
