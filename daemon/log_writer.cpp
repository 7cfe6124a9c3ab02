#include "daemon/log_writer.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace foghorn {
namespace {

constexpr std::chrono::milliseconds parting{1000};
constexpr int warning = 4;

}  // namespace

// Of the writer and its thread: whichever of the two is there last.
struct LogWriter::Shared {
  Shared(Put how, std::size_t room) : put{std::move(how)}, most_bytes{room} {}

  const Put put;
  const std::size_t most_bytes;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<LogLine> waiting;
  std::size_t bytes{};
  std::uint64_t lost{};  // since the last line that waits
  bool writing{};
  bool ending{};

  bool idle() const { return waiting.empty() && lost == 0 && !writing; }

  void tell_lost() {
    waiting.push_back(
        {warning, fmt::format("log lines lost count={} reason=nobody_reads_them", lost)});
    lost = 0;
  }
};

LogWriter::LogWriter(Put put, std::size_t most_bytes)
    : shared_{std::make_shared<Shared>(std::move(put), most_bytes)} {
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
  auto& s = *shared_;
  if (s.bytes + line.text.size() > s.most_bytes) {
    ++s.lost;
    return;
  }
  if (s.lost > 0) s.tell_lost();
  s.bytes += line.text.size();
  s.waiting.push_back(std::move(line));
  s.changed.notify_all();
}

bool LogWriter::flush(std::chrono::milliseconds patience) {
  std::unique_lock hold{shared_->mutex};
  return shared_->changed.wait_for(hold, patience, [this] { return shared_->idle(); });
}

void LogWriter::run(const std::shared_ptr<Shared>& shared) {
  auto& s = *shared;
  std::unique_lock hold{s.mutex};
  for (;;) {
    s.changed.wait(hold, [&s] { return s.ending || !s.waiting.empty() || s.lost > 0; });
    if (s.ending) return;
    if (s.waiting.empty()) s.tell_lost();
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
