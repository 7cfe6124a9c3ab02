#include "report/sheet.hpp"

#include <algorithm>
#include <map>

#include "report/parts.hpp"
#include "rules/fedwatch.hpp"

namespace foghorn {
namespace {

/// By the market that it is of, or follows; what has none and is called after a coin is one.
Role role_of(const InstrumentSpec& spec) {
  const auto& market = spec.underlying.empty() ? spec.session : spec.underlying;
  if (market == "nymex-energy") return Role::oil;
  if (market == "comex-metals") return spec.unit == "USD/oz" ? Role::gold : Role::none;
  if (market == "us-equity") return Role::equity;
  return (market == "always" || market.empty()) && (spec.id == "BTC" || spec.id == "ETH")
             ? Role::crypto
             : Role::none;
}

MarketHours market_of(const InstrumentSpec& spec, Timestamp t) {
  const bool follows = spec.underlying_hours != nullptr;
  const auto* hours = follows ? spec.underlying_hours.get() : spec.hours.get();
  if (!hours) return {.calendar = {}, .follows = false, .open = true};
  return {.calendar = follows ? spec.underlying : spec.session,
          .follows = follows,
          .open = hours->open(t),
          .turns = hours->turns_after(t)};
}

/// Marks among the bars that facts name the minutes that nobody saw.
class ToldLater {
 public:
  explicit ToldLater(const std::vector<Gap>& told) : told_{told} {}

  void mark(InstrumentFacts& facts) const {
    for (auto* figure : {&facts.reference, &facts.open, &facts.high, &facts.low, &facts.last,
                         &facts.change, &facts.change_ratio, &facts.range, &facts.range_ratio})
      mark(*figure);
    for (auto* moves : {&facts.moves, &facts.sudden_moves})
      for (auto& move : *moves)
        for (auto* figure : {&move.from, &move.to, &move.ratio}) mark(figure->bars);
    for (auto& crossing : facts.crossings) mark(crossing.bars);
    for (auto& extreme : facts.extremes) mark(extreme.price.bars);
    if (facts.consolidation) mark(facts.consolidation->range_ratio.bars);
    for (auto& reversal : facts.reversals)
      for (auto* figure : {&reversal.extreme, &reversal.retreat}) mark(figure->bars);
    if (auto& reopening = facts.reopening)
      for (auto* figure : {&reopening->before, &reopening->after, &reopening->ratio})
        mark(figure->bars);
    for (auto& context : facts.context)
      for (auto* figure : {&context.high, &context.low, &context.change_ratio}) mark(*figure);
  }

 private:
  void mark(std::optional<Figure>& figure) const {
    if (figure) mark(figure->bars);
  }
  void mark(std::vector<BarRef>& bars) const {
    for (auto& bar : bars) {
      bar.told_later =
          bar.source == FactSource::minutes && std::ranges::any_of(told_, [&](const Gap& told) {
            return told.from <= bar.start && bar.start < told.to;
          });
    }
  }

  const std::vector<Gap>& told_;
};

InstrumentFacts instrument_facts(const InstrumentInput& input, Timestamp from, Timestamp to) {
  const std::span<const Candle> all{input.minutes};
  const auto at = [&](Timestamp t) { return std::ranges::lower_bound(all, t, {}, &Candle::start); };
  Span span{.input = input,
            .from = from,
            .to = to,
            .window = {at(from), at(to)},
            .before = {all.begin(), at(from)}};

  InstrumentFacts facts;
  facts.id = input.spec.id;
  facts.name = input.spec.name;
  facts.unit = input.spec.unit;
  for (const auto& source : input.spec.sources) facts.sources.push_back(to_text(source));
  facts.role = role_of(input.spec);
  facts.probability = input.spec.fedwatch.has_value();
  facts.market = market_of(input.spec, to);
  // A minute before the window may still stand when it begins.
  const auto standing = span.before.last(std::min<std::size_t>(span.before.size(), 1));
  const std::span<const Candle> seen_by{standing.empty() ? at(from) : standing.begin(), at(to)};
  facts.seen = seen_share(input.spec, seen_by, from, to);
  span.whole = facts.seen >= whole_enough;

  add_prices(facts, span);
  facts.gaps = unseen(input.spec, seen_by, from, to);
  for (const auto& told : input.told_later) {
    const Gap part{std::max(told.from, from), std::min(told.to, to)};
    if (part.from < part.to) facts.told_later.push_back(part);
  }
  add_reopening(facts, span);
  add_moves(facts, span);
  add_sudden_moves(facts, span);
  add_crossings(facts, span);
  add_context(facts, span);
  add_extremes(facts, span);
  add_day_move(facts, span);
  add_streak(facts, span);
  add_consolidation(facts, span);
  add_reversals(facts, span);
  ToldLater{input.told_later}.mark(facts);
  return facts;
}

}  // namespace

std::vector<DayBar> days_of_probability(const FedwatchSpec& spec,
                                        const std::vector<std::vector<DayBar>>& contracts) {
  std::map<Timestamp, std::vector<std::optional<double>>> closes;
  for (std::size_t i = 0; i < contracts.size(); ++i) {
    for (const auto& day : contracts[i]) {
      auto& row = closes[day.day];
      row.resize(contracts.size());
      row[i] = day.close;
    }
  }
  const Fedwatch fedwatch{spec};
  std::vector<DayBar> days;
  for (const auto& [day, row] : closes) {
    std::vector<double> prices;
    for (const auto& close : row) prices.push_back(close.value_or(0));
    const auto needed = fedwatch.needed(day);
    if (std::ranges::any_of(needed, [&](std::size_t i) { return !row[i]; })) continue;
    const auto value = fedwatch.value(prices, day);
    if (!value) continue;
    days.push_back({.day = day,
                    .open = *value,
                    .high = *value,
                    .low = *value,
                    .close = *value,
                    .closes_only = true});
  }
  return days;
}

FactSheet make_sheet(const SheetInput& input) {
  FactSheet sheet{.from = input.from,
                  .to = input.to,
                  .settled = input.settled,
                  .instruments = {},
                  .liquidations = std::nullopt,
                  .cross_asset = std::nullopt,
                  .episodes = episode_facts(input.events, input.from),
                  .held_back = input.held_back};
  for (const auto& instrument : input.instruments)
    sheet.instruments.push_back(instrument_facts(instrument, input.from, input.to));
  if (input.has_liquidations) sheet.liquidations = liquidation_facts(input);
  sheet.cross_asset = cross_asset_facts(sheet.instruments);
  return sheet;
}

}  // namespace foghorn
