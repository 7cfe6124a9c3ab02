#include "feeds/seen.hpp"

#include <algorithm>
#include <bit>

namespace foghorn {

Seen::Seen(std::size_t capacity)
    : mask_{std::bit_ceil(2 * std::max<std::size_t>(capacity, 1)) -
            1},  // at most half full: probes stay short
      table_(mask_ + 1),
      ring_(std::max<std::size_t>(capacity, 1)) {}

bool Seen::again(std::uint64_t key, std::uint64_t frame) {
  if (key == 0) key = 1;
  auto at = locate(key);
  if (table_[at].key == 0) {
    if (ring_[oldest_] != 0) {
      erase(ring_[oldest_]);
      at = locate(key);  // erasing may have moved the hole
    }
    ring_[oldest_] = key;
    oldest_ = (oldest_ + 1) % ring_.size();
    table_[at] = {.key = key};
  }
  auto& entry = table_[at];
  if (entry.frame != frame) {
    entry.frame = frame;
    entry.in_frame = 0;
  }
  if (++entry.in_frame <= entry.known) return true;
  entry.known = entry.in_frame;
  return false;
}

/// Where the key is, or the free place where it would go.
std::size_t Seen::locate(std::uint64_t key) const {
  auto at = home(key);
  while (table_[at].key != 0 && table_[at].key != key) at = (at + 1) & mask_;
  return at;
}

/// Closes the hole by moving up what had to step aside for it, so that no tombstones pile up.
void Seen::erase(std::uint64_t key) {
  auto hole = locate(key);
  table_[hole] = {};
  for (auto at = (hole + 1) & mask_; table_[at].key != 0; at = (at + 1) & mask_) {
    const auto wanted = home(table_[at].key);
    if (((at - wanted) & mask_) < ((at - hole) & mask_)) continue;  // the hole is before its home
    table_[hole] = table_[at];
    table_[at] = {};
    hole = at;
  }
}

}  // namespace foghorn
