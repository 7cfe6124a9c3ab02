#pragma once
// One life of a daemon as a rule test has it: intake, consensus, engine and heartbeats are the real
// ones; what goes on to the next life goes through the same texts and minutes as the store's.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/engine_input.hpp"
#include "daemon/rule_test/test_file.hpp"
#include "feeds/intake.hpp"
#include "rules/engine.hpp"
#include "store/rows.hpp"

namespace foghorn {

/// What is stored between lives.
struct Kept {
  std::vector<std::string> rules;
  std::vector<std::string> instruments;
  std::map<std::string, std::map<Timestamp, StoredBar>> minutes;  ///< by instrument
  std::map<std::string, std::map<Timestamp, DayBar>> days;        ///< likewise
};

class Life {
 public:
  /// `file` and `test` outlive this.
  Life(const TestFile& file, const RuleTest& test, const std::vector<RuleSpec>& rules);
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  /// Goes on from an earlier life at `t`, with the liquidation streams of `up` seen from there on.
  void begin(Timestamp t, const Kept& kept, const std::vector<std::string>& up);

  SourceId source(const Source& source);
  void price(SourceId source, double price, Timestamp happened, Timestamp arrived);
  /// `dollars`: NaN where they are not known.
  void liquidation(SourceId source, Position position, double dollars, Timestamp happened,
                   Timestamp arrived);
  void stream(std::string_view venue, bool up, Timestamp t);
  /// Time comes to `t`, and no event of it is to come.
  void advance(Timestamp t);

  /// What was decided since the last call, in order.
  std::vector<AlertEvent> take_alerts();

  /// What this life leaves; `earlier`: what it began with.
  Kept end(Kept earlier);

  Engine& engine() { return engine_; }

 private:
  Intake& intake_of(SourceId source);

  const Config& config_;
  EngineClock clock_;
  SourceTable sources_;
  Engine engine_;
  EngineInput input_;
  EngineTime time_;
  Intake prompt_;
  Intake delayed_;  // of the feeds that are late by nature
  std::vector<MinuteBar> bars_;
  std::vector<FinishedDay> days_;
  std::uint64_t orders_{};  // each of another size: equal ones are no repetitions
};

}  // namespace foghorn
