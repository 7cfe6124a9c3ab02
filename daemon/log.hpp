#pragma once
// Where the daemon's log goes: into systemd's journal with fields, where stderr is the journal's;
// else to stderr as text, with times.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/log_writer.hpp"

namespace foghorn {

/// spdlog's default logger, as long as it lives. Logging never waits for who reads the log
/// (LogWriter), and what happens again and again is written now and then (Repeats); a critical line
/// is waited for, at most a second, because the process ends after it.
class Log {
 public:
  explicit Log(LogLevel level);
  /// The same, written elsewhere: for tests.
  Log(LogLevel level, LogWriter::Put put);
  ~Log();

  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
};

/// Of the default logger, from now on.
void set_log_level(LogLevel level);

/// Whether descriptor `fd` is the stream whose device and inode systemd wrote into $JOURNAL_STREAM
/// ("8:1234"); `journal_stream` may be null. A shell's redirection leaves the variable as it was.
bool is_journal(const char* journal_stream, int fd);

/// What goes to the journal for one line, each "NAME=value": MESSAGE, PRIORITY, SYSLOG_IDENTIFIER,
/// FOGHORN_EVENT and a FOGHORN_… for each key of the line.
std::vector<std::string> journal_fields(const LogLine& line);

}  // namespace foghorn
