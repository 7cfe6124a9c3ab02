#pragma once
// Remembers the newest so many keys, to tell a venue's repetition from a second event that merely
// looks the same.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace foghorn {

/// A multiset of 64-bit hashes in fixed memory: an open-addressing table with a ring that says
/// which key is the oldest. Equal keys within one frame are distinct events; in a later frame as
/// many of them as were known before are repetitions.
class Seen {
 public:
  /// Remembers `capacity` (at least 1) different keys.
  explicit Seen(std::size_t capacity);

  /// Notes one more `key` in frame number `frame` (from 1, never going back) and says whether an
  /// earlier frame had told it. Allocates nothing.
  bool again(std::uint64_t key, std::uint64_t frame);

 private:
  struct Entry {
    std::uint64_t key{};       // 0: free
    std::uint64_t frame{};     // the last frame that named it ...
    std::uint32_t in_frame{};  // ... and how often
    std::uint32_t known{};     // the most often that any one frame named it
  };

  std::size_t home(std::uint64_t key) const { return static_cast<std::size_t>(key) & mask_; }
  std::size_t locate(std::uint64_t key) const;
  void erase(std::uint64_t key);

  std::size_t mask_;
  std::vector<Entry> table_;
  std::vector<std::uint64_t> ring_;  // keys in the order of their coming; 0: not yet used
  std::size_t oldest_{};
};

/// Mixes `value` into `seed` so that every bit of either moves half the bits of the result
/// (splitmix64's finaliser).
constexpr std::uint64_t mix(std::uint64_t seed, std::uint64_t value) {
  std::uint64_t z = seed ^ (value + 0x9e3779b97f4a7c15 + (seed << 6) + (seed >> 2));
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace foghorn
