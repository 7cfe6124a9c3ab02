#pragma once
// What the prices of 30-day fed funds futures (ZQ) say of the Federal Reserve's next decisions, by
// the method that CME publishes for its FedWatch tool ("Fed Funds futures probability tree
// calculator", "Understanding the CME Group FedWatch Tool Methodology"):
//
//   100 − price is the average rate of the contract's month, in per cent. A month without a meeting
//   keeps one rate, so it tells the rate at the end of the month before it and at the start of the
//   month after it. In a month of N days with a meeting on day d the rate changes on that day:
//     average = ((d − 1)·start + (N − d + 1)·end) / N
//   (end − start) / 0.25 moves of 25 bp are expected. Their whole part (rounded down) and the one
//   above it are the two possible outcomes, the fraction is the probability of the upper one. Over
//   several meetings the outcomes are added up as if they were independent.
//
// Of a month with a meeting the end comes from the next month where that has none, else from the
// month's own contract; the start is the end of the month before, and where that is not known (its
// contract has expired) what the own contract leaves for it.
//
// Pure arithmetic; which prices may be believed is the market's business.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/specs.hpp"

namespace foghorn {

class Fedwatch {
 public:
  /// `spec` has no faults.
  explicit Fedwatch(FedwatchSpec spec) : spec_{std::move(spec)} {}

  const FedwatchSpec& spec() const { return spec_; }

  /// The meeting that is next at `t`: until the end of its day, UTC. Nullopt after the last.
  std::optional<std::size_t> next_meeting(Timestamp t) const;

  /// The contracts that value() reads at `t`, ascending; none after the last meeting. Contracts of
  /// months before that of `t` have expired and are never among them.
  std::vector<std::size_t> needed(Timestamp t) const;

  /// The probability at `t`, 0–1. `prices` by contract; those not needed() are not looked at.
  /// Nullopt after the last meeting.
  std::optional<double> value(std::span<const double> prices, Timestamp t) const;

  /// How many moves of 25 bp (up, where positive) are expected at each meeting that counts: the
  /// next one, or for no_cut all of its year from it on. As value().
  std::vector<double> moves(std::span<const double> prices, Timestamp t) const;

  struct Fault {
    std::string what;
    std::string remedy;
  };
  /// What is wrong with a spec, in words: a month left out, rates that its contracts do not
  /// determine once the earlier ones have expired.
  static std::vector<Fault> faults(const FedwatchSpec& spec);

 private:
  FedwatchSpec spec_;
};

}  // namespace foghorn
