#include "alerts/courier_fsm.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/alerts/courier_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using Rig = CourierRig;

TEST_CASE("nothing waiting, nothing to do") {
  Rig rig;
  CHECK_FALSE(rig.fsm.next(rig.now));
  CHECK(rig.fsm.waiting() == 0);
}

TEST_CASE("a message is being sent before it is delivered, and then no more waits") {
  Rig rig;
  rig.fire("a");
  const auto attempt = rig.begin();
  CHECK(ids(attempt) == Ids{"a"});
  CHECK(rig.row("a").state == OutboxState::sending);
  CHECK(attempt.commit.sends.size() == 1);
  CHECK_FALSE(attempt.options.maybe_repeated);
  CHECK_FALSE(rig.fsm.next(rig.now));

  rig.end(arrived);
  CHECK(rig.row("a").state == OutboxState::delivered);
  CHECK(rig.row("a").settled == rig.now);
  CHECK_FALSE(rig.fsm.next(rig.now));
}

TEST_CASE("a failure is tried again after a wait that grows, until it arrives") {
  Rig rig;
  rig.fire("a");
  for (const Duration wait : {500ms, 1000ms, 2000ms, 4000ms}) {
    rig.attempt(broken);
    CHECK(rig.wait() == wait);
    CHECK(rig.row("a").state == OutboxState::pending);
  }
  rig.attempt(arrived);
  CHECK(rig.row("a").state == OutboxState::delivered);
  CHECK(rig.row("a").tries == 5);
}

TEST_CASE("the wait that the platform asks for is a floor") {
  Rig rig;
  rig.fire("a");
  rig.attempt({.verdict = Delivery::Verdict::retry, .reason = "http_5xx", .asked_wait = 7s});
  CHECK(rig.wait() == 7s);
}

TEST_CASE("a message without an answer is sent once more, marked, and then given up") {
  Rig rig;
  rig.fire("a");
  rig.attempt(no_answer);
  const auto again = rig.begin();
  CHECK(again.options.maybe_repeated);
  const auto outcome = rig.end(no_answer);
  CHECK(rig.row("a").state == OutboxState::unknown);
  REQUIRE(outcome.given_up.size() == 1);
  CHECK(outcome.given_up[0].row == "a/desk");
  CHECK_FALSE(rig.fsm.next(rig.now));
}

TEST_CASE("a message without an answer goes on when it was refused in between") {
  Rig rig;
  rig.fire("a");
  rig.attempt(no_answer);
  rig.attempt(broken);
  CHECK(rig.begin().options.maybe_repeated);
  rig.end(arrived);
  CHECK(rig.row("a").state == OutboxState::delivered);
}

TEST_CASE("an attempt that died with the daemon is tried until it is answered, marked") {
  Rig rig;
  const auto event = oil(AlertKind::fire, "a");
  auto row = Rig::row_of(event, rig.now);
  row.state = OutboxState::sending;
  rig.restore({row, event});
  for (int i = 0; i < 4; ++i) {
    CHECK(rig.begin().options.maybe_repeated);
    rig.end(no_answer);
    CHECK(rig.row("a").state == OutboxState::pending);
  }
  rig.attempt(arrived);
  CHECK(rig.row("a").state == OutboxState::delivered);
}

TEST_CASE("an answer that nobody knows is tried twice more and then refused") {
  Rig rig;
  rig.fire("a");
  rig.attempt(odd);
  rig.attempt(odd);
  CHECK(rig.row("a").state == OutboxState::pending);
  CHECK(rig.attempt(odd).given_up.at(0).row == "a/desk");
  CHECK(rig.row("a").state == OutboxState::refused);
}

TEST_CASE("a message that is too long is rendered shorter once, at once, and then refused") {
  Rig rig;
  rig.fire("a");
  rig.attempt(too_long);
  CHECK(rig.wait() == 0s);
  CHECK(rig.begin().options.shorter);
  rig.end(too_long);
  CHECK(rig.row("a").state == OutboxState::refused);
}

TEST_CASE("a refused message does not hold up the next one's rendering") {
  Rig rig;
  rig.fire("a");
  rig.attempt(too_long);
  rig.attempt(too_long);
  rig.fire("b");
  CHECK_FALSE(rig.begin().options.shorter);
}

TEST_CASE(
    "after the platform's no, nothing goes out until the quota frees, and the circuit stays "
    "closed") {
  Rig rig;
  rig.fire("a");
  rig.fire("b", Tier::critical);
  for (int i = 0; i < 10; ++i) {
    rig.attempt(full);
    CHECK(rig.wait() >= 10s);
  }
  CHECK_FALSE(rig.fsm.circuit_open());
}

TEST_CASE("critical messages overtake the others, which keep their order") {
  Rig rig;
  rig.fire("a", Tier::notice);
  rig.fire("b", Tier::major);
  rig.fire("c", Tier::critical);
  for (const char* expected : {"c", "a", "b"}) {
    CHECK(ids(rig.begin()) == Ids{expected});
    rig.end(arrived);
  }
}

TEST_CASE("a message that keeps failing does not stand in the way of the others") {
  Rig rig;
  rig.fire("poison");
  for (int i = 0; i < 4; ++i) rig.attempt(broken);
  rig.fire("b");
  CHECK(ids(rig.begin()) == Ids{"b"});
}

TEST_CASE("a later event of an episode takes its undelivered predecessors along") {
  Rig rig;
  rig.add(oil(AlertKind::fire, "a"));
  rig.attempt(broken);
  rig.add(oil(AlertKind::resolve, "b"));
  CHECK(ids(rig.begin()) == Ids{"a", "b"});
  CHECK(rig.row("a").state == OutboxState::replaced);
  CHECK(rig.row("a").told_by == "b/desk");
  rig.end(arrived);
  CHECK(rig.row("b").state == OutboxState::delivered);
  CHECK_FALSE(rig.fsm.next(rig.now));
}

TEST_CASE("a later event never overtakes a predecessor on the line") {
  Rig rig;
  rig.add(oil(AlertKind::fire, "a"));
  rig.begin();
  rig.add(oil(AlertKind::resolve, "b"));
  CHECK_FALSE(rig.fsm.next(rig.now));
  rig.end(arrived);
  CHECK(ids(rig.begin()) == Ids{"b"});
  rig.end(arrived);
  CHECK(rig.row("a").state == OutboxState::delivered);
}

TEST_CASE("what is told by a message that failed is told by the next one") {
  Rig rig;
  rig.add(oil(AlertKind::fire, "a"));
  rig.add(oil(AlertKind::escalate, "b"));
  rig.attempt(broken);
  rig.add(oil(AlertKind::resolve, "c"));
  CHECK(ids(rig.begin()) == Ids{"a", "b", "c"});
  CHECK(rig.row("a").told_by == "c/desk");
  CHECK(rig.row("b").told_by == "c/desk");
}

TEST_CASE("doubt about a predecessor marks the message that tells it") {
  Rig rig;
  rig.add(oil(AlertKind::fire, "a"));
  rig.attempt(no_answer);
  rig.add(oil(AlertKind::resolve, "b"));
  CHECK(rig.begin().options.maybe_repeated);
}

TEST_CASE("what was told together before a crash is told together after it") {
  Rig before;
  before.add(oil(AlertKind::fire, "a"));
  before.add(oil(AlertKind::resolve, "b"));
  before.begin();

  Rig after;
  after.restore({before.row("a"), oil(AlertKind::fire, "a")});
  after.restore({before.row("b"), oil(AlertKind::resolve, "b")});
  const auto attempt = after.begin();
  CHECK(ids(attempt) == Ids{"a", "b"});
  CHECK(attempt.options.maybe_repeated);
}

TEST_CASE("told one by one, each event of an episode is a message of its own, in order") {
  Rig rig{.telling = Telling::one_by_one};
  rig.add(oil(AlertKind::fire, "a"));
  rig.add(oil(AlertKind::escalate, "b"));
  rig.attempt(broken);
  rig.add(oil(AlertKind::resolve, "c"));
  for (const char* expected : {"a", "b", "c"}) {
    CHECK(ids(rig.begin()) == Ids{expected});
    CHECK(rig.end(arrived).given_up.empty());
    CHECK(rig.row(expected).state == OutboxState::delivered);
    CHECK(rig.row(expected).told_by.empty());
  }
  CHECK_FALSE(rig.fsm.next(rig.now));
  CHECK(rig.fsm.rows() == 0);
}

TEST_CASE("told one by one, an event waits for the one before it, until that is given up") {
  Rig rig{.telling = Telling::one_by_one};
  rig.add(oil(AlertKind::fire, "a"));
  rig.add(oil(AlertKind::resolve, "b"));
  rig.attempt(odd);
  rig.attempt(odd);
  CHECK(rig.attempt(odd).given_up.at(0).row == "a/desk");
  CHECK(ids(rig.begin()) == Ids{"b"});
}

TEST_CASE("told one by one, what was on the line before a crash goes first after it, marked") {
  Rig before{.telling = Telling::one_by_one};
  before.add(oil(AlertKind::fire, "a"));
  before.begin();

  Rig after{.telling = Telling::one_by_one};
  const auto resolve = oil(AlertKind::resolve, "b");
  after.restore({before.row("a"), oil(AlertKind::fire, "a")});
  after.restore({Rig::row_of(resolve, after.now), resolve});
  const auto again = after.begin();
  CHECK(ids(again) == Ids{"a"});
  CHECK(again.options.maybe_repeated);
  after.end(arrived);
  const auto next = after.begin();
  CHECK(ids(next) == Ids{"b"});
  CHECK_FALSE(next.options.maybe_repeated);
}

TEST_CASE(
    "a channel that was told together and is told one by one now gets what had been replaced") {
  Rig before;
  before.add(oil(AlertKind::fire, "a"));
  before.add(oil(AlertKind::resolve, "b"));
  before.begin();

  Rig after{.telling = Telling::one_by_one};
  after.restore({before.row("a"), oil(AlertKind::fire, "a")});
  after.restore({before.row("b"), oil(AlertKind::resolve, "b")});
  for (const char* expected : {"a", "b"}) {
    CHECK(ids(after.begin()) == Ids{expected});
    after.end(arrived);
    CHECK(after.row(expected).state == OutboxState::delivered);
    CHECK(after.row(expected).told_by.empty());
  }
}

TEST_CASE("a dead webhook opens the circuit and loses nothing") {
  Rig rig;
  rig.fire("a");
  rig.fire("b");
  CHECK(rig.attempt(dead_key).circuit_opened);
  CHECK(rig.fsm.circuit_open());
  CHECK(rig.wait() == 30s);
  CHECK_FALSE(rig.attempt(dead_key).circuit_opened);
  CHECK(rig.wait() == 60s);
  CHECK(ids(rig.begin()) == Ids{"a", "b"});
  CHECK(rig.end(arrived).circuit_closed);
  CHECK_FALSE(rig.fsm.next(rig.now));
}

TEST_CASE("five failures in a row open the circuit, and its probe goes out when due") {
  Rig rig;
  rig.fire("a");
  for (int i = 0; i < 4; ++i) CHECK_FALSE(rig.attempt(broken).circuit_opened);
  CHECK(rig.attempt(broken).circuit_opened);
  CHECK(rig.wait() == 30s);
}

TEST_CASE("no probe goes out before the time that the platform asked for") {
  Rig rig;
  rig.fire("a");
  rig.attempt({.verdict = Delivery::Verdict::refused,
               .reason = "http_404",
               .asked_wait = 5min,
               .channel_is_dead = true});
  CHECK(rig.wait() == 5min);
}

TEST_CASE("when a channel is back, what waited for its sake waits no longer") {
  Rig rig;
  rig.fire("a");
  for (int i = 0; i < 12; ++i) rig.attempt(broken);
  rig.fire("b");
  rig.attempt(broken);
  rig.attempt(arrived);
  CHECK(rig.wait() == 0s);
}

TEST_CASE("attempts are counted by how they ended, and delivery by how long it took") {
  Rig rig;
  rig.fire("a");
  rig.attempt(broken);
  rig.attempt(arrived);
  rig.fire("b");
  rig.attempt(no_answer);
  const auto& counts = rig.fsm.counts();
  CHECK(counts.delivered == 1);
  CHECK(counts.retried == 1);
  CHECK(counts.unknown == 1);
  CHECK(counts.errors.at("http_5xx") == 1);
  CHECK(counts.latency.counts[3] == 1);  // 0.5 s
}

TEST_CASE("at the bound the oldest of the least important gives way, never what is on the line") {
  Rig rig;
  rig.fire("a", Tier::notice);
  rig.begin();
  rig.fire("b", Tier::major);
  rig.fire("c", Tier::notice);
  rig.fire("d", Tier::notice);
  const auto dropped = rig.fsm.drop_below(Tier::critical, rig.now);
  REQUIRE(dropped.size() == 1);
  CHECK(dropped[0].event == "c");
  CHECK(dropped[0].state == OutboxState::dropped);
  CHECK(rig.fsm.drop_below(Tier::notice, rig.now).empty());
  CHECK(rig.fsm.rows() == 3);
}

TEST_CASE("when a message of several fails, all of them wait as if they had never set out") {
  Rig rig;
  rig.fire_at_once({"a", "b"});
  rig.attempt(broken);
  for (const char* id : {"a", "b"}) {
    CHECK(rig.row(id).state == OutboxState::pending);
    CHECK(rig.row(id).told_by.empty());
    CHECK(rig.row(id).settled == no_time);
    CHECK(rig.row(id).tries == 1);
    CHECK_FALSE(rig.row(id).uncertain);
  }
}

TEST_CASE("without an answer every event of the message is in doubt, each for itself") {
  Rig rig;
  rig.fire_at_once({"a", "b"});
  rig.attempt(no_answer);
  rig.fire("c");
  rig.now += 30s;
  CHECK(rig.begin().options.maybe_repeated);
  const auto outcome = rig.end(no_answer);
  REQUIRE(outcome.given_up.size() == 2);
  CHECK(rig.row("a").state == OutboxState::unknown);
  CHECK(rig.row("b").state == OutboxState::unknown);
  CHECK(rig.row("c").state == OutboxState::pending);
  CHECK(rig.row("c").unknowns == 1);
}

TEST_CASE("what was on the line together before a crash is all in doubt after it") {
  Rig before;
  before.fire_at_once({"a", "b"});
  before.begin();
  Rig after;
  for (const char* id : {"a", "b"}) after.restore({before.row(id), after.event(id, Tier::major)});
  for (int i = 0; i < 3; ++i) {
    CHECK(after.begin().options.maybe_repeated);
    after.end(no_answer);
    CHECK(after.row("a").state == OutboxState::pending);
  }
}

TEST_CASE("a refused digest is taken apart, so that only what the platform chokes on is refused") {
  Rig rig;
  rig.fire_at_once({"a", "poison", "c"});
  rig.attempt(refused_it);
  CHECK(rig.told() == Ids{"a"});
  const auto second = rig.begin();
  CHECK(ids(second) == Ids{"poison"});
  REQUIRE(rig.end(refused_it).given_up.size() == 1);
  CHECK(rig.row("poison").state == OutboxState::refused);
  CHECK(rig.told() == Ids{"c"});
}

TEST_CASE("a digest that meets a dead webhook stays one") {
  Rig rig;
  rig.fire_at_once({"a", "b"});
  rig.attempt(dead_key);
  CHECK(rig.told() == Ids{"a", "b"});
}

TEST_CASE("a digest that is too long is halved, until it is one event and rendered shorter") {
  Rig rig;
  rig.fire_at_once({"a", "b", "c", "d"});
  rig.attempt(too_long);
  CHECK(ids(rig.begin()) == Ids{"a", "b"});
  rig.end(too_long);
  const auto single = rig.begin();
  CHECK(ids(single) == Ids{"a"});
  CHECK_FALSE(single.options.shorter);
  rig.end(too_long);
  CHECK(rig.begin().options.shorter);
  rig.end(arrived);
  CHECK(rig.told() == Ids{"b", "c"});  // what is not too long grows again
}

TEST_CASE("where a digest fails and fails, one of it goes alone, lest the channel stand still") {
  Rig rig;
  rig.fire_at_once({"a", "b", "c"});
  for (int i = 0; i < 3; ++i) rig.attempt(broken);
  CHECK(rig.told() == Ids{"a"});
}

TEST_CASE("what fails in company while the channel delivers others is told alone") {
  Rig rig;
  rig.fire_at_once({"a", "poison", "c", "d"});
  for (int i = 0; i < 20 && rig.fsm.waiting() > 1; ++i) {
    const auto told = ids(rig.begin());
    const bool bad = std::ranges::find(told, "poison") != told.end();
    rig.end(bad ? broken : arrived);
  }
  CHECK(rig.row("a").state == OutboxState::delivered);
  CHECK(rig.row("c").state == OutboxState::delivered);
  CHECK(rig.row("d").state == OutboxState::delivered);
}

TEST_CASE("of an episode that is refused as a whole only the event to blame is refused") {
  Rig rig;
  rig.add(oil(AlertKind::fire, "a"));
  rig.add(oil(AlertKind::escalate, "poison"));
  rig.add(oil(AlertKind::resolve, "c"));
  rig.attempt(refused_it);
  CHECK(rig.told() == Ids{"a"});
  CHECK(rig.attempt(refused_it).given_up.at(0).row == "poison/desk");
  CHECK(rig.told() == Ids{"c"});
}

TEST_CASE("asked for a message when none may go, the courier has none") {
  Rig rig{.muted = [](Timestamp t) -> std::optional<Timestamp> {
    return t < at(1h) ? std::nullopt : std::optional{at(2h)};
  }};
  CHECK(rig.fsm.begin(rig.now).events.empty());
  rig.fire("a", Tier::notice);
  REQUIRE(rig.wait() == 0s);
  const auto attempt = rig.fsm.begin(at(1h));  // a moment too late
  CHECK(attempt.events.empty());
  CHECK(attempt.commit.empty());
  CHECK(rig.fsm.next(at(1h)) == at(2h));
}

TEST_CASE("a restart says which rows it changed, so that no later message leaves one behind") {
  Rig first;
  first.fire_at_once({"a", "b"});
  first.begin();
  REQUIRE(first.row("a").state == OutboxState::replaced);

  Rig second;
  const auto a = first.event("a", Tier::major);
  const auto b = first.event("b", Tier::major);
  second.restore({first.row("a"), a});
  second.restore({first.row("b"), b});
  for (const char* id : {"a", "b"}) {
    CHECK(second.row(id).state == OutboxState::pending);
    CHECK(second.row(id).told_by.empty());
    CHECK(second.row(id).uncertain);
    CHECK(second.row(id).unanswered);
  }
  CHECK_FALSE(Rig{}.fsm.restore({second.row("a"), a}, second.now));
}

TEST_CASE("the silence that a platform asked for outlives a restart, for what is new as well") {
  for (const auto& asked :
       {Delivery{.verdict = Delivery::Verdict::retry, .reason = "http_5xx", .asked_wait = 30min},
        Delivery{.verdict = Delivery::Verdict::retry,
        .reason = "http_429",
        .asked_wait = 30min,
        .too_often = true},
        Delivery{.verdict = Delivery::Verdict::refused,
        .reason = "http_404",
        .asked_wait = 30min,
        .channel_is_dead = true}}) {
    Rig before;
    before.fire("a");
    before.attempt(asked);
    CHECK(before.silent_until >= before.now + 30min);

    Rig after{.silent_until = before.silent_until};
    after.fire("b", Tier::critical);
    CHECK(after.now + after.wait() == before.silent_until);
  }
}

TEST_CASE("a failure that asks for nothing commits no silence") {
  Rig rig;
  rig.fire("a");
  CHECK(rig.attempt(broken).commit.holds.empty());
}

TEST_CASE("a clock that was set back prolongs no silence beyond what a platform may ask for") {
  Rig rig{.silent_until = at(365 * 24h)};
  rig.fire("a");
  CHECK(rig.wait() == QuotaWindow::longest_wait);
}

TEST_CASE("a retried event goes before a later one of its episode that came with it") {
  Rig rig;
  auto fire = oil(AlertKind::fire, "a");
  auto escalate = oil(AlertKind::escalate, "b");
  SECTION("at an engine time of its own") {
    fire.kind = AlertKind::escalate;
    escalate.time += 1s;
  }
  SECTION("at the same") {}
  rig.add(escalate);
  rig.fsm.take_back(Rig::row_of(fire, rig.now), fire);
  CHECK(rig.told() == Ids{"a", "b"});
}

TEST_CASE("at the bound what repeats what is firing gives way to nothing: it is no row") {
  Rig rig{.telling = Telling::firing};
  rig.fsm.repeat(rig.now);
  CHECK(rig.fsm.drop_below(Tier::critical, rig.now).empty());
}
