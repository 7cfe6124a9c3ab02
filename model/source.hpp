#pragma once
// Sources: one symbol at one venue, as a dense number that fits into an event.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace foghorn {

/// Index into the SourceTable, in the order of first mention. Dense, so it can index a vector.
enum class SourceId : std::uint32_t {};

constexpr std::size_t index(SourceId id) {
  return static_cast<std::size_t>(id);
}

struct Source {
  std::string venue;   ///< "bybit"
  std::string symbol;  ///< as the venue spells it: "CLUSDT", "xyz:CL"
};

/// Every source known to this process. Grows by config and, for market-wide liquidation streams, by
/// what the wire names; never shrinks, and never beyond its capacity, so that no venue can fill our
/// memory. Not thread-safe: it belongs to the market thread.
class SourceTable {
 public:
  static constexpr std::size_t capacity = 65'536;
  static constexpr std::size_t longest_symbol = 64;

  /// The id of this source, new or known. nullopt when the table is full or the symbol empty or too
  /// long.
  std::optional<SourceId> intern(std::string_view venue, std::string_view symbol);

  std::optional<SourceId> find(std::string_view venue, std::string_view symbol) const;

  const Source& operator[](SourceId id) const { return sources_[index(id)]; }
  std::size_t size() const { return sources_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Symbols = std::unordered_map<std::string, SourceId, Hash, std::equal_to<>>;

  const Symbols* symbols_of(std::string_view venue) const;

  std::vector<Source> sources_;
  std::unordered_map<std::string, Symbols, Hash, std::equal_to<>> venues_;
};

/// "bybit:CLUSDT"; a symbol may itself hold colons ("hyperliquid:xyz:CL").
std::string to_text(const Source& source);

/// Splits "venue:symbol" at the first colon; nullopt without one or with an empty half.
std::optional<Source> parse_source(std::string_view text);

}  // namespace foghorn
