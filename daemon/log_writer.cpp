#include "daemon/log_writer.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace foghorn {
namespace {

constexpr std::chrono::milliseconds parting{1000};
constexpr int critical = 2;
constexpr int warning = 4;

Duration now() {
  return std::chrono::floor<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

// Of the writer and its thread: whichever of the two is there last.
struct LogWriter::Shared {
  Shared(Put how, std::size_t room, Repeats which)
      : put{std::move(how)}, most_bytes{room}, repeats{std::move(which)} {}

  const Put put;
  const std::size_t most_bytes;
  std::mutex mutex;
  std::condition_variable changed;
  Repeats repeats;
  std::deque<LogLine> waiting;
  std::size_t bytes{};
  std::uint64_t lost{};  // since the last line that waits
  bool writing{};
  bool ending{};

  bool idle() const { return waiting.empty() && lost == 0 && !writing; }

  void queue(LogLine line) {
    if (bytes + line.text.size() > most_bytes && line.priority > critical) {
      ++lost;
      return;
    }
    if (lost > 0) tell_lost();
    bytes += line.text.size();
    waiting.push_back(std::move(line));
  }

  void queue(std::vector<LogLine> lines) {
    for (auto& line : lines) queue(std::move(line));
  }

  /// For something to change, or for a line that was held back to be due.
  void wait(std::unique_lock<std::mutex>& hold) {
    if (const auto due = repeats.next_due())
      changed.wait_for(hold, *due - now());
    else
      changed.wait(hold);
  }

  void tell_lost() {
    waiting.push_back(
        {warning, fmt::format("log lines lost count={} reason=nobody_reads_them", lost)});
    lost = 0;
  }
};

LogWriter::LogWriter(Put put, std::size_t most_bytes, Repeats repeats)
    : shared_{std::make_shared<Shared>(std::move(put), most_bytes, std::move(repeats))} {
  // Signals are for the threads that know what to do with them; a new thread takes over the mask.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread{[shared = shared_] { run(shared); }}.detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LogWriter::~LogWriter() {
  flush(parting);
  const std::lock_guard hold{shared_->mutex};
  shared_->ending = true;
  shared_->changed.notify_all();
}

void LogWriter::write(LogLine line) {
  const std::lock_guard hold{shared_->mutex};
  shared_->queue(std::move(line));
  shared_->changed.notify_all();
}

void LogWriter::write(LogLine line, const LogWords& words) {
  const std::lock_guard hold{shared_->mutex};
  if (auto admitted = shared_->repeats.admit(std::move(line), words, now()))
    shared_->queue(*std::move(admitted));
  shared_->changed.notify_all();
}

bool LogWriter::flush(std::chrono::milliseconds patience) {
  std::unique_lock hold{shared_->mutex};
  shared_->queue(shared_->repeats.take_all());
  shared_->changed.notify_all();
  return shared_->changed.wait_for(hold, patience, [this] { return shared_->idle(); });
}

void LogWriter::run(const std::shared_ptr<Shared>& shared) {
  auto& s = *shared;
  std::unique_lock hold{s.mutex};
  for (;;) {
    s.queue(s.repeats.take_due(now()));
    if (s.waiting.empty() && s.lost > 0) s.tell_lost();
    if (s.ending) return;
    if (s.waiting.empty()) {
      s.wait(hold);
      continue;
    }
    const auto line = std::move(s.waiting.front());
    s.waiting.pop_front();
    s.writing = true;
    hold.unlock();
    s.put(line);
    hold.lock();
    s.writing = false;
    s.bytes -= std::min(s.bytes, line.text.size());
    if (s.idle()) s.changed.notify_all();
  }
}

}  // namespace foghorn
