#pragma once
// Which log lines are written where the same thing happens again and again: a feed that comes and
// goes all day, strangers at the HTTP port.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/log_line.hpp"
#include "model/time.hpp"

namespace foghorn {

/// Lines that name a feed, channel, error or trouble are counted by what they are about (`feed
/// lost` and `feed live` of one feed are about the same): the first ten are written, then one every
/// ten minutes, and at once each that says something new of it (another event, another error).
/// Of those between the last is kept and written when its time has come, so that a log always ends
/// on what is so; `left_out=N` says how many others there were since the line before.
///
/// Never held back: errors and worse, the line after an error that is about the same (`channel
/// back`), lines with an id, and lines that name none of the four (alerts, starts, a reload).
class Repeats {
 public:
  /// `one_more_after`: how long a further line of the same has to be waited for.
  explicit Repeats(Duration one_more_after = std::chrono::minutes{10})
      : one_more_after_{one_more_after} {}

  /// The line as it is to be written now; nullopt: not now. Time never goes backwards.
  std::optional<LogLine> admit(LogLine line, const LogWords& words, Duration now);

  /// Those held back whose time has come.
  std::vector<LogLine> take_due(Duration now);

  /// When take_due() has something; nullopt: nothing is held back.
  std::optional<Duration> next_due() const;

  /// All that is held back, at the end.
  std::vector<LogLine> take_all();

 private:
  struct Subject {
    double left{};  // how many may be written at `at`
    Duration at{};
    std::set<std::string> said{};  // since it was quiet for long
    bool after_error{};
    std::optional<LogLine> held{};
    std::uint64_t left_out{};  // since the last line that was written; with the one held
  };
  Subject* about(const std::string& name, Duration now);
  void earn(Subject& subject, Duration now) const;
  Duration due(const Subject& subject) const;
  static LogLine write_held(Subject& subject);

  Duration one_more_after_;
  std::map<std::string, Subject> subjects_;
};

}  // namespace foghorn
