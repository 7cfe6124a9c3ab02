#pragma once
// The tables of a rule test, each read by a function of its own. Like the config's: what could be
// understood comes back, and every mistake is noted.

#include <optional>
#include <string_view>
#include <vector>

#include "daemon/config/table_reader.hpp"
#include "daemon/rule_test/test_file.hpp"

namespace foghorn {

/// What tests are read against.
struct TestSurroundings {
  const Config& config;
  const Universe& universe;
  std::vector<std::string> channels;  ///< that rules may name
  /// That bring liquidations. Of a config without feeds: those that tests name, added as they do.
  std::vector<EventVenue>& venues;
  Mistakes& mistakes;
};

/// `clock`: the test's, where it names none.
RuleTest read_test(TableReader table, EngineClock clock, const TestSurroundings& around);

/// The tables of [[header]] at `key`; none, and a mistake, where that is something else.
std::vector<TableReader> tables_at(TableReader& table, std::string_view key,
                                   const std::string& header, Mistakes& mistakes);

/// A time since the test's start: "1h0m25s", or RFC 3339, a date. nullopt for anything else.
std::optional<Duration> parse_moment(std::string_view text, Timestamp start);

/// The one at `key`.
std::optional<Duration> moment_at(TableReader& table, std::string_view key, Timestamp start);

/// The instrument at `of`, which has prices of its own.
const InstrumentSpec* instrument_at(TableReader& table, const TestSurroundings& around);

/// Where `node` stands in the file.
Located place_of(const toml::node& node, const TableReader& table);

// `test` has its start, and its `until` where that is written (else Duration::max()): what comes
// later is not read.
std::optional<KnownDays> read_history(TableReader table, const RuleTest& test,
                                      const TestSurroundings& around);
std::optional<ToldPrices> read_prices(TableReader table, const RuleTest& test,
                                      const TestSurroundings& around);
std::optional<ToldOrders> read_orders(TableReader table, const RuleTest& test,
                                      const TestSurroundings& around);
/// One or two changes.
std::vector<StreamChange> read_stream(TableReader table, const RuleTest& test,
                                      const TestSurroundings& around);

/// `rules`: the ids that events may name.
std::optional<ExpectedEvent> read_expected(TableReader table, const RuleTest& test,
                                           const std::vector<std::string>& rules,
                                           const TestSurroundings& around);

}  // namespace foghorn
