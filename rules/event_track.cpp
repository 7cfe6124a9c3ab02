#include "rules/event_track.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace foghorn {
namespace {

constexpr double tolerated_gap = 0.01;  // design §5.8

}  // namespace

std::string_view base_of(std::string_view symbol) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  // A market within the venue: Binance:BTCUSDT, at coinglass.
  symbol.remove_prefix(symbol.rfind(':') + 1);
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

EventTrack::EventTrack(Selector selector, const EventStreams& streams)
    : selector_{std::move(selector)}, streams_{streams} {}

void EventTrack::prepare(Duration span) {
  if (!window(span)) windows_.push_back({.sum = std::make_unique<SumWindow>(span)});
}

void EventTrack::succeed(EventTrack* earlier, Timestamp t) {
  for (auto& w : windows_) {
    w.since = t;
    if (!earlier || earlier->find(w.sum->span())) continue;
    // The past of one that nobody had asked for lies in the longest that somebody had.
    const Window* longest = nullptr;
    for (const auto& known : earlier->windows_) {
      const bool as_fine = known.sum->resolution() <= w.sum->resolution();
      if (as_fine && (!longest || known.sum->span() > longest->sum->span())) longest = &known;
    }
    if (!longest) continue;
    w.sum->succeed(*longest->sum);
    w.since = std::max(longest->since, longest->sum->knows_from());
  }
  if (!earlier) return;
  for (auto& known : earlier->windows_)
    for (auto& w : windows_)
      if (known.sum && known.sum->span() == w.sum->span()) w = std::move(known);
}

const EventTrack::Window* EventTrack::find(Duration span) const {
  for (const auto& candidate : windows_)
    if (candidate.sum->span() == span) return &candidate;
  return nullptr;
}

SumWindow* EventTrack::window(Duration span) const {
  const auto* found = find(span);
  return found ? found->sum.get() : nullptr;
}

bool EventTrack::matches(const EventTags& tags) const {
  const bool of_venue =
      selector_.venue.empty() ? !streams_.repeats(tags.venue) : selector_.venue == tags.venue;
  return of_venue && (selector_.base.empty() || selector_.base == tags.base) &&
         (!selector_.position || *selector_.position == tags.position);
}

void EventTrack::add(Timestamp t, const EventTags& tags, std::optional<UsdMicros> amount) {
  if (!matches(tags)) return;
  for (const auto& w : windows_) w.sum->add(t, amount);
}

/// How much of (t − span, t] its window knows, whatever the streams showed; and then only of that
/// it matters what they did.
EventTrack::Known EventTrack::known(Duration span, Timestamp t) const {
  const auto* w = find(span);
  if (!w || w->since <= t - span) return {span, 1.0};
  const auto part = std::max(t - w->since, Duration{1});
  return {part, static_cast<double>(part.count()) / static_cast<double>(span.count())};
}

double EventTrack::seen(Duration span, Timestamp t) const {
  const auto [part, share] = known(span, t);
  return share * streams_.seen(selector_.venue, part, t);
}

std::vector<VenueCoverage> EventTrack::venues(Duration span, Timestamp t) const {
  const auto [part, share] = known(span, t);
  auto venues = streams_.coverage(selector_.venue, part, t);
  for (auto& venue : venues) venue.seen *= share;
  return venues;
}

std::int64_t EventTrack::unsummed(Duration span) const {
  const auto* w = window(span);
  return w ? w->unsummed() : 0;
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
  const auto certain = certain_change(span, t);
  if (certain && (!next || *certain < *next)) next = certain;
  return next;
}

// When enough of the window will have been seen for a certain value, or too little. While all
// streams are up, what was not seen only slides out; while none is, it only grows.
std::optional<Timestamp> EventTrack::certain_change(Duration span, Timestamp t) const {
  const auto certain = [&](Timestamp at) { return 1.0 - seen(span, at) < tolerated_gap; };
  if (!streams_.all_up(selector_.venue))
    return certain(t) || streams_.any_up(selector_.venue) ? std::optional{t + Duration{1}}
                                                          : std::nullopt;
  if (certain(t) || !certain(t + span)) return std::nullopt;
  auto not_yet = t;
  auto then = t + span;
  while (then - not_yet > Duration{1}) {
    const auto middle = not_yet + (then - not_yet) / 2;
    (certain(middle) ? then : not_yet) = middle;
  }
  return then;
}

}  // namespace foghorn
