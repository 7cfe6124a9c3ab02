#pragma once
// A daemon of one feed, one instrument, one event series, one rule and one channel, as it stands
// when it has just started.

#include "alerts/dispatcher.hpp"
#include "daemon/snapshot.hpp"

namespace foghorn::test {

inline Snapshot fresh_market() {
  Snapshot market;
  FeedSnapshot feed;
  feed.status = {"bybit",
                 StreamState::dead,
                 {{"trades CLUSDT", StreamState::dead, no_time},
                  {"liquidations BTCUSDT", StreamState::dead, no_time}}};
  market.feeds.push_back(feed);

  InstrumentSnapshot wti;
  wti.id = "WTI";
  wti.unit = "USD/bbl";
  market.instruments.push_back(wti);
  InstrumentSnapshot liquidations;
  liquidations.id = "LIQ";
  liquidations.unit = "USD";
  liquidations.event_series = true;
  market.instruments.push_back(liquidations);

  RuleSnapshot rule;
  rule.id = "oil-shock";
  rule.unknown = Unknown::warming;
  market.rules.push_back(rule);
  market.liquidations.push_back(
      {.venue = "bybit",
       .orders = {},
       .unsummed = {},
       .usd = {},
       .stream = {.venue = "bybit", .seen = 0, .missing_since = no_time}});
  return market;
}

inline DispatcherSnapshot fresh_delivery() {
  DispatcherSnapshot delivery;
  ChannelSnapshot channel;
  channel.name = "desk";
  channel.counts.errors = {{"45009", 0}, {"timed_out", 0}};
  delivery.channels.push_back(channel);
  return delivery;
}

}  // namespace foghorn::test
