#pragma once
// What a session has to tell: to people (the log, only when something changes) and to machines (the
// counts, always).

#include <boost/system/error_code.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "feeds/counters.hpp"

namespace foghorn {

/// Whether anything is written to the log: not where a capture is replayed.
enum class Voice : std::uint8_t { aloud, quiet };

class SessionJournal {
 public:
  /// `feed` is how the log names it: "okx", or "okx connection=2" where it has several. `counts`
  /// outlives the journal.
  SessionJournal(std::string feed, LinkCounts& counts, Voice voice = Voice::aloud);

  void connecting() { ++counts_.connects; }

  /// Data flows.
  void live();

  /// The connection, or the try to make one, failed. `detail`: what else is known, " status=451";
  /// may be empty.
  void lost(boost::system::error_code error, Duration retry_in, std::string_view detail);

  /// The venue refused a subscription. Told once for each stream and message.
  void refused(std::string_view stream, std::string_view message);

  /// It refused something that is none of our streams. `subject` and `message` are the wire's,
  /// which may be new each time: told when they change, at most once a minute.
  void refused_unknown(std::string_view subject, std::string_view message, Timestamp arrival);

 private:
  std::string feed_;
  LinkCounts& counts_;
  Voice voice_;
  bool live_{};
  boost::system::error_code last_error_;
  std::map<std::string, std::string, std::less<>> refusals_;  // the last message by stream
  std::string unknown_refusal_;                               // the last that was told ...
  Timestamp unknown_told_{no_time};                           // ... and when
};

/// Text from the wire made fit for a log line: no control characters, no quotes, at most 200 bytes.
std::string printable(std::string_view wire);

}  // namespace foghorn
