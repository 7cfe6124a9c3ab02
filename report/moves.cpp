// What the price did within the window: its largest moves, the round numbers that it crossed, where
// it turned back, where it went nowhere.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "model/honest_number.hpp"
#include "report/parts.hpp"

namespace foghorn {
namespace {

// A window that crosses more round numbers than this names the prominent one alone.
constexpr int most_crossings = 50;

// A sudden move is told from where most of it began: so little of it may be left out.
constexpr double whole_of_it = 0.99;

// A rise of less is not worth its reversal; nor, the second, the round number that it crossed.
constexpr double least_swing = 0.01;
constexpr double least_swing_across_a_level = 0.003;

// A step back of less of the way than this is none.
constexpr double least_return = 0.25;

// Sideways: within so narrow a range, with no more than a third of it between first and last.
constexpr double widest_sideways = 0.015;
constexpr double most_drift = 1.0 / 3;

struct Point {
  double price{};
  const Candle* bar{};
};

/// The extreme so far and the farthest move away from it; `down` measures falls.
class FarthestMove {
 public:
  explicit FarthestMove(bool down) : down_{down} {}

  void start(Point p) { from_ = p; }

  /// In the order in which a minute's prices are certain to have come: its first before all, its
  /// last after all. What lies between its high and its low is not known.
  void add(const Candle& bar) {
    if (!from_.bar || outer(bar.open, from_.price)) from_ = {bar.open, &bar};
    reach({down_ ? bar.low : bar.high, &bar});
    const double outermost = down_ ? bar.high : bar.low;
    if (outer(outermost, from_.price)) from_ = {outermost, &bar};
    reach({bar.close, &bar});
  }

  std::optional<MoveFact> farthest(bool whole, double seen) const {
    if (!best_from_.bar || best_ == 0) return std::nullopt;
    const auto figure = [](const Point& p) {
      return Figure{.value = p.price, .at = p.bar->start, .bars = {ref(*p.bar)}};
    };
    MoveFact move{.up = !down_,
                  .from = figure(best_from_),
                  .to = figure(best_to_),
                  .ratio = {.value = best_,
                            .at = best_to_.bar->start,
                            .seen = seen,
                            .bound = whole   ? Bound::exact
                                     : down_ ? Bound::at_most
                                             : Bound::at_least,
                            .bars = {ref(*best_from_.bar), ref(*best_to_.bar)}},
                  .took = best_to_.bar->start - best_from_.bar->start};
    return move;
  }

 private:
  // Of equal prices the later: the move then took no longer than it had to.
  bool outer(double a, double b) const { return down_ ? a >= b : a <= b; }

  void reach(Point to) {
    const auto r = ratio(from_.price, to.price);
    if (!r || !(down_ ? *r < best_ : *r > best_)) return;
    best_ = *r;
    best_from_ = from_;
    best_to_ = to;
  }

  bool down_;
  Point from_{}, best_from_{}, best_to_{};
  double best_{};
};

/// The farthest move between two minutes no more than `sudden` apart.
struct Pair {
  const Candle* from{};
  const Candle* to{};
  double ratio{};
};

double reached(const Candle& from, const Candle& to, bool down) {
  const auto r = down ? ratio(from.high, to.low) : ratio(from.low, to.high);
  return r ? (down ? std::min(*r, 0.0) : std::max(*r, 0.0)) : 0.0;
}

std::optional<Pair> farthest_sudden(std::span<const Candle> bars, bool down) {
  Pair best;
  // The outermost bar of the last four hours stands in front: a queue in which each is less far out
  // than the one before.
  std::vector<const Candle*> queue;
  std::size_t front = 0;
  const auto out = [&](const Candle& a, const Candle& b) {
    return down ? a.high >= b.high : a.low <= b.low;
  };
  for (const auto& bar : bars) {
    while (front < queue.size() && bar.start - queue[front]->start > sudden) ++front;
    if (front < queue.size()) {
      const double r = reached(*queue[front], bar, down);
      if (std::abs(r) > std::abs(best.ratio)) best = {queue[front], &bar, r};
    }
    while (queue.size() > front && out(bar, *queue.back())) queue.pop_back();
    queue.push_back(&bar);
  }
  if (!best.from) return std::nullopt;
  // Its beginning moves forward while hardly anything of it is lost, and no whole per cent.
  const double percent = std::floor(std::abs(best.ratio) * 100);
  const double least = std::max(std::abs(best.ratio) * whole_of_it, percent / 100);
  for (const auto* from = best.to - 1; from > best.from; --from) {
    const double r = reached(*from, *best.to, down);
    if (std::abs(r) < least) continue;
    best.from = from;
    best.ratio = r;
    break;
  }
  return best;
}

/// The round numbers in (from, to], or [to, from) on the way down, in the order of the way.
std::vector<double> levels_between(double from, double to, double step) {
  std::vector<double> levels;
  const auto multiple = [&](double k) { return k * step; };
  if (to > from) {
    for (auto k = std::floor(from / step) + 1; multiple(k) <= to * (1 + 1e-12); ++k) {
      levels.push_back(multiple(k));
      if (levels.size() > most_crossings) break;
    }
  } else {
    for (auto k = std::ceil(from / step) - 1; multiple(k) >= to * (1 - 1e-12); --k) {
      levels.push_back(multiple(k));
      if (levels.size() > most_crossings) break;
    }
  }
  return levels;
}

/// 100, 100,000: the price gains or loses a digit there.
bool is_new_digit(double level) {
  if (!(level > 0)) return false;
  const double exponent = std::log10(level);
  return std::abs(exponent - std::round(exponent)) < 1e-9;
}

}  // namespace

void add_moves(InstrumentFacts& facts, const Span& span) {
  if (span.window.empty() || facts.probability) return;
  for (const bool down : {true, false}) {
    FarthestMove farthest{down};
    if (facts.reference) farthest.start({span.before.back().close, &span.before.back()});
    for (const auto& bar : span.window) farthest.add(bar);
    if (auto move = farthest.farthest(span.whole, facts.seen)) facts.moves.push_back(*move);
  }
  const auto size = [](const MoveFact& m) { return std::abs(m.ratio.value); };
  if (facts.moves.size() == 2 && size(facts.moves[1]) > size(facts.moves[0]))
    std::swap(facts.moves[0], facts.moves[1]);
}

void add_sudden_moves(InstrumentFacts& facts, const Span& span) {
  if (facts.probability) return;
  for (const bool down : {true, false}) {
    const auto pair = farthest_sudden(span.window, down);
    if (!pair) continue;
    const auto bars = std::vector{ref(*pair->from), ref(*pair->to)};
    facts.sudden_moves.push_back({.up = !down,
                                  .from = {.value = down ? pair->from->high : pair->from->low,
                                           .at = pair->from->start,
                                           .bars = {bars[0]}},
                                  .to = {.value = down ? pair->to->low : pair->to->high,
                                         .at = pair->to->start,
                                         .bars = {bars[1]}},
                                  .ratio = {.value = pair->ratio,
                                            .at = pair->to->start,
                                            .seen = facts.seen,
                                            .bound = span.whole ? Bound::exact
                                                     : down     ? Bound::at_most
                                                                : Bound::at_least,
                                            .bars = bars},
                                  .took = pair->to->start - pair->from->start});
  }
}

void add_crossings(InstrumentFacts& facts, const Span& span) {
  if (span.window.empty() || facts.probability) return;
  const double from = facts.reference ? facts.reference->value : facts.open->value;
  if (!(from > 0)) return;
  const double step = round_step(from);
  for (const bool up : {true, false}) {
    const double to = up ? facts.high->value : facts.low->value;
    auto levels =
        up == (to > from) && to != from ? levels_between(from, to, step) : std::vector<double>{};
    // A cent beyond a round number is no news.
    if (std::abs(to - from) < least_swing_across_a_level * from)
      std::erase_if(levels, [](double level) { return !is_new_digit(level); });
    if (levels.empty() || levels.size() > most_crossings) continue;
    const double last = facts.last->value;
    const bool came_back = std::abs(to - last) >= least_return * std::abs(to - from);
    // Of numbers that the price stepped back behind, and hardly moved, nobody speaks.
    const auto worth_naming = [&](double level) {
      return came_back || (up ? last >= level : last <= level);
    };
    std::optional<double> prominent;
    for (const double level : levels)
      if (worth_naming(level) && !(prominent && is_new_digit(*prominent))) prominent = level;
    for (const double level : levels) {
      const double reached = up ? level * (1 - 1e-12) : level * (1 + 1e-12);
      const auto first = std::ranges::find_if(
          span.window, [&](const Candle& m) { return up ? m.high >= reached : m.low <= reached; });
      if (first == span.window.end()) continue;
      facts.crossings.push_back({.up = up,
                                 .level = level,
                                 .at = first->start,
                                 .held = up ? last >= reached : last <= reached,
                                 .prominent = level == prominent,
                                 .bars = {ref(*first), facts.last->bars.front()}});
    }
  }
}

/// It gave back half of its way, or fell back behind the round number that it had reached.
void add_reversals(InstrumentFacts& facts, const Span& span) {
  if (span.window.empty() || facts.probability) return;
  const double from = facts.reference ? facts.reference->value : facts.open->value;
  const double last = facts.last->value;
  for (const bool up : {true, false}) {
    const auto& extreme = up ? *facts.high : *facts.low;
    const auto swing = ratio(from, extreme.value);
    const auto retreat = ratio(extreme.value, last);
    if (!swing || !retreat) continue;
    const double way = std::abs(extreme.value - from);
    const double back = std::abs(extreme.value - last);
    if (up ? *swing <= 0 : *swing >= 0) continue;
    const auto crossed = std::ranges::find_if(
        facts.crossings, [&](const Crossing& c) { return c.up == up && c.prominent && !c.held; });
    const bool behind = crossed != facts.crossings.end();
    if (std::abs(*swing) < (behind ? least_swing_across_a_level : least_swing)) continue;
    if (!behind && back < way / 2) continue;
    Reversal reversal{.up = up,
                      .extreme = extreme,
                      .retreat = {.value = *retreat,
                                  .at = facts.last->at,
                                  .seen = facts.seen,
                                  .bars = {extreme.bars.front(), facts.last->bars.front()}}};
    if (!span.whole) reversal.retreat.bound = up ? Bound::at_most : Bound::at_least;
    if (behind) reversal.level = crossed->level;
    facts.reversals.push_back(std::move(reversal));
  }
}

void add_consolidation(InstrumentFacts& facts, const Span& span) {
  if (!span.whole || facts.probability || !facts.reference || !facts.range_ratio) return;
  const double range = facts.range->value;
  if (facts.range_ratio->value > widest_sideways || range <= 0) return;
  if (std::abs(facts.change->value) > most_drift * range) return;
  // Tens for gold at 4,830: one digit finer than its round numbers.
  const double step = round_step(facts.low->value) / 10;
  Consolidation sideways{.low = std::floor(facts.low->value / step + 1e-9) * step,
                         .high = std::ceil(facts.high->value / step - 1e-9) * step,
                         .near_high = false,
                         .near_low = false,
                         .range_ratio = *facts.range_ratio};
  for (const auto& month : facts.context) {
    if (month.days != 30 || !month.high || !month.low || month.seen < whole_enough) continue;
    const double width = month.high->value - month.low->value;
    // Of a month that is hardly wider than the day nothing is high or low.
    if (width < 3 * range) continue;
    sideways.near_high = facts.low->value >= month.high->value - width / 5;
    sideways.near_low = facts.high->value <= month.low->value + width / 5;
  }
  facts.consolidation = sideways;
}

}  // namespace foghorn
