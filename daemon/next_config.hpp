#pragma once
// A config that is to be run in the place of another: loaded, compared, and all that takes long
// already done. The one way for a reload, which carries it out, and for `foghorn check --diff`,
// which tells what that would do.

#include <memory>
#include <optional>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/config/difference.hpp"
#include "daemon/delivery_setup.hpp"
#include "daemon/market_side.hpp"

namespace foghorn {

struct NextConfig {
  std::shared_ptr<const Config> config{};  ///< null: it has mistakes
  std::vector<Mistake> mistakes{};         ///< all of them, in the file's order
  Difference difference{};                 ///< from the config that runs; empty where there are any

  /// What the two sides go on with, where that was asked for and nothing stands against it.
  struct Ready {
    MarketChange market;
    DeliverySetup before;  ///< the config's that runs
    DeliverySetup after;
  };
  std::optional<Ready> ready{};
};

/// A text that is not, or not yet, in the config's place.
struct ConfigText {
  std::string text;
  std::string name;  ///< of its file, for mistakes
};

// Both read whatever the config names, with this process's own environment and rights; that takes
// up to seconds. On any thread; throw nothing.

/// For a reload: reads the file of `running` again, and what the store has of instruments that are
/// new.
NextConfig load_next_config(const Config& running);

/// What that would make of `candidate`, if it stood in the file's place. Never ready.
NextConfig load_next_config(const Config& running, const ConfigText& candidate);

/// Why no running daemon can take it, in a sentence; empty: nothing stands against it.
std::string restart_needed(const Difference& difference);

}  // namespace foghorn
