#include "alerts/courier_fsm.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/alert_events.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using enum Delivery::Verdict;

namespace {

constexpr Delivery arrived{.verdict = delivered};
constexpr Delivery broken{.verdict = retry, .reason = "http_5xx"};
constexpr Delivery no_answer{.verdict = unknown, .reason = "timed_out"};
constexpr Delivery dead_key{.verdict = refused, .reason = "93000", .channel_is_dead = true};
constexpr Delivery odd{.verdict = retry, .reason = "other", .most_tries = 3};
constexpr Delivery full{.verdict = retry, .reason = "45009", .too_often = true};
constexpr Delivery too_long{.verdict = shorten, .reason = "40058"};

/// A courier on a string: messages go when it may, and end as the test says.
struct Rig {
  Timestamp now{at(0s)};
  Telling telling{Telling::together};
  CourierFsm fsm{"desk",
                 {.sends = 18, .reserve = 2, .window = 60s, .penalty = 10s},
                 {},
                 now,
                 [] { return 0.5; },
                 telling};
  std::map<std::string, OutboxRow> rows{};  // as committed

  static OutboxRow row_of(const AlertEvent& event, Timestamp created) {
    return {.id = outbox_id(event.id, "desk"),
            .event = event.id,
            .channel = "desk",
            .episode = event.episode,
            .tier = event.tier,
            .next_try = created,
            .created = created};
  }

  void add(const AlertEvent& event) { fsm.add(row_of(event, now), event); }

  void fire(const std::string& id, Tier tier = Tier::major) {
    auto event = oil(AlertKind::fire, id, tier);
    event.episode = "E" + id;
    add(event);
  }

  void commit(const Commit& commit) {
    for (const auto& row : commit.changed_rows) rows[row.id] = row;
  }

  /// Waits as long as it takes and begins.
  CourierFsm::Attempt begin() {
    const auto due = fsm.next(now);
    REQUIRE(due);
    now = std::max(now, *due);
    auto attempt = fsm.begin(now);
    commit(attempt.commit);
    return attempt;
  }

  CourierFsm::Outcome end(const Delivery& delivery) {
    auto outcome = fsm.end(now, delivery);
    commit(outcome.commit);
    return outcome;
  }

  CourierFsm::Outcome attempt(const Delivery& delivery) {
    begin();
    return end(delivery);
  }

  /// How long until the next message may go.
  Duration wait() const { return fsm.next(now).value() - now; }

  const OutboxRow& row(const std::string& event) { return rows.at(outbox_id(event, "desk")); }
};

std::vector<std::string> ids(const CourierFsm::Attempt& attempt) {
  std::vector<std::string> out;
  for (const auto& event : attempt.events) out.push_back(event.id);
  return out;
}

using Ids = std::vector<std::string>;

}  // namespace

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
  rig.attempt({.verdict = retry, .reason = "http_5xx", .asked_wait = 7s});
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
  CHECK(outcome.given_up == "a/desk");
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
  rig.fsm.restore({row, event}, rig.now);
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
  CHECK(rig.attempt(odd).given_up == "a/desk");
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
  after.fsm.restore({before.row("a"), oil(AlertKind::fire, "a")}, after.now);
  after.fsm.restore({before.row("b"), oil(AlertKind::resolve, "b")}, after.now);
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
  CHECK(rig.attempt(odd).given_up == "a/desk");
  CHECK(ids(rig.begin()) == Ids{"b"});
}

TEST_CASE("told one by one, what was on the line before a crash goes first after it, marked") {
  Rig before{.telling = Telling::one_by_one};
  before.add(oil(AlertKind::fire, "a"));
  before.begin();

  Rig after{.telling = Telling::one_by_one};
  const auto resolve = oil(AlertKind::resolve, "b");
  after.fsm.restore({before.row("a"), oil(AlertKind::fire, "a")}, after.now);
  after.fsm.restore({Rig::row_of(resolve, after.now), resolve}, after.now);
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
  after.fsm.restore({before.row("a"), oil(AlertKind::fire, "a")}, after.now);
  after.fsm.restore({before.row("b"), oil(AlertKind::resolve, "b")}, after.now);
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
  CHECK(rig.attempt(arrived).circuit_closed);
  CHECK(ids(rig.begin()) == Ids{"b"});
  CHECK(rig.row("a").state == OutboxState::delivered);
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
  rig.attempt(
      {.verdict = refused, .reason = "http_404", .asked_wait = 5min, .channel_is_dead = true});
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
