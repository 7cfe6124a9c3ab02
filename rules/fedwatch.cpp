#include "rules/fedwatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace foghorn {
namespace {

using std::chrono::days;

constexpr double step = 0.25;  // a move, in per cent: 25 bp

/// A rate, and the contracts that it was worked out from: a bit each.
struct Rate {
  double value{};
  std::uint64_t from{};
};

struct Month {
  std::optional<int> meeting;  // the day of the month
  int length{};                // in days
  Rate average;
  std::optional<Rate> start, end;

  double before() const { return *meeting - 1; }
  double after() const { return length - before(); }
};

std::chrono::year_month_day date_of(Timestamp t) {
  return std::chrono::floor<days>(t);
}

Timestamp month_of(Timestamp t) {
  const auto date = date_of(t);
  return std::chrono::sys_days{date.year() / date.month() / 1};
}

Timestamp next_month(Timestamp month) {
  const auto date = date_of(month);
  return std::chrono::sys_days{(date.year() / date.month() + std::chrono::months{1}) / 1};
}

std::string month_text(Timestamp month) {
  const auto date = date_of(month);
  return fmt::format("{:04}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()));
}

std::string date_text(Timestamp t) {
  return fmt::format("{}-{:02}", month_text(t), static_cast<unsigned>(date_of(t).day()));
}

/// The end that the month's own average leaves for a start, and the other way round.
Rate own_end(const Month& month) {
  return {
      (month.length * month.average.value - month.before() * month.start->value) / month.after(),
      month.average.from | month.start->from};
}
Rate own_start(const Month& month) {
  return {(month.length * month.average.value - month.after() * month.end->value) / month.before(),
          month.average.from | month.end->from};
}

/// The months of the contracts that have not expired at `t`, with what is known of their rates.
/// `first`: the first one's contract.
class Chain {
 public:
  Chain(const FedwatchSpec& spec, std::span<const double> prices, Timestamp t) {
    const auto now = month_of(t);
    for (std::size_t i = 0; i < spec.contracts.size(); ++i) {
      const auto begin = spec.contracts[i].month;
      if (begin < now) {
        first_ = i + 1;
        continue;
      }
      Month month;
      const auto end = next_month(begin);
      month.length = static_cast<int>((end - begin) / days{1});
      for (const auto meeting : spec.meetings)
        if (meeting >= begin && meeting < end)
          month.meeting = static_cast<int>((meeting - begin) / days{1}) + 1;
      month.average = {prices.empty() ? 0 : 100 - prices[i], std::uint64_t{1} << i};
      months_.push_back(month);
    }
    forwards();
    backwards();
  }

  /// The month of contract `i`; null where that has expired.
  const Month* month(std::size_t i) const { return i < first_ ? nullptr : &months_[i - first_]; }

 private:
  void forwards() {
    for (std::size_t i = 0; i < months_.size(); ++i) {
      auto& month = months_[i];
      if (!month.meeting) {
        month.start = month.end = month.average;
        continue;
      }
      if (i > 0) month.start = months_[i - 1].end;
      if (i + 1 < months_.size() && !months_[i + 1].meeting)
        month.end = months_[i + 1].average;
      else if (month.start)
        month.end = own_end(month);
    }
  }

  void backwards() {
    for (std::size_t i = months_.size(); i-- > 0;) {
      auto& month = months_[i];
      if (!month.end && i + 1 < months_.size()) month.end = months_[i + 1].start;
      if (!month.start && month.end && month.before() > 0) month.start = own_start(month);
    }
  }

  std::vector<Month> months_;
  std::size_t first_{};
};

std::optional<std::size_t> contract_of(const FedwatchSpec& spec, Timestamp meeting) {
  const auto month = month_of(meeting);
  for (std::size_t i = 0; i < spec.contracts.size(); ++i)
    if (spec.contracts[i].month == month) return i;
  return std::nullopt;
}

/// The meetings that count at `next`: itself, or all of its year from it on.
std::span<const Timestamp> counted(const FedwatchSpec& spec, std::size_t next) {
  std::size_t count = 1;
  if (spec.of == FedwatchSpec::Of::no_cut) {
    const auto year = date_of(spec.meetings[next]).year();
    while (next + count < spec.meetings.size() &&
           date_of(spec.meetings[next + count]).year() == year)
      ++count;
  }
  return std::span{spec.meetings}.subspan(next, count);
}

/// The rates before and after each of `meetings`; empty where one is not determined.
std::vector<std::pair<Rate, Rate>> rates(const FedwatchSpec& spec, const Chain& chain,
                                         std::span<const Timestamp> meetings) {
  std::vector<std::pair<Rate, Rate>> all;
  for (const auto meeting : meetings) {
    const auto contract = contract_of(spec, meeting);
    const auto* month = contract ? chain.month(*contract) : nullptr;
    if (!month || !month->start || !month->end) return {};
    all.emplace_back(*month->start, *month->end);
  }
  return all;
}

/// How many moves up in all, and how likely: outcomes[i] is of lowest + i.
struct Outcomes {
  int lowest{};
  std::vector<double> probability{1.0};

  void add(double expected) {
    const double whole = std::floor(expected);
    const double fraction = expected - whole;
    std::vector<double> sums(probability.size() + 1);
    for (std::size_t i = 0; i < probability.size(); ++i) {
      sums[i] += probability[i] * (1 - fraction);
      sums[i + 1] += probability[i] * fraction;
    }
    lowest += static_cast<int>(whole);
    probability = std::move(sums);
  }

  double of(int moves) const {
    const int i = moves - lowest;
    return i >= 0 && i < static_cast<int>(probability.size())
               ? probability[static_cast<std::size_t>(i)]
               : 0;
  }

  double of_at_least(int moves) const {
    double sum = 0;
    for (std::size_t i = 0; i < probability.size(); ++i)
      if (lowest + static_cast<int>(i) >= moves) sum += probability[i];
    return std::min(sum, 1.0);
  }
};

}  // namespace

std::optional<std::size_t> Fedwatch::next_meeting(Timestamp t) const {
  for (std::size_t i = 0; i < spec_.meetings.size(); ++i)
    if (t < spec_.meetings[i] + days{1}) return i;
  return std::nullopt;
}

std::vector<std::size_t> Fedwatch::needed(Timestamp t) const {
  const auto next = next_meeting(t);
  if (!next) return {};
  std::uint64_t from = 0;
  for (const auto& [start, end] : rates(spec_, Chain{spec_, {}, t}, counted(spec_, *next)))
    from |= start.from | end.from;
  std::vector<std::size_t> contracts;
  for (std::size_t i = 0; i < spec_.contracts.size(); ++i)
    if (from >> i & 1) contracts.push_back(i);
  return contracts;
}

std::vector<double> Fedwatch::moves(std::span<const double> prices, Timestamp t) const {
  std::vector<double> expected;
  const auto next = next_meeting(t);
  if (!next) return expected;
  // Half a millionth of a basis point is rounding, and must not turn 100 % into 99.999…
  for (const auto& [start, end] : rates(spec_, Chain{spec_, prices, t}, counted(spec_, *next)))
    expected.push_back(std::round((end.value - start.value) / step * 1e9) / 1e9);
  return expected;
}

std::optional<double> Fedwatch::value(std::span<const double> prices, Timestamp t) const {
  const auto expected = moves(prices, t);
  if (expected.empty()) return std::nullopt;
  Outcomes outcomes;
  for (const double move : expected) {
    if (!(std::abs(move) < 100)) return std::nullopt;  // 25 points of rate: no such prices
    outcomes.add(move);
  }
  return spec_.of == FedwatchSpec::Of::hold ? outcomes.of(0) : outcomes.of_at_least(0);
}

std::vector<Fedwatch::Fault> Fedwatch::faults(const FedwatchSpec& spec) {
  std::vector<Fault> faults;
  const auto add = [&](std::string what, std::string remedy) {
    faults.push_back({std::move(what), std::move(remedy)});
  };
  constexpr std::size_t most_contracts = 60;  // five years: what CME lists
  if (spec.contracts.size() > most_contracts)
    add(fmt::format("{} contracts are more than five years of months", spec.contracts.size()),
        "name 60 or fewer");
  for (std::size_t i = 1; i < spec.contracts.size(); ++i)
    for (auto month = next_month(spec.contracts[i - 1].month); month < spec.contracts[i].month;
         month = next_month(month))
      add("the chain has no contract of " + month_text(month),
          fmt::format("add \"{}\" = its instrument", month_text(month)));
  for (std::size_t i = 0; i < spec.meetings.size(); ++i) {
    const auto meeting = spec.meetings[i];
    if (i > 0 && month_of(spec.meetings[i - 1]) == month_of(meeting))
      add(fmt::format("{} has two meetings, and one contract cannot tell them apart",
                      month_text(meeting)),
          "name one of them");
    if (!contract_of(spec, meeting))
      add(fmt::format("the meeting of {} has no contract of its month", date_text(meeting)),
          fmt::format("add \"{}\" = its instrument", month_text(meeting)));
  }
  if (!faults.empty()) return faults;
  // By the month of a meeting the contracts before it have expired.
  for (std::size_t i = 0; i < spec.meetings.size(); ++i) {
    const auto month = month_of(spec.meetings[i]);
    if (!rates(spec, Chain{spec, {}, month}, counted(spec, i)).empty()) continue;
    const auto next = month_text(next_month(spec.contracts.back().month));
    add(fmt::format("in {} the contracts named do not tell the rates before and after the meeting",
                    month_text(month)),
        fmt::format("add \"{}\" = its instrument, and so on up to a month without a meeting",
                    next));
    break;
  }
  return faults;
}

}  // namespace foghorn
