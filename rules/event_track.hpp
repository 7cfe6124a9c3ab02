#pragma once
// The past of an event series, narrowed as a rule asked: LIQ, LIQ.long, LIQ.BTC@okx. Sums and
// counts over windows.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/events.hpp"
#include "rules/expression.hpp"
#include "rules/series.hpp"
#include "rules/value.hpp"
#include "rules/window.hpp"

namespace foghorn {

/// What a liquidation is narrowed by. The texts belong to the market's tables.
struct EventTags {
  std::string_view venue;
  std::string_view base;
  Position position{};
};

/// The base asset of a venue's symbol: BTC of "BTCUSDT", "BTC-USDT-SWAP", "BTC_USDT", "BTC".
std::string_view base_of(std::string_view symbol);

class EventTrack {
 public:
  /// Nothing before `start` was seen. `venues`: those whose streams feed this series.
  EventTrack(Selector selector, std::vector<std::string> venues);

  void prepare(Duration window);

  void add(Timestamp t, const EventTags& tags, std::optional<UsdMicros> amount);

  /// Engine time begins at `t`: what was before was not seen, by streams already up either.
  void begin(Timestamp t);

  /// A venue's stream came up or went down; what was missed in between is a gap. Down until first
  /// told otherwise.
  void stream(std::string_view venue, bool up, Timestamp t);

  /// `function` is sum or count. At least what was seen, where 1 % or more of the window was not.
  Value value(Function function, Duration window, Timestamp t);
  std::optional<Timestamp> next_change(Duration window, Timestamp t) const;
  double seen(Duration window, Timestamp t) const;

  const Selector& selector() const { return selector_; }

 private:
  bool matches(const EventTags& tags) const;
  SumWindow* window(Duration span) const;

  // One venue's stream: when it was not up. Only its newest gaps matter, and windows are at most a
  // year.
  struct Stream {
    std::string venue;
    bool up{};
    Timestamp since{Timestamp::min()};  // of the present state
    std::vector<Gap> gaps;              // closed ones, oldest first, bounded
  };

  Selector selector_;
  std::vector<Stream> streams_;
  std::vector<std::unique_ptr<SumWindow>> windows_;
};

}  // namespace foghorn
