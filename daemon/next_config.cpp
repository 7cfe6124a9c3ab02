#include "daemon/next_config.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

#include "daemon/rules_of.hpp"
#include "daemon/stored_past.hpp"
#include "net/clock.hpp"
#include "store/store.hpp"

namespace foghorn {
namespace {

std::vector<StoredPast> past_of(const Config& running, const Config& next) {
  const auto wanted = wanting_past(running, next);
  if (wanted.empty()) return {};
  try {
    Store store{ReadOnly{}, running.daemon.data_dir.string()};
    return stored_past(store, next, wanted, wall_now());
  } catch (const StoreError& e) {
    spdlog::error("stored past not read detail=\"{}\" consequence=new_instruments_begin_empty",
                  e.what());
    return {};
  }
}

NextConfig compared(ConfigOrMistakes outcome, const Config& running) {
  if (auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome))
    return {.mistakes = std::move(*mistakes)};
  NextConfig next{.config = std::make_shared<const Config>(std::get<Config>(std::move(outcome)))};
  if (auto missing = missing_for_run(*next.config); !missing.empty())
    return {.mistakes = std::move(missing)};
  next.difference = difference(running, *next.config);
  return next;
}

NextConfig made_ready(NextConfig next, const Config& running) {
  if (!next.config || !next.difference.needs_restart().empty()) return next;
  auto market = make_market_change(next.config, past_of(running, *next.config));
  auto after = delivery_setup_of(*next.config, market.rules);
  next.ready.emplace(NextConfig::Ready{.market = std::move(market),
                                       .before = delivery_setup_of(running, rules_of(running)),
                                       .after = std::move(after)});
  return next;
}

/// Nothing that a person wrote throws; the machine may.
template <class Load>
NextConfig without_exceptions(const Config& running, Load load) {
  try {
    return load();
  } catch (const std::exception& e) {
    return {.mistakes = {{.file = running.file.string(),
                          .line = 0,
                          .column = 0,
                          .place = {},
                          .what = std::string{"this cannot be loaded: "} + e.what(),
                          .remedy = "try again"}}};
  }
}

}  // namespace

NextConfig load_next_config(const Config& running) {
  return without_exceptions(running, [&] {
    return made_ready(compared(load_config(running.file, process_environment()), running), running);
  });
}

NextConfig load_next_config(const Config& running, const ConfigText& candidate) {
  auto next = without_exceptions(running, [&] {
    return compared(read_config(candidate.text, running.file, process_environment()), running);
  });
  for (auto& mistake : next.mistakes)
    if (mistake.file == running.file.string()) mistake.file = candidate.name;
  return next;
}

std::string restart_needed(const Difference& difference) {
  const auto keys = difference.needs_restart();
  if (keys.empty()) return {};
  return fmt::format(
      "no running daemon can change {}, so that nothing was changed; restart it, or put back what "
      "was there",
      fmt::join(keys, ", "));
}

}  // namespace foghorn
