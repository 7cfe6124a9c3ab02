#pragma once
// What a venue told us, in our own words. Trivially copyable: an event owns nothing, borrows
// nothing and outlives the frame it was decoded from.

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

#include "model/money.hpp"
#include "model/source.hpp"
#include "model/time.hpp"

namespace foghorn {

/// `trade` one trade's price; `last` a ticker's last trade; `mark` the venue's mark; `mid` of best
/// bid and ask.
enum class PriceKind : std::uint8_t { trade, mark, mid, last };

/// The taker's side of a trade.
enum class Side : std::uint8_t { none, buy, sell };

/// The side that a liquidation closed.
enum class Position : std::uint8_t { long_side, short_side };

enum class QuantityUnit : std::uint8_t { base, quote, contracts };

inline constexpr double no_size = std::numeric_limits<double>::quiet_NaN();

/// One price observation. `price` is finite as decoded; whether it is plausible is for the intake
/// to say.
struct Tick {
  SourceId source{};
  PriceKind kind{};
  Side side{Side::none};
  bool history{};      ///< the frame itself marked it as older than the subscription
  std::uint64_t id{};  ///< the venue's trade id, hashed where it is text; 0 where it gives none
  double price{};
  double size{no_size};  ///< as the venue counts it; NaN where it gives none
  Timestamp event_time{no_time};
};

/// One forced close.
struct Liquidation {
  SourceId source{};
  Position position{};
  QuantityUnit unit{};
  bool history{};
  double price{};
  double quantity{};                    ///< positive, in `unit`
  std::optional<UsdMicros> notional{};  ///< nullopt where the contract's size is not known
  Timestamp event_time{no_time};
};

/// One minute of a source's price, as its venue's REST interface tells it afterwards.
struct Candle {
  Timestamp start{};  ///< a whole minute
  double open{}, high{}, low{}, close{};

  friend bool operator==(const Candle&, const Candle&) = default;
};

/// How many of a venue's liquidations its public streams carry: all; the largest, or the latest, of
/// each symbol and second; or it does not say.
enum class LiquidationCoverage : std::uint8_t { complete, one_per_second, unknown };

std::string_view to_text(
    LiquidationCoverage coverage);  ///< "complete", "one_per_second", "unknown"
std::optional<LiquidationCoverage> parse_liquidation_coverage(std::string_view text);

/// A frame of this source that changes no price: it is alive.
struct Alive {
  SourceId source{};
};

using Event = std::variant<Tick, Liquidation, Alive>;
static_assert(std::is_trivially_copyable_v<Event>);

}  // namespace foghorn
