#pragma once
// One price out of many: the median of the sources that agree (design §5.5).

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/specs.hpp"
#include "model/time.hpp"

namespace foghorn {

/// Sources agree in groups (rules/price_groups.hpp); the largest wins, of equal ones the one that a
/// source has joined last. A source joins by moving, never by starting, dying or coming back: those
/// take or leave a place. One that leaves its company and comes back to it never was away, so that
/// a bad print leaves no trace.
class Consensus {
 public:
  static constexpr std::size_t most_sources = 64;

  /// What a source last said, for messages.
  struct Member {
    double price{};
    Timestamp seen{no_time};  ///< last frame of it; no_time: none yet
    bool agrees{};            ///< in the group that won last
  };

  enum class Verdict : std::uint8_t {
    too_few,      ///< fewer than min_sources alive: the last price stands and ages
    confirmed,    ///< `price` is the instrument's price as of this tick
    disagreeing,  ///< sources are alive but no group may be believed: rules hold
  };

  struct Outcome {
    Verdict verdict{};
    double price{};     ///< where confirmed
    bool new_series{};  ///< confirmed only after 10 min alone: no move from the old price, a new
                        ///< series after a gap

    friend bool operator==(const Outcome&, const Outcome&) = default;
  };

  /// `sources`: how many. Throws std::length_error beyond most_sources.
  Consensus(ConsensusPolicy policy, std::size_t sources);

  /// Source number `source` (in the instrument's order) showed `price` (finite) at engine time
  /// `now`; a frame that leaves its price unchanged is a tick with its old price. `now` never goes
  /// back. Allocates nothing.
  Outcome tick(std::size_t source, double price, Timestamp now);

  /// The source's own price where it has one, else nothing.
  std::span<const Member> members() const { return members_; }

  /// The group that won last, a bit for each source; 0 before the first.
  std::uint64_t group() const { return confirmed_; }

  /// What group() said in an earlier life. Before the first tick: the price goes on only where the
  /// next group holds a source of this one, or one that moved there. 0: none of its sources is
  /// left, and the next group's price is confirmed at once as a new series.
  void restore(std::uint64_t group);

  /// Goes on where `earlier` is, of the same price from other sources: `was[source]` is what number
  /// the source had there, nullopt where it is new. Before the first tick. Where none of the group
  /// that won last is left, as with restore(0).
  void succeed(const Consensus& earlier, std::span<const std::optional<std::size_t>> was);

  /// Sources whose stream was alive at `now`: a frame within max_age.
  std::size_t alive(Timestamp now) const;

 private:
  using Set = std::uint64_t;  // of sources, a bit each

  // The live sources in the order of their prices.
  struct Lineup {
    std::array<double, most_sources> prices;
    std::array<std::uint8_t, most_sources> sources;
    std::size_t size;
    Set all;
  };

  // A run of the lineup.
  struct Run {
    std::size_t begin{};
    std::size_t size{};
  };

  // Where a source stands among the others, and how it came there.
  struct Place {
    double stood{};  // its price when it last had company, or stood alone without having left any
    std::uint64_t joined{};  // when its group was last joined, counted in joins
    Set left{};  // while it stands alone: whom it left, if they still stand where it left them
  };

  bool alive(std::size_t source, Timestamp now) const {
    return members_[source].seen + policy_.max_age >= now;
  }
  void set_price(std::size_t source, double price);
  void line_up(Timestamp now);
  std::span<const double> prices(Run run) const {
    return {lineup_.prices.data() + run.begin, run.size};
  }
  Set set_of(Run run) const;
  Set company(std::size_t source) const;
  void come(std::size_t source, double old_price);
  void move(std::size_t source, double old_price, Timestamp now);
  void join(std::size_t source, Set with);
  void settle(std::size_t source, Set with);
  Run winner() const;
  bool moved_there(Set group) const;
  Outcome judge(bool whole, bool came, Timestamp now);
  Outcome confirm(Run run, Set group, bool new_series);

  ConsensusPolicy policy_;
  std::vector<Member> members_;
  std::vector<Place> places_;
  std::vector<std::uint8_t> order_;  // every source that has a price, by price, then number

  Set live_{};    // after the last tick
  bool whole_{};  // … and they all agreed
  std::uint64_t joins_{};
  Set moved_{};                     // joined by a move since the last confirmation
  Set confirmed_{};                 // the group that won last; empty before the first
  double price_{};                  // its price
  bool replaced_{};                 // empty because its sources are gone
  Timestamp alone_since_{no_time};  // since when an unconfirmed group has been all there is

  Lineup lineup_{};  // scratch of one tick
};

}  // namespace foghorn
