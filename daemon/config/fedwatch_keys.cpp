// [instrument.ID] of class = "fedwatch": the meetings, and the contracts by their months.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/config/outdated_meetings.hpp"
#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"
#include "rules/fedwatch.hpp"

namespace foghorn {
namespace {

std::optional<Timestamp> parse_date(std::string_view text) {
  return text.size() == 10 ? parse_time(text) : std::nullopt;  // and no time of day
}

std::vector<Timestamp> read_meetings(TableReader& table) {
  constexpr std::string_view key = "meetings";
  std::vector<Timestamp> meetings;
  for (const auto& word : table.words(key).value_or(std::vector<Located>{})) {
    const auto day = parse_date(word.text);
    if (!day)
      table.refuse(key, word, echoed(word.text) + " is not a date",
                   "write the day of the decision, like \"2026-06-17\"");
    else
      meetings.push_back(*day);
  }
  std::ranges::sort(meetings);
  return meetings;
}

std::vector<FedwatchSpec::Contract> read_contracts(TableReader& table) {
  constexpr std::string_view key = "contracts";
  std::vector<FedwatchSpec::Contract> contracts;
  auto inner = table.table(key);
  if (!inner) return contracts;
  for (const auto& name : inner->keys()) {
    const auto month = name.size() == 7 ? parse_date(name + "-01") : std::nullopt;
    const auto instrument = inner->text(name);
    if (!month)
      inner->refuse(name, echoed(name) + " is not a month",
                    "write \"2026-06\" = \"ZQM6\", in quotes");
    if (!month || !instrument) continue;
    const auto same =
        std::ranges::find(contracts, *instrument, &FedwatchSpec::Contract::instrument);
    if (same != contracts.end())
      inner->refuse(name,
                    fmt::format("{} is the contract of {} too", echoed(*instrument),
                                format_utc(same->month).substr(0, 7)),
                    "name each month's own");
    contracts.push_back({*month, *instrument});  // a mistaken one too: no month is missing
  }
  std::ranges::sort(contracts, {}, &FedwatchSpec::Contract::month);
  return contracts;
}

}  // namespace

std::vector<Mistake> outdated_meetings(const Config& config, Timestamp now) {
  std::vector<Mistake> warnings;
  for (const auto& instrument : config.instruments) {
    if (!instrument.fedwatch || Fedwatch{*instrument.fedwatch}.next_meeting(now)) continue;
    const auto last = format_utc(instrument.fedwatch->meetings.back()).substr(0, 10);
    warnings.push_back(
        {.file = config.file.string(),
         .line = 0,
         .column = 0,
         .place = fmt::format("[instrument.{}] meetings", instrument.id),
         .what = fmt::format("warning: the last meeting was on {}, so it has no value", last),
         .remedy = "add the next meetings and their contracts"});
  }
  return warnings;
}

FedwatchSpec read_fedwatch(TableReader& table) {
  using Of = FedwatchSpec::Of;
  static constexpr std::array<std::pair<std::string_view, Of>, 2> choices{
      {{"hold", Of::hold}, {"no_cut", Of::no_cut}}};
  FedwatchSpec spec;
  for (const std::string_view key : {"of", "meetings", "contracts"})
    if (!table.has(key))
      table.refuse(fmt::format("a probability needs {}", key),
                   key == "of"         ? R"(write of = "hold" or of = "no_cut")"
                   : key == "meetings" ? R"(write meetings = ["2026-06-17", …])"
                                       : R"(write contracts = { "2026-06" = "ZQM6", … })");
  spec.of = table.choice<Of>("of", choices).value_or(Of::hold);
  spec.meetings = read_meetings(table);
  spec.contracts = read_contracts(table);
  if (!spec.meetings.empty() && !spec.contracts.empty())
    for (const auto& fault : Fedwatch::faults(spec))
      table.refuse("contracts", fault.what, fault.remedy);
  return spec;
}

void check_contracts(InstrumentSpec& instrument, TableReader table,
                     const std::vector<InstrumentSpec>& all) {
  if (!instrument.fedwatch) return;
  for (const auto& contract : instrument.fedwatch->contracts) {
    const auto found = std::ranges::find(all, contract.instrument, &InstrumentSpec::id);
    if (found == all.end()) {
      table.refuse("contracts", "there is no instrument " + echoed(contract.instrument),
                   fmt::format("add [instrument.{}] with its sources", contract.instrument));
    } else if (found->event_series || found->fedwatch) {
      table.refuse("contracts", found->id + " has no price of a contract",
                   "name an instrument of class \"price\"");
    } else if (!found->unit.empty() && found->unit != "points" && found->unit != "index points") {
      table.refuse("contracts",
                   fmt::format("{} is priced in {}, a contract in points of 100 less the rate",
                               found->id, found->unit),
                   "name a contract, or remove its unit");
    } else {
      // It is as fresh as they are; which of them matter changes with the months.
      instrument.max_staleness = std::max(instrument.max_staleness, found->max_staleness);
    }
  }
}

}  // namespace foghorn
