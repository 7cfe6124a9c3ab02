// What the window's minutes say at a glance: first, highest, lowest and last price, the change, and
// what was not seen.
#include <algorithm>
#include <cmath>

#include "report/parts.hpp"
#include "rules/day_roll_up.hpp"

namespace foghorn {
namespace {

constexpr Duration minute = std::chrono::minutes{1};

// How long before a closing or after an opening a price may have come to be the one of then.
constexpr Duration near_close = std::chrono::minutes{10};

Duration length(std::span<const Gap> gaps) {
  Duration all{};
  for (const auto& gap : gaps) all += gap.to - gap.from;
  return all;
}

Figure figure_of(const Candle& candle, double value) {
  return {.value = value, .at = candle.start, .bars = {ref(candle)}};
}

/// The price as of the window's beginning: the last one before it, if it is no older than a tenth
/// of the window, or if nothing but closed time lies between (design §6, change()).
std::optional<Figure> reference_of(const Span& span) {
  if (span.before.empty()) return std::nullopt;
  const auto& last = span.before.back();
  const auto& spec = span.input.spec;
  const auto window = span.to - span.from;
  const auto age = span.from - (last.start + minute);
  const bool fresh = age <= std::max<Duration>(spec.max_staleness, window / 10);
  const bool closed = window >= std::chrono::hours{24} && spec.hours &&
                      length(unseen(spec, span.before, last.start, span.from)) <= near_close;
  if (!fresh && !closed) return std::nullopt;
  return figure_of(last, last.close);
}

/// A probability without minutes in the window: of the last minute before it, else of the last day
/// that was over by the window's end and is no older than such a minute might be.
std::optional<Figure> settled_before(const Span& span) {
  if (!span.before.empty()) return figure_of(span.before.back(), span.before.back().close);
  std::optional<Figure> settled;
  for (const auto& day : span.input.days) {
    const auto end = bounds_of(span.input.spec.hours.get(), day.day).to;
    if (end > span.to || end < span.from - minutes_before) continue;
    settled = Figure{.value = day.close, .at = end, .source = FactSource::days, .bars = {ref(day)}};
  }
  return settled;
}

}  // namespace

BarRef ref(const Candle& m) {
  return {FactSource::minutes, m.start, m.open, m.high, m.low, m.close};
}

BarRef ref(const DayBar& d) {
  return {FactSource::days, d.day, d.open, d.high, d.low, d.close};
}

std::optional<double> ratio(double from, double to) {
  if (!(from > 0)) return std::nullopt;
  return to / from - 1;
}

std::vector<Gap> unseen(const InstrumentSpec& spec, std::span<const Candle> minutes, Timestamp from,
                        Timestamp to) {
  if (from >= to) return {};
  std::vector<Gap> seen;
  // A price stands for max_staleness, here from the end of its minute on: when in it the price came
  // is not kept.
  for (const auto& m : minutes) {
    const Gap standing{std::max(m.start, from),
                       std::min(m.start + minute + spec.max_staleness, to)};
    if (standing.from < standing.to) seen.push_back(standing);
  }
  return without(open_stretches(spec.hours.get(), from, to), joined(std::move(seen)));
}

double seen_share(const InstrumentSpec& spec, std::span<const Candle> minutes, Timestamp from,
                  Timestamp to) {
  const auto all = traded(spec.hours.get(), from, to);
  if (all <= Duration{}) return 0;
  const std::chrono::duration<double> lost = length(unseen(spec, minutes, from, to));
  return 1.0 - lost / std::chrono::duration<double>(all);
}

void add_prices(InstrumentFacts& facts, const Span& span) {
  // A probability stands until the futures behind it settle again.
  if (facts.probability && span.window.empty()) facts.last = settled_before(span);
  facts.reference = reference_of(span);
  if (span.window.empty()) return;

  const auto highest = std::ranges::max_element(span.window, {}, &Candle::high);
  const auto lowest = std::ranges::min_element(span.window, {}, &Candle::low);
  facts.open = figure_of(span.window.front(), span.window.front().open);
  facts.high = figure_of(*highest, highest->high);
  facts.low = figure_of(*lowest, lowest->low);
  facts.last = figure_of(span.window.back(), span.window.back().close);
  facts.high->seen = facts.low->seen = facts.seen;
  if (!span.whole) {
    facts.high->bound = Bound::at_least;
    facts.low->bound = Bound::at_most;
  }

  Figure range{.value = facts.high->value - facts.low->value,
               .at = span.to,
               .seen = facts.seen,
               .bound = span.whole ? Bound::exact : Bound::at_least,
               .bars = {facts.high->bars.front(), facts.low->bars.front()}};
  const auto base = facts.reference ? facts.reference->value : facts.open->value;
  if (base > 0) {
    auto share = range;
    share.value /= base;
    facts.range_ratio = std::move(share);
  }
  facts.range = std::move(range);

  // It asks for its two values alone (design §5.8).
  if (!facts.reference) return;
  const auto& from = *facts.reference;
  const auto& to = *facts.last;
  Figure change{
      .value = to.value - from.value, .at = to.at, .bars = {from.bars.front(), to.bars.front()}};
  if (const auto r = ratio(from.value, to.value)) {
    auto relative = change;
    relative.value = *r;
    facts.change_ratio = std::move(relative);
  }
  facts.change = std::move(change);
}

/// For 24-hour prices: the price as of the followed market's last reopening against that as of its
/// closing before.
void add_reopening(InstrumentFacts& facts, const Span& span) {
  const auto& spec = span.input.spec;
  const auto* hours = spec.underlying_hours ? spec.underlying_hours.get() : spec.hours.get();
  if (!hours) return;
  const auto* session = hours->at(span.to - Duration{1});
  if (!session) session = hours->ended_by(span.to);
  if (!session || session->open < span.from) return;
  const auto* earlier = hours->ended_by(session->open);
  // A pause within the day is no closure that anybody speaks of.
  if (!earlier || session->open - earlier->close < std::chrono::hours{24}) return;

  const std::span<const Candle> all{span.input.minutes};
  const auto near = std::max(spec.max_staleness, near_close);
  const auto as_of = [&](Timestamp t) -> const Candle* {
    const auto after = std::ranges::lower_bound(all, t, {}, &Candle::start);
    if (after == all.begin()) return nullptr;
    const auto& found = *(after - 1);
    return t - (found.start + minute) <= near ? &found : nullptr;
  };
  const auto* before = as_of(earlier->close);
  const Candle* after = nullptr;
  if (spec.underlying_hours) {
    after = as_of(session->open);
  } else {
    const auto first = std::ranges::lower_bound(all, session->open, {}, &Candle::start);
    if (first != all.end() && first->start - session->open <= near) after = &*first;
  }
  if (!before || !after) return;
  const auto to = spec.underlying_hours ? after->close : after->open;
  const auto r = ratio(before->close, to);
  if (!r) return;
  facts.reopening =
      Reopening{.before = figure_of(*before, before->close),
                .after = figure_of(*after, to),
                .ratio = {.value = *r, .at = session->open, .bars = {ref(*before), ref(*after)}}};
}

}  // namespace foghorn
