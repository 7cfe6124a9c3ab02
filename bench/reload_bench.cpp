// How long the market thread stands still where the engine of another config takes over: a hundred
// instruments with a day's price of each second behind them, five hundred rules. Compiling the
// rules is done before, on another thread, and told apart.
#include <fmt/core.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "rules/engine.hpp"

namespace {

using namespace foghorn;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 4 / 17}};
constexpr std::size_t instruments = 100;
constexpr auto past = 24h + 1h;

std::string id_of(std::size_t i) {
  return "I" + std::to_string(i);
}

std::vector<InstrumentSpec> some_instruments() {
  std::vector<InstrumentSpec> specs;
  for (std::size_t i = 0; i < instruments; ++i) {
    InstrumentSpec spec;
    spec.id = id_of(i);
    spec.unit = "USD";
    spec.sources = {{"bench", spec.id}};
    specs.push_back(std::move(spec));
  }
  return specs;
}

/// Five of each instrument, and one more of so many of them.
std::vector<RuleSpec> some_rules(const std::string& added, std::size_t times) {
  const std::vector<std::string> conditions{
      "abs(change({}, 24h)) >= 10%", "range_pct({}, 1h) >= 5%", "fall({}, 6h) <= -7%",
      "new_high({}, 24h) and change({}, 24h) > 20%", "abs(zscore({}, 6h, 1m)) > 20"};
  std::vector<RuleSpec> specs;
  const auto add = [&](std::size_t i, std::string when) {
    for (auto at = when.find("{}"); at != std::string::npos; at = when.find("{}"))
      when.replace(at, 2, id_of(i));
    RuleSpec spec;
    spec.id = "rule-" + std::to_string(specs.size());
    spec.when = {when, "bench", 1, 1};
    specs.push_back(std::move(spec));
  };
  for (std::size_t i = 0; i < instruments; ++i)
    for (const auto& when : conditions) add(i, when);
  for (std::size_t i = 0; i < times; ++i) add(i, added);
  return specs;
}

std::vector<CompiledRule> compiled(const std::vector<RuleSpec>& specs) {
  Universe universe;
  for (const auto& spec : some_instruments())
    universe.instruments.push_back({spec.id, spec.unit, false, {"bench"}});
  std::vector<CompiledRule> rules;
  for (const auto& spec : specs) {
    auto outcome = compile_rule(spec, universe);
    if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome))
      throw std::runtime_error{to_line(mistakes->front())};
    rules.push_back(std::get<CompiledRule>(std::move(outcome)));
  }
  return rules;
}

double milliseconds(SteadyClock::time_point since) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - since).count();
}

std::unique_ptr<Engine> make(std::vector<CompiledRule> rules, SourceTable& sources) {
  return std::make_unique<Engine>(EngineOptions{}, some_instruments(), std::vector<EventVenue>{},
                                  std::move(rules), sources);
}

}  // namespace

int main() {
  SourceTable sources;
  auto engine = make(compiled(some_rules("", 0)), sources);
  std::mt19937_64 random{1};
  std::normal_distribution<double> step{0, 2e-5};
  std::vector<double> logs(instruments);
  for (Duration t{}; t < past; t += 1s) {
    for (std::size_t i = 0; i < instruments; ++i) {
      logs[i] += step(random);
      engine->price(SourceId{static_cast<std::uint32_t>(i)}, 100 * std::exp(logs[i]), start + t,
                    start + t);
    }
    engine->clear_alerts();
    engine->clear_bars();
    engine->clear_days();
  }

  struct Case {
    const char* name;
    const char* added;
    std::size_t times;
  };
  const std::vector<Case> cases{
      {"the same rules", "", 0},
      {"one rule more", "abs(change({}, 2h)) >= 9%", 1},
      {"a hundred rules more, of windows in use", "abs(change({}, 24h)) >= 9%", 100},
      {"a hundred rules more, of a new window of 12 h each", "range_pct({}, 12h) >= 9%", 100},
      {"a hundred rules more, of a new window of 24 h each", "mean({}, 23h) < 1 USD", 100},
      {"a hundred rules more, that look back 7 days", "range_pct({}, 7d) >= 9%", 100},
      {"without them again", "", 0},
  };
  auto now = start + past;
  fmt::print("{:52} {:>12} {:>12} {:>12}\n", "", "compile ms", "pause ms", "next tick ms");
  for (const auto& c : cases) {
    auto began = SteadyClock::now();
    auto rules = compiled(some_rules(c.added, c.times));
    const auto compiling = milliseconds(began);
    engine->advance(now);
    began = SteadyClock::now();
    auto next = make(std::move(rules), sources);
    next->succeed(*engine, now);
    engine = std::move(next);
    const auto pause = milliseconds(began);
    began = SteadyClock::now();
    for (std::size_t i = 0; i < instruments; ++i)
      engine->price(SourceId{static_cast<std::uint32_t>(i)}, 100 * std::exp(logs[i]), now, now);
    fmt::print("{:52} {:12.2f} {:12.2f} {:12.2f}\n", c.name, compiling, pause, milliseconds(began));
    now += 1s;
  }
}
