#pragma once
// What an instrument's price was, back through time, in bounded memory: each second for 24 h, each
// minute for 30 days, each day beyond (design §6, Resolution). A bucket is (start, end], like the
// windows that read it, so that a value that came exactly at an edge is the value as of that edge.

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "model/time.hpp"
#include "model/trading_hours.hpp"
#include "rules/filled_past.hpp"
#include "rules/gaps.hpp"
#include "rules/price_buckets.hpp"
#include "rules/sample.hpp"

namespace foghorn {

/// The lowest and the highest of some prices.
struct PriceRange {
  double low{};
  double high{};
};

/// How long a price stood.
struct PriceWeight {
  double value{};
  Duration held{};
};

/// Of each bucket four samples are kept: the first, the highest, the lowest and the last. What is
/// said of the past below is exact where no bucket had more than these, as with ticks on whole
/// seconds, or up to two a second, while seconds are kept. Elsewhere it is a true sample, at most a
/// bucket older than the exact one.
///
/// Not thread-safe; const functions cache.
class PriceSeries {
 public:
  /// `reach`: the longest window any rule asks for; what is older may be forgotten. Memory for it
  /// is reserved here, 4 MB for 24 h, and used as it fills. `hours`: outside of which nothing
  /// is missed; they outlive this; null: the market trades always.
  explicit PriceSeries(Duration reach, const TradingHours* hours = nullptr);

  /// The price at `t`, never earlier than the one before. Allocates nothing.
  void add(Timestamp t, double value);

  /// The price was not known in [from, to). Kept as long as `reach`; of more than 1,024 the two
  /// nearest to each other become one.
  void add_gap(Timestamp from, Timestamp to);

  /// Starts anew at the next add(): what was before is not compared with what comes (consensus'
  /// new_series).
  void restart();

  /// Minutes that were told afterwards (ascending, each once): they enter where the price was not
  /// seen, before the series began or in a gap, and nowhere else; never after last(), nor before a
  /// restart. Told again, they replace what they said before. The last price of each stands for
  /// `stands` beyond it. Nothing, of an empty series. Takes as long as it takes to copy all that
  /// was filled.
  void fill(std::span<const Candle> minutes, Duration stands);

  /// Goes on where `earlier` is, which looked back no further and is then empty. Before the first
  /// add(). Where this reaches further, what the other had to forget counts as not seen.
  void succeed(PriceSeries& earlier);

  /// Visits the kept samples later than `from`, oldest first, without what fill() made.
  template <class Visit>
  void for_each_kept(Timestamp from, Visit visit) const {
    if (!last_) return;
    // A bucket's samples are mostly one and the same.
    Sample before{no_time, 0};
    const auto once = [&](const Sample& sample) {
      if (sample == before) return;
      before = sample;
      visit(sample);
    };
    for (auto level = coarser_.rbegin(); level != coarser_.rend(); ++level)
      level->for_each(from, last_->time, once);
    seconds_.for_each(from, last_->time, once);
  }

  Duration reach() const { return reach_; }
  /// Nothing before began() is compared with what came then.
  bool restarted() const { return restarted_; }

  /// What of the past fill() made.
  std::span<const Sample> filled() const { return filled_.samples(); }

  bool empty() const;
  Sample last() const;  ///< requires !empty()
  /// The beginning of what is known since construction or restart(); requires !empty().
  Timestamp began() const;

  /// The last sample at or before `u`, at the finest resolution still kept; nullopt before the
  /// first.
  std::optional<Sample> as_of(Timestamp u) const;

  /// The earliest time later than `u` at which as_of() changes; nullopt if it never does with what
  /// is known.
  std::optional<Timestamp> next_change(Timestamp u) const;

  /// Of the price as of `from` and all that is kept of what came after it, up to `to`; nullopt
  /// where nothing is.
  std::optional<PriceRange> range(Timestamp from, Timestamp to) const;

  /// The time-weighted median of the price over [u − half, u + half], so far as it is known: from
  /// the first sample to the last; between two samples the price is the earlier one. nullopt where
  /// no price is known there or before. The stretch stands still for a second at a time: `u`, and
  /// the last sample's time where that ends it, count as the last whole second. Costs a walk over
  /// the stretch once a second, a look-up otherwise. Allocates where `half` is longer than before.
  /// Where the market closes, only of the session of `u`.
  std::optional<double> median_around(Timestamp u, Duration half) const;

  /// How much of (from, to] was not seen: before the series began, or in a gap. No closed market
  /// is.
  Duration unseen(Timestamp from, Timestamp to) const;

  /// Calls `visit(sample, until)` for what is known of the price over [from, last()]: the value as
  /// of `from`, then each kept sample, with the time until which it is the last one.
  template <class Visit>
  void for_each_price(Timestamp from, Visit visit) const {
    std::optional<Sample> held = as_of(from);
    if (held) held->time = from;
    const auto take = [&](const Sample& sample) {
      if (held && sample.time > held->time) visit(*held, sample.time);
      held = sample;
    };
    if (last_ && from < last_->time) for_each_sample(from, last_->time, take);
  }

  /// The same, where fill() may enter: not before a restart.
  std::vector<Gap> unseen_stretches(Timestamp from, Timestamp to) const;

 private:
  // A gap, and how much was missed in all gaps before it.
  struct Missed {
    Gap gap;
    Duration before{};
  };
  // A stretch of the median, and its answer.
  struct Median {
    Timestamp from{no_time};
    Timestamp to{no_time};
    std::optional<double> value;
  };

  // The kept samples and those that were told, in (from, to], oldest first.
  template <class Visit>
  void for_each_sample(Timestamp from, Timestamp to, Visit visit) const {
    auto told = filled_.after(from);
    const auto take_told_before = [&](Timestamp t) {
      for (; !told.empty() && told.front().time < t; told = told.subspan(1)) visit(told.front());
    };
    const auto take = [&](const Sample& sample) {
      take_told_before(sample.time);
      visit(sample);
    };
    for (auto level = coarser_.rbegin(); level != coarser_.rend(); ++level)
      level->for_each(from, to, take);
    seconds_.for_each(from, to, take);
    take_told_before(to);
  }

  std::optional<double> median_between(Timestamp from, Timestamp to) const;
  Duration missed_until(Timestamp t) const;
  void count_missed();
  std::optional<Timestamp> forgotten_until() const;

  Duration reach_;
  const TradingHours* hours_;
  PriceBuckets<PackedSecond> seconds_;
  // Finest first; each holds only what is older than all of the finer ones.
  std::vector<PriceBuckets<PriceBucket>> coarser_;
  FilledPast filled_;         // lies where these hold nothing
  std::vector<Missed> gaps_;  // oldest first, disjoint
  std::optional<Sample> last_;
  Timestamp began_{};
  bool restart_{};    // at the next add()
  bool restarted_{};  // nothing before began_ is compared with what came then

  mutable std::array<Median, 16> medians_;  // answers given, overwritten in turn
  mutable std::size_t next_median_{};
  mutable std::vector<PriceWeight> weights_;  // scratch of median_between()
};

}  // namespace foghorn
