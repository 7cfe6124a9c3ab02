#pragma once
// A config's tables as keys and values, to be compared and shown: difference.hpp.

#include <optional>
#include <string>
#include <vector>

#include "daemon/config/config.hpp"

namespace foghorn {

struct TableFact {
  std::string key;    ///< as config.toml calls it
  std::string value;  ///< all of it, for comparing: it may be a secret
  /// For people; nullopt: not to be shown.
  std::optional<std::string> shown{};
  bool needs_restart{};
};

/// One of the tables that a config may have many of.
struct TableFacts {
  std::string name;
  std::string brief;  ///< what it is, in a few words
  std::vector<TableFact> facts;
};

std::vector<TableFact> daemon_facts(const Config& config);
std::vector<TableFact> engine_facts(const Config& config);
std::vector<TableFact> capture_facts(const Config& config);
std::vector<TableFact> heartbeat_facts(const Config& config);

std::vector<TableFacts> feed_facts(const Config& config);
std::vector<TableFacts> channel_facts(const Config& config);
std::vector<TableFacts> instrument_facts(const Config& config);
std::vector<TableFacts> rule_facts(const Config& config);
std::vector<TableFacts> digest_facts(const Config& config);

}  // namespace foghorn
