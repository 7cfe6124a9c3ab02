#include "daemon/replay.hpp"

#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <span>
#include <unordered_map>
#include <variant>

#include "daemon/config/wording.hpp"
#include "daemon/csv.hpp"
#include "daemon/engine_input.hpp"
#include "daemon/replay_telling.hpp"
#include "daemon/rules_of.hpp"
#include "daemon/single_source.hpp"
#include "feeds/intake.hpp"
#include "feeds/venues/venue.hpp"
#include "model/alert_json.hpp"
#include "model/nearest.hpp"
#include "rules/engine.hpp"

namespace foghorn {
namespace {

std::optional<double> parse_number(std::string_view text) {
  double value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

/// One row of either file, ready for the intake.
struct Row {
  Timestamp time{};
  Event event{};
};

/// What next() of a file's rows came upon: a row, which it wrote where it was told to, the end, or
/// a mistake, which ends the replay.
enum class Next : std::uint8_t { row, end, wrong };

/// Rows of prices.
class TickRows {
 public:
  TickRows(CsvReader csv, bool names_sources, const std::vector<InstrumentSpec>& instruments,
           SourceTable& sources)
      : csv_{std::move(csv)},
        names_sources_{names_sources},
        instruments_{instruments},
        sources_{sources} {}

  Next next(Row& row) {
    const auto fields = csv_.next();
    if (!fields) return Next::end;
    const auto time = parse_time((*fields)[0]);
    if (!time)
      return refuse(0, echoed((*fields)[0]) + " is not a time",
                    "write RFC 3339, a date or Unix milliseconds");
    const auto price = parse_number((*fields)[2]);
    if (!price)
      return refuse(2, echoed((*fields)[2]) + " is not a number",
                    "write the price in digits, such as 85.91");
    const auto source = known_source((*fields)[1], (*fields)[3]);
    if (!source) return Next::wrong;
    // A `mark` is judged as it stands, every row; `trade` would drop what looks like a repeated
    // print.
    row.time = *time;
    row.event =
        Tick{.source = *source, .kind = PriceKind::mark, .price = *price, .event_time = *time};
    return Next::row;
  }

  /// Why next() said `wrong`.
  const Mistake& mistake() const { return *mistake_; }
  std::uint64_t bytes_read() const { return csv_.bytes_read(); }

 private:
  Next refuse(std::size_t column, std::string what, std::string remedy) {
    mistake_ = csv_.mistake(column, std::move(what), std::move(remedy));
    return Next::wrong;
  }

  /// Each pair of texts is looked up among the instruments once.
  std::optional<SourceId> known_source(std::string_view instrument, std::string_view source) {
    key_.assign(instrument).append(1, '\n').append(source);
    if (const auto known = known_.find(key_); known != known_.end()) return known->second;
    const auto found = find_source(instrument, source);
    if (const auto* mistake = std::get_if<Mistake>(&found)) {
      mistake_ = *mistake;
      return std::nullopt;
    }
    return known_.emplace(key_, std::get<SourceId>(found)).first->second;
  }

  std::variant<SourceId, Mistake> find_source(std::string_view instrument,
                                              std::string_view source) {
    const InstrumentSpec* spec = nullptr;
    for (const auto& candidate : instruments_)
      if (candidate.id == instrument && !candidate.event_series && !candidate.fedwatch)
        spec = &candidate;
    if (!spec) {
      std::vector<std::string_view> known;
      for (const auto& candidate : instruments_)
        if (!candidate.event_series && !candidate.fedwatch) known.push_back(candidate.id);
      const auto close = nearest(instrument, known);
      return csv_.mistake(1, "the config has no price instrument " + echoed(instrument),
                          close.empty() ? "add an [instrument] table of this name to the config"
                                        : "write " + echoed(close));
    }
    if (!names_sources_) return *sources_.find(file_venue, instrument);
    for (const auto& known : spec->sources)
      if (to_text(known) == source) return *sources_.find(known.venue, known.symbol);
    return csv_.mistake(3, echoed(source) + " is not a source of " + spec->id,
                        "add it to the sources of [instrument." + spec->id + "]");
  }

  CsvReader csv_;
  bool names_sources_;
  const std::vector<InstrumentSpec>& instruments_;
  SourceTable& sources_;
  std::unordered_map<std::string, SourceId> known_;  // by instrument and source, as written
  std::string key_;
  std::optional<Mistake> mistake_;
};

class LiquidationRows {
 public:
  LiquidationRows(CsvReader csv, SourceTable& sources) : csv_{std::move(csv)}, sources_{sources} {}

  Next next(Row& row) {
    const auto fields = csv_.next();
    if (!fields) return Next::end;
    const auto time = parse_time((*fields)[0]);
    if (!time)
      return refuse(0, echoed((*fields)[0]) + " is not a time",
                    "write RFC 3339, a date or Unix milliseconds");
    if ((*fields)[1].empty()) return refuse(1, "no venue is named", "write a venue, such as okx");
    const auto source = sources_.intern((*fields)[1], (*fields)[2]);
    if (!source)
      return refuse(2, echoed((*fields)[2]) + " is not a symbol",
                    "write the venue's symbol, at most 64 characters");
    const bool is_long = (*fields)[3] == "long";
    if (!is_long && (*fields)[3] != "short")
      return refuse(3, echoed((*fields)[3]) + " is not a position", R"(write "long" or "short")");
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
        return refuse(4, echoed((*fields)[4]) + " is not an amount of USD",
                      "write a number above zero, or leave it empty where it is not known");
      event.quantity = *dollars;
    }
    row.time = *time;
    row.event = event;
    return Next::row;
  }

  const Mistake& mistake() const { return *mistake_; }
  std::uint64_t bytes_read() const { return csv_.bytes_read(); }

 private:
  Next refuse(std::size_t column, std::string what, std::string remedy) {
    mistake_ = csv_.mistake(column, std::move(what), std::move(remedy));
    return Next::wrong;
  }

  CsvReader csv_;
  SourceTable& sources_;
  std::optional<Mistake> mistake_;
};

/// The instruments as a file without a source column has them: each of one source.
std::vector<InstrumentSpec> as_single_sources(std::vector<InstrumentSpec> instruments) {
  for (auto& spec : instruments) take_as_one_source(spec);
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
  const AlertTally& alerts() const { return alerts_; }
  Timestamp now() const { return engine_.now(); }

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
    for (const auto& alert : engine_.alerts()) {
      out_ << to_public_json(alert) << '\n';
      alerts_.count(alert.kind);
    }
    engine_.clear_alerts();
    engine_.clear_bars();
    engine_.clear_days();
    engine_.clear_held_back();
  }

  std::vector<EventVenue> venues_;
  Engine engine_;
  EngineInput input_;
  EngineTime time_;
  Intake intake_;
  std::ostream& out_;
  AlertTally alerts_;
};

/// Hands out the rows of one time at once, and looks one row ahead to know where it ends.
template <class Rows>
class Batches {
 public:
  explicit Batches(std::optional<Rows> rows) : rows_{std::move(rows)} {
    if (rows_) look_ahead();
  }

  /// A batch can be taken; else the file is at its end, or wrong.
  bool more() const { return next_ == Next::row; }
  /// The time of the next batch. Requires more().
  Timestamp time() const { return ahead_.time; }
  /// What is wrong with the row after the last batch; null where nothing is.
  const Mistake* mistake() const { return next_ == Next::wrong ? &rows_->mistake() : nullptr; }
  std::uint64_t bytes_read() const { return rows_ ? rows_->bytes_read() : 0; }

  /// The batch whose time is time(). Valid until the next one is taken.
  std::span<const Event> take() {
    const auto time = ahead_.time;
    batch_.clear();
    do {
      batch_.push_back(ahead_.event);
      look_ahead();
    } while (more() && ahead_.time == time);
    return batch_;
  }

 private:
  void look_ahead() { next_ = rows_->next(ahead_); }

  std::optional<Rows> rows_;
  Next next_{Next::end};
  Row ahead_;
  std::vector<Event> batch_;
};

/// How long a file is, in bytes; 0 where that cannot be told, as of a pipe.
std::uint64_t size_of(std::istream* in) {
  if (!in) return 0;
  const auto here = in->tellg();
  if (here < 0 || !in->seekg(0, std::ios::end)) {
    in->clear();
    return 0;
  }
  const auto end = in->tellg();
  in->seekg(here);
  return end > here ? static_cast<std::uint64_t>(end - here) : 0;
}

}  // namespace

int replay(const Config& config, ReplayInput ticks, ReplayInput liquidations, std::ostream& out,
           std::ostream& log, bool progress) {
  const auto refuse = [&](const Mistake& mistake) {
    log << to_line(mistake) << '\n';
    return 1;
  };
  SourceTable sources;
  auto instruments = config.instruments;
  std::optional<TickRows> tick_rows;
  std::optional<LiquidationRows> liquidation_rows;
  const auto bytes = size_of(ticks.in) + size_of(liquidations.in);

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
  ReplayProgress telling{log, progress};
  Timestamp from = no_time;
  while (true) {
    for (const auto* mistake : {tick_batches.mistake(), liquidation_batches.mistake()}) {
      if (!mistake) continue;
      run.finish();
      telling.clear();
      return refuse(*mistake);
    }
    const bool tick = tick_batches.more();
    const bool liquidation = liquidation_batches.more();
    if (!tick && !liquidation) break;
    if (tick && (!liquidation || tick_batches.time() <= liquidation_batches.time())) {
      const auto time = tick_batches.time();
      run.take(tick_batches.take(), time);
    } else {
      const auto time = liquidation_batches.time();
      run.take(liquidation_batches.take(), time);
    }
    if (from == no_time) from = run.now();
    if (telling.due()) {
      const auto read = tick_batches.bytes_read() + liquidation_batches.bytes_read();
      telling.show(bytes > 0 ? std::optional{static_cast<double>(read) / static_cast<double>(bytes)}
                             : std::nullopt,
                   run.now(), run.counts().events(), "events");
    }
  }
  run.finish();

  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const auto& counts = run.counts();
  telling.clear();
  log << fmt::format(
      "replayed {} events ({} judged, {} late, {} duplicate, {} rejected){} into {} in {:.3f} s: "
      "{:.0f} events/s\n",
      counts.events(), counts.judged, counts.late, counts.duplicate, counts.rejected,
      span_text(from, run.now()), run.alerts().text(), took.count(),
      static_cast<double>(counts.events()) / std::max(took.count(), 1e-9));
  return 0;
}

}  // namespace foghorn
