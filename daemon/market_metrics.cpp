#include "daemon/market_metrics.hpp"

#include <algorithm>

namespace foghorn {
namespace {

using std::string;

void add_engine(MetricPage& page, const Snapshot& market) {
  page.gauge("foghorn_engine_timestamp_seconds",
             "Engine time: of the last event or heartbeat that was judged; 0 before the first");
  page.add(seconds(market.engine_time));
  page.gauge("foghorn_engine_step_timestamp_seconds",
             "When the engine's timers were last stepped, which is once a second; 0 before the "
             "first time");
  page.add(seconds(market.stepped));
  page.counter("foghorn_clock_realignments_total",
               "Times that the machine's clock was found more than a second from ours, which then "
               "set out to agree with it");
  page.add(number(market.clock_realignments));
  page.histogram("foghorn_tick_to_decision_seconds",
                 "From the arrival of an event to the end of its judgement by all rules");
  page.add({}, LatencyCounts::bounds, market.tick_to_decision.buckets, market.tick_to_decision.sum);
}

void add_feeds(MetricPage& page, const Snapshot& market) {
  const auto each = [&](auto sample) {
    for (const auto& feed : market.feeds) sample(feed.status.name, feed);
  };
  page.gauge(
      "foghorn_feed_up",
      "1 while a stream of the feed is live, or quiet by nature; 0 while all are mute or dead");
  each([&](const string& name, const FeedSnapshot& f) {
    const bool up = f.status.state == StreamState::live || f.status.state == StreamState::quiet;
    page.add({{"feed", name}}, up ? 1 : 0);
  });
  page.gauge("foghorn_feed_streams",
             "Streams that the feed is to bring, by state: live, quiet (sparse by nature), mute "
             "(subscribed, but no data where it is due), dead");
  each([&](const string& name, const FeedSnapshot& f) {
    for (const auto state :
         {StreamState::live, StreamState::quiet, StreamState::mute, StreamState::dead}) {
      const auto n = std::ranges::count(f.status.streams, state, &StreamStatus::state);
      page.add({{"feed", name}, {"state", string{to_text(state)}}}, static_cast<double>(n));
    }
  });
  page.counter("foghorn_feed_messages_total", "Frames received, each counted once by what it was");
  each([&](const string& name, const FeedSnapshot& f) {
    const auto& n = f.counters.intake;
    page.add({{"feed", name}, {"kind", "data"}}, number(n.frames_data));
    page.add({{"feed", name}, {"kind", "control"}}, number(n.frames_control));
    page.add({{"feed", name}, {"kind", "ignored"}}, number(n.frames_ignored));
    page.add({{"feed", name}, {"kind", "malformed"}}, number(n.frames_malformed));
  });
  page.counter("foghorn_feed_events_total",
               "Decoded events, each counted once by what became of it");
  each([&](const string& name, const FeedSnapshot& f) {
    const auto& n = f.counters.intake;
    page.add({{"feed", name}, {"fate", "judged"}}, number(n.judged));
    page.add({{"feed", name}, {"fate", "late"}}, number(n.late));
    page.add({{"feed", name}, {"fate", "duplicate"}}, number(n.duplicate));
    page.add({{"feed", name}, {"fate", "history"}}, number(n.history));
    page.add({{"feed", name}, {"fate", "rejected"}}, number(n.rejected));
    page.add({{"feed", name}, {"fate", "unwanted"}}, number(n.unwanted));
  });
  page.gauge("foghorn_feed_last_message_timestamp_seconds",
             "Arrival of the last frame of any kind; 0 before the first");
  each([&](const string& name, const FeedSnapshot& f) {
    page.add({{"feed", name}}, seconds(f.counters.intake.last_message));
  });
  page.gauge("foghorn_feed_last_data_timestamp_seconds",
             "Arrival of the last frame that carried data; 0 before the first");
  each([&](const string& name, const FeedSnapshot& f) {
    page.add({{"feed", name}}, seconds(f.counters.intake.last_data));
  });
  page.counter("foghorn_feed_times_replaced_total",
               "Events whose own time was missing or ahead of arrival, which stood in");
  each([&](const string& name, const FeedSnapshot& f) {
    page.add({{"feed", name}}, number(f.counters.intake.time_replaced));
  });
  page.histogram("foghorn_feed_latency_seconds",
                 "From the venue's time of an event to its arrival");
  each([&](const string& name, const FeedSnapshot& f) {
    const auto& latency = f.counters.intake.latency;
    page.add({{"feed", name}}, LatencyCounts::bounds, latency.buckets, latency.sum);
  });
}

void add_feed_links(MetricPage& page, const Snapshot& market) {
  const auto each = [&](auto sample) {
    for (const auto& feed : market.feeds) sample(feed.status.name, feed);
  };
  page.counter("foghorn_feed_connects_total", "Attempts to connect");
  each([&](const string& name, const FeedSnapshot& f) {
    page.add({{"feed", name}}, number(f.counters.links.connects));
  });
  page.counter("foghorn_feed_reconnects_total", "Connections lost or not made, by reason");
  each([&](const string& name, const FeedSnapshot& f) {
    for (std::size_t i = 0; i < reconnect_reasons.size(); ++i) {
      page.add({{"feed", name}, {"reason", string{reconnect_reasons[i]}}},
               number(f.counters.links.reconnects[i]));
    }
  });
  page.counter("foghorn_feed_gaps_total",
               "Stretches not seen: connections lost that had brought data, and holes in the "
               "numbers that the venue gives its trades or frames");
  each([&](const string& name, const FeedSnapshot& f) {
    const auto& links = f.counters.links;
    page.add({{"feed", name}},
             number(links.gaps + links.frame_holes + f.counters.intake.trade_holes));
  });
  page.counter("foghorn_feed_takeovers_total",
               "Connections replaced, by one that brought the same, before they were cut");
  each([&](const string& name, const FeedSnapshot& f) {
    page.add({{"feed", name}}, number(f.counters.links.takeovers));
  });
  page.counter("foghorn_feed_missed_trades_total",
               "Trades that never came, where the venue numbers them: lost on the way while "
               "connected, or gone by while not");
  each([&](const string& name, const FeedSnapshot& f) {
    const auto& n = f.counters.intake;
    page.add({{"feed", name}, {"while", "connected"}}, number(n.trades_missed));
    page.add({{"feed", name}, {"while", "offline"}}, number(n.trades_missed_offline));
  });
  page.counter("foghorn_feed_missed_frames_total",
               "Frames that never came, where the venue numbers them");
  each([&](const string& name, const FeedSnapshot& f) {
    page.add({{"feed", name}}, number(f.counters.links.frames_missed));
  });
  page.counter("foghorn_feed_refused_subscriptions_total",
               "Subscriptions that the venue answered with an error");
  each([&](const string& name, const FeedSnapshot& f) {
    page.add({{"feed", name}}, number(f.counters.links.refused_subscriptions));
  });
  page.counter("foghorn_feed_backfill_requests_total", "Questions about past minutes by REST");
  each([&](const string& name, const FeedSnapshot& f) {
    page.add({{"feed", name}}, number(f.counters.backfill.requests));
  });
  page.counter("foghorn_feed_backfill_failures_total", "Of these, without a usable answer");
  each([&](const string& name, const FeedSnapshot& f) {
    page.add({{"feed", name}}, number(f.counters.backfill.failures));
  });
  page.counter("foghorn_feed_backfill_bars_total", "Past minutes that the answers held");
  each([&](const string& name, const FeedSnapshot& f) {
    page.add({{"feed", name}}, number(f.counters.backfill.minutes));
  });
  page.counter("foghorn_feed_backfill_abandoned_total",
               "Stretches of past minutes that are asked for no more, by reason");
  each([&](const string& name, const FeedSnapshot& f) {
    const auto& n = f.counters.backfill;
    page.add({{"feed", name}, {"reason", "failures"}}, number(n.given_up));
    page.add({{"feed", name}, {"reason", "queue_full"}}, number(n.dropped));
  });
}

void add_instruments(MetricPage& page, const Snapshot& market) {
  const auto each = [&](auto sample) {
    for (const auto& instrument : market.instruments)
      if (!instrument.event_series) sample(instrument);
  };
  page.gauge("foghorn_instrument_price",
             "Consensus price in the instrument's own unit (do not sum or average over "
             "instruments); absent while stale");
  each([&](const InstrumentSnapshot& i) {
    if (i.price) page.add({{"instrument", i.id}}, *i.price);
  });
  page.gauge("foghorn_instrument_last_price_timestamp_seconds",
             "Engine time of the last confirmed price; 0 before the first");
  each([&](const InstrumentSnapshot& i) {
    page.add({{"instrument", i.id}}, seconds(i.price_time));
  });
  page.gauge("foghorn_instrument_state", "1 for the state the price is in, 0 for the others");
  each([&](const InstrumentSnapshot& i) {
    for (const auto state : {PriceState::none, PriceState::confirmed, PriceState::stale,
                             PriceState::unconfirmed, PriceState::closed}) {
      page.add({{"instrument", i.id}, {"state", string{to_text(state)}}}, i.state == state ? 1 : 0);
    }
  });
  page.gauge("foghorn_instrument_sources", "Sources whose stream is alive");
  each([&](const InstrumentSnapshot& i) {
    page.add({{"instrument", i.id}}, number(i.sources.size()));
  });
  page.gauge("foghorn_instrument_sources_configured",
             "Sources that the config gives it; 0 of one that is computed from others");
  each([&](const InstrumentSnapshot& i) {
    page.add({{"instrument", i.id}}, number(i.configured_sources));
  });
  page.gauge("foghorn_instrument_sources_required", "Sources that must agree on its price");
  each([&](const InstrumentSnapshot& i) {
    page.add({{"instrument", i.id}}, number(i.min_sources));
  });
  page.gauge("foghorn_instrument_change_ratio",
             "Price against 24 h ago, minus 1; absent while not known");
  each([&](const InstrumentSnapshot& i) {
    if (i.change) page.add({{"instrument", i.id}}, *i.change);
  });
  page.counter("foghorn_ticks_late_total",
               "Ticks not judged because they came too late, by reason");
  each([&](const InstrumentSnapshot& i) {
    for (std::size_t r = 0; r < late_reasons.size(); ++r) {
      page.add({{"instrument", i.id}, {"reason", string{late_reasons[r]}}},
               number(i.counts.late[r]));
    }
  });
  page.counter("foghorn_ticks_rejected_total", "Ticks not believed, by what was wrong with them");
  each([&](const InstrumentSnapshot& i) {
    for (std::size_t r = 0; r < reject_reasons.size(); ++r) {
      page.add({{"instrument", i.id}, {"reason", string{reject_reasons[r]}}},
               number(i.counts.rejected[r]));
    }
  });
}

void add_liquidations(MetricPage& page, const Snapshot& market) {
  constexpr const char* positions[] = {"long", "short"};
  const auto each = [&](auto figure) {
    for (const auto& venue : market.liquidations)
      for (std::size_t p = 0; p < 2; ++p)
        page.add({{"venue", venue.venue}, {"position", positions[p]}}, figure(venue, p));
  };
  page.counter("foghorn_liquidations_total",
               "Liquidation orders seen live; venues withhold some, so a lower bound");
  each([](const LiquidationSnapshot& v, std::size_t p) { return number(v.orders[p]); });
  page.counter("foghorn_liquidations_usd_total",
               "Their notional in USD, where known; a lower bound");
  each([](const LiquidationSnapshot& v, std::size_t p) { return v.usd[p].dollars(); });
  page.counter("foghorn_liquidations_unsummed_total",
               "Of these orders, those whose notional is not known");
  each([](const LiquidationSnapshot& v, std::size_t p) { return number(v.unsummed[p]); });
  page.gauge("foghorn_liquidation_stream_seen",
             "1 while the venue's liquidations are heard; 0 while they are missed");
  for (const auto& venue : market.liquidations)
    page.add({{"venue", venue.venue}}, venue.stream.missing_since ? 0 : 1);
}

void add_capture(MetricPage& page, const Snapshot& market) {
  if (!market.capture) return;
  const auto& capture = *market.capture;
  page.gauge("foghorn_capture_up",
             "1 while the capture's disk takes what comes; 0 while it refuses");
  page.add({}, capture.up ? 1 : 0);
  page.counter("foghorn_capture_bytes_total", "Bytes written to captures, compressed");
  page.add({}, number(capture.bytes));
  page.counter("foghorn_capture_records_total", "Records written to captures");
  page.add({}, number(capture.records));
  page.counter("foghorn_capture_dropped_total",
               "Records that are in no capture: the disk was too slow, or full");
  page.add({}, number(capture.dropped));
}

void add_rules(MetricPage& page, const Snapshot& market) {
  page.gauge("foghorn_rule_state", "1 for the state the rule is in, 0 for the others");
  for (const auto& rule : market.rules)
    for (const auto phase : {Phase::idle, Phase::pending, Phase::firing, Phase::recovering}) {
      page.add({{"rule", rule.id}, {"state", string{to_text(phase)}}}, rule.phase == phase ? 1 : 0);
    }
  page.gauge(
      "foghorn_rule_tier",
      "Of the rule's open episode the highest tier announced: 1 notice, 2 major, 3 critical; "
      "0 without one");
  for (const auto& rule : market.rules)
    page.add({{"rule", rule.id}}, rule.tier ? static_cast<double>(*rule.tier) + 1 : 0);
  page.gauge("foghorn_rule_unknown",
             "1 for the reason why the rule's condition is neither true nor false now, 0 for the "
             "others; all 0 while it is known");
  for (const auto& rule : market.rules)
    for (const auto reason : {Unknown::warming, Unknown::incomplete, Unknown::stale,
                              Unknown::unconfirmed, Unknown::undefined}) {
      page.add({{"rule", rule.id}, {"reason", string{to_text(reason)}}},
               rule.unknown == reason ? 1 : 0);
    }
  page.gauge("foghorn_rule_value",
             "Left side of the comparison that decides, ratios as 0-1; absent while not known");
  for (const auto& rule : market.rules)
    if (rule.value) page.add({{"rule", rule.id}}, *rule.value);
  page.counter("foghorn_rule_evaluations_total", "Times the rule was judged");
  for (const auto& rule : market.rules) page.add({{"rule", rule.id}}, number(rule.evaluations));
  page.counter("foghorn_rule_transitions_total", "What the rule announced, by kind");
  for (const auto& rule : market.rules)
    for (const auto kind : {AlertKind::fire, AlertKind::escalate, AlertKind::resolve}) {
      page.add({{"rule", rule.id}, {"kind", string{to_text(kind)}}},
               number(rule.transitions[static_cast<std::size_t>(kind)]));
    }
}

}  // namespace

void add_market(MetricPage& page, const Snapshot& market) {
  add_engine(page, market);
  add_feeds(page, market);
  add_feed_links(page, market);
  add_instruments(page, market);
  add_liquidations(page, market);
  add_rules(page, market);
  add_capture(page, market);
}

}  // namespace foghorn
