#include "rules/event_track.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace foghorn {
namespace {

constexpr double tolerated_gap = 0.01;  // design §5.8
constexpr std::size_t most_gaps =
    1024;  // per stream; older ones are merged into one, which only makes sums more cautious

}  // namespace

std::string_view base_of(std::string_view symbol) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto mark = symbol.find_first_of("-_/");
  auto base = symbol.substr(0, mark);
  const auto rest = mark == std::string_view::npos ? std::string_view{} : symbol.substr(mark + 1);
  // What follows a mark is the quote, unless it is a date or PERP: then the quote still stands
  // before it.
  if (!rest.empty() && !digit(rest.front()) && rest != "PERP") return base;

  // Quarterly contracts: BTCUSDU26.
  if (base.size() > 6 && digit(base.back()) && digit(base[base.size() - 2]) &&
      base.substr(0, base.size() - 3).ends_with("USD")) {
    base.remove_suffix(3);
  }
  constexpr std::array<std::string_view, 4> quotes{"USDT", "USDC", "PERP", "USD"};
  for (const auto quote : quotes)
    if (base.size() > quote.size() && base.ends_with(quote))
      return base.substr(0, base.size() - quote.size());
  return base;
}

EventTrack::EventTrack(Selector selector, std::vector<std::string> venues)
    : selector_{std::move(selector)} {
  for (auto& venue : venues) {
    if (!selector_.venue.empty() && venue != selector_.venue) continue;
    streams_.push_back(
        {.venue = std::move(venue), .up = false, .since = Timestamp::min(), .gaps = {}});
  }
}

void EventTrack::prepare(Duration span) {
  if (!window(span)) windows_.push_back(std::make_unique<SumWindow>(span));
}

SumWindow* EventTrack::window(Duration span) const {
  for (const auto& candidate : windows_)
    if (candidate->span() == span) return candidate.get();
  return nullptr;
}

bool EventTrack::matches(const EventTags& tags) const {
  return (selector_.venue.empty() || selector_.venue == tags.venue) &&
         (selector_.base.empty() || selector_.base == tags.base) &&
         (!selector_.position || *selector_.position == tags.position);
}

void EventTrack::add(Timestamp t, const EventTags& tags, std::optional<UsdMicros> amount) {
  if (!matches(tags)) return;
  for (const auto& w : windows_) w->add(t, amount);
}

void EventTrack::begin(Timestamp t) {
  for (auto& s : streams_) {
    if (!s.up) continue;
    s.gaps.push_back({Timestamp::min(), t});
    s.since = t;
  }
}

void EventTrack::stream(std::string_view venue, bool up, Timestamp t) {
  for (auto& s : streams_) {
    if (s.venue != venue || s.up == up) continue;
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

double EventTrack::seen(Duration span, Timestamp t) const {
  // The unseen parts of several venues may overlap; the worst venue is a bound that needs no set
  // arithmetic, and a sum over venues is incomplete as soon as one of them is.
  const auto from = t - span;
  Duration worst{};
  for (const auto& s : streams_) {
    Duration unseen{};
    const auto count = [&](const Gap& gap) {
      const auto begin = std::max(gap.from, from);
      const auto end = std::min(gap.to, t);
      if (end > begin) unseen += end - begin;
    };
    for (const auto& gap : s.gaps) count(gap);
    if (!s.up) count({s.since, t});
    worst = std::max(worst, unseen);
  }
  if (streams_.empty()) return 0.0;
  return 1.0 - static_cast<double>(worst.count()) / static_cast<double>(span.count());
}

Value EventTrack::value(Function function, Duration span, Timestamp t) {
  auto* w = window(span);
  assert(w && "prepare() was called for this window");
  w->advance(t);
  const double v = function == Function::sum ? w->sum().dollars() : static_cast<double>(w->count());
  return 1.0 - seen(span, t) < tolerated_gap ? exactly(v) : at_least(v);
}

std::optional<Timestamp> EventTrack::next_change(Duration span, Timestamp t) const {
  const auto* w = window(span);
  assert(w && "prepare() was called for this window");
  auto next = w->next_change();
  if (seen(span, t) < 1.0 && !streams_.empty()) {  // what was not seen slides out
    const auto soon = t + Duration{1};
    const bool sliding =
        std::any_of(streams_.begin(), streams_.end(), [](const Stream& s) { return s.up; });
    if (sliding && (!next || soon < *next)) next = soon;
  }
  return next;
}

}  // namespace foghorn
