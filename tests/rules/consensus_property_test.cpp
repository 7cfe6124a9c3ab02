#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <cmath>
#include <iterator>
#include <optional>
#include <random>
#include <set>
#include <tuple>
#include <vector>

#include "rules/consensus.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

using Set = std::set<std::size_t>;

Set common(const Set& x, const Set& y) {
  Set both;
  std::set_intersection(x.begin(), x.end(), y.begin(), y.end(), std::inserter(both, both.end()));
  return both;
}

// Consensus as the design's sentences say it, with no thought of speed: every group is looked for,
// every time.
class SlowConsensus {
 public:
  SlowConsensus(ConsensusPolicy policy, std::size_t sources) : policy_{policy}, sources_(sources) {}

  Consensus::Outcome tick(std::size_t s, double price, Timestamp now) {
    now_ = now;
    auto& source = sources_[s];
    const bool was_alive = alive(s);
    const auto had = was_alive ? company(s) : Set{};
    const auto old = source.price.value_or(price);
    source.price = price;
    source.seen = now;
    const auto with = company(s);

    if (!was_alive) {
      // Starting or coming back joins nothing. Who left it finds it no more if it is elsewhere.
      if (far(price, old)) forget(s);
      source.moved = false;
      source.left.clear();
      source.joined = newest_join(with);
    } else if (price != old) {
      const auto kept = common(had, with).size();
      const bool lost_most = had.size() - kept > kept;
      const bool found = had.empty() && !with.empty();
      const bool back = found && !common(with, source.left).empty();
      const bool jumped = had.empty() && with.empty() && far(price, old);
      if (!had.empty() && with.empty()) source.left = had;
      if (lost_most || (found && !back) || jumped) {
        forget(s);
        ++joins_;
        source.joined = joins_;
        for (const auto other : with) sources_[other].joined = joins_;
        source.moved = true;
      } else if (back) {
        source.moved = false;
        source.joined = newest_join(with);
      } else {
        source.joined = std::max(source.joined, newest_join(with));
      }
    }
    if (!was_alive || price != old) {
      if (!with.empty()) source.left.clear();
      if (source.left.empty() && !source.moved) source.stood = price;
      for (const auto other : with) arrive(sources_[other]);
    }
    return judge(was_alive);
  }

 private:
  struct Source {
    std::optional<double> price;
    Timestamp seen{};
    double stood{};
    int joined{};
    bool moved{};
    Set left;
  };

  // It has company now, if it had none.
  static void arrive(Source& source) {
    if (source.left.empty()) return;
    source.left.clear();
    if (!source.moved) source.stood = *source.price;
  }

  void forget(std::size_t s) {
    for (auto& source : sources_) source.left.erase(s);
  }

  int newest_join(const Set& group) const {
    int newest = 0;
    for (const auto s : group) newest = std::max(newest, sources_[s].joined);
    return newest;
  }

  bool far(double price, double from) const {
    return std::abs(price - from) > policy_.max_deviation * std::abs(from) * (1 + 1e-12);
  }

  bool alive(std::size_t s) const {
    return sources_[s].price && now_ - sources_[s].seen <= policy_.max_age;
  }

  std::vector<std::size_t> live() const {
    std::vector<std::size_t> found;
    for (std::size_t s = 0; s < sources_.size(); ++s)
      if (alive(s)) found.push_back(s);
    std::sort(found.begin(), found.end(), [this](auto x, auto y) {
      return std::tie(*sources_[x].price, x) < std::tie(*sources_[y].price, y);
    });
    return found;
  }

  double median(const std::vector<std::size_t>& run) const {
    const auto low = *sources_[run[(run.size() - 1) / 2]].price;
    const auto high = *sources_[run[run.size() / 2]].price;
    return run.size() % 2 == 1 ? low : (low + high) / 2;
  }

  std::vector<std::vector<std::size_t>> groups() const {
    const auto sorted = live();
    std::vector<std::vector<std::size_t>> found;
    for (auto begin = sorted.begin(); begin != sorted.end(); ++begin)
      for (auto end = begin + 1; end <= sorted.end(); ++end) {
        const std::vector<std::size_t> run(begin, end);
        const auto middle = median(run);
        if (std::none_of(run.begin(), run.end(),
                         [&](auto s) { return far(*sources_[s].price, middle); }))
          found.push_back(run);
        if (end == sorted.end()) break;
      }
    return found;
  }

  Set company(std::size_t s) const {
    Set found;
    std::size_t largest = 0;
    for (const auto& group : groups()) {
      if (std::find(group.begin(), group.end(), s) == group.end() || group.size() < largest)
        continue;
      if (group.size() > largest) found.clear();
      largest = group.size();
      found.insert(group.begin(), group.end());
    }
    found.erase(s);
    return found;
  }

  Consensus::Outcome judge(bool was_alive) {
    const auto live_now = live().size();
    const auto stood_since = alone_since_;
    alone_since_.reset();
    if (live_now < policy_.min_sources) return {.verdict = Consensus::Verdict::too_few};

    const auto all = groups();
    const auto rank = [this](const std::vector<std::size_t>& group) {
      const Set members(group.begin(), group.end());
      return std::tuple{group.size(), newest_join(members), common(members, winner_).size(),
                        -std::abs(median(group) - price_)};
    };
    const std::vector<std::size_t>* best = nullptr;
    for (const auto& group : all)
      if (!best || rank(group) > rank(*best)) best = &group;
    if (best->size() < policy_.min_sources) return {.verdict = Consensus::Verdict::disagreeing};

    const Set group(best->begin(), best->end());
    const auto moved_there = [this](std::size_t s) {
      return sources_[s].moved && far(*sources_[s].price, sources_[s].stood);
    };
    bool believed = winner_.empty() || !common(group, winner_).empty() ||
                    std::any_of(group.begin(), group.end(), moved_there);
    bool anew = false;
    if (!believed && group.size() == live_now) {
      const bool stood = stood_since && live_now - (was_alive ? 0U : 1U) >= policy_.min_sources;
      alone_since_ = stood ? *stood_since : now_;
      believed = anew = now_ - *alone_since_ >= 10min;
    }
    if (!believed) return {.verdict = Consensus::Verdict::disagreeing};
    alone_since_.reset();
    winner_ = group;
    for (auto& source : sources_) {
      if (source.moved && source.left.empty()) source.stood = *source.price;
      source.moved = false;
    }
    price_ = median(*best);
    return {.verdict = Consensus::Verdict::confirmed, .price = price_, .new_series = anew};
  }

  ConsensusPolicy policy_;
  std::vector<Source> sources_;
  Timestamp now_{};
  int joins_{};
  Set winner_;
  double price_{};
  std::optional<Timestamp> alone_since_;
};

// What one random market did, to see that the interesting things happened at all.
struct Seen {
  int confirmed{}, disagreeing{}, too_few{}, anew{};
};

Seen compare(unsigned seed) {
  std::mt19937 random{seed};
  const auto any = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  const ConsensusPolicy policy{.min_sources = 1 + any(3), .max_age = 60s, .max_deviation = 0.02};
  const auto sources = 1 + any(6);
  // Few places, near and far, so that sources meet, part, and stand exactly on the edge.
  const std::vector<double> places{100, 100, 100.5, 102, 103, 104, 104.2, 108, 130, 0, -5, -5.1};
  Consensus consensus{policy, sources};
  SlowConsensus slow{policy, sources};
  const bool apart = any(2) == 0;  // venues with a basis, that keep to themselves
  std::vector<double> stands(sources, 100);
  for (std::size_t s = sources / 2; apart && s < sources; ++s) stands[s] = 106;
  std::vector<bool> silent(sources, false);

  Seen seen;
  auto now = at(0s);
  for (int i = 0; i < 1'000; ++i) {
    now += Duration{1ms} * static_cast<int>(any(8'000)) + (any(200) == 0 ? 70s : 0s);
    if (i < 400 && any(120) == 0) silent[any(sources)] = any(2) == 0;
    if (i == 400)  // one half falls silent for good
      for (std::size_t s = 0; s < sources; ++s) silent[s] = s < sources / 2;
    const auto s = any(sources);
    if (silent[s]) continue;
    switch (any(apart ? 400 : 8)) {
      case 0: stands[s] = places[any(places.size())]; break;
      case 1: stands[s] *= 1 + 0.004 * (static_cast<double>(any(11)) - 5); break;
      case 2: stands[s] = stands[any(sources)]; break;
      default: break;  // repeats
    }
    CAPTURE(seed, i, s, stands[s]);
    const auto outcome = consensus.tick(s, stands[s], now);
    REQUIRE(outcome == slow.tick(s, stands[s], now));
    seen.confirmed += outcome.verdict == Consensus::Verdict::confirmed;
    seen.disagreeing += outcome.verdict == Consensus::Verdict::disagreeing;
    seen.too_few += outcome.verdict == Consensus::Verdict::too_few;
    seen.anew += outcome.new_series;
  }
  return seen;
}

}  // namespace

TEST_CASE("consensus agrees with the design's sentences taken literally", "[property]") {
  const auto seed = GENERATE(range(1U, 26U));
  compare(seed);
}

TEST_CASE("random markets confirm, disagree, run out of sources and start new series",
          "[property]") {
  Seen all;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const auto seen = compare(seed);
    all.confirmed += seen.confirmed;
    all.disagreeing += seen.disagreeing;
    all.too_few += seen.too_few;
    all.anew += seen.anew;
  }
  CHECK(all.confirmed > 1'000);
  CHECK(all.disagreeing > 1'000);
  CHECK(all.too_few > 100);
  CHECK(all.anew > 0);
}
