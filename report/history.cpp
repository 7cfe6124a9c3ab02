// The window against the days before it: since when it had not been so high, how rare such a day
// is, how long the closes have gone one way, where the price stands within a week and a month.
#include <algorithm>
#include <cmath>
#include <map>

#include "report/parts.hpp"
#include "rules/daily_history.hpp"
#include "rules/day_roll_up.hpp"

namespace foghorn {
namespace {

constexpr Duration one_day = std::chrono::days{1};

// What is no older is no record.
constexpr Duration least_memorable = std::chrono::days{7};
constexpr int least_streak = 3;
// A streak that ended longer ago is no news: the longest holidays, and the window.
constexpr Duration streak_stays_news = std::chrono::days{5};

// Less of a day, and its last price is not taken for its close (as in rules/daily_history).
constexpr double close_seen = 0.9;

double in_days(Duration d) {
  return std::chrono::duration<double, std::ratio<86'400>>(d).count();
}

/// Days that were over at `t`, in order: what came later is not known yet.
std::vector<DayBar> over_by(const InstrumentInput& input, Timestamp t) {
  std::vector<DayBar> days;
  for (const auto& day : input.days)
    if (bounds_of(input.spec.hours.get(), day.day).to <= t) days.push_back(day);
  return days;
}

DailyHistory history_of(const InstrumentSpec& spec, std::span<const DayBar> days) {
  DailyHistory history{spec.hours ? spec.hours : spec.underlying_hours};
  history.load(days);
  return history;
}

/// How many trading days are missing just before each day that has any.
std::map<Timestamp, std::int64_t> missing_before(const DailyHistory& history) {
  std::map<Timestamp, std::int64_t> missing;
  for (const auto& hole : history.holes()) missing[hole.before] = hole.days;
  return missing;
}

std::span<const Candle> since(std::span<const Candle> minutes, Timestamp from) {
  const auto first = std::ranges::lower_bound(minutes, from, {}, &Candle::start);
  return {first, minutes.end()};
}

bool memorable(const std::optional<Timestamp>& last_beyond, Timestamp known_since, Timestamp from) {
  return from - last_beyond.value_or(known_since) >= least_memorable;
}

/// Of the window's highest (lowest) price among the prices of earlier days.
std::optional<ExtremeFact> extreme_of_prices(bool high, const InstrumentFacts& facts,
                                             const Span& span) {
  const auto& spec = span.input.spec;
  const auto days = over_by(span.input, span.from);
  if (days.empty()) return std::nullopt;
  const auto& price = high ? *facts.high : *facts.low;

  // The day that the window begins in: its minutes so far.
  const auto edge = bounds_of(spec.hours.get(), days.back().day).to;
  const auto today = since(span.before, edge);
  for (const auto& m : today)
    if (high ? m.high >= price.value : m.low <= price.value) return std::nullopt;
  Duration lost{};
  for (const auto& gap : unseen(spec, today, edge, span.from)) lost += gap.to - gap.from;

  const auto answer = history_of(spec, days)
                          .since(high ? RangeEnd::high : RangeEnd::low, price.value, false,
                                 {.day = Timestamp::max(),
                                  .unseen = in_days(lost),
                                  .elapsed = in_days(traded(spec.hours.get(), edge, span.from)),
                                  .now = span.from});
  ExtremeFact fact{.high = high, .of_closes = false, .price = price, .known_since = days[0].day};
  if (answer.exact()) {
    fact.last_beyond = Timestamp{std::chrono::seconds{std::llround(answer.lo)}};
  } else if (!(std::isinf(answer.lo) &&
               answer.hi <= in_days(days[0].day.time_since_epoch()) * 86'400)) {
    return std::nullopt;
  }
  if (!memorable(fact.last_beyond, fact.known_since, span.from)) return std::nullopt;
  for (const auto& day : days)
    if (day.day == fact.last_beyond) fact.price.bars.push_back(ref(day));
  return fact;
}

/// Of the last daily close within the window among earlier closes.
std::optional<ExtremeFact> extreme_of_closes(bool high, const Span& span) {
  const auto days = over_by(span.input, span.to);
  if (days.size() < 2) return std::nullopt;
  const auto& last = days.back();
  const auto end = bounds_of(span.input.spec.hours.get(), last.day).to;
  if (end <= span.from || last.seen < close_seen) return std::nullopt;
  const auto missing = missing_before(history_of(span.input.spec, days));
  ExtremeFact fact{.high = high,
                   .of_closes = true,
                   .price = {.value = last.close,
                             .at = end,
                             .seen = last.seen,
                             .source = FactSource::days,
                             .bars = {ref(last)}},
                   .known_since = days[0].day};
  double unknown = missing.contains(last.day) ? static_cast<double>(missing.at(last.day)) : 0;
  double all = unknown;
  for (auto i = days.size() - 1; i-- > 0;) {
    const auto& day = days[i];
    if (high ? day.close >= last.close : day.close <= last.close) {
      fact.last_beyond = day.day;
      fact.price.bars.push_back(ref(day));
      break;
    }
    all += 1;
    if (day.seen < close_seen) unknown += 1;
    if (const auto hole = missing.find(day.day); hole != missing.end() && i > 0) {
      unknown += static_cast<double>(hole->second);
      all += static_cast<double>(hole->second);
    }
  }
  if (all > 0 && unknown / all > 1.0 - whole_enough) return std::nullopt;
  if (!memorable(fact.last_beyond, fact.known_since, span.from)) return std::nullopt;
  return fact;
}

struct Runs {
  std::optional<std::size_t> certain{};   // the last day of the latest run that is as long
  std::optional<std::size_t> possible{};  // of one that is, if what is missing went the same way
};

/// Earlier runs of `length` days in one direction, before day `end`.
Runs runs_before(std::span<const DayBar> days, std::size_t end,
                 const std::map<Timestamp, std::int64_t>& missing, int length, bool up) {
  Runs found;
  std::int64_t certain = 0, possible = 0;
  for (std::size_t i = 1; i < end; ++i) {
    const auto hole = missing.find(days[i].day);
    const double step = days[i].close - days[i - 1].close;
    if (hole != missing.end() || days[i].seen < close_seen || days[i - 1].seen < close_seen) {
      certain = 0;
      possible += 1 + (hole == missing.end() ? 0 : hole->second);
    } else if (up ? step > 0 : step < 0) {
      ++certain;
      ++possible;
    } else {
      certain = possible = 0;
    }
    if (certain >= length) found.certain = i;
    if (possible >= length && certain < length) found.possible = i;
  }
  return found;
}

}  // namespace

void add_extremes(InstrumentFacts& facts, const Span& span) {
  if (facts.probability) return;
  for (const bool high : {true, false}) {
    auto fact = facts.high ? extreme_of_prices(high, facts, span) : std::nullopt;
    if (!fact) fact = extreme_of_closes(high, span);
    if (fact) facts.extremes.push_back(*std::move(fact));
  }
}

void add_day_move(InstrumentFacts& facts, const Span& span) {
  if (facts.probability) return;
  const auto days = over_by(span.input, span.to);
  if (days.size() < 2) return;
  const auto& last = days.back();
  const auto& before = days[days.size() - 2];
  const auto end = bounds_of(span.input.spec.hours.get(), last.day).to;
  const auto missing = missing_before(history_of(span.input.spec, days));
  const auto move = ratio(before.close, last.close);
  if (end <= span.from || last.close == before.close || missing.contains(last.day)) return;
  if (last.seen < close_seen || before.seen < close_seen) return;

  const auto figure = [&](double value) {
    return Figure{.value = value,
                  .at = end,
                  .seen = std::min(last.seen, before.seen),
                  .source = FactSource::days,
                  .bars = {ref(before), ref(last)}};
  };
  DayMoveFact fact{.day = last.day,
                   .close = figure(last.close),
                   .change = figure(last.close - before.close),
                   .ratio = std::nullopt,
                   .as_large_on = std::nullopt,
                   .known_since = days[1].day,
                   .rank_known = false};
  if (!move) {
    facts.day_move = std::move(fact);
    return;
  }
  fact.ratio = figure(*move);
  double unknown = 0, all = 0;
  for (auto i = days.size() - 1; i-- > 1;) {
    const auto hole = missing.find(days[i].day);
    const auto lacking = hole == missing.end() ? 0.0 : static_cast<double>(hole->second);
    const auto r = ratio(days[i - 1].close, days[i].close);
    const bool known =
        lacking == 0 && r && days[i].seen >= close_seen && days[i - 1].seen >= close_seen;
    if (known && (*move < 0 ? *r <= *move : *r >= *move)) {
      fact.as_large_on = days[i].day;
      fact.ratio->bars.push_back(ref(days[i - 1]));
      fact.ratio->bars.push_back(ref(days[i]));
      break;
    }
    all += 1 + lacking;
    if (!known) unknown += 1 + lacking;
  }
  fact.rank_known = all > 0 && unknown / all <= 1.0 - whole_enough;
  facts.day_move = std::move(fact);
}

void add_streak(InstrumentFacts& facts, const Span& span) {
  if (facts.probability) return;
  const auto days = over_by(span.input, span.to);
  if (days.size() < 2) return;
  const auto& spec = span.input.spec;
  if (span.from - bounds_of(spec.hours.get(), days.back().day).to > streak_stays_news) return;
  const auto history = history_of(spec, days);
  const auto value = history.streak();
  if (!value.known()) return;
  const double known = std::isfinite(value.lo) ? value.lo : value.hi;
  const auto length = static_cast<int>(std::abs(known));
  if (length < least_streak) return;

  const bool up = known > 0;
  const auto first = days.size() - 1 - static_cast<std::size_t>(length);
  StreakFact fact{.days = up ? length : -length,
                  .at_least = !value.exact(),
                  .last_day = days.back().day,
                  .as_long_until = std::nullopt,
                  .known_since = days[0].day,
                  .rank_known = value.exact()};
  for (auto i = first; i < days.size(); ++i) fact.bars.push_back(ref(days[i]));
  // The day that the streak began from may end a run of the other way, never one of this.
  const auto runs = runs_before(days, first + 1, missing_before(history), length, up);
  if (runs.certain) fact.as_long_until = days[*runs.certain].day;
  if (runs.possible && (!runs.certain || *runs.possible > *runs.certain)) fact.rank_known = false;
  facts.streak = std::move(fact);
}

void add_context(InstrumentFacts& facts, const Span& span) {
  const auto& spec = span.input.spec;
  const auto days = over_by(span.input, span.to);
  if (days.empty()) return;
  const auto history = history_of(spec, days);
  const auto edge = bounds_of(spec.hours.get(), days.back().day).to;
  const auto today = since(span.input.minutes, edge);
  const auto today_seen = traded(spec.hours.get(), edge, span.to) > Duration{}
                              ? seen_share(spec, today, edge, span.to)
                              : 1.0;

  for (const int length : {7, 30}) {
    const auto from = span.to - length * one_day;
    ContextFact context{.days = length,
                        .high = std::nullopt,
                        .low = std::nullopt,
                        .change_ratio = std::nullopt,
                        .seen = std::min(history.between(from, edge).seen, today_seen)};
    const auto consider = [&](double value, const BarRef& bar, bool high) {
      auto& held = high ? context.high : context.low;
      if (held && (high ? held->value >= value : held->value <= value)) return;
      held = Figure{.value = value,
                    .at = bar.start,
                    .seen = context.seen,
                    .source = bar.source,
                    .bars = {bar}};
      if (context.seen < whole_enough) held->bound = high ? Bound::at_least : Bound::at_most;
    };
    bool closes_only = false;
    for (const auto& day : days) {
      if (bounds_of(spec.hours.get(), day.day).to <= from) continue;
      closes_only = closes_only || day.closes_only;
      consider(day.high, ref(day), true);
      consider(day.low, ref(day), false);
    }
    // Days in full and what the window shows itself, be it of a day that is not kept.
    for (const auto& m : since(span.input.minutes, from)) {
      consider(m.high, ref(m), true);
      consider(m.low, ref(m), false);
    }
    if (closes_only) context.high = context.low = std::nullopt;

    const auto before = history.as_of(from);
    if (before && facts.last && from - before->time < streak_stays_news) {
      const auto day = std::ranges::find_if(days, [&](const DayBar& d) {
        return bounds_of(spec.hours.get(), d.day).to == before->time;
      });
      if (const auto r = ratio(before->value, facts.last->value); r && day != days.end()) {
        context.change_ratio = Figure{.value = *r,
                                      .at = facts.last->at,
                                      .source = FactSource::days,
                                      .bars = {ref(*day), facts.last->bars.front()}};
      }
    }
    if (context.high || context.change_ratio) facts.context.push_back(std::move(context));
  }
}

}  // namespace foghorn
