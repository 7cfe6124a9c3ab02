#pragma once
// Where a capture listens in: told, on the market thread and in order, everything that decides what
// the engine is told. feeds/ calls it; what it does with it is its own affair, but must be quick.

#include <cstdint>
#include <string_view>

#include "model/time.hpp"
#include "model/wire.hpp"

namespace foghorn {

/// One opened connection of a feed: `link` is its place in Venue::plan(), `serial` counts the
/// connections that the feed has opened, from 1. Two of one link overlap where one is replaced
/// before it is cut.
struct LinkRef {
  std::string_view feed;
  std::uint32_t link{};
  std::uint32_t serial{};
};

/// Why a connection is heard no more.
enum class LinkEnd : std::uint8_t {
  lost,     ///< the line failed
  silent,   ///< we gave it up for its silence
  retired,  ///< another has taken its place
};

class Tap {
 public:
  virtual ~Tap() = default;

  /// The connection's subscriptions are about to be sent; `takes_over` the serial of one that it is
  /// to replace without a gap, 0 where there is none.
  virtual void opened(const LinkRef& link, std::uint32_t takes_over, Timestamp arrival) = 0;
  virtual void frame(const LinkRef& link, const Frame& frame, Timestamp arrival) = 0;
  virtual void ended(const LinkRef& link, LinkEnd how, Timestamp arrival) = 0;

  /// The venue's REST interface answered a question about contracts.
  virtual void contracts(std::string_view feed, std::string_view body, Timestamp arrival) = 0;
  /// The same, about the past of `symbol`.
  virtual void candles(std::string_view feed, std::string_view symbol, std::string_view body,
                       Timestamp arrival) = 0;
};

}  // namespace foghorn
