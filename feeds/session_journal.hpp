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
  /// The same, of the login by REST that comes first.
  void login_failed(boost::system::error_code error, Duration retry_in, std::string_view detail);

  /// The venue refused a subscription. Told once for each stream and message.
  void refused(std::string_view stream, std::string_view message);

  /// It refused something that is none of our streams. `subject` and `message` are the wire's,
  /// which may be new each time: told when they change, at most once a minute.
  void refused_unknown(std::string_view subject, std::string_view message, Timestamp arrival);

  /// A connection was replaced before it was cut, by one that already brings what it brought.
  void replaced();
  /// The line of one whose successor already does was cut.
  void relieved(boost::system::error_code error, std::string_view detail);
  /// The try to replace a connection failed; it goes on meanwhile.
  void not_replaced(boost::system::error_code error, Duration retry_in, std::string_view detail);

  /// The venue did not accept the login.
  void login_refused(std::string_view message);

  /// What the venue had numbered did not come, although the connection held. Told when it begins,
  /// at most once a minute.
  void missed_trades(std::string_view symbol, std::uint64_t missed, Timestamp arrival);
  void missed_frames(std::uint64_t missed, Timestamp arrival);

 private:
  void failed(std::string_view what, boost::system::error_code error, Duration retry_in,
              std::string_view detail);
  bool may_tell_hole(Timestamp arrival);

  std::string feed_;
  LinkCounts& counts_;
  Voice voice_;
  bool live_{};
  boost::system::error_code last_error_;
  std::string last_detail_;
  std::map<std::string, std::string, std::less<>> refusals_;  // the last message by stream
  std::string unknown_refusal_;                               // the last that was told ...
  Timestamp unknown_told_{no_time};                           // ... and when
  std::string login_refusal_;                                 // the last that was told
  boost::system::error_code last_renewal_error_;
  Timestamp hole_told_{no_time};
};

/// Text from the wire made fit for a log line: no control characters, no quotes, at most 200 bytes.
std::string printable(std::string_view wire);

}  // namespace foghorn
