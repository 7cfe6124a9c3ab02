// Answers that are computed aside: one at a time, few waiting, none made twice within seconds.
#include "daemon/slow_answers.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>

#include <deque>
#include <stdexcept>

#include "tests/support/run.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

HttpQuery about(std::string subject) {
  return {
      .path = "/api/v1/chart", .parameters = {{"instrument", std::move(subject)}}, .accept = {}};
}

/// Requests on one context, makers on another that moves by hand.
struct Rig {
  explicit Rig(SlowAnswersLimits limits = {})
      : answers{here.get_executor(), aside.get_executor(), limits} {}

  HttpReply make(const HttpQuery& query) {
    ++made;
    if (query.parameters[0].second == "TYPO") return {.status = 400, .body = "TYPO"};
    if (query.parameters[0].second == "TROUBLE") throw std::runtime_error{"trouble"};
    return {.status = 200, .body = query.parameters[0].second};
  }

  /// Asks, and goes on as far as that goes without a maker.
  std::size_t ask(std::string subject) {
    auto& reply = replies.emplace_back();
    auto& signal = stops.emplace_back();
    auto keep = [&reply](std::exception_ptr failure, HttpReply said) {
      if (!failure) reply = std::move(said);
    };
    asio::co_spawn(here,
                   answers.answer(about(std::move(subject)),
                                  [this](const HttpQuery& query) { return make(query); }),
                   asio::bind_cancellation_slot(signal.slot(), keep));
    go_on();
    return replies.size() - 1;
  }

  void go_on() {
    here.restart();
    here.poll();
  }

  /// One answer is made and told.
  void make_one() {
    aside.restart();
    aside.run_one();
    go_on();
  }

  asio::io_context here{1}, aside{1};
  std::deque<std::optional<HttpReply>> replies;
  std::deque<asio::cancellation_signal> stops;
  SlowAnswers answers;
  int made{};
};

}  // namespace

TEST_CASE("an answer that takes a while keeps nobody's thread") {
  Rig rig;
  const auto oil = rig.ask("WTI");
  CHECK_FALSE(rig.replies[oil]);
  rig.make_one();
  REQUIRE(rig.replies[oil]);
  CHECK(rig.replies[oil]->body == "WTI");
}

TEST_CASE("who asks the same while it is made, or soon after, gets the same answer") {
  Rig rig;
  rig.ask("WTI");
  rig.ask("WTI");
  rig.make_one();
  CHECK(rig.replies[0]->body == "WTI");
  CHECK(rig.replies[1]->body == "WTI");
  CHECK(rig.replies[rig.ask("WTI")]->body == "WTI");
  CHECK(rig.made == 1);
}

TEST_CASE("an answer is made anew when it has grown old") {
  Rig rig{{.kept = 0s}};
  rig.ask("WTI");
  rig.make_one();
  rig.ask("WTI");
  rig.make_one();
  CHECK(rig.made == 2);
  CHECK(rig.replies[1]);
}

TEST_CASE("when too many wait one more is asked to come back later") {
  Rig rig{{.most_waiting = 2}};
  rig.ask("WTI");
  rig.ask("GOLD");
  const auto third = rig.ask("BTC");
  REQUIRE(rig.replies[third]);
  CHECK(rig.replies[third]->status == 503);
  REQUIRE(rig.replies[third]->headers.size() == 1);
  CHECK(rig.replies[third]->headers[0].first == "Retry-After");
  rig.make_one();
  CHECK_FALSE(rig.replies[rig.ask("BTC")]);
}

TEST_CASE("what fails is said, and fails nothing else") {
  Rig rig;
  const auto trouble = rig.ask("TROUBLE");
  const auto oil = rig.ask("WTI");
  rig.make_one();
  rig.make_one();
  CHECK(rig.replies[trouble]->status == 500);
  CHECK(rig.replies[oil]->status == 200);
}

TEST_CASE("who goes away leaves the others waiting, and the answer is made for them") {
  Rig rig;
  const auto first = rig.ask("WTI");
  const auto second = rig.ask("WTI");
  rig.stops[first].emit(asio::cancellation_type::terminal);
  rig.go_on();
  CHECK_FALSE((rig.replies[first] && rig.replies[first]->status == 200));
  CHECK_FALSE(rig.replies[second]);
  rig.make_one();
  CHECK(rig.replies[second]->body == "WTI");
}

TEST_CASE("what was refused or failed is not kept: who asks again may have it otherwise") {
  Rig rig;
  for (const auto* subject : {"TYPO", "TROUBLE"}) {
    rig.ask(subject);
    rig.make_one();
    CHECK_FALSE(rig.replies[rig.ask(subject)]);
    rig.make_one();
    CHECK(rig.replies.back()->status != 200);
  }
  CHECK(rig.made == 4);
}

TEST_CASE("few answers are kept, and those are the last") {
  Rig rig{{.kept = 1h, .most_kept = 2}};
  for (const auto* subject : {"WTI", "GOLD", "BTC"}) {
    rig.ask(subject);
    rig.make_one();
  }
  CHECK(rig.replies[rig.ask("GOLD")]);
  CHECK(rig.replies[rig.ask("BTC")]);
  CHECK_FALSE(rig.replies[rig.ask("WTI")]);
}
