#pragma once
// What a log line says to programs. Foghorn's lines are words, then key=value:
//   feed lost feed=okx error=timed_out message="no answer" retry_in=2s

#include <string>
#include <string_view>
#include <vector>

namespace foghorn {

struct LogLine {
  int priority{};  ///< syslog's: 2 critical, 3 error, 4 warning, 6 info, 7 debug
  std::string text;
};

struct LogField {
  std::string name;   ///< "feed"; a letter, then letters, digits, _
  std::string value;  ///< without its quotes

  friend bool operator==(const LogField&, const LogField&) = default;
};

struct LogWords {
  std::string event;             ///< what stands before the first key: "feed lost"
  std::vector<LogField> fields;  ///< in the line's order; of a key that comes twice the first
};

/// Takes a line apart. What is neither words at its beginning nor key=value is in no field.
LogWords words_of(std::string_view line);

}  // namespace foghorn
