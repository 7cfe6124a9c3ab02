#include "daemon/log.hpp"

// systemd's macros would put this file's name and line into every entry.
#define SD_JOURNAL_SUPPRESS_LOCATION

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "daemon/log_line.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_waiting = 1 << 20;  // bytes: some ten thousand lines
constexpr std::size_t longest_line = 8 << 10;
constexpr auto last_words = 1000ms;

int priority_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::critical: return 2;
    case spdlog::level::err: return 3;
    case spdlog::level::warn: return 4;
    case spdlog::level::info: return 6;
    default: return 7;
  }
}

/// One line of at most so many bytes, whatever a venue or a proxy put into it; cut between two
/// characters.
std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  if (text.size() <= longest_line) return text;
  auto end = longest_line;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "…";
}

class Sink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit Sink(LogWriter::Put put) : writer_{std::move(put), most_waiting} {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto words = words_of({message.payload.data(), message.payload.size()});
    writer_.write({priority_of(message.level), one_line(formatted(message))}, words);
  }

  std::string formatted(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    return {text.data(), text.size()};
  }

  void flush_() override { writer_.flush(last_words); }

  LogWriter writer_;
};

/// Whatever the other end does: who logs cannot do anything about it.
void put_on_stderr(const LogLine& line) {
  const auto text = line.text + '\n';
  std::string_view left = text;
  while (!left.empty()) {
    const auto written = ::write(STDERR_FILENO, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    left.remove_prefix(static_cast<std::size_t>(written));
  }
}

void put_into_journal(const LogLine& line) {
  auto fields = journal_fields(line);
  std::vector<iovec> parts;
  for (auto& field : fields) parts.push_back({field.data(), field.size()});
  sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

// systemd stamps lines itself; a person at a terminal wants the time.
constexpr auto for_journal = "%v";
constexpr auto for_people = "%Y-%m-%dT%H:%M:%S.%e %l %v";

void set_up(LogLevel level, LogWriter::Put put, const char* pattern) {
  auto sink = std::make_shared<Sink>(std::move(put));
  auto log = std::make_shared<spdlog::logger>("foghorn", std::move(sink));
  log->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      pattern, spdlog::pattern_time_type::local, std::string{}));
  log->flush_on(spdlog::level::critical);
  spdlog::set_default_logger(std::move(log));
  set_log_level(level);
}

}  // namespace

Log::Log(LogLevel level) {
  if (is_journal(std::getenv("JOURNAL_STREAM"), STDERR_FILENO))
    set_up(level, put_into_journal, for_journal);
  else
    set_up(level, put_on_stderr, for_people);
}

Log::Log(LogLevel level, LogWriter::Put put) {
  set_up(level, std::move(put), for_journal);
}

Log::~Log() {
  // A logger without a sink stays: who still logs is not heard, and does no harm.
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("foghorn"));
}

void set_log_level(LogLevel level) {
  constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                  spdlog::level::warn, spdlog::level::err};
  spdlog::set_level(levels[static_cast<std::size_t>(level)]);
}

bool is_journal(const char* journal_stream, int fd) {
  struct ::stat there {};
  if (!journal_stream || ::fstat(fd, &there) != 0) return false;
  return journal_stream == fmt::format("{}:{}", there.st_dev, there.st_ino);
}

std::vector<std::string> journal_fields(const LogLine& line) {
  const auto words = words_of(line.text);
  std::vector<std::string> fields{"MESSAGE=" + line.text, fmt::format("PRIORITY={}", line.priority),
                                  "SYSLOG_IDENTIFIER=foghorn", "FOGHORN_EVENT=" + words.event};
  for (const auto& field : words.fields) {
    std::string name = "FOGHORN_";
    for (const char c : field.name) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    fields.push_back(name + '=' + field.value);
  }
  return fields;
}

}  // namespace foghorn
