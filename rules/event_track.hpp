#pragma once
// The past of an event series, narrowed as a rule asked: LIQ, LIQ.long, LIQ.BTC@okx. Sums and
// counts over windows.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/events.hpp"
#include "rules/event_streams.hpp"
#include "rules/expression.hpp"
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
  /// `streams`: of the venues that feed this series; they outlive it.
  EventTrack(Selector selector, const EventStreams& streams);

  void prepare(Duration window);

  /// Goes on where `earlier` is at `t`, of the same selector: null where there was none. What a
  /// window of it does not know, because nobody had asked for as much, was not seen. After
  /// prepare(), before the first add().
  void succeed(EventTrack* earlier, Timestamp t);

  void add(Timestamp t, const EventTags& tags, std::optional<UsdMicros> amount);

  /// `function` is sum or count. At least what was seen, where 1 % or more of the window was not.
  Value value(Function function, Duration window, Timestamp t);
  std::optional<Timestamp> next_change(Duration window, Timestamp t) const;
  double seen(Duration window, Timestamp t) const;

  /// Of the window (t − W, t], for who reads a sum or count: what was seen, venue by venue, and how
  /// many orders are in the count and not in the sum. After value().
  std::vector<VenueCoverage> venues(Duration window, Timestamp t) const;
  std::int64_t unsummed(Duration window) const;

  const Selector& selector() const { return selector_; }

 private:
  struct Window {
    std::unique_ptr<SumWindow> sum;
    Timestamp since{Timestamp::min()};  // it knows nothing from before
  };
  struct Known {
    Duration part{};  // up to now
    double share{};   // of the whole
  };

  bool matches(const EventTags& tags) const;
  const Window* find(Duration span) const;
  SumWindow* window(Duration span) const;
  Known known(Duration span, Timestamp t) const;
  std::optional<Timestamp> certain_change(Duration span, Timestamp t) const;

  Selector selector_;
  const EventStreams& streams_;
  std::vector<Window> windows_;
};

}  // namespace foghorn
