#pragma once
// Every key of config.toml in words: what `foghorn config-reference` and docs/configuration.md
// print. The readers of the sections decide what is taken; tests/daemon/config/reference_test.cpp
// holds the two together: the same keys, the same defaults, the same choices and bounds.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/text.hpp"

namespace foghorn {

struct Words {
  std::string_view en{};
  std::string_view zh{};

  std::string_view in(Language language) const { return language == Language::zh ? zh : en; }
};

/// What a value looks like in TOML.
enum class KeyKind {
  text,
  people_text,  ///< one text, or { zh = "…", en = "…" }
  flag,
  whole,
  duration,
  ratio,
  size,
  quantity,  ///< a number with its unit, in quotes
  choice,
  list,
  time_of_day,
  day_span,  ///< "23:00-07:00"
  path,
  url,
  condition,
  months,       ///< { "2026-06" = "…" }
  tier_values,  ///< { notice = …, major = …, critical = … }
  tier_lists,   ///< the same of lists; or one list
};

struct KeyEntry {
  std::string_view key;  ///< "consensus.max_age" for one of an inner table
  KeyKind kind{};
  bool required{};
  std::string_view standard{};  ///< what an absent key means, as TOML; empty: `otherwise` says it
  Words otherwise{};            ///< both empty: nothing
  std::string_view least{};     ///< the least that is taken, as TOML; empty: no bound
  std::string_view most{};
  std::vector<std::string_view> choices{};  ///< of a choice: all of them
  std::string_view example{};               ///< as TOML, where there is no `standard`
  std::vector<std::string_view> refused{};  ///< as TOML: what `says` says is not taken
  Words says;
};

struct TableEntry {
  std::string_view header;  ///< "[feed.NAME]"
  std::vector<KeyEntry> keys;
};

/// All tables, in the order in which a config is usually written.
std::span<const TableEntry> config_reference();

/// The keys of one table as rows of Markdown, below a line with their titles.
std::string reference_rows(const TableEntry& table, Language language);

/// All of them, each below its header.
std::string reference_text(Language language);

TableEntry daemon_keys();
TableEntry engine_keys();
TableEntry capture_keys();
TableEntry heartbeat_keys();
TableEntry digest_keys();
TableEntry feed_keys();
TableEntry channel_keys();
TableEntry instrument_keys();
TableEntry rule_keys();

}  // namespace foghorn
