#include "rules/event_streams.hpp"

#include <algorithm>
#include <utility>

namespace foghorn {
namespace {

// Of each stream; older ones are merged into one, which only makes sums more cautious.
constexpr std::size_t most_gaps = 1024;

bool meant(std::string_view asked, const EventVenue& venue) {
  return asked.empty() ? !venue.repeats : asked == venue.name;
}

std::vector<std::string_view> listed(std::string_view asked) {
  std::vector<std::string_view> symbols;
  while (!asked.empty()) {
    const auto end = std::min(asked.find(','), asked.size());
    symbols.push_back(asked.substr(0, end));
    asked.remove_prefix(std::min(end + 1, asked.size()));
  }
  return symbols;
}

/// Whether who was asked for `was` has brought all of `now`.
bool covered(std::string_view now, std::string_view was) {
  const auto before = listed(was);
  const auto among = [&](std::string_view symbol) {
    return std::ranges::find(before, symbol) != before.end();
  };
  return now == was || among("*") || std::ranges::all_of(listed(now), among);
}

}  // namespace

EventStreams::EventStreams(std::vector<EventVenue> venues) {
  for (auto& venue : venues) streams_.push_back({.venue = std::move(venue)});
}

void EventStreams::begin(Timestamp t) {
  began_ = t;
  for (auto& s : streams_) {
    if (!s.up) continue;
    s.gaps.push_back({Timestamp::min(), t});
    s.since = t;
  }
}

void EventStreams::succeed(const EventStreams& earlier, Timestamp t) {
  began_ = earlier.began_;
  for (auto& s : streams_) {
    const auto same = [&](const Stream& known) { return known.venue.name == s.venue.name; };
    const auto known = std::ranges::find_if(earlier.streams_, same);
    const bool goes_on = known != earlier.streams_.end();
    if (goes_on) s.up = known->up;
    if (goes_on && covered(s.venue.asked, known->venue.asked)) {
      s.since = known->since;
      s.gaps = known->gaps;
    } else if (t != no_time) {
      s.gaps.push_back({s.since, t});
      s.since = t;
    }
  }
}

void EventStreams::set(std::string_view venue, bool up, Timestamp t) {
  for (auto& s : streams_) {
    if (s.venue.name != venue || s.up == up) continue;
    if (up) {
      s.gaps.push_back({s.since, t});
      if (s.gaps.size() > most_gaps) {
        s.gaps[1].from = s.gaps[0].from;
        s.gaps.erase(s.gaps.begin());
      }
    }
    s.up = up;
    s.since = t;
  }
}

double EventStreams::seen_by(const Stream& stream, Duration span, Timestamp t) {
  const auto from = t - span;
  Duration unseen{};
  const auto count = [&](const Gap& gap) {
    const auto begin = std::max(gap.from, from);
    const auto end = std::min(gap.to, t);
    if (end > begin) unseen += end - begin;
  };
  for (const auto& gap : stream.gaps) count(gap);
  if (!stream.up) count({stream.since, t});
  return 1.0 - static_cast<double>(unseen.count()) / static_cast<double>(span.count());
}

// The unseen parts of several venues may overlap; the worst venue is a bound that needs no set
// arithmetic, and a sum over venues is incomplete as soon as one of them is.
double EventStreams::seen(std::string_view venue, Duration span, Timestamp t) const {
  std::optional<double> least;
  for (const auto& s : streams_)
    if (meant(venue, s.venue)) least = std::min(least.value_or(1.0), seen_by(s, span, t));
  return least.value_or(0.0);
}

bool EventStreams::any_up(std::string_view venue) const {
  return std::any_of(streams_.begin(), streams_.end(),
                     [&](const Stream& s) { return s.up && meant(venue, s.venue); });
}

bool EventStreams::all_up(std::string_view venue) const {
  return std::all_of(streams_.begin(), streams_.end(),
                     [&](const Stream& s) { return s.up || !meant(venue, s.venue); });
}

bool EventStreams::repeats(std::string_view venue) const {
  return std::any_of(streams_.begin(), streams_.end(),
                     [&](const Stream& s) { return s.venue.repeats && s.venue.name == venue; });
}

std::vector<VenueCoverage> EventStreams::coverage(std::string_view venue, Duration span,
                                                  Timestamp t) const {
  std::vector<VenueCoverage> all;
  for (const auto& s : streams_) {
    if (!meant(venue, s.venue)) continue;
    all.push_back({.venue = s.venue.name,
                   .coverage = s.venue.coverage,
                   .seen = seen_by(s, span, t),
                   .missing_since = std::nullopt});
    if (!s.up) all.back().missing_since = std::max(s.since, began_);
  }
  return all;
}

}  // namespace foghorn
