#include "rules/market.hpp"

#include <algorithm>
#include <cassert>

#include "rules/look_back.hpp"

namespace foghorn {
namespace {

// Every instrument keeps a day, whatever the rules ask: status and metrics show its 24 h change.
constexpr Duration least_reach = std::chrono::hours{24};

bool event_function(Function f) {
  return f == Function::sum || f == Function::count;
}

/// Of the market that the instrument trades on, or follows.
const TradingHours* market_hours(const InstrumentSpec& spec) {
  return spec.hours ? spec.hours.get() : spec.underlying_hours.get();
}

/// Whether it is answered by the instrument's days.
bool day_function(const PriceQuery& query) {
  switch (query.function) {
    case Function::streak:
    case Function::since_high:
    case Function::since_low: return true;
    case Function::change: return query.since != no_time;
    default: return false;
  }
}

RangeEnd range_end_of(Function f) {
  return f == Function::since_high ? RangeEnd::high : RangeEnd::low;
}

}  // namespace

std::string_view to_text(PriceState state) {
  switch (state) {
    case PriceState::none: return "none";
    case PriceState::confirmed: return "confirmed";
    case PriceState::stale: return "stale";
    case PriceState::unconfirmed: return "unconfirmed";
    case PriceState::closed: return "closed";
  }
  return "none";
}

Market::Market(std::vector<InstrumentSpec> instruments, std::vector<EventVenue> event_venues,
               SourceTable& sources)
    : event_streams_{std::move(event_venues)}, sources_{sources} {
  for (auto& spec : instruments) {
    days_.emplace_back(spec);
    std::vector<SourceId> members;
    for (const auto& source : spec.sources) {
      const auto id = sources_.intern(source.venue, source.symbol);
      if (id) members.push_back(*id);
    }
    const auto policy = spec.consensus;
    const auto count = members.size();
    instruments_.push_back(std::make_unique<Instrument>(Instrument{
        std::move(spec), std::move(members), Consensus{policy, count}, {}, no_time, 0, {}, {}}));
  }
  outlooks_.resize(instruments_.size());
  slots_.resize(sources_.size());
  source_tracks_.resize(sources_.size());
  candles_.resize(sources_.size());
  for (std::size_t i = 0; i < instruments_.size(); ++i) {
    auto& instrument = *instruments_[i];
    for (std::size_t m = 0; m < instrument.members.size(); ++m)
      slots_[index(instrument.members[m])].push_back({i, m});
    if (!instrument.spec.event_series) instrument.track = price_track(i, std::nullopt);
  }
  resolve_derivations();
}

std::optional<std::size_t> Market::find(std::string_view id) const {
  for (std::size_t i = 0; i < instruments_.size(); ++i)
    if (instruments_[i]->spec.id == id) return i;
  return std::nullopt;
}

std::size_t Market::price_track(std::size_t instrument, std::optional<std::size_t> member) {
  for (std::size_t i = 0; i < price_tracks_.size(); ++i)
    if (price_tracks_[i].instrument == instrument && price_tracks_[i].member == member) return i;
  price_tracks_.push_back({instrument, member, nullptr, {}});
  const auto made = price_tracks_.size() - 1;
  if (member) source_tracks_[index(instruments_[instrument]->members[*member])].push_back(made);
  return made;
}

std::size_t Market::event_track(const Selector& selector) {
  for (std::size_t i = 0; i < event_tracks_.size(); ++i)
    if (event_tracks_[i].selector() == selector) return i;
  event_tracks_.emplace_back(selector, event_streams_);
  return event_tracks_.size() - 1;
}

TermId Market::term(const Selector& series, const PriceQuery& query) {
  const auto instrument = find(series.instrument);
  assert(instrument && "the type checker knows every instrument");
  std::size_t track = 0;
  if (event_function(query.function)) {
    track = event_track(series);
    event_tracks_[track].prepare(query.window);
  } else {
    std::optional<std::size_t> member;
    const auto& members = instruments_[*instrument]->members;
    for (std::size_t m = 0; m < members.size(); ++m)
      if (!series.venue.empty() && sources_[members[m]].venue == series.venue) member = m;
    track = price_track(*instrument, member);
    price_tracks_[track].queries.push_back(query);
    if (query.function == Function::since_high || query.function == Function::since_low)
      days_[*instrument].prepare_since(range_end_of(query.function));
  }
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const auto& t = terms_[i];
    if (t.query == query && t.instrument == *instrument && t.track == track)
      return static_cast<TermId>(i);
  }
  terms_.push_back({query, *instrument, track, {}, 0});
  return static_cast<TermId>(terms_.size() - 1);
}

PriceTrack& Market::built(std::size_t track, Duration least_kept) {
  auto& named = price_tracks_[track];
  if (!named.track) {
    const auto& spec = instruments_[named.instrument]->spec;
    Duration reach = least_reach;
    for (const auto& query : named.queries) reach = std::max(reach, look_back(query));
    named.track = std::make_unique<PriceTrack>(PriceTrackOptions{
        reach, spec.max_staleness, spec.ref_window, spec.hours.get(), spec.underlying_hours.get(),
        named.member ? nullptr : &days_[named.instrument].history(), least_kept});
    for (const auto& query : named.queries) named.track->prepare(query);
  }
  return *named.track;
}

/// Too few live sources are not a disagreement, whatever they last said: the price ages (design
/// §5.5).
bool Market::disagrees(const Instrument& instrument) const {
  return instrument.disagreeing &&
         instrument.consensus.alive(now_) >= instrument.spec.consensus.min_sources;
}

void Market::apply(const Slot& slot, double value, Timestamp t) {
  auto& instrument = *instruments_[slot.instrument];
  const bool as_expected = expected(slot, value, t);
  const auto outcome = instrument.consensus.tick(slot.member, value, t);
  if (!as_expected || outcome.verdict != Consensus::Verdict::confirmed || outcome.new_series)
    outlooks_[slot.instrument].until = no_time;
  switch (outcome.verdict) {
    case Consensus::Verdict::too_few: instrument.disagreeing.reset(); break;
    case Consensus::Verdict::disagreeing:
      if (!instrument.disagreeing) instrument.disagreeing = t;
      break;
    case Consensus::Verdict::confirmed:
      instrument.disagreeing.reset();
      add_price(instrument.track, outcome.price, outcome.new_series, t);
      break;
  }
  for (const auto track : source_tracks_[index(instrument.members[slot.member])]) {
    if (price_tracks_[track].instrument == slot.instrument) add_price(track, value, false, t);
  }
}

std::string_view Market::base(SourceId source) {
  return base_of(sources_[source].symbol);
}

void Market::liquidation(const Liquidation& liquidation, Timestamp t) {
  begin(t);
  const EventTags tags{sources_[liquidation.source].venue, base(liquidation.source),
                       liquidation.position};
  for (auto& track : event_tracks_) track.add(t, tags, liquidation.notional);
}

Value Market::evaluate(const Term& term) {
  if (event_function(term.query.function))
    return event_tracks_[term.track].value(term.query.function, term.query.window, now_);
  const auto& instrument = *instruments_[term.instrument];
  auto& track = built(term.track);
  switch (term.query.function) {
    case Function::age:
      if (track.empty()) return unknown(Unknown::warming);
      return exactly(std::chrono::duration<double>(now_ - track.last().time).count());
    case Function::sources: return exactly(static_cast<double>(alive(term.instrument)));
    case Function::spread: return spread(instrument);
    case Function::is_open: return truth(is_open(market_hours(instrument.spec), now_));
    default: break;
  }
  if (instrument.derived)
    if (const auto why = why_underived(instrument); !why.known()) return why;
  const bool single = price_tracks_[term.track].member.has_value();
  if (!single && disagrees(instrument)) return unknown(Unknown::unconfirmed);
  if (day_function(term.query)) return of_days(term, track);
  return track.value(term.query, now_);
}

/// A single source has no days of its own.
Value Market::of_days(const Term& term, PriceTrack& track) {
  if (price_tracks_[term.track].member) return unknown(Unknown::undefined);
  const auto& days = days_[term.instrument];
  if (term.query.function == Function::streak) return days.history().streak();
  const auto last = track.value({.function = Function::last}, now_);
  if (!last.known()) return last;
  if (term.query.function != Function::change)
    return days.since(range_end_of(term.query.function), last.lo, now_);
  const auto base = days.history().close_of(term.query.since);
  if (base.known() && base.lo <= 0) return unknown(Unknown::undefined);
  return subtract(divide(last, base), exactly(1));
}

Value Market::spread(const Instrument& instrument) const {
  double low = 0, high = 0;
  bool any = false;
  for (const auto& member : instrument.consensus.members()) {
    if (member.seen == no_time || now_ - member.seen > instrument.spec.consensus.max_age) continue;
    low = any ? std::min(low, member.price) : member.price;
    high = any ? std::max(high, member.price) : member.price;
    any = true;
  }
  if (!any) return unknown(Unknown::stale);
  return low > 0 ? exactly(high / low - 1) : unknown(Unknown::undefined);
}

std::optional<Timestamp> Market::next_change(TermId id) const {
  const auto& term = terms_[static_cast<std::size_t>(id)];
  if (event_function(term.query.function))
    return event_tracks_[term.track].next_change(term.query.window, now_);
  const auto& track = price_tracks_[term.track].track;
  switch (term.query.function) {
    case Function::age:
    case Function::sources:
    case Function::spread: return now_ + Duration{1};
    case Function::is_open: {
      const auto turns = turns_after(market_hours(instruments_[term.instrument]->spec), now_);
      return turns == Timestamp::max() ? std::nullopt : std::optional{turns};
    }
    default: break;
  }
  // What its days are worth besides changes where one ends, which the engine knows of.
  const auto query = day_function(term.query) ? PriceQuery{.function = Function::last} : term.query;
  auto next = track ? track->next_change(query, now_) : std::nullopt;
  if (const auto& instrument = *instruments_[term.instrument]; instrument.derived)
    if (const auto change = derived_change(instrument); !next || *change < *next) next = change;
  return next;
}

std::optional<Move> Market::move(TermId id) {
  const auto& term = terms_[static_cast<std::size_t>(id)];
  if (event_function(term.query.function)) return std::nullopt;
  if (day_function(term.query)) {
    const auto base = days_[term.instrument].history().close_of(term.query.since);
    const auto now = last(term.instrument);
    if (term.query.function != Function::change || !base.known() || !now) return std::nullopt;
    return Move{base.lo, term.query.since, now->value, Duration{}};
  }
  return built(term.track).move(term.query, now_);
}

double Market::seen(TermId id) const {
  const auto& term = terms_[static_cast<std::size_t>(id)];
  if (term.query.window == Duration{} || term.query.function == Function::change) return 1.0;
  if (event_function(term.query.function))
    return event_tracks_[term.track].seen(term.query.window, now_);
  const auto& track = price_tracks_[term.track].track;
  return track ? track->seen(term.query.window, now_) : 0.0;
}

std::optional<Timestamp> Market::known_since(TermId id) const {
  const auto& term = terms_[static_cast<std::size_t>(id)];
  if (event_function(term.query.function)) return std::nullopt;
  const auto& track = price_tracks_[term.track].track;
  return track && !track->empty() ? std::optional{track->began()} : std::nullopt;
}

std::vector<VenueCoverage> Market::venues(TermId id) const {
  const auto& term = terms_[static_cast<std::size_t>(id)];
  if (!event_function(term.query.function)) return {};
  return event_tracks_[term.track].venues(term.query.window, now_);
}

std::int64_t Market::unsummed(TermId id) const {
  const auto& term = terms_[static_cast<std::size_t>(id)];
  return term.query.function == Function::sum
             ? event_tracks_[term.track].unsummed(term.query.window)
             : 0;
}

PriceState Market::state(std::size_t i) const {
  const auto& instrument = *instruments_[i];
  if (!is_open(instrument.spec.hours.get(), now_)) return PriceState::closed;
  if (instrument.derived) return derived_state(instrument);
  if (disagrees(instrument)) return PriceState::unconfirmed;
  if (instrument.spec.event_series) return PriceState::none;
  const auto& track = price_tracks_[instrument.track].track;
  if (!track || track->empty()) return PriceState::none;
  // Before time begins all that there is is past.
  return now_ != no_time && track->current(now_) ? PriceState::confirmed : PriceState::stale;
}

std::optional<Sample> Market::last(std::size_t i) const {
  const auto& instrument = *instruments_[i];
  if (instrument.spec.event_series) return std::nullopt;
  const auto& track = price_tracks_[instrument.track].track;
  return track && !track->empty() ? std::optional{track->last()} : std::nullopt;
}

std::optional<Timestamp> Market::disagreeing_since(std::size_t i) const {
  const auto& instrument = *instruments_[i];
  if (instrument.derived) {
    std::optional<Timestamp> first;
    for (const auto needed : needed_by(*instrument.derived))
      if (const auto since = disagreeing_since(needed); since && (!first || *since < *first))
        first = since;
    return first;
  }
  return disagrees(instrument) ? instrument.disagreeing : std::nullopt;
}

std::size_t Market::alive(std::size_t i) const {
  const auto& instrument = *instruments_[i];
  if (!instrument.derived) return instrument.consensus.alive(now_);
  const auto& needed = needed_by(*instrument.derived);
  std::size_t fewest = needed.empty() ? 0 : alive(needed.front());
  for (const auto contract : needed) fewest = std::min(fewest, alive(contract));
  return fewest;
}

std::vector<std::string> Market::agreed_sources(std::size_t i) const {
  const auto& instrument = *instruments_[i];
  std::vector<std::string> names;
  for (std::size_t m = 0; m < instrument.members.size(); ++m)
    if ((instrument.consensus.group() >> m & 1) != 0)
      names.push_back(to_text(sources_[instrument.members[m]]));
  return names;
}

void Market::restore_agreed(std::size_t i, std::span<const std::string> sources) {
  auto& instrument = *instruments_[i];
  std::uint64_t group = 0;
  for (std::size_t m = 0; m < instrument.members.size(); ++m)
    if (std::ranges::find(sources, to_text(sources_[instrument.members[m]])) != sources.end())
      group |= std::uint64_t{1} << m;
  if (!sources.empty()) instrument.consensus.restore(group);
}

std::vector<SourcePrice> Market::source_prices(std::size_t i) const {
  const auto& instrument = *instruments_[i];
  std::vector<SourcePrice> prices;
  if (instrument.derived)
    for (const auto needed : needed_by(*instrument.derived))
      for (auto& price : source_prices(needed)) prices.push_back(std::move(price));
  const auto members = instrument.consensus.members();
  for (std::size_t m = 0; m < members.size(); ++m) {
    if (members[m].seen == no_time || now_ - members[m].seen > instrument.spec.consensus.max_age)
      continue;
    prices.push_back(
        {to_text(sources_[instrument.members[m]]), members[m].price, members[m].agrees});
  }
  return prices;
}

void Market::warm(std::size_t i, std::span<const Sample> samples) {
  auto& instrument = *instruments_[i];
  auto& track = built(instrument.track);
  // What was before a new series is not compared with what came then. A minute knows no better.
  auto from = instrument.series_began;
  if (from != no_time) from = std::chrono::ceil<std::chrono::minutes>(from);
  if (instrument.derived && !samples.empty()) {
    auto& derivation = *instrument.derived;
    derivation.meeting = derivation.fedwatch.next_meeting(samples.back().time);
    const auto first = std::ranges::find(samples, derivation.meeting, [&](const Sample& sample) {
      return derivation.fedwatch.next_meeting(sample.time);
    });
    if (first != samples.begin()) from = std::max(from, first->time);
  }
  if (from != no_time) track.restart();
  for (const auto& sample : samples) {
    if (sample.time >= from) track.recall(sample.time, sample.value);
    days_[i].price(sample.time, sample.time, sample.value);
  }
}

}  // namespace foghorn
