#pragma once
// Log lines on their way out, on a thread of its own: a pipe that nobody reads, or a journal that
// hangs, holds up nobody who logs.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "daemon/log_line.hpp"
#include "daemon/log_repeats.hpp"

namespace foghorn {

class LogWriter {
 public:
  /// Called on the writer's thread, one line after the other; may block.
  using Put = std::function<void(const LogLine&)>;

  /// `most_bytes` of text may wait.
  LogWriter(Put put, std::size_t most_bytes, Repeats repeats = Repeats{});
  /// Waits for what is on its way, at most a second. A `put` that still blocks then is left behind
  /// on its thread, so it must own what it uses.
  ~LogWriter();

  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  /// Never waits. A line for which there is no room is lost, unless it is critical; as soon as
  /// there is room again, a line in its place says how many were. From any thread.
  void write(LogLine line);

  /// The same, or not now, where such lines come again and again (Repeats). `words` are the line's
  /// own, without a time in front.
  void write(LogLine line, const LogWords& words);

  /// Writes what was held back, and waits until everything is written; false if that took longer
  /// than `patience`.
  bool flush(std::chrono::milliseconds patience);

 private:
  struct Shared;
  static void run(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
};

}  // namespace foghorn
