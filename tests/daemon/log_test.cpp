// The log: what a line says to programs, what is written of what repeats, and that nobody who logs
// waits for who reads.

#include "daemon/log.hpp"

#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <future>
#include <mutex>

#include <fmt/format.h>

#include "daemon/log_line.hpp"

namespace foghorn::test {
namespace {

using namespace std::chrono_literals;
using Fields = std::vector<LogField>;

TEST_CASE("a line's words before its first key are its event") {
  const auto words = words_of("feed lost feed=okx error=timed_out retry_in=2s");
  CHECK(words.event == "feed lost");
  CHECK(words.fields == Fields{{"feed", "okx"}, {"error", "timed_out"}, {"retry_in", "2s"}});
}

TEST_CASE("a quoted value may hold blanks and what looks like a key") {
  const auto words =
      words_of(R"(feed login refused feed=pyth message="no such key=1 'x' rule=y" retry_in=2s)");
  CHECK(words.fields ==
        Fields{{"feed", "pyth"}, {"message", "no such key=1 'x' rule=y"}, {"retry_in", "2s"}});
}

TEST_CASE("an odd line loses nothing but its fields") {
  CHECK(words_of("").event.empty());
  CHECK(words_of("stopped").event == "stopped");
  CHECK(words_of("a=b").event.empty());
  CHECK(words_of("1=2 Key=x x-y=z").fields.empty());
  CHECK(words_of(R"(open quote="never closed)").fields == Fields{{"quote", "\"never"}});
  CHECK(words_of("twice a=1 a=2").fields == Fields{{"a", "1"}});
  CHECK(words_of("bare a= b=").fields == Fields{{"a", ""}, {"b", ""}});
}

TEST_CASE("the journal gets a line whole, its urgency, and each key as a field") {
  const auto fields = journal_fields({.priority = 4, .text = "feed lost feed=okx error=timed_out"});
  CHECK(fields == std::vector<std::string>{"MESSAGE=feed lost feed=okx error=timed_out",
                                           "PRIORITY=4", "SYSLOG_IDENTIFIER=foghorn",
                                           "FOGHORN_EVENT=feed lost", "FOGHORN_FEED=okx",
                                           "FOGHORN_ERROR=timed_out"});
}

TEST_CASE("stderr is the journal's only where it is the stream that systemd named") {
  struct ::stat there {};
  REQUIRE(::fstat(STDOUT_FILENO, &there) == 0);
  const auto named = fmt::format("{}:{}", there.st_dev, there.st_ino);
  CHECK(is_journal(named.c_str(), STDOUT_FILENO));
  CHECK_FALSE(is_journal("1:1", STDOUT_FILENO));
  CHECK_FALSE(is_journal("", STDOUT_FILENO));
  CHECK_FALSE(is_journal(nullptr, STDOUT_FILENO));
  CHECK_FALSE(is_journal(named.c_str(), -1));
}

TEST_CASE(
    "a feed that comes and goes every second all day is told some 150 times a kind, not 86,400") {
  Repeats repeats;
  const auto lost = words_of("feed lost feed=okx error=closed retry_in=1s");
  const auto live = words_of("feed live feed=okx");
  std::uint64_t written = 0, left_out = 0;
  for (Duration now{}; now < 24h; now += 1s) {
    for (const auto* words : {&lost, &live}) {
      if (const auto admitted = repeats.admit(*words, now)) {
        ++written;
        left_out += *admitted;
      }
    }
  }
  CHECK(written >= 2 * 144);
  CHECK(written <= 2 * 155);
  CHECK(written + left_out >= 2 * (86'400 - 600));  // what was left out is counted
}

TEST_CASE("what repeats holds back nothing else, and a new error is told at once") {
  Repeats repeats;
  const auto lost = [&](const char* line) { return repeats.admit(words_of(line), 0s); };
  for (int i = 0; i < 100; ++i) lost("feed lost feed=okx error=closed");
  CHECK_FALSE(lost("feed lost feed=okx error=closed"));
  CHECK(lost("feed lost feed=okx error=timed_out") == 0);
  CHECK(lost("feed lost feed=bybit error=closed") == 0);
  CHECK(lost("channel down channel=desk error=closed") == 0);
}

TEST_CASE("alerts are written, however many there are") {
  Repeats repeats;
  const auto alert = words_of("fire rule=oil-shock instrument=WTI tier=major id=x");
  for (int i = 0; i < 10'000; ++i) CHECK(repeats.admit(alert, 0s) == 0);
}

TEST_CASE(
    "strangers at the port cannot fill the log; a rule's or an instrument's trouble is its own") {
  Repeats repeats;
  const auto admitted = [&](const std::string& line) {
    return repeats.admit(words_of(line), 0s).has_value();
  };
  int written = 0;
  for (int i = 0; i < 1000; ++i)
    written += admitted(fmt::format("http trouble=slow what=\"{}\"", i)) ? 1 : 0;
  CHECK(written == 10);
  CHECK(admitted("http trouble=accept what=\"x\""));
  for (int i = 0; i < 500; ++i)
    CHECK(admitted(fmt::format("daily history not read instrument=I{} error=x", i)));
}

TEST_CASE("whoever tries a config again and again is told each time") {
  Repeats repeats;
  for (int i = 0; i < 100; ++i) {
    CHECK(repeats.admit(words_of("reload failed mistakes=1 consequence=old_config_goes_on"), 0s) ==
          0);
    CHECK(repeats.admit(words_of("config.toml:3:1: [daemon] htpp: no such key; write \"http\""),
                        0s) == 0);
  }
}

/// Keeps what is written; written to by the writer's thread.
struct Paper {
  std::mutex mutex;
  std::vector<LogLine> lines;
  LogWriter::Put put() {
    return [this](const LogLine& line) {
      const std::lock_guard hold{mutex};
      lines.push_back(line);
    };
  }
};

/// The default logger is the whole process's.
struct KeepDefaultLogger {
  std::shared_ptr<spdlog::logger> before{spdlog::default_logger()};
  ~KeepDefaultLogger() { spdlog::set_default_logger(before); }
};

TEST_CASE("lines come out in their order, with their urgency, before the log ends") {
  const KeepDefaultLogger keep;
  Paper paper;
  {
    const Log log{LogLevel::info, paper.put()};
    spdlog::debug("not asked for");
    spdlog::info("feed live feed=okx");
    spdlog::warn("feed lost feed=okx error=closed");
    spdlog::error("store cannot commit error=full");
    set_log_level(LogLevel::error);
    spdlog::warn("no more");
    set_log_level(LogLevel::debug);
    spdlog::debug("now");
  }
  REQUIRE(paper.lines.size() == 4);
  CHECK(paper.lines[0].text == "feed live feed=okx");
  CHECK(paper.lines[0].priority == 6);
  CHECK(paper.lines[1].priority == 4);
  CHECK(paper.lines[2].priority == 3);
  CHECK(paper.lines[3].text == "now");
  CHECK(paper.lines[3].priority == 7);
}

TEST_CASE("a critical line is out before the call returns") {
  const KeepDefaultLogger keep;
  Paper paper;
  const Log log{LogLevel::info, paper.put()};
  spdlog::critical("task ended task=http error=x");
  const std::lock_guard hold{paper.mutex};
  CHECK(paper.lines.size() == 1);
}

TEST_CASE("a line that repeats says how many were left out") {
  const KeepDefaultLogger keep;
  Paper paper;
  {
    const Log log{LogLevel::info, paper.put()};
    for (int i = 0; i < 1000; ++i) spdlog::warn("feed lost feed=okx error=closed try={}", i);
  }
  CHECK(paper.lines.size() == 10);
}

TEST_CASE("who logs does not wait for who reads; what was lost is said in its place") {
  struct Gate {
    std::promise<void> open;
    std::shared_future<void> opened{open.get_future()};
    std::mutex mutex;
    std::vector<std::string> lines;
  };
  const auto gate = std::make_shared<Gate>();
  {
    LogWriter writer{[gate](const LogLine& line) {
                       gate->opened.wait();
                       const std::lock_guard hold{gate->mutex};
                       gate->lines.push_back(line.text);
                     },
                     1000};
    for (int i = 0; i < 1000; ++i)
      writer.write({6, fmt::format("{:010}", i)});  // returns, although nobody reads
    gate->open.set_value();
    CHECK(writer.flush(10s));
  }
  REQUIRE(gate->lines.size() == 101);
  CHECK(gate->lines[99] == "0000000099");
  CHECK(gate->lines[100] == "log lines lost count=900 reason=nobody_reads_them");
}

TEST_CASE("a log that nobody reads does not hold up the end") {
  const auto open = std::make_shared<std::promise<void>>();
  {
    LogWriter writer{[opened = open->get_future().share()](const LogLine&) { opened.wait(); },
                     1000};
    writer.write({6, "stuck"});
    CHECK_FALSE(writer.flush(1ms));
  }  // within a second, its thread left behind
  open->set_value();
}

TEST_CASE("what a stranger said makes no second line") {
  const KeepDefaultLogger keep;
  Paper paper;
  {
    const Log log{LogLevel::info, paper.put()};
    spdlog::warn("channel not reached channel=desk detail=\"{}\"", "no\nfire rule=x\r\x7f\t");
  }
  REQUIRE(paper.lines.size() == 1);
  CHECK(paper.lines[0].text == "channel not reached channel=desk detail=\"no fire rule=x   \"");
}

TEST_CASE("a line is cut at a character's border") {
  const KeepDefaultLogger keep;
  Paper paper;
  {
    const Log log{LogLevel::info, paper.put()};
    std::string text = "x";
    while (text.size() < 20'000) text += "油";
    spdlog::info(text);
  }
  REQUIRE(paper.lines.size() == 1);
  CHECK(paper.lines[0].text.size() <= 8'200);
  CHECK(paper.lines[0].text.ends_with("油…"));
}

}  // namespace
}  // namespace foghorn::test
