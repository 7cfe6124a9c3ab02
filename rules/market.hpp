#pragma once
// The market as the rules see it: every instrument's price, past and sources, every event series,
// and the terms (functions of series over windows) that rules share. Told what was seen; asked what
// terms are worth. No rule here.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/alert_event.hpp"
#include "model/events.hpp"
#include "model/source.hpp"
#include "model/specs.hpp"
#include "rules/backfill.hpp"
#include "rules/consensus.hpp"
#include "rules/event_streams.hpp"
#include "rules/event_track.hpp"
#include "rules/expression.hpp"
#include "rules/fedwatch.hpp"
#include "rules/instrument_days.hpp"
#include "rules/outlook.hpp"
#include "rules/price_track.hpp"
#include "rules/value.hpp"

namespace foghorn {

/// A call on a series, resolved; shared by all that ask for the same.
enum class TermId : std::uint32_t {};

/// What is known of an instrument's price now.
enum class PriceState : std::uint8_t {
  none,
  confirmed,
  stale,
  unconfirmed,
  closed,  ///< so is its market: the last price stands, if there is one
};
std::string_view to_text(PriceState state);

class Market {
 public:
  /// `event_venues`: the venues whose feeds bring liquidations. `sources` gains the instruments'
  /// sources and outlives this.
  Market(std::vector<InstrumentSpec> instruments, std::vector<EventVenue> event_venues,
         SourceTable& sources);
  Market(const Market&) = delete;  // its series refer to its streams
  Market& operator=(const Market&) = delete;

  /// Makes the term, or finds it. Before the first price. The selector names a known instrument.
  TermId term(const Selector& series, const PriceQuery& query);
  TermId term(Function function, const Selector& series, Duration window) {
    return term(series, {.function = function, .window = window});
  }

  /// A source showed a price. Calls `touched(instrument index)` for each instrument it is part of.
  template <class Touched>
  void price(SourceId source, double value, Timestamp t, Touched touched) {
    begin(t);
    if (index(source) >= slots_.size()) return;
    // All of them first: a rule may read two instruments of one source.
    for (const auto& slot : slots_[index(source)]) apply(slot, value, t);
    for (const auto& slot : slots_[index(source)])
      for (const auto reader : instruments_[slot.instrument]->readers) derive(reader, t);
    for (const auto& slot : slots_[index(source)]) touched(slot.instrument);
    for (const auto& slot : slots_[index(source)])
      for (const auto reader : instruments_[slot.instrument]->readers) touched(reader);
  }

  /// A liquidation was seen: it enters every event series that it matches.
  void liquidation(const Liquidation& liquidation, Timestamp t);

  /// A venue's liquidation stream came up or went down.
  void event_stream(std::string_view venue, bool up, Timestamp t) {
    event_streams_.set(venue, up, t);
  }
  const EventStreams& event_streams() const { return event_streams_; }

  /// Engine time begins at `t`.
  void start(Timestamp t) { event_streams_.begin(t); }

  /// Time has come to `t` with nothing new.
  void begin(Timestamp t) {
    now_ = t;
    ++epoch_;
  }

  /// begin(), and no more prices of `t` will come: bars that end then are closed.
  void settle(Timestamp t) {
    begin(t);
    for (const auto& named : price_tracks_)
      if (named.track) named.track->settle(t);
  }

  /// Worked out once a moment, whoever asks.
  const Value& value(TermId id) {
    auto& term = terms_[static_cast<std::size_t>(id)];
    if (term.epoch != epoch_) {
      term.cached = evaluate(term);
      term.epoch = epoch_;
    }
    return term.cached;
  }
  std::optional<Timestamp> next_change(TermId term) const;

  /// What may be expected of an instrument whose price is confirmed: that no source's price leaves
  /// the range of what they are now by more than `margin` (a ratio). nullopt where nothing may be.
  std::optional<Outlook> outlook(std::size_t instrument, double margin) const;
  /// All that the term can come to under an outlook of its instrument; nullopt where that cannot be
  /// told. May narrow the outlook.
  std::optional<Band> reach(TermId term, Outlook& outlook);
  /// Watches over the outlook, in place of an earlier one. False where it does not hold now.
  bool expect(std::size_t instrument, const Outlook& outlook);
  /// All went as expected so far.
  bool calm(std::size_t instrument) const { return now_ <= outlooks_[instrument].until; }

  std::optional<Move> move(TermId term);
  double seen(TermId term) const;
  /// Since when its series is known; nullopt before its first price, and of a sum or count.
  std::optional<Timestamp> known_since(TermId term) const;

  /// Of a sum or count: its series' venues, and its orders without a notional. Nothing of any other
  /// term. After value(term).
  std::vector<VenueCoverage> venues(TermId term) const;
  std::int64_t unsummed(TermId term) const;

  std::size_t instrument_of(TermId term) const {
    return terms_[static_cast<std::size_t>(term)].instrument;
  }

  std::size_t size() const { return instruments_.size(); }
  const InstrumentSpec& spec(std::size_t instrument) const {
    return instruments_[instrument]->spec;
  }
  std::optional<std::size_t> find(std::string_view id) const;

  PriceState state(std::size_t instrument) const;
  std::optional<Sample> last(std::size_t instrument) const;
  /// Since when the sources have disagreed; nullopt while they do not.
  std::optional<Timestamp> disagreeing_since(std::size_t instrument) const;
  std::size_t alive(std::size_t instrument) const;
  /// The sources whose group made the price last, a bit for each in the instrument's order.
  std::uint64_t agreed(std::size_t instrument) const {
    return instruments_[instrument]->consensus.group();
  }
  /// The same by name, and from an earlier life: before the first price. Names of sources that are
  /// gone count for nothing.
  std::vector<std::string> agreed_sources(std::size_t instrument) const;
  void restore_agreed(std::size_t instrument, std::span<const std::string> sources);

  /// When a price last came that began a new series; no_time: none did.
  Timestamp series_began(std::size_t instrument) const {
    return instruments_[instrument]->series_began;
  }
  void restore_series(std::size_t instrument, Timestamp began) {
    instruments_[instrument]->series_began = began;
  }
  std::vector<SourcePrice> source_prices(std::size_t instrument) const;

  /// A source of an instrument, silent or not.
  struct SourceView {
    std::string source;       ///< "bybit:CLUSDT"
    double price{};           ///< that it last had; none while `seen` is no_time
    Timestamp seen{no_time};  ///< its last frame
    bool alive{};             ///< heard within max_age
    bool agrees{};            ///< in the group that made the price
  };
  /// All of an instrument's sources, in its order; of a derived one those of what it needs.
  std::vector<SourceView> source_views(std::size_t instrument) const;

  /// An instrument's price as of `count` moments, `step` apart, the last of them `to`; nullopt
  /// where it was not known. At the finest resolution still kept; costs a look-up each.
  std::vector<std::optional<double>> past(std::size_t instrument, Timestamp to, Duration step,
                                          std::size_t count) const;

  /// Fills the past of an instrument before the first price: samples in time order. Where they lie
  /// further apart than max_staleness, the price was not seen. After restore_series().
  void warm(std::size_t instrument, std::span<const Sample> samples);

  /// Goes on where `earlier`, of the same source table, is, in place of the first price, and leaves
  /// it fit only to be destroyed. An instrument of the same id, unit and class is the same series:
  /// its past stays, made to the windows that are asked for here, also where its sources differ.
  /// Returns by instrument which number it had there; nullopt: it is new. After all terms were
  /// made. `t`: since when what was not asked for there can be seen.
  std::vector<std::optional<std::size_t>> succeed(Market& earlier, Timestamp t);

  /// Minutes of a price that an earlier life stored (ascending, each once): they enter its past
  /// where that was not seen. After its first price.
  void recall(std::size_t instrument, std::span<const Candle> minutes);

  /// An instrument's trading days. Its confirmed prices are told by who knows their event times.
  InstrumentDays& days(std::size_t instrument) { return days_[instrument]; }
  const InstrumentDays& days(std::size_t instrument) const { return days_[instrument]; }

  /// A source's venue told of past minutes (ascending, each once). They enter the past of the
  /// prices that the source is part of, where that was not seen: at once where it lies before a
  /// price that came, else with the next. They are no price of now.
  void candles(SourceId source, std::span<const Candle> minutes, Timestamp t);

  /// An instrument's minute as candles() told it.
  struct ToldMinute {
    std::size_t instrument;
    Candle minute;
  };
  /// What candles() brought of instruments' own prices since the last clear, whether it was seen or
  /// not; a minute may come again, and the later word stands.
  const std::vector<ToldMinute>& told_minutes() const { return told_minutes_; }
  void clear_told_minutes() { told_minutes_.clear(); }

  /// What candles() would have to bring for the windows in use to be whole at `t`, by source, then
  /// by time. After all terms were made.
  std::vector<Missing> missing(Timestamp t);

 private:
  // How a price is worked out from those of other instruments.
  struct Derivation {
    Fedwatch fedwatch;
    std::vector<std::size_t> contracts;       // their instruments
    std::optional<std::size_t> meeting;       // that the last price was of
    mutable Timestamp needed_on{no_time};     // the day that `needed` is of
    mutable std::vector<std::size_t> needed;  // of contracts
  };
  struct Instrument {
    InstrumentSpec spec;
    std::vector<SourceId> members;
    Consensus consensus;
    std::optional<Timestamp> disagreeing;
    Timestamp series_began{no_time};    // when a new series last did; no_time: none
    std::size_t track{};                // of its consensus; unused for an event series
    std::vector<std::size_t> readers;   // instruments that are worked out from its price
    std::optional<Derivation> derived;  // how its own price is; then it has no members
  };
  struct Slot {
    std::size_t instrument;
    std::size_t member;
  };
  struct NamedPriceTrack {
    std::size_t instrument;
    std::optional<std::size_t> member;  // one source; nullopt: the consensus
    std::unique_ptr<PriceTrack> track;  // made at the first price, when all windows are known
    std::vector<PriceQuery> queries;
  };
  struct Term {
    PriceQuery query;
    std::size_t instrument;
    std::size_t track;  // into price_tracks_ or event_tracks_
    Value cached;
    std::uint64_t epoch;
  };

  void resolve_derivations();
  void derive(std::size_t instrument, Timestamp t);
  const std::vector<std::size_t>& needed_by(const Derivation& derivation) const;
  Value why_underived(const Instrument& instrument) const;
  PriceState derived_state(const Instrument& instrument) const;
  std::optional<Timestamp> derived_change(const Instrument& instrument) const;
  bool disagrees(const Instrument& instrument) const;
  void apply(const Slot& slot, double value, Timestamp t);
  bool expected(const Slot& slot, double price, Timestamp t) const;
  void add_price(std::size_t track, double price, bool new_series, Timestamp t);
  void fill(std::size_t track, Timestamp from, Timestamp to);
  std::size_t price_track(std::size_t instrument, std::optional<std::size_t> member);
  std::size_t event_track(const Selector& selector);
  PriceTrack& built(std::size_t track, Duration least_kept = {});
  void succeed(std::size_t instrument, Market& earlier, std::size_t before);
  void succeed_track(std::size_t track, Market& earlier, std::size_t before,
                     std::span<const std::optional<std::size_t>> members);
  Value evaluate(const Term& term);
  Value spread(const Instrument& instrument) const;
  Value of_days(const Term& term, PriceTrack& track);
  std::string_view base(SourceId source);

  std::vector<std::unique_ptr<Instrument>> instruments_;
  std::vector<InstrumentDays> days_;  // by instrument
  EventStreams event_streams_;
  SourceTable& sources_;
  std::vector<std::vector<Slot>> slots_;  // by source
  std::vector<NamedPriceTrack> price_tracks_;
  std::vector<EventTrack> event_tracks_;
  std::vector<std::vector<std::size_t>>
      source_tracks_;             // by source: single-source price tracks it feeds
  std::vector<Candles> candles_;  // by source
  std::vector<ToldMinute> told_minutes_;
  std::vector<Term> terms_;
  std::vector<Outlook> outlooks_;  // by instrument
  Timestamp now_{no_time};
  std::uint64_t epoch_{1};
};

}  // namespace foghorn
