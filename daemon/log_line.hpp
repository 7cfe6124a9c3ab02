#pragma once
// What a log line says to programs. Foghorn's lines are words, then key=value:
//   feed lost feed=okx error=timed_out message="no answer" retry_in=2s

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/time.hpp"

namespace foghorn {

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

/// Decides which lines are written, where the same thing happens again and again (a feed that comes
/// and goes all day, strangers at the HTTP port): of lines with the same event and the same feed,
/// channel, error or trouble the first ten, then one every ten minutes, which says how many were
/// left out. Lines that name none of these (alerts, starts, a reload's mistakes) are always
/// written.
class Repeats {
 public:
  /// nullopt: not written. Else how many lines like this one were left out since the last.
  std::optional<std::uint64_t> admit(const LogWords& words, Duration now);

 private:
  struct Known {
    double left{};  // how many may be written at `at`
    Duration at{};
    std::uint64_t left_out{};
  };
  std::map<std::string, Known> known_;
};

}  // namespace foghorn
