#include "rules/consensus.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "rules/price_groups.hpp"

namespace foghorn {
namespace {

// A group that contradicts the last price is believed once nobody has contradicted it for this
// long.
constexpr Duration long_enough_alone = std::chrono::minutes{10};

constexpr std::uint64_t bit(std::size_t source) {
  return std::uint64_t{1} << source;
}

template <class Visit>
void for_each_in(std::uint64_t set, Visit visit) {
  for (; set != 0; set &= set - 1) visit(static_cast<std::size_t>(std::countr_zero(set)));
}

}  // namespace

Consensus::Consensus(ConsensusPolicy policy, std::size_t sources)
    : policy_{policy}, members_(sources), places_(sources) {
  if (sources > most_sources) throw std::length_error{"an instrument has at most 64 sources"};
  order_.reserve(sources);
}

void Consensus::restore(std::uint64_t group) {
  confirmed_ = group;
  replaced_ = group == 0;
  for (std::size_t s = 0; s < members_.size(); ++s) members_[s].agrees = (group & bit(s)) != 0;
}

void Consensus::succeed(const Consensus& earlier, std::span<const std::optional<std::size_t>> was) {
  const auto renumbered = [&](Set set) {
    Set now{};
    for (std::size_t s = 0; s < was.size(); ++s)
      if (was[s] && (set & bit(*was[s])) != 0) now |= bit(s);
    return now;
  };
  for (std::size_t s = 0; s < was.size(); ++s) {
    if (!was[s]) continue;
    members_[s] = earlier.members_[*was[s]];
    places_[s] = earlier.places_[*was[s]];
    places_[s].left = renumbered(places_[s].left);
    if (members_[s].seen != no_time) order_.push_back(static_cast<std::uint8_t>(s));
  }
  std::ranges::sort(order_, {}, [this](std::uint8_t s) { return std::pair{members_[s].price, s}; });
  live_ = renumbered(earlier.live_);
  whole_ = earlier.whole_;
  joins_ = earlier.joins_;
  moved_ = renumbered(earlier.moved_);
  confirmed_ = renumbered(earlier.confirmed_);
  replaced_ = confirmed_ == 0 && (earlier.confirmed_ != 0 || earlier.replaced_);
  price_ = earlier.price_;
  alone_since_ = earlier.alone_since_;
}

std::size_t Consensus::alive(Timestamp now) const {
  std::size_t count = 0;
  for (const auto& member : members_) count += member.seen + policy_.max_age >= now;
  return count;
}

Consensus::Outcome Consensus::tick(std::size_t source, double price, Timestamp now) {
  auto& member = members_[source];
  const bool came = !alive(source, now);
  const auto old_price = member.seen == no_time ? price : member.price;
  set_price(source, price);
  member.seen = now;
  line_up(now);
  const bool whole = agree(prices({0, lineup_.size}), policy_.max_deviation);

  const bool same_company = whole && whole_ && lineup_.all == live_;
  if (came) {
    come(source, old_price);
  } else if (!same_company ||
             (lineup_.size == 1 && deviates(price, old_price, policy_.max_deviation))) {
    move(source, old_price, now);
  } else if (price != old_price && places_[source].left == 0 && (moved_ & bit(source)) == 0) {
    places_[source].stood = price;  // the common case: all agreed and still do
  }
  whole_ = whole;
  live_ = lineup_.all;
  return judge(whole, came, now);
}

// Keeps order_ sorted: a price rarely passes more than one other.
void Consensus::set_price(std::size_t source, double price) {
  auto& member = members_[source];
  if (member.seen == no_time) {
    order_.push_back(static_cast<std::uint8_t>(source));
  } else if (member.price == price) {
    return;
  }
  member.price = price;
  const auto before = [this](std::uint8_t a, std::uint8_t b) {
    return std::tie(members_[a].price, a) < std::tie(members_[b].price, b);
  };
  auto at =
      static_cast<std::size_t>(std::find(order_.begin(), order_.end(), source) - order_.begin());
  for (; at > 0 && before(order_[at], order_[at - 1]); --at) std::swap(order_[at], order_[at - 1]);
  for (; at + 1 < order_.size() && before(order_[at + 1], order_[at]); ++at)
    std::swap(order_[at], order_[at + 1]);
}

void Consensus::line_up(Timestamp now) {
  lineup_.size = 0;
  lineup_.all = 0;
  for (const auto source : order_) {
    if (!alive(source, now)) continue;
    lineup_.prices[lineup_.size] = members_[source].price;
    lineup_.sources[lineup_.size] = source;
    lineup_.all |= bit(source);
    ++lineup_.size;
  }
}

Consensus::Set Consensus::set_of(Run run) const {
  Set set{};
  for (auto i = run.begin; i < run.begin + run.size; ++i) set |= bit(lineup_.sources[i]);
  return set;
}

// The others in the largest group that holds `source`; in all of them where several are as large.
Consensus::Set Consensus::company(std::size_t source) const {
  std::size_t at = 0;
  while (lineup_.sources[at] != source) ++at;
  for (auto size = lineup_.size; size > 1; --size) {
    Set found{};
    const auto first = at + 1 < size ? 0 : at + 1 - size;
    for (auto begin = first; begin <= at && begin + size <= lineup_.size; ++begin)
      if (const Run run{begin, size}; agree(prices(run), policy_.max_deviation))
        found |= set_of(run);
    if (found != 0) return found & ~bit(source);
  }
  return 0;
}

// A source that starts or comes back takes its place and joins nothing: what it did while nobody
// looked is not a move.
void Consensus::come(std::size_t source, double old_price) {
  if (deviates(members_[source].price, old_price, policy_.max_deviation))
    for (auto& place : places_) place.left &= ~bit(source);
  moved_ &= ~bit(source);
  places_[source].left = 0;
  places_[source].joined = 0;
  settle(source, company(source));
}

// Compares the company a live source keeps with the company it kept.
void Consensus::move(std::size_t source, double old_price, Timestamp now) {
  const auto price = members_[source].price;
  if (price == old_price) return;  // a repeat from where it stood joins nothing
  const auto with = company(source);
  set_price(source, old_price);
  line_up(now);
  const auto had = company(source);
  set_price(source, price);
  line_up(now);

  auto& left = places_[source].left;
  bool joined = false;
  if (had != 0) {
    joined = std::popcount(had & ~with) > std::popcount(had & with);
    if (with == 0) left = had;
  } else if (with != 0) {
    joined = (with & left) == 0;
    if (!joined) {  // it is back, as if it had never left
      moved_ &= ~bit(source);
      places_[source].joined = 0;
    }
  } else {
    joined = deviates(price, old_price, policy_.max_deviation);
  }
  if (joined) join(source, with);
  settle(source, with);
}

void Consensus::join(std::size_t source, Set with) {
  ++joins_;
  for_each_in(with | bit(source), [this](std::size_t s) { places_[s].joined = joins_; });
  for (auto& place : places_) place.left &= ~bit(source);
  moved_ |= bit(source);
}

// Brings the places of `source` and its company up to date after it has moved or come.
void Consensus::settle(std::size_t source, Set with) {
  auto& own = places_[source];
  if (with != 0) own.left = 0;
  if (own.left == 0 && (moved_ & bit(source)) == 0) own.stood = members_[source].price;
  for_each_in(with, [&](std::size_t other) {
    auto& place = places_[other];
    own.joined = std::max(own.joined, place.joined);
    if (place.left == 0) return;
    place.left = 0;
    if ((moved_ & bit(other)) == 0) place.stood = members_[other].price;
  });
}

// The largest group; of equal ones the one joined last, then the one with most of the last winner,
// then the nearest to the last price, then the lowest. Size 0 where none reaches min_sources.
Consensus::Run Consensus::winner() const {
  const auto rank = [this](Run run) {
    const auto group = set_of(run);
    std::uint64_t joined = 0;
    for_each_in(group, [&](std::size_t s) { joined = std::max(joined, places_[s].joined); });
    return std::tuple{joined, std::popcount(group & confirmed_),
                      -std::abs(median_of(prices(run)) - price_)};
  };
  for (auto size = lineup_.size; size >= std::max<std::size_t>(policy_.min_sources, 1); --size) {
    Run best;
    for (std::size_t begin = 0; begin + size <= lineup_.size; ++begin) {
      const Run run{begin, size};
      if (!agree(prices(run), policy_.max_deviation)) continue;
      if (best.size == 0 || rank(run) > rank(best)) best = run;
    }
    if (best.size != 0) return best;
  }
  return {};
}

// Whether one of `group` joined by a move since the last confirmation, and stands elsewhere by it.
bool Consensus::moved_there(Set group) const {
  bool moved = false;
  for_each_in(group & moved_, [&](std::size_t s) {
    moved = moved || deviates(members_[s].price, places_[s].stood, policy_.max_deviation);
  });
  return moved;
}

Consensus::Outcome Consensus::judge(bool whole, bool came, Timestamp now) {
  const auto stood_alone_since = std::exchange(alone_since_, no_time);
  if (lineup_.size < policy_.min_sources) return {.verdict = Verdict::too_few};
  const auto run = whole ? Run{0, lineup_.size} : winner();
  if (run.size == 0) return {.verdict = Verdict::disagreeing};

  const auto group = whole ? lineup_.all : set_of(run);
  if (confirmed_ == 0 || (group & confirmed_) != 0 || moved_there(group))
    return confirm(run, group, std::exchange(replaced_, false));
  if (!whole) return {.verdict = Verdict::disagreeing};

  // A group that only this tick completed has not stood before it.
  const auto before = lineup_.size - (came ? 1 : 0);
  const bool stood = stood_alone_since != no_time && before >= policy_.min_sources;
  const auto since = stood ? stood_alone_since : now;
  if (now - since >= long_enough_alone) return confirm(run, group, true);
  alone_since_ = since;
  return {.verdict = Verdict::disagreeing};
}

Consensus::Outcome Consensus::confirm(Run run, Set group, bool new_series) {
  if (group != confirmed_)
    for (std::size_t s = 0; s < members_.size(); ++s) members_[s].agrees = (group & bit(s)) != 0;
  confirmed_ = group;
  for_each_in(std::exchange(moved_, 0), [this](std::size_t s) {
    if (places_[s].left == 0) places_[s].stood = members_[s].price;
  });
  price_ = median_of(prices(run));
  return {.verdict = Verdict::confirmed, .price = price_, .new_series = new_series};
}

}  // namespace foghorn
