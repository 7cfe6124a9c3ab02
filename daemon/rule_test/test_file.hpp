#pragma once
// A file of rule tests (design §6): what happens to a market, and the complete list of alert events
// that the rules make of it; and conditions that must not load.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/config/config.hpp"
#include "model/alert_event.hpp"
#include "model/day_bar.hpp"
#include "rules/event_streams.hpp"

namespace foghorn {

// All times count from the test's start.

/// A number that a venue told.
struct Observation {
  Duration happened{};          ///< the venue's time
  Duration arrived{};           ///< ours, not earlier
  std::optional<double> value;  ///< a price; USD of a liquidation, nullopt where it is not known
};

/// [[test.series]]
struct ToldPrices {
  std::vector<Source> sources;  ///< each tells every price
  std::vector<Observation> told;
};

/// [[test.liquidations]]
struct ToldOrders {
  Source source;
  Position position{};
  std::vector<Observation> told;
};

/// [[test.history]]: what is known of an instrument's days before the test.
struct KnownDays {
  std::string instrument;
  std::vector<DayBar> days;  ///< ascending
};

/// [[test.stream]]: a venue's liquidation stream goes down or comes up. All are up at the start.
struct StreamChange {
  Duration at{};
  std::string venue;
  bool up{};
};

/// [[test.restart]] and [[test.reload]]: one life of the daemon ends, another goes on from what is
/// stored.
struct NextLife {
  Duration at{};
  Duration down{};  ///< what arrives in the meantime is lost
  std::vector<RuleSpec> rules;
};

/// [[test.expect]]. What is not written is not compared.
struct ExpectedEvent {
  /// To be met within `tolerance`.
  struct Number {
    double value{};
    double tolerance{};
    std::string text;  ///< as it is written
  };

  Duration at{};
  AlertKind kind{};
  std::string rule;        ///< empty for the kinds that speak of an instrument
  std::string instrument;  ///< empty: not compared
  std::optional<Tier> tier;
  std::optional<Number> value;
  std::string reason;
};

/// [[test]]
struct RuleTest {
  std::string name;
  Located at;  ///< text is the name
  Timestamp start{};
  Duration until{};
  EngineClock clock{EngineClock::events};
  std::vector<RuleSpec> rules;
  std::vector<KnownDays> history;
  std::vector<ToldPrices> prices;
  std::vector<ToldOrders> orders;
  std::vector<StreamChange> streams;    ///< in the order of time
  std::vector<NextLife> lives;          ///< likewise
  std::vector<ExpectedEvent> expected;  ///< as written
};

/// [[reject]]
struct Rejection {
  Located at;  ///< text is the condition
  std::string says;
  std::vector<Mistake> mistakes;  ///< what the rule's loading says; empty: it loads
};

struct TestFile {
  std::filesystem::path file;
  Config config;
  std::vector<EventVenue> venues;  ///< that bring liquidations
  std::vector<RuleTest> tests;
  std::vector<Rejection> rejections;
};

/// Reads `file` and the config that it names. Every mistake of both, in the order of the lines.
std::variant<TestFile, std::vector<Mistake>> load_test_file(const std::filesystem::path& file,
                                                            const Environment& environment);

/// The same for a text that is to be taken as the content of `file`.
std::variant<TestFile, std::vector<Mistake>> read_test_file(std::string_view toml_text,
                                                            const std::filesystem::path& file,
                                                            const Environment& environment);

}  // namespace foghorn
