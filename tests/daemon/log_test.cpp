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

/// What a daemon's log would hold, by a clock that the test moves.
struct Told {
  Repeats repeats;
  std::vector<std::string> lines{};

  void say(Duration now, int priority, const std::string& text) {
    pass(now);
    if (auto line = repeats.admit({priority, text}, words_of(text), now))
      lines.push_back(line->text);
  }
  /// Time goes by, as the writer's thread lets it.
  void pass(Duration now) {
    while (repeats.next_due() && *repeats.next_due() <= now)
      for (auto& line : repeats.take_due(*repeats.next_due())) lines.push_back(line.text);
  }
  std::uint64_t left_out() const {
    std::uint64_t sum = 0;
    for (const auto& line : lines)
      if (const auto at = line.find(" left_out="); at != line.npos)
        sum += std::stoull(line.substr(at + 10));
    return sum;
  }
};

constexpr int error = 3;
constexpr int warning = 4;
constexpr int info = 6;

TEST_CASE("a feed that comes and goes every second all day is some 150 lines, not 86,400") {
  Told told;
  for (Duration now{}; now < 24h; now += 2s) {
    told.say(now, info, "feed live feed=okx");
    told.say(now + 1s, warning, "feed lost feed=okx error=closed retry_in=1s");
  }
  told.pass(25h);
  CHECK(told.lines.size() >= 144);
  CHECK(told.lines.size() <= 160);
  CHECK(told.lines.size() + told.left_out() == 86'400);  // none is in no count
}

TEST_CASE("a feed that comes and goes and then stays away: the log ends on why") {
  Told told;
  for (int i = 0; i < 20; ++i) {
    told.say(i * 2min, info, "feed live feed=okx");
    told.say(i * 2min + 1min, warning, "feed lost feed=okx error=closed");
  }
  told.pass(60min);
  CHECK(told.lines.back().starts_with("feed lost feed=okx error=closed left_out="));
}

TEST_CASE("a feed that comes and goes and then stays: the log ends on that it lives") {
  Told told;
  for (int i = 0; i < 20; ++i) {
    told.say(i * 2min, warning, "feed lost feed=okx error=closed");
    told.say(i * 2min + 1min, info, "feed live feed=okx");
  }
  told.pass(60min);
  CHECK(told.lines.back().starts_with("feed live feed=okx left_out="));
}

TEST_CASE("the last line that was left out comes when its time has come, not before") {
  Told told;
  for (int i = 0; i < 12; ++i)
    told.say(0s, warning, fmt::format("feed lost feed=okx error=x n={}", i));
  REQUIRE(told.lines.size() == 10);
  told.pass(10min - 1s);
  CHECK(told.lines.size() == 10);
  told.pass(10min + 1s);
  REQUIRE(told.lines.size() == 11);
  CHECK(told.lines.back() == "feed lost feed=okx error=x n=11 left_out=1");
  CHECK_FALSE(told.repeats.next_due());
}

TEST_CASE("what repeats holds back nothing else, and a new error is told at once") {
  Told told;
  for (int i = 0; i < 100; ++i) told.say(0s, warning, "feed lost feed=okx error=closed");
  for (const auto* news :
       {"feed lost feed=okx error=timed_out", "feed lost feed=bybit error=closed",
        "channel not reached channel=desk error=closed",
        "feed subscription refused feed=okx stream=a message=x"}) {
    told.say(0s, warning, news);
    CHECK(told.lines.back().starts_with(news));
  }
}

TEST_CASE("an error is always written, and so is its end") {
  Told told;
  for (int i = 0; i < 100; ++i) {
    told.say(0s, error, "channel down channel=desk error=93000");
    told.say(0s, info, "channel back channel=desk");
    told.say(0s, error, "store cannot commit error=full detail=x");
    told.say(0s, info, "store commits again events=1");
  }
  CHECK(told.lines.size() == 400);
  CHECK(told.left_out() == 0);
}

TEST_CASE("a line with an id stands for itself: each is written") {
  Told told;
  for (int i = 0; i < 30; ++i) {
    told.say(0s, error, fmt::format("message given up channel=desk id={} error=x", i));
    told.say(0s, info, fmt::format("message dropped by order channel=desk id={}", i));
    told.say(0s, info, fmt::format("fire rule=oil-shock instrument=WTI tier=major id={}", i));
  }
  CHECK(told.lines.size() == 90);
}

TEST_CASE("what was held back does not come after what ended it") {
  Told told;
  for (int i = 0; i < 20; ++i) told.say(0s, warning, "heartbeat ping not answered error=closed");
  told.say(1s, info, "heartbeat ping answered again");
  told.pass(24h);
  CHECK(told.lines.back() == "heartbeat ping answered again left_out=10");
}

TEST_CASE(
    "strangers at the port cannot fill the log; a rule's or an instrument's trouble is its own") {
  Told told;
  for (int i = 0; i < 1000; ++i)
    told.say(0s, warning, fmt::format("http trouble=slow what=\"{}\"", i));
  CHECK(told.lines.size() == 10);
  told.say(0s, warning, "http trouble=accept what=\"x\"");
  CHECK(told.lines.size() == 11);
  for (int i = 0; i < 500; ++i)
    told.say(0s, warning, fmt::format("daily history not read instrument=I{} error=x", i));
  CHECK(told.lines.size() == 511);
}

TEST_CASE("where more repeats than can be remembered, all is written and nothing forgotten") {
  Told told;
  for (int i = 0; i < 1100; ++i)
    for (int again = 0; again < 12; ++again)
      told.say(0s, warning, fmt::format("http trouble=t{}", i));
  CHECK(told.lines.size() == 1000 * 10 + 100 * 12);
  told.pass(1h);
  CHECK(told.lines.size() + told.left_out() == 1100 * 12);
  told.say(24h, warning, "http trouble=new");  // there is room again
  for (int again = 0; again < 12; ++again) told.say(24h, warning, "http trouble=new");
  CHECK(told.repeats.next_due());
}

TEST_CASE("whoever tries a config again and again is told each time") {
  Told told;
  for (int i = 0; i < 100; ++i) {
    told.say(0s, error, "config.toml:3:1: [daemon] htpp: no such key; write \"http\"");
    told.say(0s, error, "reload failed mistakes=1 consequence=old_config_goes_on");
  }
  CHECK(told.lines.size() == 200);
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

TEST_CASE("of a line that repeats the last is written before the log ends") {
  const KeepDefaultLogger keep;
  Paper paper;
  {
    const Log log{LogLevel::info, paper.put()};
    for (int i = 0; i < 1000; ++i) spdlog::warn("feed lost feed=okx error=closed try={}", i);
  }
  REQUIRE(paper.lines.size() == 11);
  CHECK(paper.lines[9].text == "feed lost feed=okx error=closed try=9");
  CHECK(paper.lines[10].text == "feed lost feed=okx error=closed try=999 left_out=989");
  CHECK(paper.lines[10].priority == 4);
}

TEST_CASE("a line held back comes without another being written") {
  const auto last = std::make_shared<std::promise<void>>();
  const auto put = [last](const LogLine& line) {
    if (line.text.starts_with("feed lost feed=okx error=x n=11")) last->set_value();
  };
  LogWriter writer{put, 10'000, Repeats{1ms}};
  for (int i = 0; i < 12; ++i) {
    const auto text = fmt::format("feed lost feed=okx error=x n={}", i);
    writer.write({warning, text}, words_of(text));
  }
  CHECK(last->get_future().wait_for(10s) == std::future_status::ready);
}

TEST_CASE("a critical line is kept where there is no room for others") {
  const auto open = std::make_shared<std::promise<void>>();
  const auto lines = std::make_shared<std::vector<std::string>>();
  {
    LogWriter writer{[opened = open->get_future().share(), lines](const LogLine& line) {
                       opened.wait();
                       lines->push_back(line.text);
                     },
                     100};
    for (int i = 0; i < 20; ++i) writer.write({error, fmt::format("{:010}", i)});
    writer.write({2, "task ended task=http error=x"});
    open->set_value();
    CHECK(writer.flush(10s));
  }
  REQUIRE(lines->size() == 12);
  CHECK(lines->at(10) == "log lines lost count=10 reason=nobody_reads_them");
  CHECK(lines->back() == "task ended task=http error=x");
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
