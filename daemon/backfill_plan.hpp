#pragma once
// Which minutes to ask venues for, and when to ask again. Told what is missing, it says what to ask
// now. No feed and no clock.

#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "model/source.hpp"
#include "rules/backfill.hpp"
#include "rules/gaps.hpp"

namespace foghorn {

/// A minute is asked for as soon as it is missing, and again, with growing patience, while it stays
/// so: a venue may be slow to have it, be out of reach, or never have had a trade in it. What still
/// grows is asked for by ten minutes: a price that never comes would ask a question a minute.
class BackfillPlan {
 public:
  /// What to ask now, in the order of `missing`, of which it is a part. What is returned counts as
  /// asked.
  std::vector<Missing> ask(std::span<const Missing> missing, Timestamp now);

  /// Who tells of this source may know more than who was asked: all that is missing of it counts as
  /// never asked.
  void forget(SourceId source) { asked_.erase(source); }

  /// The stretches that are remembered, of all sources; of each a thousand or so at most.
  std::size_t kept() const;

 private:
  struct Asked {
    Gap minutes;
    std::size_t times{};
    Timestamp again{};  // not before
  };

  static void tidy(std::vector<Asked>& asked);

  std::map<SourceId, std::vector<Asked>> asked_;
};

}  // namespace foghorn
