#pragma once
// The symbols one decoder has met: their place in the SourceTable, found again in a few
// nanoseconds, and what the decoder remembers of each.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "model/source.hpp"

namespace foghorn::wire {

struct NothingMore {};

template <class Memory = NothingMore>
class Symbols {
 public:
  struct Entry {
    std::string symbol;
    SourceId source{};
    Memory memory{};
  };

  Symbols(SourceTable& sources, std::string_view venue) : sources_{sources}, venue_{venue} {
    slots_.resize(64, 0);
  }

  /// The entry of `symbol`, new or known; null when the SourceTable has no room for it. Valid until
  /// the next call.
  Entry* find(std::string_view symbol) {
    // Rows of one frame are nearly always of one symbol.
    if (last_ < entries_.size() && entries_[last_].symbol == symbol) return &entries_[last_];
    const auto hash = hash_of(symbol);
    for (std::size_t slot = hash & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1)) {
      if (slots_[slot] == 0) return add(symbol);
      if (entries_[slots_[slot] - 1].symbol == symbol) {
        last_ = slots_[slot] - 1;
        return &entries_[last_];
      }
    }
  }

 private:
  static std::size_t hash_of(std::string_view symbol) {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    const std::size_t part = symbol.size() < 8 ? symbol.size() : 8;
    std::memcpy(&head, symbol.data(), part);
    std::memcpy(&tail, symbol.data() + symbol.size() - part, part);
    std::uint64_t mixed = (head ^ (tail * 0x9e37'79b9'7f4a'7c15u)) + symbol.size();
    mixed *= 0xff51'afd7'ed55'8ccdu;
    return static_cast<std::size_t>(mixed ^ (mixed >> 29));
  }

  Entry* add(std::string_view symbol) {
    const auto source = sources_.intern(venue_, symbol);
    if (!source) return nullptr;
    if (2 * (entries_.size() + 1) > slots_.size()) grow();
    entries_.push_back({std::string{symbol}, *source, {}});
    last_ = entries_.size() - 1;
    place(last_);
    return &entries_[last_];
  }

  void grow() {
    slots_.assign(2 * slots_.size(), 0);
    for (std::size_t i = 0; i < entries_.size(); ++i) place(i);
  }

  void place(std::size_t entry) {
    std::size_t slot = hash_of(entries_[entry].symbol) & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(entry + 1);
  }

  SourceTable& sources_;
  std::string_view venue_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t>
      slots_;  ///< open addressing, a power of two, at most half full; entry + 1, or 0
  std::size_t last_{};
};

}  // namespace foghorn::wire
