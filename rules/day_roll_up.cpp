#include "rules/day_roll_up.hpp"

#include <algorithm>
#include <array>

namespace foghorn {
namespace {

constexpr Duration minute = std::chrono::minutes{1};

// After its close, beyond what prices come late anyway: what the intake lets through is at most so
// late, unless the feed is a delayed one or max_lag is configured otherwise.
constexpr Duration day_settles = minute;

// More late than this is a clock that is wrong, or a price of long ago.
constexpr Duration latest = std::chrono::hours{1};

// As far back as venues are asked for minutes, and the one that goes on.
constexpr std::size_t most_days = 32;

Duration length(std::span<const Gap> gaps, const TradingHours* hours) {
  Duration sum{};
  for (const auto& gap : gaps)
    sum += (gap.to - gap.from) - (hours ? hours->closed(gap.from, gap.to) : Duration{});
  return sum;
}

}  // namespace

Gap bounds_of(const TradingHours* hours, Timestamp day) {
  const Gap utc{day, day + std::chrono::days{1}};
  if (!hours) return utc;
  const auto of_day = std::ranges::equal_range(hours->sessions(), day, {}, &Session::day);
  return of_day.empty() ? utc : Gap{of_day.front().open, of_day.back().close};
}

DayRollUp::DayRollUp(std::shared_ptr<const TradingHours> hours, Duration stands)
    : hours_{std::move(hours)}, stands_{stands} {
  days_.reserve(most_days + 1);
}

void DayRollUp::add(Timestamp at, double price, Duration late) {
  if (late <= latest) late_ = std::max(late_, late);
  if (in_a_day() && at >= days_.back().bounds.from && at < days_.back().bounds.to)
    return take(days_.back(), at, price);
  if (hours_ && !hours_->open(at)) return;
  const auto day = trading_day(hours_.get(), at);
  if (!days_.empty() && day <= days_.back().bar.day) return;
  if (in_a_day()) tell(days_.back());
  late_ = std::clamp(late, Duration{}, latest);
  take(begin(days_.end(), day, bounds_of(hours_.get(), day)), at, price);
}

DayRollUp::Day& DayRollUp::begin(std::vector<Day>::iterator before, Timestamp day,
                                 const Gap& bounds) {
  const auto made = days_.insert(before, Day{.bounds = bounds, .bar = {.day = day}, .unseen = {}});
  if (days_.size() <= most_days) return *made;
  const auto place = made - days_.begin();
  days_.erase(days_.begin());
  return days_[static_cast<std::size_t>(std::max<std::ptrdiff_t>(place - 1, 0))];
}

void DayRollUp::take(Day& day, Timestamp at, double price) {
  auto& bar = day.bar;
  if (day.first == no_time) {
    bar.open = bar.high = bar.low = bar.close = price;
    day.first = at;
  }
  bar.high = std::max(bar.high, price);
  bar.low = std::min(bar.low, price);
  if (at < day.last) return;  // a venue's clock went back
  bar.close = price;
  day.last = at;
  const auto unseen = std::max(day.bounds.from, stands_until_);
  if (at > unseen) day.unseen.push_back({unseen, at});
  stands_until_ = std::max(stands_until_, at + stands_);
}

void DayRollUp::succeed(DayRollUp&& earlier) {
  const auto stands = stands_;
  *this = std::move(earlier);
  stands_ = stands;
}

void DayRollUp::advance(Timestamp t) {
  if (in_a_day() && t >= *next_end()) tell(days_.back());
}

std::optional<Timestamp> DayRollUp::next_end() const {
  if (!in_a_day()) return std::nullopt;
  return days_.back().bounds.to + late_ + day_settles;
}

Duration DayRollUp::unseen_today(Timestamp from, Timestamp t) const {
  const auto& day = days_.back();
  const Gap asked{std::max(from, day.bounds.from), std::min(t, day.bounds.to)};
  Duration sum{};
  const auto count = [&](const Gap& gap) {  // none of them has a part of another
    const Gap both{std::max(gap.from, asked.from), std::min(gap.to, asked.to)};
    if (both.from < both.to) sum += length({&both, 1}, hours_.get());
  };
  for (const auto& gap : day.unseen) count(gap);
  count({std::max(stands_until_, day.bounds.from), day.bounds.to});
  return sum;
}

/// The day is over, or what is known of it changed.
void DayRollUp::tell(Day& day) {
  if (!day.over) {
    const auto stood = std::clamp(stands_until_, day.bounds.from, day.bounds.to);
    day.unseen.push_back({stood, day.bounds.to});
    day.unseen = joined(std::move(day.unseen));
    day.over = true;
  }
  day.bar.seen = seen(day);
  std::erase_if(ended_, [&](const DayBar& bar) { return bar.day == day.bar.day; });
  ended_.push_back(day.bar);
}

double DayRollUp::seen(const Day& day) const {
  const auto traded = length(std::array{day.bounds}, hours_.get());
  if (traded <= Duration{}) return 1.0;
  const auto unseen = length(day.unseen, hours_.get());
  return 1.0 - static_cast<double>(unseen.count()) / static_cast<double>(traded.count());
}

void DayRollUp::fill(std::span<const Candle> minutes) {
  while (!minutes.empty()) {
    const auto start = minutes.front().start;
    if (hours_ && !hours_->open(start)) {
      minutes = minutes.subspan(1);
      continue;
    }
    const auto date = trading_day(hours_.get(), start);
    const auto bounds = bounds_of(hours_.get(), date);
    const auto end = std::ranges::lower_bound(minutes, bounds.to, {}, &Candle::start);
    const std::span of_day{minutes.begin(), end};
    minutes = minutes.subspan(of_day.size());

    // What comes after the day that goes on is not over, and that day's next price brings it.
    if (days_.empty() || date > days_.back().bar.day) return;
    auto day = std::ranges::lower_bound(days_, date, {}, [](const Day& d) { return d.bar.day; });
    if (day->bar.day != date) {
      if (days_.size() == most_days) continue;
      auto& made = begin(day, date, bounds);
      made.unseen.push_back(bounds);
      made.over = true;
      fill(made, of_day);
    } else {
      fill(*day, of_day);
    }
  }
}

// A minute that was seen in part keeps what was seen of it: nothing is known of where in it its
// high and low were.
void DayRollUp::fill(Day& day, std::span<const Candle> minutes) {
  if (!day.over) {  // up to where it is told of
    const auto to = minutes.back().start + minute;
    if (to > stands_until_) {
      day.unseen.push_back({std::max(stands_until_, day.bounds.from), to});
      stands_until_ = to;
    }
  }
  day.unseen = joined(std::move(day.unseen));
  std::vector<Gap> told;
  auto gap = day.unseen.begin();
  for (const auto& candle : minutes) {
    const auto end = candle.start + minute;
    while (gap != day.unseen.end() && gap->to <= candle.start) ++gap;
    if (gap == day.unseen.end()) break;
    if (gap->from < end) told.push_back({candle.start, end});
    if (gap->from > candle.start || gap->to < end) continue;
    auto& bar = day.bar;
    if (day.first == no_time) {
      bar.high = candle.high;
      bar.low = candle.low;
    }
    bar.high = std::max(bar.high, candle.high);
    bar.low = std::min(bar.low, candle.low);
    if (day.first == no_time || candle.start < day.first) {
      bar.open = candle.open;
      day.first = candle.start;
    }
    if (day.last == no_time || end > day.last) {
      bar.close = candle.close;
      day.last = end - Duration{1};
    }
  }
  if (told.empty()) return;
  day.unseen = without(day.unseen, joined(std::move(told)));
  if (day.over && day.first != no_time) tell(day);
}

}  // namespace foghorn
