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

/// toml++'s complaint in plain words.
Mistake syntax_mistake(const toml::parse_error& error, const std::string& file);

/// By line and column.
void sort_as_written(std::vector<Mistake>& mistakes);

/// All the sections below, of a whole file. Keys that `root` was asked for before are another's,
/// not unknown.
Config read_sections(TableReader root, const std::filesystem::path& file,
                     const Environment& environment, Mistakes& mistakes);

/// `channels`: the names that notices may name.
DaemonSpec read_daemon(TableReader table, const Surroundings& around,
                       const std::vector<std::string>& channels);
EngineSpec read_engine(TableReader table, const Surroundings& around);
/// `data_dir`: the daemon's.
CaptureSpec read_capture(TableReader table, const Surroundings& around,
                         const std::filesystem::path& data_dir);

/// `channels`: the names that it may name.
HeartbeatSpec read_heartbeat(TableReader table, const Surroundings& around,
                             const std::vector<std::string>& channels);

/// `channels`: likewise.
DigestSpec read_digest(TableReader table, const std::vector<std::string>& channels);

FeedSpec read_feed(std::string_view name, TableReader table, const Surroundings& around);

/// `fallback_language`: the daemon's own.
ChannelConfig read_channel(std::string_view name, TableReader table, const Surroundings& around,
                           const std::vector<std::string>& channels, Language fallback_language);

/// Without any feed (replay, rule tests) an instrument may name every venue. Of its sources those
/// of feeds that are switched off are left out.
/// `calendars`: those that it may name.
InstrumentSpec read_instrument(std::string_view id, TableReader table,
                               const std::vector<FeedSpec>& feeds,
                               const std::shared_ptr<const Calendars>& calendars);

/// `base`: what the rule is but for what the table says.
/// The keys of class = "fedwatch".
FedwatchSpec read_fedwatch(TableReader& table);
/// Once all instruments are known: that its contracts are among them, and how fresh it can be.
void check_contracts(InstrumentSpec& instrument, TableReader table,
                     const std::vector<InstrumentSpec>& all);

RuleSpec read_rule(TableReader table, const Universe& universe,
                   const std::vector<std::string>& channels, const RuleSpec& base = {});

/// Once all rules are known: that quiet_while names another one, which itself tells what it has to
/// tell. Warns where that one tells others.
void check_quiet_while(const RuleSpec& rule, TableReader table, const std::vector<RuleSpec>& all);

/// "08:00", since midnight.
std::optional<Duration> parse_time_of_day(std::string_view text);

/// Refuses the value of `timezone` where this machine knows no zone of that name.
void check_timezone(TableReader& table, const std::string& name);

/// Reads the names at `key`, each of which must be one of `channels`.
std::vector<std::string> read_channel_names(TableReader& table, std::string_view key,
                                            const std::vector<std::string>& channels);

/// "zh" or "en" at `language`.
std::optional<Language> read_language(TableReader& table);

}  // namespace foghorn
