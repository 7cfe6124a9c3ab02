#pragma once
// What follows the series or the condition in a call: windows, bars, a day to compare with.

#include <optional>
#include <string>
#include <string_view>

#include "rules/complaints.hpp"
#include "rules/functions.hpp"
#include "rules/syntax.hpp"

namespace foghorn {

inline constexpr Duration longest_allowed_window = std::chrono::days{366};

// Of what is measured in bars. The statistics need a few to say anything, and the past is kept by
// the second for a day, by the minute for 30 days.
inline constexpr int fewest_bars = 10;
inline constexpr int most_bars = 10'000;
inline constexpr Duration longest_bar_of_jump = std::chrono::days{1};

/// The shortest bar that a window of this length can be cut into.
Duration shortest_bar(Duration window);

struct Lengths {
  Duration window{};
  Duration bar{};
  Timestamp since{no_time};
  bool settle{};
};

/// The lengths of a call on a series, from its second argument on. Complains about what is wrong
/// with them; `series` stands in the example of a correct call.
Lengths check_lengths(const Syntax& syntax, const Term& call, Function function,
                      std::string_view series, Complaints& complaints);

/// The duration that `term` is; `noun` says what it should be, "window". nullopt where it is none,
/// with a complaint that shows `example`.
std::optional<Duration> check_length(const Syntax& syntax, int term, std::string_view noun,
                                     const std::string& example, Complaints& complaints);

}  // namespace foghorn
