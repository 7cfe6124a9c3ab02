#pragma once
// Live liquidations added up by the minute, and when their streams were there, for the store: what
// the fact sheet tells of them a day later. Pure: time comes in with the events.

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "model/events.hpp"
#include "model/liquidation_minute.hpp"
#include "model/source.hpp"

namespace foghorn {

class LiquidationMinutes {
 public:
  /// Of the venues that are asked for liquidations. Their streams are down until told otherwise.
  explicit LiquidationMinutes(const std::vector<std::string>& venues);

  /// From `t` on it is these venues that are asked, as of construction. What is known of one that
  /// stays goes on.
  void listen_to(const std::vector<std::string>& venues, Timestamp t);

  // `t` is engine time and never goes back, but for stream(), as of Engine::event_stream().
  void add(const Liquidation& liquidation, const Source& source, Timestamp t);
  void stream(std::string_view venue, bool up, Timestamp t);

  /// Engine time has come to `t`: with each minute that is over, what was added up goes into
  /// rows().
  void advance(Timestamp t);
  /// The same at once, before a stop.
  void end(Timestamp t);

  /// What is to be stored since the last clear().
  const std::vector<LiquidationMinute>& rows() const { return rows_; }
  /// A stretch that goes on comes again with each minute: the last word on (venue, since).
  const std::vector<StreamStretch>& stretches() const { return stretches_; }
  void clear();

 private:
  void begin(Timestamp t);
  void write(Timestamp t);

  using Key = std::tuple<Timestamp, std::string, std::string, Position>;

  std::vector<StreamStretch> streams_;  // as they are now, in the order of the venues
  std::map<Key, LiquidationMinute> open_;
  std::vector<LiquidationMinute> rows_;
  std::vector<StreamStretch> stretches_;
  Timestamp now_{no_time};
};

}  // namespace foghorn
