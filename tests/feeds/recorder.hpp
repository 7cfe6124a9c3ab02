#pragma once
// Remembers what an intake lets through.

#include <vector>

#include "feeds/intake.hpp"

namespace foghorn::test {

struct Recorder final : IntakeSink {
  struct Price {
    SourceId source{};
    double price{};
    Timestamp engine_time{no_time};
    Timestamp event_time{no_time};
    friend bool operator==(const Price&, const Price&) = default;
  };

  std::vector<Price> prices;
  std::vector<Liquidation> liquidations;
  std::vector<Price> lates;
  std::vector<Timestamp> engine_times;  ///< of prices and liquidations, in order

  void price(SourceId source, double price, Timestamp engine_time, Timestamp event_time) override {
    prices.push_back({source, price, engine_time, event_time});
    engine_times.push_back(engine_time);
  }
  void liquidation(const Liquidation& liquidation, Timestamp engine_time) override {
    liquidations.push_back(liquidation);
    engine_times.push_back(engine_time);
  }
  void late(SourceId source, double price, Timestamp event_time) override {
    lates.push_back({source, price, no_time, event_time});
  }
};

}  // namespace foghorn::test
