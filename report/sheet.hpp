#pragma once
// From what is stored to the fact sheet: one pure function. The same input gives the same sheet,
// whenever it is asked.

#include <string>
#include <vector>

#include "model/day_bar.hpp"
#include "model/events.hpp"
#include "model/held_back.hpp"
#include "model/liquidation_minute.hpp"
#include "model/specs.hpp"
#include "report/facts.hpp"

namespace foghorn {

/// A price instrument and what is stored of it.
struct InstrumentInput {
  InstrumentSpec spec;
  std::vector<Candle> minutes;  ///< in order, from `minutes_before` before the window to its end
  std::vector<DayBar> days;  ///< in order, all there are; of a probability: days_of_probability()
  std::vector<Gap> told_later{};  ///< the minutes that nobody saw, as joined() gives them
};

/// A probability's days, out of those of its contracts (in the order in which `spec` names them):
/// each day on which all that it needs had a close, all four prices being its value then.
std::vector<DayBar> days_of_probability(const FedwatchSpec& spec,
                                        const std::vector<std::vector<DayBar>>& contracts);

/// How far before the window minutes are asked for: a long weekend, and the day that it begins in.
inline constexpr Duration minutes_before = std::chrono::days{6};

/// What a venue is known to show, by its own design.
struct VenueInput {
  std::string name;
  LiquidationCoverage coverage{};
  bool repeats{};
};

struct SheetInput {
  Timestamp from{}, to{};  ///< whole minutes
  bool settled{true};
  std::vector<InstrumentInput> instruments;
  bool has_liquidations{};  ///< an event series is configured
  Text liquidations_name{};
  std::vector<LiquidationMinute> liquidations;
  std::vector<StreamStretch> streams;
  std::vector<VenueInput> venues;
  std::vector<AlertEvent> events;  ///< by time; from before the window on, for what was open then
  std::vector<HeldBack> held_back;
};

FactSheet make_sheet(const SheetInput& input);

}  // namespace foghorn
