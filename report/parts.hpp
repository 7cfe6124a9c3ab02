#pragma once
// The pieces of make_sheet(), one file each; nobody else includes this.

#include <span>

#include "report/facts.hpp"
#include "report/sheet.hpp"

namespace foghorn {

/// Where a window of which 1 % or more was not seen gives bounds instead of numbers (design §5.8).
inline constexpr double whole_enough = 0.99;

/// An instrument's minutes around the window, and how much of it they show.
struct Span {
  const InstrumentInput& input;
  Timestamp from{}, to{};
  std::span<const Candle> window{};  ///< minutes within [from, to)
  std::span<const Candle> before{};  ///< the earlier ones
  bool whole{};                      ///< the window's trading time was seen
};

BarRef ref(const Candle& minute);
BarRef ref(const DayBar& day);

/// What of [from, to) the market traded and no price stood, as `minutes` (in order) tell it.
std::vector<Gap> unseen(const InstrumentSpec& spec, std::span<const Candle> minutes, Timestamp from,
                        Timestamp to);
/// The share of [from, to)'s trading time that was seen; 0 where it did not trade at all.
double seen_share(const InstrumentSpec& spec, std::span<const Candle> minutes, Timestamp from,
                  Timestamp to);

/// to ÷ from − 1; nullopt where the base is not positive.
std::optional<double> ratio(double from, double to);

// Each reads what those before it found.
void add_prices(InstrumentFacts& facts, const Span& span);
void add_reopening(InstrumentFacts& facts, const Span& span);
void add_moves(InstrumentFacts& facts, const Span& span);
void add_sudden_moves(InstrumentFacts& facts, const Span& span);
void add_crossings(InstrumentFacts& facts, const Span& span);
void add_context(InstrumentFacts& facts, const Span& span);
void add_extremes(InstrumentFacts& facts, const Span& span);
void add_day_move(InstrumentFacts& facts, const Span& span);
void add_streak(InstrumentFacts& facts, const Span& span);
void add_consolidation(InstrumentFacts& facts, const Span& span);
void add_reversals(InstrumentFacts& facts, const Span& span);

LiquidationFacts liquidation_facts(const SheetInput& input);
std::optional<CrossAssetFacts> cross_asset_facts(std::span<const InstrumentFacts> instruments);
/// Those that were open at `from`, or began later.
std::vector<EpisodeFact> episode_facts(std::span<const AlertEvent> events, Timestamp from);

}  // namespace foghorn
