#include "feeds/streams.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using enum StreamState;
using Verdict = StreamTable::Verdict;

namespace {

constexpr std::size_t trades = 0;
constexpr std::size_t ticker = 1;
constexpr std::size_t orders = 2;

struct Rig {
  SourceTable sources;
  StreamTable table{{{"trades CL", StreamKind::trades, "CL", "T"},
                     {"ticker CL", StreamKind::ticker, "CL", "K"},
                     {"liquidations *", StreamKind::liquidations, "*", "L", true}},
                    "toy",
                    sources};

  /// Connected at 0 s, all acknowledged at 1 s.
  Rig& up(Timestamp since = at(0s)) {
    table.subscribed(since);
    for (const auto* ack : {"T", "K", "L"}) table.acknowledged(ack, since + 1s);
    return *this;
  }
  void data(StreamKind kind, Timestamp arrival) {
    const std::vector<Event> events{Alive{*sources.find("toy", "CL")}};
    table.frame(arrival);
    table.data(kind, events, arrival, false);
  }
  /// Data of a kind each second until `until`.
  void flow(StreamKind kind, Timestamp from, Timestamp until) {
    for (auto t = from; t <= until; t += 1s) data(kind, t);
  }
};

struct SparseRig {
  SourceTable sources;
  StreamTable table{{{"liquidations *", StreamKind::liquidations, "*", "L", true}}, "toy", sources};
};

}  // namespace

TEST_CASE("a stream is dead until acknowledged, quiet until its first data, then live") {
  Rig rig;
  CHECK(rig.table.state(trades, at(0s)) == dead);
  rig.table.subscribed(at(0s));
  CHECK(rig.table.state(trades, at(0s)) == dead);
  rig.table.acknowledged("T", at(1s));
  CHECK(rig.table.state(trades, at(1s)) == quiet);
  rig.data(StreamKind::trades, at(2s));
  CHECK(rig.table.state(trades, at(2s)) == live);
  CHECK(rig.table.state(ticker, at(2s)) == dead);
}

TEST_CASE("a sparse stream without data is quiet, not mute") {
  Rig rig;
  rig.up();
  CHECK(rig.table.state(orders, at(10min)) == quiet);
}

TEST_CASE("a stream that needs no acknowledgement has it from the start") {
  SourceTable sources;
  StreamTable table{{{"trades CL", StreamKind::trades, "CL", ""}}, "toy", sources};
  table.subscribed(at(0s));
  CHECK(table.state(0, at(0s)) == quiet);
}

TEST_CASE("one acknowledgement may speak for several streams, and one that names none for all") {
  SourceTable sources;
  StreamTable table{{{"trades CL", StreamKind::trades, "CL", "1"},
                     {"ticker CL", StreamKind::ticker, "CL", "1"},
                     {"ticker BZ", StreamKind::ticker, "BZ", "2"}},
                    "toy",
                    sources};
  table.subscribed(at(0s));
  CHECK(table.acknowledged("1", at(1s)).size() == 2);
  CHECK(table.acknowledged("1", at(2s)).empty());
  CHECK(table.acknowledged("", at(2s)).size() == 1);
}

TEST_CASE("a refused stream is dead, and nothing is expected of it") {
  Rig rig;
  rig.table.subscribed(at(0s));
  rig.table.acknowledged("K", at(0s));
  CHECK(rig.table.refused("T").size() == 1);
  CHECK(rig.table.refused("T").empty());
  CHECK(rig.table.state(trades, at(1s)) == dead);
  rig.flow(StreamKind::ticker, at(1s), at(100s));
  CHECK(rig.table.judge(at(100s)) == Verdict::good);
}

TEST_CASE("a connection whose every subscription was refused is of no use") {
  Rig rig;
  rig.table.subscribed(at(0s));
  for (const auto* ack : {"T", "K", "L"}) rig.table.refused(ack);
  CHECK(rig.table.judge(at(19s)) == Verdict::good);
  CHECK(rig.table.judge(at(20s)) == Verdict::refused);
}

TEST_CASE("a stream that brings data was not refused, whatever the venue said") {
  Rig rig;
  rig.table.subscribed(at(0s));
  for (const auto* ack : {"T", "K", "L"}) rig.table.refused(ack);
  rig.data(StreamKind::trades, at(1s));
  CHECK(rig.table.state(trades, at(1s)) == live);
  CHECK(rig.table.state(ticker, at(1s)) == dead);
}

TEST_CASE("a connection without data is silent twenty seconds after its acknowledgement") {
  Rig rig;
  rig.up();
  CHECK(rig.table.judge(at(20s)) == Verdict::good);
  rig.table.frame(at(20s));  // a pong proves nothing
  CHECK(rig.table.judge(at(21s)) == Verdict::silent);
}

TEST_CASE("a connection whose subscriptions are never answered is silent as well") {
  Rig rig;
  rig.table.subscribed(at(0s));
  CHECK(rig.table.judge(at(20s)) == Verdict::silent);
}

TEST_CASE("where subscriptions go out slowly, silence counts from the last of them") {
  Rig rig;
  rig.table.subscribed(at(0s));
  rig.table.frame(at(60s));
  rig.table.sent(at(60s));
  CHECK(rig.table.judge(at(79s)) == Verdict::good);
  CHECK(rig.table.judge(at(80s)) == Verdict::silent);
}

TEST_CASE("a further connection knows what the last one learnt, and nothing of its own") {
  Rig rig;
  rig.up();
  rig.data(StreamKind::trades, at(2s));
  auto other = rig.table.for_another();
  CHECK_FALSE(other.connected());
  CHECK_FALSE(other.has_data());
  CHECK(other.state(trades, at(3s)) == dead);
  other.subscribed(at(3s));
  CHECK_FALSE(other.is_acknowledged(orders));
  std::vector<StreamStatus> status;
  other.append_status(status, at(3s));
  CHECK(status[trades].last_data == at(2s));
}

TEST_CASE("a connection whose data stops is silent twenty seconds later") {
  Rig rig;
  rig.up();
  rig.data(StreamKind::trades, at(10s));
  CHECK(rig.table.judge(at(29s)) == Verdict::good);
  CHECK(rig.table.judge(at(30s)) == Verdict::silent);
}

TEST_CASE(
    "a connection that fell silent was heard until its last data, one that broke its last frame") {
  Rig rig;
  rig.up();
  rig.table.frame(at(5s));
  CHECK(rig.table.heard_until(true) == at(1s));  // no data yet: its acknowledgement
  rig.data(StreamKind::trades, at(10s));
  rig.table.frame(at(29s));
  CHECK(rig.table.heard_until(true) == at(10s));
  CHECK(rig.table.heard_until(false) == at(29s));
}

TEST_CASE("a silent connection of sparse streams was heard until its last frame") {
  SparseRig rig;
  rig.table.subscribed(at(0s));
  rig.table.frame(at(50s));
  CHECK(rig.table.heard_until(true) == at(50s));
}

TEST_CASE("a connection of sparse streams lives by any frame") {
  SparseRig rig;
  rig.table.subscribed(at(0s));
  rig.table.frame(at(50s));
  CHECK(rig.table.judge(at(74s)) == Verdict::good);
  CHECK(rig.table.judge(at(75s)) == Verdict::silent);
}

TEST_CASE("a stream silent for half a minute while others live is mute and costs the connection") {
  Rig rig;
  rig.up();
  rig.data(StreamKind::ticker, at(2s));
  rig.flow(StreamKind::trades, at(2s), at(40s));
  CHECK(rig.table.state(ticker, at(31s)) == live);
  CHECK(rig.table.judge(at(31s)) == Verdict::good);
  CHECK(rig.table.state(ticker, at(32s)) == mute);
  CHECK(rig.table.judge(at(32s)) == Verdict::silent);
}

TEST_CASE("a stream that is silent time and again does not cost the connection each time") {
  Rig rig;
  const auto lost_within = [&](Timestamp from, Duration span) {
    rig.up(from);
    for (auto t = from + 2s; t < from + span; t += 1s) {
      rig.data(StreamKind::trades, t);
      if (rig.table.judge(t) == Verdict::good) continue;
      rig.table.lost(true);
      return true;
    }
    return false;
  };
  CHECK(lost_within(at(0s), 40s));
  CHECK_FALSE(lost_within(at(40s), 50s));  // now it takes a minute
  CHECK(lost_within(at(90s), 70s));
  CHECK_FALSE(lost_within(at(160s), 100s));  // and now two
}

TEST_CASE("a market without trades is thin where its ticker goes on") {
  Rig rig;
  rig.up();
  rig.flow(StreamKind::ticker, at(2s), at(100s));
  CHECK(rig.table.judge(at(100s)) == Verdict::good);
  CHECK(rig.table.state(trades, at(100s)) == mute);
}

TEST_CASE("a stream that is slow by habit may be silent for ten times its median gap") {
  Rig rig;
  rig.up();
  for (auto t = at(2s); t < at(602s); t += 10s) {
    rig.data(StreamKind::ticker, t);
    rig.flow(StreamKind::trades, t, t + 9s);
    REQUIRE(rig.table.judge(t) == Verdict::good);
  }
  rig.flow(StreamKind::trades, at(602s), at(702s));
  CHECK(rig.table.state(ticker, at(662s)) == live);
  CHECK(rig.table.state(ticker, at(702s)) == mute);
}

TEST_CASE(
    "a mute stream stays mute while its connection is replaced, until it brings data or the line "
    "fails") {
  Rig rig;
  rig.up();
  REQUIRE(rig.table.judge(at(21s)) == Verdict::silent);
  rig.table.lost(true);
  CHECK(rig.table.state(trades, at(22s)) == mute);
  CHECK(rig.table.state(orders, at(22s)) == dead);
  rig.up(at(23s));
  CHECK(rig.table.state(trades, at(24s)) == mute);
  rig.data(StreamKind::trades, at(25s));
  CHECK(rig.table.state(trades, at(25s)) == live);
  CHECK(rig.table.state(ticker, at(25s)) == mute);
  rig.table.lost(false);
  CHECK(rig.table.state(ticker, at(26s)) == dead);
}

TEST_CASE("a stream keeps its last data over connections, in engine time") {
  Rig rig;
  rig.up();
  const std::vector<Event> events{
      Tick{.source = *rig.sources.find("toy", "CL"), .event_time = at(7h)}};
  rig.table.data(StreamKind::trades, events, at(2s), true);
  rig.table.lost(false);
  std::vector<StreamStatus> status;
  rig.table.append_status(status, at(3s));
  CHECK(status.at(trades) == StreamStatus{"trades CL", dead, at(7h)});
}

TEST_CASE("data of a symbol goes to its own stream, of any other to the market-wide one") {
  Rig rig;
  rig.up();
  const std::vector<Event> events{Liquidation{.source = *rig.sources.intern("toy", "DOGE")}};
  rig.table.data(StreamKind::liquidations, events, at(2s), false);
  CHECK(rig.table.state(orders, at(2s)) == live);
  CHECK(rig.table.state(trades, at(2s)) == quiet);
}

TEST_CASE("a market that is merely thin is given longer each time") {
  Rig rig;
  std::vector<Duration> patience;
  auto since = at(0s);
  for (int round = 0; round < 6; ++round) {
    rig.up(since);
    rig.data(StreamKind::ticker, since + 2s);
    auto now = since + 2s;
    while (rig.table.judge(now) == Verdict::good) rig.table.frame(now += 1s);
    patience.push_back(now - since - 2s);
    rig.table.lost(true);
    since = now + 1s;
  }
  CHECK(patience.front() == 20s);
  CHECK(std::ranges::is_sorted(patience));
  CHECK(patience.back() >= 80s);
}

TEST_CASE("liquidations that are told among the trades show that their stream lives") {
  SourceTable sources;
  StreamTable table{
      {{"liquidations BTC", StreamKind::liquidations, "BTC", "L", true}}, "toy", sources};
  table.subscribed(at(0s));
  table.acknowledged("L", at(1s));
  const std::vector<Event> events{Alive{*sources.find("toy", "BTC")}};
  table.data(StreamKind::trades, events, at(2s), false);
  CHECK(table.state(0, at(2s)) == live);
}
