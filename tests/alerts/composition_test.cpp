// What makes a message: alerts while there is time, digests when there is not.

#include "alerts/composition.hpp"

#include "tests/alerts/courier_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

using Rig = CourierRig;

TEST_CASE("what fired at one engine time goes out as one alert, what is critical of it first") {
  Rig rig;
  rig.fire_at_once({"a", "b"}, Tier::notice);
  auto critical = rig.event("c", Tier::critical);
  critical.time = rig.now;  // that of a and b
  rig.add(critical);
  rig.fire("d");
  const auto attempt = rig.begin();
  CHECK(ids(attempt) == Ids{"c", "a", "b"});
  CHECK(attempt.options.form == Form::alert);
  CHECK(rig.row("b").state == OutboxState::sending);
  CHECK(rig.row("c").told_by == "b/desk");
  rig.end(arrived);
  CHECK(rig.row("a").state == OutboxState::replaced);
  CHECK(rig.row("b").state == OutboxState::delivered);
  CHECK(rig.told() == Ids{"d"});
}

TEST_CASE("what one alert has no room for becomes a digest of as many as that has room for") {
  Rig rig{.room = 2, .lines = 3};
  rig.fire_at_once({"a", "b", "c", "d", "e"});
  const auto first = rig.begin();
  CHECK(first.options.form == Form::digest);
  CHECK(ids(first) == Ids{"a", "b", "c"});
  rig.end(arrived);
  const auto second = rig.begin();
  CHECK(second.options.form == Form::alert);
  CHECK(ids(second) == Ids{"d", "e"});
}

TEST_CASE("what is critical rather goes alone than on a line of a list") {
  Rig rig{.room = 1};
  rig.fire_at_once({"a", "b"});
  auto critical = rig.event("c", Tier::critical);
  critical.time = rig.now;
  rig.add(critical);
  const auto first = rig.begin();
  CHECK(ids(first) == Ids{"c"});
  CHECK(first.options.form == Form::alert);
  rig.end(arrived);
  CHECK(rig.told() == Ids{"a", "b"});
}

TEST_CASE("an episode with more to tell than fits is told in order, a part at a time") {
  Rig rig{.room = 1, .lines = 2};
  for (const char* id : {"a", "b", "c"}) rig.add(oil(AlertKind::escalate, id));
  CHECK(rig.told() == Ids{"a", "b"});
  CHECK(rig.told() == Ids{"c"});
  CHECK(rig.row("c").state == OutboxState::delivered);
}

TEST_CASE("alerts go one by one while the quota tells the last of them within 20 seconds") {
  Rig rig;
  for (int i = 0; i < 18; ++i) rig.fire(std::to_string(i));
  for (int i = 0; i < 18; ++i) CHECK(rig.told() == Ids{std::to_string(i)});
}

TEST_CASE("when the last would wait longer than 20 seconds, all become one digest at once") {
  Rig rig;
  Ids all;
  for (int i = 0; i < 19; ++i) all.push_back(std::to_string(i));
  for (const auto& id : all) rig.fire(id);
  rig.fire("critical", Tier::critical);
  CHECK(rig.told() == Ids{"critical"});
  CHECK(rig.wait() == 0s);
  const auto attempt = rig.begin();
  CHECK(attempt.options.form == Form::digest);
  CHECK(ids(attempt) == all);
  CHECK(late(attempt).empty());
}

TEST_CASE("more that is critical than can be told in 20 seconds is a digest, in which it leads") {
  Rig rig;
  rig.fire("notice", Tier::notice);
  Ids all;
  for (int i = 0; i < 21; ++i) {
    all.push_back("c" + std::to_string(i));
    rig.fire(all.back(), Tier::critical);
  }
  all.push_back("notice");
  CHECK(rig.told() == all);
}

TEST_CASE("in a digest the events of an episode stay together and in order") {
  Rig rig;
  rig.use_up_quota();
  rig.add(oil(AlertKind::fire, "a"));
  rig.fire("b");
  rig.add(oil(AlertKind::resolve, "c"));
  CHECK(rig.told() == Ids{"a", "c", "b"});
}

TEST_CASE("after an outage what has waited over 20 seconds is one digest, and news is an alert") {
  Rig rig;
  rig.fire("a");
  rig.attempt({.verdict = Delivery::Verdict::retry, .reason = "http_5xx", .asked_wait = 30s});
  rig.fire("b");
  rig.now += 25s;
  rig.fire("c");
  const auto digest = rig.begin();
  CHECK(digest.options.form == Form::digest);
  CHECK(ids(digest) == Ids{"a", "b"});
  rig.end(arrived);
  const auto news = rig.begin();
  CHECK(news.options.form == Form::alert);
  CHECK(ids(news) == Ids{"c"});
}

TEST_CASE("a single alert that waited for long is still told in full") {
  Rig rig;
  rig.fire("a");
  rig.attempt({.verdict = Delivery::Verdict::retry, .reason = "http_5xx", .asked_wait = 40s});
  CHECK(rig.begin().options.form == Form::alert);
}

TEST_CASE("an alert older than its tier's time to live is listed as late, never told as an alert") {
  for (const auto& [tier, lives] : std::initializer_list<std::pair<Tier, Duration>>{
           {Tier::notice, 15min}, {Tier::major, 2h}, {Tier::critical, 24h}}) {
    Rig rig;
    rig.fire("a", tier);
    rig.now += lives;
    CHECK(rig.begin().options.form == Form::alert);
    rig.end(full);
    rig.now += 1s;
    const auto attempt = rig.begin();
    CHECK(attempt.options.form == Form::digest);
    CHECK(late(attempt) == Ids{"a"});
    rig.end(arrived);
    CHECK(rig.row("a").state == OutboxState::delivered);
  }
}

TEST_CASE("what has no tier lives as long as a notice") {
  Rig rig;
  rig.add(about_gold(AlertKind::no_data, "g"));
  rig.now += 16min;
  CHECK(late(rig.begin()) == Ids{"g"});
}

TEST_CASE("news of an episode is an alert however late its beginning is, which says so") {
  Rig rig;
  rig.add(oil(AlertKind::fire, "a"));
  rig.now += 3h;
  rig.add(oil(AlertKind::resolve, "b"));
  const auto attempt = rig.begin();
  CHECK(attempt.options.form == Form::alert);
  CHECK(ids(attempt) == Ids{"a", "b"});
  CHECK(late(attempt) == Ids{"a"});
}

TEST_CASE("what is late makes a digest itself, after what is critical and before other news") {
  Rig rig;
  rig.fire("late", Tier::notice);
  rig.now += 20min;
  rig.fire("news");
  rig.fire("critical", Tier::critical);
  CHECK(rig.told() == Ids{"critical"});
  CHECK(rig.told() == Ids{"late"});
  CHECK(rig.told() == Ids{"news"});
}

TEST_CASE(
    "what an earlier life left behind for over 20 seconds goes out as one digest, so marked") {
  Rig rig;
  rig.restore(rig.event("old", Tier::major), rig.now - 3h);
  rig.restore(rig.event("older than 20 s", Tier::critical), rig.now - 21s);
  rig.restore(rig.event("young", Tier::major), rig.now - 20s);
  rig.fire("new");
  const auto digest = rig.begin();
  CHECK(digest.options.catch_up);
  CHECK(digest.options.form == Form::digest);
  CHECK(ids(digest) == Ids{"older than 20 s", "old"});
  CHECK(late(digest) == Ids{"old"});
  rig.end(arrived);
  for (const char* id : {"young", "new"}) {
    const auto alert = rig.begin();
    CHECK(ids(alert) == Ids{id});
    CHECK(alert.options.form == Form::alert);
    CHECK_FALSE(alert.options.catch_up);
    rig.end(arrived);
  }
}

TEST_CASE("what a catch-up has no room for is the next catch-up") {
  Rig rig{.lines = 2};
  for (const char* id : {"a", "b", "c"}) rig.restore(rig.event(id, Tier::major), rig.now - 1min);
  CHECK(rig.told() == Ids{"a", "b"});
  const auto rest = rig.begin();
  CHECK(ids(rest) == Ids{"c"});
  CHECK(rest.options.catch_up);
}

TEST_CASE("news of an episode that was left behind is an alert that tells both") {
  Rig rig;
  rig.restore(oil(AlertKind::fire, "a"), rig.now - 1h);
  rig.add(oil(AlertKind::resolve, "b"));
  const auto attempt = rig.begin();
  CHECK(ids(attempt) == Ids{"a", "b"});
  CHECK(attempt.options.form == Form::alert);
}

TEST_CASE("what is for digests only calls for no message on the day it comes") {
  Rig rig;
  rig.note("n");
  CHECK(rig.wait() == 24h);
  CHECK(rig.fsm.waiting() == 0);
  CHECK_FALSE(rig.fsm.oldest_waiting());
  rig.fire("a");
  CHECK(rig.told() == Ids{"a"});
  CHECK(rig.wait() == 24h);
  CHECK(rig.fsm.rows() == 1);
}

TEST_CASE("what is for digests only and joined none for a day makes one itself, and is not late") {
  Rig rig{.lines = 2};
  for (const char* id : {"a", "b", "c"}) rig.note(id);
  const auto digest = rig.begin();
  CHECK(rig.now == at(24h));
  CHECK(digest.options.form == Form::digest);
  CHECK(ids(digest) == Ids{"a", "b"});
  CHECK(late(digest).empty());
  CHECK_FALSE(digest.options.catch_up);
  const auto on_the_line = rig.row("a");
  rig.end(broken);
  CHECK(rig.row("a").state == OutboxState::for_digest);
  CHECK(late(rig.begin()).empty());
  rig.end(arrived);
  CHECK(rig.row("a").state == OutboxState::delivered);
  CHECK(rig.row("a").told_by.empty());
  CHECK(rig.row("b").told_by == "a/desk");
  CHECK(rig.told() == Ids{"c"});

  Rig after;
  after.now = rig.now;
  after.restore({on_the_line, after.event("a", Tier::notice)});
  const auto again = after.begin();
  CHECK(again.options.maybe_repeated);
  CHECK(late(again).empty());
}

TEST_CASE("mute hours hold back the digest of what is for digests only") {
  Rig rig{.muted = mute_clock({.from = 23h, .to = 7h}, [](Timestamp) { return 0h; })};
  rig.note("n");
  CHECK(rig.wait() == 31h);
}

TEST_CASE("a program gets no digest of what is for digests only, however old") {
  Rig rig{.telling = Telling::one_by_one};
  rig.note("n");
  CHECK_FALSE(rig.fsm.next(rig.now));
}

TEST_CASE("what is for digests only joins whichever comes, last, and is never late") {
  Rig rig;
  rig.note("n");
  rig.fire("a", Tier::notice);
  rig.now += 16min;
  const auto digest = rig.begin();
  CHECK(ids(digest) == Ids{"a", "n"});
  CHECK(late(digest) == Ids{"a"});
  rig.end(arrived);
  CHECK(rig.row("n").state == OutboxState::replaced);
  CHECK(rig.row("n").told_by == "a/desk");
  CHECK(rig.fsm.rows() == 0);
}

TEST_CASE("what is for digests only stays so when its digest fails, and over a crash") {
  Rig rig;
  rig.note("n");
  rig.fire("a", Tier::notice);
  rig.now += 16min;
  rig.begin();
  const auto on_the_line = rig.row("n");
  rig.end(broken);
  CHECK(rig.row("n").state == OutboxState::for_digest);
  CHECK(rig.row("n").told_by.empty());

  Rig after;
  after.restore({on_the_line, oil(AlertKind::fire, "n")});
  CHECK(after.wait() > 23h);
}

namespace {

/// Mute from 23:00 to 07:00; the rig's clock starts at midnight UTC.
MutedUntil night(Duration ahead = 0h) {
  return mute_clock({.from = 23h, .to = 7h}, [ahead](Timestamp) { return ahead; });
}

}  // namespace

TEST_CASE("in mute hours notices wait until these end, then go as one digest that is not late") {
  Rig rig{.muted = night()};
  rig.fire("a", Tier::notice);
  rig.now += 1h;
  rig.add(about_gold(AlertKind::no_data, "g"));
  CHECK(rig.wait() == 6h);
  const auto digest = rig.begin();
  CHECK(rig.now == at(7h));
  CHECK(digest.options.form == Form::digest);
  CHECK(ids(digest) == Ids{"a", "g"});
  CHECK(late(digest).empty());
}

TEST_CASE("after mute hours a notice has its time to live, from their end on") {
  Rig rig{.muted = night()};
  rig.fire("a", Tier::notice);
  rig.now = at(7h) + 16min;
  CHECK(late(rig.begin()) == Ids{"a"});
}

TEST_CASE("what is major passes in mute hours, and takes no notice along") {
  Rig rig{.muted = night()};
  rig.fire_at_once({"a"}, Tier::notice);
  auto major = rig.event("b", Tier::major);
  major.time = rig.now;
  rig.add(major);
  CHECK(rig.told() == Ids{"b"});
  CHECK(rig.wait() == 7h);
}

TEST_CASE("an episode that becomes major in mute hours is told with its beginning") {
  Rig rig{.muted = night()};
  rig.add(oil(AlertKind::fire, "a", Tier::notice));
  rig.add(oil(AlertKind::escalate, "b", Tier::major));
  const auto attempt = rig.begin();
  CHECK(ids(attempt) == Ids{"a", "b"});
  CHECK(attempt.options.form == Form::alert);
}

TEST_CASE("mute hours are the reader's: by the clock of the zone, over midnight or not") {
  const auto utc = night();
  CHECK(utc(at(22h + 59min)) == std::nullopt);
  CHECK(utc(at(23h)) == at(31h));
  CHECK(utc(at(30h + 59min)) == at(31h));
  CHECK(utc(at(31h)) == std::nullopt);
  const auto beijing = night(8h);
  CHECK(beijing(at(15h)) == at(23h));
  CHECK(beijing(at(23h)) == std::nullopt);
  const auto noon = mute_clock({.from = 12h, .to = 13h}, [](Timestamp) { return 0h; });
  CHECK(noon(at(12h + 30min)) == at(13h));
  CHECK(noon(at(11h)) == std::nullopt);
  CHECK(noon(at(13h)) == std::nullopt);
}

TEST_CASE("mute hours end by the clock after a change to summer time") {
  const auto changed = at(3h);  // an hour forwards
  const auto local = mute_clock({.from = 0min, .to = 7h},
                                [changed](Timestamp t) { return t < changed ? 1h : 2h; });
  CHECK(local(at(1h)) == at(5h));
}

TEST_CASE("mute hours that end at a time which the clock skips end when it has been changed") {
  const auto changed = at(2h);  // 02:00 is 03:00
  const auto local = mute_clock({.from = 23h, .to = 2h + 30min},
                                [changed](Timestamp t) { return t < changed ? 0h : 1h; });
  for (const auto minutes : {0min, 89min, 90min, 119min}) {
    CAPTURE(minutes.count());
    CHECK(local(at(minutes)) >= changed);
  }
  CHECK(local(changed) == std::nullopt);

  Rig rig{.now = at(1h + 59min), .muted = local};
  rig.fire("a", Tier::notice);
  CHECK(rig.wait() > 0s);
  rig.now = changed;
  CHECK(rig.told() == Ids{"a"});
}

TEST_CASE("mute hours without an end to come hold nothing back") {
  Rig rig{.muted = [](Timestamp t) { return t - 1min; }};
  rig.fire("a", Tier::notice);
  rig.fire("b", Tier::notice);
  CHECK(rig.told() == Ids{"a", "b"});
}

TEST_CASE("told one by one, nothing is late and nothing is a digest") {
  Rig rig{.telling = Telling::one_by_one};
  for (int i = 0; i < 30; ++i) rig.fire(std::to_string(i), Tier::notice);
  rig.now += 1h;
  rig.restore(rig.event("old", Tier::notice), rig.now - 2h);
  for (int i = 0; i < 30; ++i) {
    const auto attempt = rig.begin();
    CHECK(ids(attempt) == Ids{std::to_string(i)});
    CHECK(attempt.options.form == Form::alert);
    CHECK(late(attempt).empty());
    rig.end(arrived);
  }
  CHECK(rig.told() == Ids{"old"});
}

namespace {

AlertEvent section(Rig& rig, const std::string& id) {
  auto event = rig.event(id, Tier::notice);
  event.kind = AlertKind::digest;
  event.tier.reset();
  event.episode.clear();
  event.body = {"事实", "a fact"};
  return event;
}

}  // namespace

TEST_CASE("what has a body is told in full with what was for digests only") {
  Rig rig;
  rig.note("n");
  rig.fire("a");
  rig.add(section(rig, "s"));
  const auto attempt = rig.begin();
  CHECK(ids(attempt) == Ids{"s", "n"});
  CHECK(attempt.options.form == Form::alert);
  rig.end(arrived);
  CHECK(rig.row("n").state == OutboxState::replaced);
  CHECK(rig.row("n").told_by == "s/desk");
  CHECK(rig.told() == Ids{"a"});
}

TEST_CASE("of what was for digests only a body takes along what leaves it room") {
  Rig rig{.room = 2};
  for (int i = 0; i < 20; ++i) rig.note("n" + std::to_string(i));
  rig.add(section(rig, "s"));
  CHECK(rig.told() == Ids{"s", "n0"});
  CHECK(rig.fsm.rows() == 19);
}

TEST_CASE("what has a body is no line of a list: not in a storm, not late, not after a restart") {
  Rig rig;
  SECTION("a storm") {
    for (int i = 0; i < 40; ++i) rig.fire(std::to_string(i));
    rig.add(section(rig, "s"));
  }
  SECTION("too late for a notice") {
    rig.add(section(rig, "s"));
    rig.now += 20min;
  }
  SECTION("an earlier life's") {
    rig.restore(section(rig, "s"), rig.now - 5min);
  }
  const auto attempt = rig.begin();
  CHECK(ids(attempt) == Ids{"s"});
  CHECK(attempt.options.form == Form::alert);
}

TEST_CASE("what is critical goes before what is told at length") {
  Rig rig;
  rig.add(section(rig, "s"));
  rig.fire("c", Tier::critical);
  CHECK(rig.told() == Ids{"c"});
  CHECK(rig.told() == Ids{"s"});
}
