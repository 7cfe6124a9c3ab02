#pragma once
// The sections of config.toml, each read by a function of its own. All of them return what could be
// understood and note every mistake; what has a mistake still counts as named, so that one mistake
// is told once.

#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/config/files.hpp"
#include "daemon/config/table_reader.hpp"

namespace foghorn {

/// `channels`: the names that notices may name.
DaemonSpec read_daemon(TableReader table, const Surroundings& around,
                       const std::vector<std::string>& channels);
EngineSpec read_engine(TableReader table);
/// `data_dir`: the daemon's.
CaptureSpec read_capture(TableReader table, const Surroundings& around,
                         const std::filesystem::path& data_dir);

FeedSpec read_feed(std::string_view name, TableReader table, const Surroundings& around);

/// `fallback_language`: the daemon's own.
ChannelConfig read_channel(std::string_view name, TableReader table, const Surroundings& around,
                           const std::vector<std::string>& channels, Language fallback_language);

/// Without any feed (replay, rule tests) an instrument may name every venue. Of its sources those
/// of feeds that are switched off are left out.
InstrumentSpec read_instrument(std::string_view id, TableReader table,
                               const std::vector<FeedSpec>& feeds);

RuleSpec read_rule(TableReader table, const Universe& universe,
                   const std::vector<std::string>& channels);

/// Reads the names at `key`, each of which must be one of `channels`.
std::vector<std::string> read_channel_names(TableReader& table, std::string_view key,
                                            const std::vector<std::string>& channels);

/// "zh" or "en" at `language`.
std::optional<Language> read_language(TableReader& table);

}  // namespace foghorn
