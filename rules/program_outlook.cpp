// Whether a condition can change under an outlook.
#include <algorithm>

#include "rules/program.hpp"

namespace foghorn {
namespace {

bool number(const Band& band) {
  return band.reason == Unknown::none && band.lo_from == band.hi_from && band.lo_to == band.hi_to;
}

Band numbers_of(const Value& value) {
  return {value.reason, value.lo, value.hi, value.lo, value.hi};
}

}  // namespace

bool Program::stays(Market& market, Outlook& outlook) {
  return std::all_of(watches_.begin(), watches_.end(), [&](const Watch& watch) {
    switch (watch.of) {
      case Watch::Of::term: {
        const auto reach = market.reach(watch.term, outlook);
        return reach && watch.band.contains(*reach);
      }
      case Watch::Of::size_of_term: {
        const auto reach = market.reach(watch.term, outlook);
        if (!reach || reach->reason != Unknown::none) return reach && watch.band.contains(*reach);
        return number(*reach) && watch.band.contains(numbers_of(
                                     absolute({reach->lo_from, reach->lo_to, Unknown::none})));
      }
      case Watch::Of::node: return node_stays(watch, market, outlook);
      default: return false;
    }
  });
}

// Arithmetic takes intervals: what it makes of all that the terms can be holds all that it can be
// itself, but for the last bits, which its band does not care for where it is a number's.
bool Program::node_stays(const Watch& watch, Market& market, Outlook& outlook) {
  if (!watch.compared_with) return false;
  for (auto i = watch.first_step; i < watch.last_step; ++i) {
    const auto& step = shared_[i];
    if (!step.series) {
      if (foghorn::remembers(step.function)) return false;
      run({&step, 1}, &market);
      continue;
    }
    const auto reach = market.reach(step.term, outlook);
    if (!reach || !number(*reach)) return false;
    values_[step.out] = {reach->lo_from, reach->lo_to, Unknown::none};
  }
  const auto& value = values_[watch.node];
  return value.known() && watch.band.contains(numbers_of(value));
}

}  // namespace foghorn
