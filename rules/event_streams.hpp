#pragma once
// The venues that bring liquidations: how much of them each shows, and when its stream was not
// seen. All event series share them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/alert_event.hpp"
#include "model/events.hpp"
#include "rules/series.hpp"

namespace foghorn {

struct EventVenue {
  std::string name;
  LiquidationCoverage coverage{LiquidationCoverage::unknown};
  /// Its orders are other venues', told again: a series holds them only where it names the venue.
  bool repeats{};
  /// What it is asked for, separated by commas: symbols, or * for all of them.
  std::string asked{};
};

/// A `venue` that is asked about may be empty: then all are meant but those that repeat others.
class EventStreams {
 public:
  /// Streams are down until told otherwise.
  explicit EventStreams(std::vector<EventVenue> venues);

  /// Engine time begins at `t`: what was before was not seen, by streams already up either.
  void begin(Timestamp t);

  /// Goes on where `earlier` is at `t`, venue by venue. What came of others before was not seen;
  /// nor was it of one that is asked for more now.
  void succeed(const EventStreams& earlier, Timestamp t);

  /// A venue's stream came up or went down; what was missed in between is a gap.
  void set(std::string_view venue, bool up, Timestamp t);

  /// How much of (t − span, t] was seen, 0–1: of several venues the least; 0 where there is none.
  double seen(std::string_view venue, Duration span, Timestamp t) const;
  bool any_up(std::string_view venue) const;
  bool all_up(std::string_view venue) const;
  bool repeats(std::string_view venue) const;

  /// The venue, or all of them in their order.
  std::vector<VenueCoverage> coverage(std::string_view venue, Duration span, Timestamp t) const;

 private:
  // Only its newest gaps matter, and windows are at most a year.
  struct Stream {
    EventVenue venue;
    bool up{};
    Timestamp since{Timestamp::min()};  // of the present state
    std::vector<Gap> gaps{};            // closed ones, oldest first, bounded
  };

  static double seen_by(const Stream& stream, Duration span, Timestamp t);

  std::vector<Stream> streams_;
  Timestamp began_{Timestamp::min()};
};

}  // namespace foghorn
