#include "daemon/replay.hpp"

#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <span>
#include <variant>

#include "daemon/csv.hpp"
#include "daemon/engine_input.hpp"
#include "daemon/rules_of.hpp"
#include "feeds/intake.hpp"
#include "feeds/venues/venue.hpp"
#include "model/alert_json.hpp"
#include "model/nearest.hpp"
#include "rules/engine.hpp"

namespace foghorn {
namespace {

// The venue of a price whose row names none: the instrument is then taken as one source.
constexpr std::string_view file_venue = "file";

std::optional<double> parse_number(std::string_view text) {
  double value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::string quoted(std::string_view text) {
  return '"' + std::string{text} + '"';
}

/// One row of either file, ready for the intake.
struct Row {
  Timestamp time{};
  Event event{};
};

/// Rows of prices. `next()` gives a row, the end (nullopt) or the mistake that ends the replay.
class TickRows {
 public:
  TickRows(CsvReader csv, bool names_sources, const std::vector<InstrumentSpec>& instruments,
           SourceTable& sources)
      : csv_{std::move(csv)},
        names_sources_{names_sources},
        instruments_{instruments},
        sources_{sources} {}

  std::variant<std::optional<Row>, Mistake> next() {
    const auto fields = csv_.next();
    if (!fields) return std::optional<Row>{};
    const auto time = parse_time((*fields)[0]);
    if (!time)
      return csv_.mistake(0, quoted((*fields)[0]) + " is not a time",
                          "write RFC 3339, a date or Unix milliseconds");
    const auto price = parse_number((*fields)[2]);
    if (!price)
      return csv_.mistake(2, quoted((*fields)[2]) + " is not a number",
                          "write the price in digits, such as 85.91");
    const auto source = find_source((*fields)[1], (*fields)[3]);
    if (const auto* mistake = std::get_if<Mistake>(&source)) return *mistake;
    // A `mark` is judged as it stands, every row; `trade` would drop what looks like a repeated
    // print.
    return std::optional{Row{*time, Tick{.source = std::get<SourceId>(source),
                                         .kind = PriceKind::mark,
                                         .price = *price,
                                         .event_time = *time}}};
  }

 private:
  std::variant<SourceId, Mistake> find_source(std::string_view instrument,
                                              std::string_view source) {
    const InstrumentSpec* spec = nullptr;
    for (const auto& candidate : instruments_)
      if (candidate.id == instrument && !candidate.event_series) spec = &candidate;
    if (!spec) {
      std::vector<std::string_view> known;
      for (const auto& candidate : instruments_)
        if (!candidate.event_series) known.push_back(candidate.id);
      const auto close = nearest(instrument, known);
      return csv_.mistake(1, "the config has no price instrument " + quoted(instrument),
                          close.empty()
                              ? "add [instrument." + std::string{instrument} + "] to the config"
                              : "write " + quoted(close));
    }
    if (!names_sources_) return *sources_.find(file_venue, instrument);
    for (const auto& known : spec->sources)
      if (to_text(known) == source) return *sources_.find(known.venue, known.symbol);
    return csv_.mistake(3, quoted(source) + " is not a source of " + spec->id,
                        "add it to the sources of [instrument." + spec->id + "]");
  }

  CsvReader csv_;
  bool names_sources_;
  const std::vector<InstrumentSpec>& instruments_;
  SourceTable& sources_;
};

class LiquidationRows {
 public:
  LiquidationRows(CsvReader csv, SourceTable& sources) : csv_{std::move(csv)}, sources_{sources} {}

  std::variant<std::optional<Row>, Mistake> next() {
    const auto fields = csv_.next();
    if (!fields) return std::optional<Row>{};
    const auto time = parse_time((*fields)[0]);
    if (!time)
      return csv_.mistake(0, quoted((*fields)[0]) + " is not a time",
                          "write RFC 3339, a date or Unix milliseconds");
    if ((*fields)[1].empty())
      return csv_.mistake(1, "no venue is named", "write a venue, such as okx");
    const auto source = sources_.intern((*fields)[1], (*fields)[2]);
    if (!source)
      return csv_.mistake(2, quoted((*fields)[2]) + " is not a symbol",
                          "write the venue's symbol, at most 64 characters");
    const bool is_long = (*fields)[3] == "long";
    if (!is_long && (*fields)[3] != "short")
      return csv_.mistake(3, quoted((*fields)[3]) + " is not a position",
                          R"(write "long" or "short")");
    Liquidation event{.source = *source,
                      .position = is_long ? Position::long_side : Position::short_side,
                      .unit = QuantityUnit::quote,
                      .price = 1,
                      .quantity = 1,
                      .notional = std::nullopt,
                      .event_time = *time};
    if (!(*fields)[4]
             .empty()) {  // empty: an order whose size is not known; it counts and is not summed
      const auto dollars = parse_number((*fields)[4]);
      event.notional = dollars ? usd(*dollars) : std::nullopt;
      if (!event.notional)
        return csv_.mistake(4, quoted((*fields)[4]) + " is not an amount of USD",
                            "write a number above zero, or leave it empty where it is not known");
      event.quantity = *dollars;
    }
    return std::optional{Row{*time, event}};
  }

 private:
  CsvReader csv_;
  SourceTable& sources_;
};

/// The instruments as a file without a source column has them: each of one source.
std::vector<InstrumentSpec> as_single_sources(std::vector<InstrumentSpec> instruments) {
  for (auto& spec : instruments) {
    if (spec.event_series) continue;
    spec.sources = {{std::string{file_venue}, spec.id}};
    spec.consensus.min_sources = 1;
  }
  return instruments;
}

class Replay {
 public:
  Replay(const Config& config, std::vector<InstrumentSpec> instruments, SourceTable& sources,
         std::ostream& out)
      : venues_{event_venues(config)},
        engine_{{.heartbeat = config.engine.heartbeat},
                instruments,
                venues_,
                rules_of(config),
                sources},
        input_{engine_},
        intake_{{EngineClock::events, config.engine.max_skew, config.engine.max_lag},
                request(instruments, sources),
                time_,
                input_},
        out_{out} {}

  /// The rows of one time from one file: equal rows among them are distinct events, as within one
  /// frame.
  void take(std::span<const Event> events, Timestamp time) {
    if (engine_.now() == no_time) start(time);
    intake_.take(FrameClass::data, events, time);
    write();
  }

  void finish() {
    if (engine_.now() != no_time) engine_.advance(engine_.now(), true);
    write();
    out_.flush();
  }

  const IntakeCounts& counts() const { return intake_.counts(); }
  std::uint64_t alerts() const { return alerts_; }

 private:
  static std::vector<EventVenue> event_venues(const Config& config) {
    std::vector<EventVenue> venues;
    for (const auto& feed : config.feeds) {
      const auto* venue = find_venue(feed.name);
      if (!feed.liquidations.empty())
        venues.push_back({feed.name, venue->coverage(), venue->repeats_others()});
    }
    if (venues.empty())
      venues.push_back({std::string{file_venue}});  // a config without feeds: the file is the venue
    return venues;
  }

  static IntakeRequest request(const std::vector<InstrumentSpec>& instruments,
                               const SourceTable& sources) {
    IntakeRequest request{
        .prices = {}, .liquidations = {}, .all_liquidations = true, .positive_prices = false};
    for (const auto& spec : instruments)
      for (const auto& source : spec.sources)
        if (const auto id = sources.find(source.venue, source.symbol))
          request.prices.push_back({*id, PriceKind::mark});
    return request;
  }

  /// A file is complete from its first row on: its streams are up.
  void start(Timestamp time) {
    for (const auto& venue : venues_) engine_.event_stream(venue.name, true, time);
  }

  void write() {
    for (const auto& alert : engine_.alerts()) out_ << to_public_json(alert) << '\n';
    alerts_ += engine_.alerts().size();
    engine_.clear_alerts();
    engine_.clear_bars();
  }

  std::vector<EventVenue> venues_;
  Engine engine_;
  EngineInput input_;
  EngineTime time_;
  Intake intake_;
  std::ostream& out_;
  std::uint64_t alerts_{};
};

/// Hands out the rows of one time at once, and looks one row ahead to know where it ends.
template <class Rows>
class Batches {
 public:
  explicit Batches(std::optional<Rows> rows) : rows_{std::move(rows)} {}

  /// The time of the next batch; nullopt at the end; or the mistake.
  std::variant<std::optional<Timestamp>, Mistake> peek() {
    if (!ahead_ && !wrong_ && rows_) {
      auto row = rows_->next();
      if (auto* mistake = std::get_if<Mistake>(&row)) {
        wrong_ = std::move(*mistake);
      } else {
        ahead_ = std::get<std::optional<Row>>(row);
        if (!ahead_) rows_.reset();
      }
    }
    if (wrong_) return *wrong_;
    if (!ahead_) return std::optional<Timestamp>{};
    return std::optional{ahead_->time};
  }

  /// The batch whose time peek() gave.
  std::span<const Event> take() {
    batch_.assign(1, ahead_->event);
    const auto time = ahead_->time;
    ahead_.reset();
    // A mistake in the row ahead is told when its turn comes.
    while (true) {
      const auto next = peek();
      const auto* at = std::get_if<std::optional<Timestamp>>(&next);
      if (!at || !*at || **at != time) return batch_;
      batch_.push_back(ahead_->event);
      ahead_.reset();
    }
  }

 private:
  std::optional<Rows> rows_;
  std::optional<Row> ahead_;
  std::optional<Mistake> wrong_;  // in the row ahead: nothing comes after it
  std::vector<Event> batch_;
};

}  // namespace

int replay(const Config& config, ReplayInput ticks, ReplayInput liquidations, std::ostream& out,
           std::ostream& log) {
  const auto refuse = [&](const Mistake& mistake) {
    log << to_line(mistake) << '\n';
    return 1;
  };
  SourceTable sources;
  auto instruments = config.instruments;
  std::optional<TickRows> tick_rows;
  std::optional<LiquidationRows> liquidation_rows;

  if (ticks.in) {
    auto csv = CsvReader::open(*ticks.in, ticks.name, {"time", "instrument", "price", "source"}, 3);
    if (const auto* mistake = std::get_if<Mistake>(&csv)) return refuse(*mistake);
    const bool names_sources = std::get<CsvReader>(csv).has(3);
    if (!names_sources) instruments = as_single_sources(std::move(instruments));
    tick_rows.emplace(std::move(std::get<CsvReader>(csv)), names_sources, instruments, sources);
  }
  if (liquidations.in) {
    auto csv = CsvReader::open(*liquidations.in, liquidations.name,
                               {"time", "venue", "symbol", "position", "notional_usd"}, 5);
    if (const auto* mistake = std::get_if<Mistake>(&csv)) return refuse(*mistake);
    liquidation_rows.emplace(std::move(std::get<CsvReader>(csv)), sources);
  }

  const auto began = std::chrono::steady_clock::now();
  Replay run{config, instruments, sources, out};
  Batches<TickRows> tick_batches{std::move(tick_rows)};
  Batches<LiquidationRows> liquidation_batches{std::move(liquidation_rows)};
  while (true) {
    const auto tick = tick_batches.peek();
    const auto liquidation = liquidation_batches.peek();
    for (const auto* next : {&tick, &liquidation}) {
      if (const auto* mistake = std::get_if<Mistake>(next)) {
        run.finish();
        return refuse(*mistake);
      }
    }
    const auto tick_time = std::get<std::optional<Timestamp>>(tick);
    const auto liquidation_time = std::get<std::optional<Timestamp>>(liquidation);
    if (!tick_time && !liquidation_time) break;
    if (tick_time && (!liquidation_time || *tick_time <= *liquidation_time)) {
      run.take(tick_batches.take(), *tick_time);
    } else {
      run.take(liquidation_batches.take(), *liquidation_time);
    }
  }
  run.finish();

  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const auto& counts = run.counts();
  log << fmt::format(
      "replayed {} events ({} judged, {} late, {} duplicate, {} rejected) into {} alert events in "
      "{:.3f} s: {:.0f} events/s\n",
      counts.events(), counts.judged, counts.late, counts.duplicate, counts.rejected, run.alerts(),
      took.count(), static_cast<double>(counts.events()) / std::max(took.count(), 1e-9));
  return 0;
}

}  // namespace foghorn
