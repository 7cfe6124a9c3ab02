#pragma once
// The joint between feeds and rules, which know nothing of each other: what an intake lets through
// goes to the engine.

#include "feeds/intake.hpp"
#include "rules/engine.hpp"

namespace foghorn {

class EngineInput final : public IntakeSink {
 public:
  explicit EngineInput(Engine& engine) : engine_{engine} {}

  void price(SourceId source, double price, Timestamp engine_time, Timestamp event_time) override {
    engine_.price(source, price, engine_time, event_time);
  }
  void liquidation(const Liquidation& liquidation, Timestamp engine_time) override {
    engine_.liquidation(liquidation, engine_time);
  }
  /// A single source's late price says nothing of the consensus, of which the minute bars are made:
  /// counted, not used.
  void late(SourceId, double, Timestamp) override {}

 private:
  Engine& engine_;
};

}  // namespace foghorn
