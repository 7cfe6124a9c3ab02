#pragma once
// An engine with one instrument or a few, driven by series in promtool's notation, heard as one
// line per alert event: "1h0m25s oil fire major". Times count from midnight.

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/time.hpp"
#include "rules/engine.hpp"
#include "rules/notation.hpp"
#include "tests/support/time.hpp"

namespace foghorn::test {

using namespace std::chrono_literals;

inline Located written(std::string text) {
  return {std::move(text), "rules.toml", 1, 1};
}

/// A rule with what most tests want; change the fields that matter.
inline RuleSpec rule(std::string id, std::string when) {
  RuleSpec spec;
  spec.id = std::move(id);
  spec.title = {spec.id, spec.id};
  spec.when = written(std::move(when));
  return spec;
}

inline RuleSpec with_tiers(RuleSpec spec, std::string notice, std::string major,
                           std::string critical) {
  spec.tiers = {{Tier::notice, written(std::move(notice))},
                {Tier::major, written(std::move(major))},
                {Tier::critical, written(std::move(critical))}};
  return spec;
}

inline InstrumentSpec instrument(std::string id, std::vector<Source> sources = {}) {
  InstrumentSpec spec;
  spec.id = id;
  spec.name = {id, id};
  spec.unit = "USD/bbl";
  if (sources.empty()) sources = {{"test", id}};
  spec.consensus.min_sources = sources.size() > 1 ? 2 : 1;
  spec.sources = std::move(sources);
  return spec;
}

inline InstrumentSpec liquidations() {
  InstrumentSpec spec;
  spec.id = "LIQ";
  spec.unit = "USD";
  spec.event_series = true;
  return spec;
}

class Rig {
 public:
  Rig(std::vector<InstrumentSpec> instruments, std::vector<RuleSpec> rules,
      EngineOptions options = {})
      : instruments_{std::move(instruments)}, rules_{std::move(rules)}, options_{options} {
    engine_ = make();
  }

  /// One price of one source; the instrument's only one where `source` is empty.
  void tick(std::string_view id, double price, Duration t, std::string_view source = {}) {
    const auto found =
        source.empty() ? sources_->find(spec(id).sources[0].venue, spec(id).sources[0].symbol)
                       : sources_->find(parse_source(source)->venue, parse_source(source)->symbol);
    REQUIRE(found);
    engine_->price(*found, price, at(t), at(t));
    listen();
  }

  /// "70x360 77.5x11 70+0.5x3 _x5", as rules/notation.hpp reads it.
  void series(std::string_view id, std::string_view values, Duration from = 0s,
              Duration every = 10s) {
    const auto parsed = parse_values(written(std::string{values}), "");
    if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&parsed))
      FAIL(to_line(mistakes->front()));
    auto t = from;
    for (const auto& run : std::get<std::vector<ValueRun>>(parsed))
      for (std::int64_t i = 0; i < run.count; ++i, t += every)
        if (const auto value = run[i]) tick(id, *value, t);
  }

  void liquidation(std::string_view symbol, Position position, std::optional<double> dollars,
                   Duration t, std::string_view venue = "bybit") {
    Liquidation event;
    event.source = *sources_->intern(venue, symbol);
    event.position = position;
    event.notional = dollars ? usd(*dollars) : std::nullopt;
    event.event_time = at(t);
    engine_->liquidation(event, at(t));
    listen();
  }

  void stream(std::string_view venue, bool up, Duration t) {
    engine_->event_stream(venue, up, at(t));
    listen();
  }

  void until(Duration t) {
    engine_->advance(at(t), true);
    listen();
  }

  /// Stores, dies, and lives again.
  void restart(Duration t) {
    const auto stored = engine_->rule_memories();
    const auto stored_instruments = engine_->instrument_memories();
    engine_ = make();
    engine_->restore(stored, stored_instruments, at(t));
    listen();
  }

  /// An engine of what instruments() and rules() are now takes over.
  void succeed(Duration t) {
    engine_->advance(at(t));
    listen();
    auto next = make(*sources_);
    days_.insert(days_.end(), engine_->days().begin(), engine_->days().end());
    held_back_.insert(held_back_.end(), engine_->held_back().begin(), engine_->held_back().end());
    next->succeed(*engine_, at(t));
    listen();
    engine_ = std::move(next);
    listen();
  }

  /// What was said so far, and forgets it.
  std::vector<std::string> said() { return std::exchange(said_, {}); }
  const std::vector<AlertEvent>& alerts() const { return alerts_; }

  Engine& engine() { return *engine_; }
  SourceId source(const Source& named) const { return *sources_->find(named.venue, named.symbol); }
  std::vector<RuleSpec>& rules() { return rules_; }
  std::vector<InstrumentSpec>& instruments() { return instruments_; }

  /// All that engines of before and now had to tell, in order.
  const std::vector<MinuteBar>& bars() const { return bars_; }
  std::vector<FinishedDay> days() const { return with(days_, engine_->days()); }
  std::vector<HeldBack> held_back() const { return with(held_back_, engine_->held_back()); }

 private:
  const InstrumentSpec& spec(std::string_view id) const {
    for (const auto& candidate : instruments_)
      if (candidate.id == id) return candidate;
    FAIL("no instrument " << id);
    return instruments_.front();
  }

  template <class T>
  static std::vector<T> with(std::vector<T> before, const std::vector<T>& now) {
    before.insert(before.end(), now.begin(), now.end());
    return before;
  }

  std::unique_ptr<Engine> make() {
    sources_ = std::make_unique<SourceTable>();
    return make(*sources_);
  }

  std::unique_ptr<Engine> make(SourceTable& sources) {
    Universe universe;
    for (const auto& spec : instruments_) {
      std::vector<std::string> venues;
      for (const auto& source : spec.sources) venues.push_back(source.venue);
      if (spec.event_series) venues = {"bybit", "okx"};
      universe.instruments.push_back({spec.id, spec.unit, spec.event_series, venues});
    }
    std::vector<CompiledRule> compiled;
    for (const auto& spec : rules_) {
      auto outcome = compile_rule(spec, universe);
      if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome))
        FAIL(to_line(mistakes->front()));
      compiled.push_back(std::get<CompiledRule>(std::move(outcome)));
    }
    return std::make_unique<Engine>(
        options_, instruments_,
        std::vector<EventVenue>{{"bybit", LiquidationCoverage::complete},
                                {"okx", LiquidationCoverage::one_per_second}},
        std::move(compiled), sources);
  }

  void listen() {
    for (const auto& alert : engine_->alerts()) {
      std::string line = format_duration(alert.time - at(0s)) + " " +
                         (alert.rule.empty() ? alert.instrument : alert.rule) + " " +
                         std::string{to_text(alert.kind)};
      if (alert.tier) line += " " + std::string{to_text(*alert.tier)};
      if (!alert.reason.empty()) line += " (" + alert.reason + ")";
      said_.push_back(std::move(line));
      alerts_.push_back(alert);
    }
    engine_->clear_alerts();
    bars_.insert(bars_.end(), engine_->bars().begin(), engine_->bars().end());
    engine_->clear_bars();
  }

  std::vector<InstrumentSpec> instruments_;
  std::vector<RuleSpec> rules_;
  EngineOptions options_;
  std::unique_ptr<SourceTable> sources_;
  std::unique_ptr<Engine> engine_;
  std::vector<std::string> said_;
  std::vector<AlertEvent> alerts_;
  std::vector<MinuteBar> bars_;
  std::vector<FinishedDay> days_;
  std::vector<HeldBack> held_back_;
};

using Lines = std::vector<std::string>;

}  // namespace foghorn::test
