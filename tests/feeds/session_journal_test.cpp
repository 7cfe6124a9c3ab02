#include "feeds/session_journal.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <sstream>

#include "model/result.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

/// Catches the log while it lives.
class CaughtLog {
 public:
  CaughtLog() : before_{spdlog::default_logger()} {
    auto logger = std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_));
    logger->set_pattern("%l %v");
    spdlog::set_default_logger(std::move(logger));
  }
  ~CaughtLog() { spdlog::set_default_logger(before_); }
  CaughtLog(const CaughtLog&) = delete;
  CaughtLog& operator=(const CaughtLog&) = delete;

  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

struct Rig {
  CaughtLog log;
  LinkCounts counts;
  SessionJournal journal{"okx", counts};

  std::uint64_t reconnects() const {
    std::uint64_t sum = 0;
    for (const auto n : counts.reconnects) sum += n;
    return sum;
  }
};

}  // namespace

TEST_CASE("a lost feed is told with its error and when it will be tried again") {
  Rig rig;
  rig.journal.lost(Errc::timed_out, 2s, "");
  CHECK(rig.log.text() == "warning feed lost feed=okx error=timed_out retry_in=2s\n");
}

TEST_CASE("a proxy that comes to refuse for another reason is told anew") {
  Rig rig;
  rig.journal.lost(Errc::proxy_failed, 2s, " detail=\"cannot be reached\"");
  rig.journal.lost(Errc::proxy_failed, 2s, " detail=\"cannot be reached\"");
  rig.journal.lost(Errc::proxy_failed, 2s, " detail=\"answered 407\"");
  CHECK(rig.log.text() ==
        "warning feed lost feed=okx error=proxy_failed detail=\"cannot be reached\" retry_in=2s\n"
        "warning feed lost feed=okx error=proxy_failed detail=\"answered 407\" retry_in=2s\n");
}

TEST_CASE("a repeated failure is counted always and told when its error changes") {
  Rig rig;
  rig.journal.lost(Errc::timed_out, 1s, "");
  rig.journal.lost(Errc::timed_out, 2s, "");
  rig.journal.lost(Errc::unavailable_here, 5s, " status=451");
  CHECK(rig.reconnects() == 3);
  CHECK(rig.log.text() ==
        "warning feed lost feed=okx error=timed_out retry_in=1s\n"
        "warning feed lost feed=okx error=unavailable_here status=451 meaning=\"the venue does not "
        "serve this place (HTTP 451); a proxy may\" retry_in=5s\n");
}

TEST_CASE("a feed that came back is told, and so is its next loss, though the error be the same") {
  Rig rig;
  rig.journal.lost(Errc::timed_out, 1s, "");
  rig.journal.live();
  rig.journal.live();
  rig.journal.lost(Errc::timed_out, 1s, "");
  CHECK(rig.log.text() ==
        "warning feed lost feed=okx error=timed_out retry_in=1s\n"
        "info feed live feed=okx\n"
        "warning feed lost feed=okx error=timed_out retry_in=1s\n");
}

TEST_CASE("a refused subscription is named once, not on every reconnect") {
  Rig rig;
  rig.journal.refused("trades CL", "no such symbol");
  rig.journal.refused("trades CL", "no such symbol");
  CHECK(rig.counts.refused_subscriptions == 2);
  CHECK(rig.log.text() ==
        "warning feed subscription refused feed=okx stream=\"trades CL\" message=\"no such "
        "symbol\"\n");
}

TEST_CASE("refusals of what is none of our streams are counted always and told once a minute") {
  Rig rig;
  for (int i = 0; i < 60; ++i) {
    rig.journal.refused_unknown("", "no request " + std::to_string(i), at(i * 1s));
  }
  rig.journal.refused_unknown("", "no request 0", at(60s));  // the one that was told
  rig.journal.refused_unknown("X", "none", at(61s));
  CHECK(rig.counts.refused_subscriptions == 62);
  CHECK(rig.log.text() ==
        "warning feed subscription refused feed=okx stream=\"\" message=\"no request 0\"\n"
        "warning feed subscription refused feed=okx stream=\"X\" message=\"none\"\n");
}

TEST_CASE("a failed login has its own words") {
  Rig rig;
  rig.journal.login_failed(Errc::refused, 1s, " status=401");
  CHECK(rig.reconnects() == 1);
  CHECK(rig.log.text() ==
        "warning feed login failed feed=okx error=refused status=401 retry_in=1s\n");
}

TEST_CASE("a connection that cannot be replaced yet is told once, and is not lost") {
  Rig rig;
  rig.journal.live();
  rig.journal.not_replaced(Errc::timed_out, 1s, "");
  rig.journal.not_replaced(Errc::timed_out, 2s, "");
  rig.journal.replaced();
  rig.journal.live();
  CHECK(rig.log.text() ==
        "info feed live feed=okx\n"
        "warning feed connection not yet replaced feed=okx error=timed_out retry_in=1s "
        "consequence=the_old_one_goes_on\n"
        "info feed connection replaced feed=okx\n");
}

TEST_CASE("missed trades are told when they begin, at most once a minute") {
  Rig rig;
  rig.journal.missed_trades("BTC", 3, at(0s));
  rig.journal.missed_trades("BTC", 1, at(59s));
  rig.journal.missed_frames(2, at(60s));
  CHECK(rig.log.text() ==
        "warning feed missed trades feed=okx symbol=\"BTC\" missed=3\n"
        "warning feed missed frames feed=okx missed=2\n");
}

TEST_CASE("a quiet journal counts and says nothing") {
  const CaughtLog log;
  LinkCounts counts;
  SessionJournal journal{"okx", counts, Voice::quiet};
  journal.live();
  journal.lost(Errc::timed_out, 1s, "");
  journal.refused("trades CL", "no");
  journal.missed_trades("BTC", 1, at(0s));
  CHECK(counts.refused_subscriptions == 1);
  CHECK(log.text().empty());
}

TEST_CASE("what a venue says cannot forge a log line") {
  CHECK(printable("a\nb\x1b[31m\"c\"") == "a b [31m'c'");
  CHECK(printable(std::string(300, 'x')).size() == 200);
  std::string chinese;
  for (int i = 0; i < 100; ++i) chinese += "油";
  CHECK(printable(chinese).size() == 198);  // whole characters only
}

TEST_CASE("every label that an error can have has its own count") {
  for (int code = 1; code <= static_cast<int>(Errc::proxy_failed); ++code) {
    const std::string_view label = error_label(static_cast<Errc>(code));
    CAPTURE(label);
    CHECK(std::ranges::count(reconnect_reasons, label) == 1);
  }
}
