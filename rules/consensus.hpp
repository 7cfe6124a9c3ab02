#pragma once
// One price out of many: the median of the sources that agree (design §5.5).

#include <cstdint>
#include <span>
#include <vector>

#include "model/specs.hpp"
#include "model/time.hpp"

namespace foghorn {

class Consensus {
 public:
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
    double price{};      ///< where confirmed
    bool new_series{};   ///< confirmed only after 10 min alone: no move from the old price, a new series after a gap

    friend bool operator==(const Outcome&, const Outcome&) = default;
  };

  Consensus(ConsensusPolicy policy, std::size_t sources);

  /// Source number `source` (in the instrument's order) showed `price` (finite) at engine time `now`; a frame that leaves its
  /// price unchanged is a tick with its old price. `now` never goes back. Allocates nothing.
  Outcome tick(std::size_t source, double price, Timestamp now);

  /// The source's own price where it has one, else nothing.
  std::span<const Member> members() const { return members_; }

  /// Sources whose stream was alive at `now`: a frame within max_age.
  std::size_t alive(Timestamp now) const;

 private:
  // Left to consensus.cpp's author; replace freely.
  ConsensusPolicy policy_;
  std::vector<Member> members_;
};

}  // namespace foghorn
