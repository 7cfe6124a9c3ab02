#pragma once
// Holes in the numbers that a venue gives one symbol's trades (Venue::numbers_trades): what was not
// told to us. Where two connections overlap, each may miss what the other brings.

#include <cstdint>
#include <vector>

namespace foghorn {

class TradeNumbers {
 public:
  /// A jump beyond this, either way, is a venue that begins to count anew.
  static constexpr std::uint64_t renumbered_by = 10'000'000;
  /// As many trades of an overlap are told apart; of what lies beyond, none is missed.
  static constexpr std::uint64_t overlap_window = 16'384;

  /// Trade `id` (not 0) came live, for the first time or again. Returns how many trades before it
  /// never came, each told once. While two connections bring them (`overlap`) none is told: it is
  /// once the overlap is over. Allocates with the first trade of an overlap only.
  std::uint64_t take(std::uint64_t id, bool overlap) {
    if (newest_ == 0 || (id > newest_ ? id - newest_ : newest_ - id) > renumbered_by) {
      restart(id);
      return 0;
    }
    if (overlap) {
      note(id);
      return 0;
    }
    auto missed = seen_.empty() ? 0 : end_overlap();
    if (id > newest_) {
      missed += id - newest_ - 1;
      newest_ = id;
    }
    return missed;
  }

  std::uint64_t newest() const { return newest_; }  ///< 0: none yet

 private:
  void restart(std::uint64_t id) {
    newest_ = id;
    seen_.clear();
  }

  void note(std::uint64_t id) {
    if (seen_.empty()) {
      first_ = newest_;
      seen_.assign(overlap_window, false);
      seen_[0] = true;
    }
    if (id < first_) return;
    if (id - first_ < overlap_window) seen_[static_cast<std::size_t>(id - first_)] = true;
    if (id > newest_) newest_ = id;
  }

  std::uint64_t end_overlap() {
    std::uint64_t missed = 0;
    for (std::uint64_t i = 0; i < overlap_window && first_ + i <= newest_; ++i)
      if (!seen_[static_cast<std::size_t>(i)]) ++missed;
    seen_ = {};
    return missed;
  }

  std::uint64_t newest_{};  // 0: none yet
  std::uint64_t first_{};   // of the overlap
  std::vector<bool> seen_;  // of it, from first_; empty: none
};

}  // namespace foghorn
