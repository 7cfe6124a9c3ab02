#pragma once
// What the engine keeps of each rule and each instrument. For engine.cpp and its other parts,
// engine_alerts.cpp, engine_memory.cpp and engine_succession.cpp, alone.

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "rules/engine.hpp"
#include "rules/rung_order.hpp"

namespace foghorn {

/// A ratchet adds so many rungs above the written ones, at most.
inline constexpr std::size_t most_ratchet_rungs = 64;

inline constexpr Duration disagreement_patience = std::chrono::seconds{60};  // design §5.5
inline constexpr Duration complaint_interval = std::chrono::hours{1};  // at most one pair an hour

/// Reasons, as an AlertEvent has them.
inline constexpr auto rule_changed = "rule changed";
inline constexpr auto rule_removed = "rule removed";

/// The first whole multiple of `step` since the epoch at or after `t`.
inline Timestamp round_up(Timestamp t, Duration step) {
  const auto rest = t.time_since_epoch() % step;
  if (rest == Duration{}) return t;
  return rest > Duration{} ? t + (step - rest) : t - rest;
}

/// The instruments a rule reads, the first one named first.
std::vector<std::string> instruments_read_by(const CompiledRule& rule);

struct Engine::Rule {
  Rule(CompiledRule compiled_rule, Market& market)
      : compiled{std::move(compiled_rule)},
        when{compiled.when, market},
        episode{compiled.policy()},
        instrument{instruments_read_by(compiled).front()},
        // What is remembered goes on at every rung, whatever the lowest one says now.
        each_rung_harder{rung_order(compiled.when) != RungOrder::unclear && !when.remembers()},
        rungs{compiled.tiers.size() + ratchet_rungs()} {
    if (compiled.clear) clear.emplace(*compiled.clear, market);
    values.reserve(compiled.tiers.size() + most_ratchet_rungs + 1);
    set_rungs(rungs);
  }

  /// A rung that is made only when the one below it is reached would have seen nothing of what it
  /// should remember.
  std::size_t ratchet_rungs() const {
    if (!compiled.ratchet) return 0;
    return when.remembers_by_tier() ? most_ratchet_rungs : 1;
  }

  void set_rungs(std::size_t count) {
    rungs = count;
    calm = false;
    std::vector<double> tiers;
    for (std::size_t i = 0; i < rungs; ++i) tiers.push_back(compiled.value_of(i));
    when.set_tiers(tiers);
  }

  /// Nothing about it can change while when.holds(): it is idle, each rung stays false or unknown,
  /// and its clear has nothing to remember.
  void settle() {
    calm = episode.phase() == Phase::idle && !(clear && clear->remembers()) && when.settle();
  }

  CompiledRule compiled;
  Program when;
  std::optional<Program> clear;
  Episode episode;
  std::string instrument;            // the first one named in `when`
  std::optional<std::size_t> alone;  // the instrument, where it reads no other
  std::string episode_id;
  bool each_rung_harder;  // false at the lowest rung is then false at every other
  // To evaluate: the written ones, and with a ratchet one above the highest reached.
  std::size_t rungs;
  std::vector<Value> values;  // of `when` at each rung, as last judged
  bool calm{};                // settled, and judged no further until that no longer holds
  std::uint64_t evaluations{};
  std::array<std::uint64_t, 3> transitions{};
};

struct Engine::InstrumentWatch {
  // The shortest no_data among the rules that read it; nullopt: none does.
  std::optional<Duration> no_data_after;
  InstrumentMemory stored;  // but for what the market knows
  std::uint64_t agreed{};   // when that was last looked at
  std::optional<MinuteBar> bar;
  Timestamp priced{no_time};  // engine time of the bar's last price
  Timestamp since{no_time};   // it is watched; silence before that is not counted

  // How far the market's outlook of it has come (see Engine::look_ahead()).
  bool looked_ahead{};
  std::uint64_t passed{};         // moments at which the rules that read it alone needed no judging
  std::uint64_t passed_before{};  // the present outlook
  std::uint32_t patience{};       // prices to judge before the next
};

}  // namespace foghorn
