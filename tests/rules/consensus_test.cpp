#include "rules/consensus.hpp"

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <initializer_list>
#include <string>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

enum Source : std::size_t { a, b, c, d, e };

std::string to_text(const Consensus::Outcome& outcome) {
  switch (outcome.verdict) {
    case Consensus::Verdict::too_few: return "too few";
    case Consensus::Verdict::disagreeing: return "disagreeing";
    case Consensus::Verdict::confirmed: break;
  }
  return fmt::format("{}{}", outcome.price, outcome.new_series ? " anew" : "");
}

// Sources that tick one after the other, a second apart; what each tick gave, as text.
class Venues {
 public:
  explicit Venues(std::size_t sources, std::size_t min_sources = 2)
      : consensus_{{.min_sources = min_sources, .max_age = 60s, .max_deviation = 0.02}, sources} {}

  std::string tick(Source source, double price) {
    now_ += 1s;
    return to_text(consensus_.tick(source, price, now_));
  }

  // The price of each source in turn, from the first; the last outcome.
  std::string open(std::initializer_list<double> prices) {
    std::string outcome;
    std::size_t source = 0;
    for (const auto price : prices) outcome = tick(static_cast<Source>(source++), price);
    return outcome;
  }

  std::string repeat(Source source) { return tick(source, consensus_.members()[source].price); }

  // Lets time pass while only `alive` show that they live, each every 20 s; the last outcome.
  std::string pass(Duration time, std::initializer_list<Source> alive) {
    std::string outcome;
    for (const auto end = now_ + time; now_ < end;) {
      now_ += 20s - Duration{1s} * static_cast<int>(alive.size());
      for (const auto source : alive) outcome = repeat(source);
    }
    return outcome;
  }

  // The first other outcome than `outcome` while only `alive` show that they live.
  std::string after(const std::string& outcome, std::initializer_list<Source> alive) {
    for (const auto end = now_ + 1h; now_ < end;)
      for (const auto source : alive)
        if (const auto next = repeat(source); next != outcome) return next;
    return outcome;
  }

  Timestamp now() const { return now_; }
  const Consensus& consensus() const { return consensus_; }

 private:
  Consensus consensus_;
  Timestamp now_{at(0s)};
};

}  // namespace

TEST_CASE("a price is the median of the sources that agree") {
  Venues venues{3};
  CHECK(venues.tick(a, 100) == "too few");
  CHECK(venues.tick(b, 101) == "100.5");
  CHECK(venues.tick(c, 100.2) == "100.2");
}

TEST_CASE("a single source is its own consensus where one suffices") {
  Venues venues{1, 1};
  CHECK(venues.tick(a, 100) == "100");
  CHECK(venues.tick(a, 130) == "130");
}

TEST_CASE("two of which both are needed confirm a move only together") {
  Venues venues{2};
  venues.open({100, 100});
  CHECK(venues.tick(a, 110) == "disagreeing");
  CHECK(venues.tick(b, 110) == "110");
}

TEST_CASE("two of which one suffices follow the one that moved") {
  Venues venues{2, 1};
  venues.open({100, 100});
  CHECK(venues.tick(a, 110) == "110");
  CHECK(venues.repeat(b) == "110");
  CHECK(venues.tick(b, 100.5) == "110");
  CHECK(venues.tick(b, 110) == "110");
  CHECK(venues.tick(a, 100) == "100");
}

TEST_CASE("of two far apart from the start, where one suffices, the first is the price") {
  Venues venues{2, 1};
  CHECK(venues.open({100, 105}) == "100");
  CHECK(venues.pass(1h, {a, b}) == "100");
}

TEST_CASE("a bad print on one venue moves nothing") {
  Venues venues{3};
  venues.open({100, 100, 100});
  CHECK(venues.tick(c, 130) == "100");
  CHECK(venues.tick(c, 100) == "100");
}

TEST_CASE("a move that two of three show is confirmed on the tick of the second") {
  Venues venues{3};
  venues.open({100, 100, 100});
  CHECK(venues.tick(a, 130) == "100");
  CHECK(venues.tick(b, 130) == "130");
}

TEST_CASE("two venues ahead of two make the price while the slower ones repeat theirs") {
  Venues venues{4};
  venues.open({100, 100, 100, 100});
  CHECK(venues.tick(a, 90) == "100");
  CHECK(venues.tick(b, 90) == "90");
  CHECK(venues.repeat(c) == "90");
  CHECK(venues.tick(d, 100.1) == "90");
  CHECK(venues.tick(c, 90) == "90");
  CHECK(venues.tick(d, 90) == "90");
}

TEST_CASE("two venues ahead of two make the price however small the steps of their fall") {
  Venues venues{4};
  venues.open({100, 100, 100, 100});
  std::string outcome;
  for (double price = 99.9; price > 90; price -= 0.1) {
    venues.tick(a, price);
    venues.tick(b, price);
    venues.repeat(c);
    outcome = venues.repeat(d);
  }
  CHECK(outcome.starts_with("90."));
}

TEST_CASE("a flash crash and its recovery are both confirmed by the second venue") {
  Venues venues{4};
  venues.open({100, 100, 100, 100});
  venues.tick(a, 90);
  CHECK(venues.tick(b, 90) == "90");
  CHECK(venues.tick(a, 100) == "100");
  CHECK(venues.tick(b, 100) == "100");
}

TEST_CASE("sources that drift together in small steps stay confirmed") {
  Venues venues{3};
  venues.open({100, 100, 100});
  std::string outcome;
  for (double price = 100; price < 150; price += 0.5)
    for (const auto source : {a, b, c}) {
      outcome = venues.tick(source, price);
      REQUIRE(outcome != "disagreeing");
    }
  CHECK(outcome == "149.5");
}

TEST_CASE("a source is silent while no frame of it came within max_age, and a repeat is a frame") {
  Venues venues{2};
  venues.open({100, 100});
  CHECK(venues.pass(5min, {a, b}) == "100");
  CHECK(venues.consensus().alive(venues.now()) == 2);
  CHECK(venues.pass(61s, {a}) == "too few");
  CHECK(venues.consensus().alive(venues.now()) == 1);
}

TEST_CASE("a source takes part until its last frame is older than max_age") {
  Consensus consensus{{.min_sources = 2, .max_age = 60s}, 2};
  consensus.tick(a, 100, at(0s));
  CHECK(to_text(consensus.tick(b, 100, at(60s))) == "100");
  CHECK(to_text(consensus.tick(b, 100, at(60s) + 1us)) == "too few");
}

TEST_CASE("venues with a basis do not move the price when sources die and come back") {
  Venues venues{5};
  CHECK(venues.open({100, 100, 100, 105, 105}) == "100");
  CHECK(venues.pass(2min, {b, c, d, e}) == "100");       // a died: two against two
  CHECK(venues.pass(2min, {c, d, e}) == "disagreeing");  // b died: one against two
  CHECK(venues.repeat(b) == "100");                      // b came back
  CHECK(venues.pass(2min, {a, b, c}) == "100");
  CHECK(venues.repeat(d) == "100");
  CHECK(venues.repeat(e) == "100");
}

TEST_CASE("a bad print of a venue with a basis leaves no trace") {
  Venues venues{4};
  CHECK(venues.open({100, 100, 105, 105}) == "100");
  CHECK(venues.tick(c, 140) == "100");
  CHECK(venues.tick(c, 105) == "100");
  CHECK(venues.tick(a, 140) == "disagreeing");
  CHECK(venues.tick(a, 100) == "100");
}

TEST_CASE("a bad print away from the price does not make it when the price's sources are silent") {
  Venues venues{4};
  venues.open({100, 100, 105, 105});
  CHECK(venues.pass(2min, {c, d}) == "disagreeing");
  CHECK(venues.tick(c, 140) == "disagreeing");
  CHECK(venues.tick(c, 105) == "disagreeing");
}

TEST_CASE("a venue that drifts into the company of another has not moved there") {
  Venues venues{4};
  CHECK(venues.open({100, 100, 104.2, 108.5}) == "100");
  CHECK(venues.tick(c, 104.3) == "disagreeing");
}

TEST_CASE("venues with a basis that truly move there make the price") {
  Venues venues{4};
  venues.open({100, 100, 105, 105});
  CHECK(venues.tick(c, 90) == "100");
  CHECK(venues.tick(d, 90) == "90");
}

TEST_CASE("a source that comes back elsewhere has not moved") {
  Venues venues{3, 1};
  venues.open({100, 100, 100});
  CHECK(venues.pass(2min, {a, b}) == "100");
  CHECK(venues.tick(c, 120) == "100");
  CHECK(venues.pass(2min, {c}) == "disagreeing");
}

TEST_CASE("sources that all come back elsewhere after an outage are believed together") {
  Venues venues{3};
  venues.open({100, 100, 100});
  venues.pass(5min, {});
  CHECK(venues.tick(a, 110) == "too few");
  CHECK(venues.tick(b, 110) == "110");
}

TEST_CASE("a group that contradicts the price becomes it after ten minutes alone") {
  Venues venues{4};
  venues.open({100, 100, 105, 105});
  CHECK(venues.pass(10min, {c, d}) == "disagreeing");
  CHECK(venues.after("disagreeing", {c, d}) == "105 anew");
  CHECK(venues.repeat(c) == "105");
}

TEST_CASE("a contradiction starts the ten minutes anew") {
  Venues venues{4};
  venues.open({100, 100, 105, 105});
  venues.pass(9min, {c, d});
  venues.repeat(a);
  CHECK(venues.pass(10min, {c, d}) == "disagreeing");
  CHECK(venues.after("disagreeing", {c, d}) == "105 anew");
}

TEST_CASE("a silence starts the ten minutes anew") {
  Venues venues{4};
  venues.open({100, 100, 105, 105});
  venues.pass(9min, {c, d});
  venues.pass(2min, {});
  CHECK(venues.pass(9min, {c, d}) == "disagreeing");
}

TEST_CASE("too few live sources are not disagreement") {
  Venues venues{3};
  venues.open({100, 100, 100});
  CHECK(venues.pass(2min, {a}) == "too few");
  CHECK(venues.tick(a, 150) == "too few");
}

TEST_CASE("enough sources of which no two agree are disagreement") {
  Venues venues{3};
  venues.open({100, 100, 100});
  venues.tick(a, 110);
  CHECK(venues.tick(b, 120) == "disagreeing");
  CHECK(venues.tick(c, 120) == "120");
}

TEST_CASE("negative prices agree within max_deviation of their size") {
  Venues venues{3};
  CHECK(venues.open({-37, -37.5}) == "-37.25");
  CHECK(venues.tick(c, -30) == "-37.25");
}

TEST_CASE("around zero only equal prices agree") {
  Venues venues{3};
  CHECK(venues.open({0, 0}) == "0");
  CHECK(venues.tick(a, 0.01) == "disagreeing");
  CHECK(venues.tick(c, 0) == "0");
}

TEST_CASE("a price exactly max_deviation from the median agrees") {
  Venues venues{3};
  CHECK(venues.open({100, 100, 102}) == "100");
  CHECK(venues.consensus().members()[c].agrees);
  CHECK(venues.tick(c, 102.001) == "100");
  CHECK_FALSE(venues.consensus().members()[c].agrees);
}

TEST_CASE("sixty-four sources may take part") {
  Consensus consensus{{.min_sources = 33}, Consensus::most_sources};
  for (std::size_t s = 0; s < Consensus::most_sources; ++s) consensus.tick(s, 100, at(0s));
  Consensus::Outcome outcome;
  for (std::size_t s = 0; s < 33; ++s) outcome = consensus.tick(s, 120, at(1s));
  CHECK(to_text(outcome) == "120");
}
