#pragma once
// Silences: which a person may have, and what they cover. Pure.

#include <cstddef>
#include <set>
#include <span>
#include <string>

#include "alerts/refusal.hpp"
#include "store/rows.hpp"

namespace foghorn {

inline constexpr Duration longest_silence = std::chrono::days{30};
inline constexpr std::size_t most_silences = 1'000;         ///< in force at once
inline constexpr std::size_t longest_silence_author = 100;  ///< in characters
inline constexpr std::size_t longest_silence_reason = 500;

/// As a silence's rule or instrument: each there is. An empty one asks for nothing.
inline constexpr const char* each_of_them = "*";

/// What a silence may name.
struct Coverable {
  std::set<std::string, std::less<>> rules{};
  std::set<std::string, std::less<>> instruments{};
};

/// The silence as it may be had at `now`, beside `live` others: it names a rule, an instrument or
/// both ("*" for any), of those there are; says who wants it and why, each on one line; and ends
/// after now, within 30 days.
Granted<Silence> granted(Silence wish, const Coverable& there_are, std::size_t live, Timestamp now);

/// Whether it is in force at `now`.
bool live(const Silence& silence, Timestamp now);

/// Whether the event is the silence's business: of its rule and of its instrument. What the daemon
/// says of itself is nobody's.
bool covers(const Silence& silence, const AlertEvent& event);

}  // namespace foghorn
