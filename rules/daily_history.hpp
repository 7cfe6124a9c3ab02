#pragma once
// An instrument's trading days, years back: what was imported and what was rolled up, and what is
// asked of them. Days that are lacking are known to be, and so are those that were seen in part or
// of which only the close is known; design §5.8 holds over days as it does over windows.

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/day_bar.hpp"
#include "model/time.hpp"
#include "model/trading_hours.hpp"
#include "rules/last_beyond.hpp"
#include "rules/sample.hpp"
#include "rules/value.hpp"

namespace foghorn {

/// Of a day that was seen less, the last price is not taken for its close.
inline bool has_close(const DayBar& bar) {
  return bar.seen >= 0.9;
}

/// Where a trading day of the hours has no day here, it is missing. Where the hours tell nothing
/// (an instrument that trades always and follows no market, or a date outside their calendar),
/// every day is expected if the week before had a Saturday or Sunday; else a run of up to four days
/// is taken for a weekend with its holidays.
class DailyHistory {
 public:
  /// `hours`: of the session, or of the underlying market; null: none known.
  explicit DailyHistory(std::shared_ptr<const TradingHours> hours) : hours_{std::move(hours)} {}

  /// Days of an earlier life, in any order; of one day the last.
  void load(std::span<const DayBar> days);

  /// A day that is over. One that is known already is replaced by one that was seen whole, or at
  /// least as whole; by one that is `recalled`, made of stored minutes alone, only if that is
  /// fuller. Returns whether anything changed.
  bool add(const DayBar& bar, bool recalled = false);

  /// In order of their dates.
  std::span<const DayBar> days() const { return days_; }
  bool empty() const { return days_.empty(); }
  /// Where days are missing: so many between two that are here.
  struct Hole {
    Timestamp after{}, before{};
    std::int64_t days{};
  };
  std::vector<Hole> holes() const;

  /// How many trading days between the last one before `day` and itself are not here; 0 where none
  /// is before.
  double missing_before(Timestamp day) const;

  /// Counts what load() and add() changed.
  std::uint64_t version() const { return version_; }

  /// That day's last price; of a day on which the market was closed, the last one before it.
  /// Incomplete where the day is missing, warming before the first day.
  Value close_of(Timestamp day) const;

  /// How many days in a row closed higher (+) or lower (−) than the day before, up to the last one;
  /// 0 after an equal close. At least (at most) that where a missing day, or one of which a tenth
  /// was not seen, or the beginning of the history ends the count.
  Value streak() const { return streak_; }

  /// The day of the last price: it is not asked about. What was not seen of it while it goes on,
  /// and how long it has gone on, in days of 24 h.
  struct Today {
    Timestamp day{Timestamp::max()};
    double unseen{};
    double elapsed{};
    Timestamp now{};
  };

  /// Midnight UTC of the latest day that was at least as high (as low) as `price`, in Unix seconds.
  /// Of a day of which only the close is known, that is what is compared where `price` is a close;
  /// where it is not, the day may have been higher than its close, and the answer lies between the
  /// latest such day and the one found. Where none is found: before the first day. Where 1 % or
  /// more of the time since was not seen, be it of days missing before today, the latest of it may
  /// be the answer.
  Value since(RangeEnd which, double price, bool is_close, Today today) const;

  /// The days that (from, to] touches, taken together.
  struct Stretch {
    std::optional<Sample> high, low;  ///< of whole days, at their first instant
    double seen{};                    ///< how much of it, 0–1
    bool closes_only{};               ///< of a day in it no more is known
  };
  Stretch between(Timestamp from, Timestamp to) const;

  /// The close of the last day that was over at `u`, at that time.
  std::optional<Sample> as_of(Timestamp u) const;

 private:
  void rebuild();
  void append(std::size_t i);
  void count_streak();
  double missing_between(std::size_t next, Timestamp day) const;
  std::size_t first_after(Timestamp from) const;
  double unseen_since(std::size_t i, const Today& today) const;
  std::optional<std::size_t> latest(RangeEnd which, double price, std::size_t before) const;

  std::shared_ptr<const TradingHours> hours_;
  std::vector<DayBar> days_;
  // By day, up to it and itself included: days missing, and how much was not seen of those that
  // are here.
  std::vector<double> missing_, dimmed_;
  // The days that no later one is beyond, oldest first: their highs fall, their lows rise.
  std::vector<std::size_t> highs_, lows_;
  std::optional<std::size_t> last_closes_only_;
  std::optional<std::size_t> last_doubtful_;  // seen in part, or a day is missing before it
  Value streak_{unknown(Unknown::warming)};
  std::uint64_t version_{};
};

}  // namespace foghorn
