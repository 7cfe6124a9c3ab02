// The page that Prometheus scrapes: its names and labels are relied upon by dashboards and alerts.
#include "daemon/metrics.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "daemon/metric_text.hpp"
#include "tests/daemon/exposition.hpp"
#include "tests/daemon/snapshots.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

Exposition page(const Snapshot& market = fresh_market(),
                const DispatcherSnapshot& delivery = fresh_delivery()) {
  return read_exposition(metrics_text(market, delivery, {}));
}

}  // namespace

TEST_CASE("every metric of the design is declared from the start, with its type") {
  const std::map<std::string, std::string> promised{
      {"foghorn_feed_up", "gauge"},
      {"foghorn_feed_streams", "gauge"},
      {"foghorn_feed_messages_total", "counter"},
      {"foghorn_feed_last_message_timestamp_seconds", "gauge"},
      {"foghorn_feed_last_data_timestamp_seconds", "gauge"},
      {"foghorn_feed_reconnects_total", "counter"},
      {"foghorn_feed_gaps_total", "counter"},
      {"foghorn_feed_latency_seconds", "histogram"},
      {"foghorn_ticks_late_total", "counter"},
      {"foghorn_ticks_rejected_total", "counter"},
      {"foghorn_instrument_price", "gauge"},
      {"foghorn_instrument_sources", "gauge"},
      {"foghorn_instrument_change_ratio", "gauge"},
      {"foghorn_liquidations_total", "counter"},
      {"foghorn_liquidations_usd_total", "counter"},
      {"foghorn_liquidation_stream_seen", "gauge"},
      {"foghorn_rule_state", "gauge"},
      {"foghorn_rule_value", "gauge"},
      {"foghorn_rule_evaluations_total", "counter"},
      {"foghorn_rule_transitions_total", "counter"},
      {"foghorn_tick_to_decision_seconds", "histogram"},
      {"foghorn_decision_to_accept_seconds", "histogram"},
      {"foghorn_notifications_total", "counter"},
      {"foghorn_notification_errors_total", "counter"},
      {"foghorn_outbox_rows", "gauge"},
      {"foghorn_silences", "gauge"},
      {"foghorn_outbox_oldest_timestamp_seconds", "gauge"},
      {"foghorn_channel_circuit_open", "gauge"},
      {"foghorn_config_last_reload_successful", "gauge"},
      {"foghorn_config_last_reload_success_timestamp_seconds", "gauge"},
      {"foghorn_build_info", "gauge"},
      {"process_cpu_seconds_total", "counter"},
      {"process_resident_memory_bytes", "gauge"},
      {"process_start_time_seconds", "gauge"}};
  const auto shown = page();
  for (const auto& [family, type] : promised) {
    CAPTURE(family);
    REQUIRE(shown.has(family));
    CHECK(shown.types.at(family) == type);
  }
}

TEST_CASE("counters and states are there at zero before anything happened, with their labels") {
  const auto shown = page();
  for (const auto* sample : {R"(foghorn_feed_up{feed="bybit"})",
                             R"(foghorn_feed_messages_total{feed="bybit",kind="malformed"})",
                             R"(foghorn_feed_last_data_timestamp_seconds{feed="bybit"})",
                             R"(foghorn_feed_reconnects_total{feed="bybit",reason="tls"})",
                             R"(foghorn_feed_gaps_total{feed="bybit"})",
                             R"(foghorn_feed_latency_seconds_count{feed="bybit"})",
                             R"(foghorn_ticks_late_total{instrument="WTI",reason="lag"})",
                             R"(foghorn_ticks_rejected_total{instrument="WTI",reason="price"})",
                             R"(foghorn_instrument_sources{instrument="WTI"})",
                             R"(foghorn_liquidations_total{venue="bybit",position="long"})",
                             R"(foghorn_liquidations_usd_total{venue="bybit",position="short"})",
                             R"(foghorn_liquidation_stream_seen{venue="bybit"})",
                             R"(foghorn_rule_state{rule="oil-shock",state="firing"})",
                             R"(foghorn_rule_evaluations_total{rule="oil-shock"})",
                             R"(foghorn_rule_transitions_total{rule="oil-shock",kind="escalate"})",
                             R"(foghorn_tick_to_decision_seconds_count)",
                             R"(foghorn_notifications_total{channel="desk",result="delivered"})",
                             R"(foghorn_notification_errors_total{channel="desk",code="45009"})",
                             R"(foghorn_outbox_rows{channel="desk",state="waiting"})",
                             R"(foghorn_outbox_rows{channel="desk",state="silenced"})",
                             R"(foghorn_outbox_rows{channel="desk",state="quiet"})",
                             R"(foghorn_silences{state="active"})",
                             R"(foghorn_outbox_oldest_timestamp_seconds{channel="desk"})",
                             R"(foghorn_channel_circuit_open{channel="desk"})"}) {
    CAPTURE(sample);
    REQUIRE(shown.values.contains(sample));
    CHECK(std::stod(shown.values.at(sample)) == 0);
  }
}

TEST_CASE("a price that is not known is absent rather than zero") {
  const auto shown = page();
  CHECK_FALSE(shown.values.contains(R"(foghorn_instrument_price{instrument="WTI"})"));
  CHECK_FALSE(shown.values.contains(R"(foghorn_rule_value{rule="oil-shock"})"));

  auto market = fresh_market();
  market.instruments[0].price = 85.91;
  market.rules[0].value = -0.109;
  CHECK(page(market).values.at(R"(foghorn_instrument_price{instrument="WTI"})") == "85.91");
  CHECK(page(market).values.at(R"(foghorn_rule_value{rule="oil-shock"})") == "-0.109");
}

TEST_CASE("exactly one state of a rule is one") {
  auto market = fresh_market();
  market.rules[0].phase = Phase::recovering;
  const auto shown = page(market);
  for (const auto* state : {"idle", "pending", "firing", "recovering"}) {
    const auto sample =
        R"(foghorn_rule_state{rule="oil-shock",state=")" + std::string{state} + "\"}";
    CHECK(shown.values.at(sample) == (std::string{state} == "recovering" ? "1" : "0"));
  }
}

TEST_CASE("a feed is up while it is live, or quiet by nature") {
  const auto up = [](StreamState state) {
    auto market = fresh_market();
    market.feeds[0].status.state = state;
    return page(market).values.at(R"(foghorn_feed_up{feed="bybit"})") == "1";
  };
  CHECK(up(StreamState::live));
  CHECK(up(StreamState::quiet));
  CHECK_FALSE(up(StreamState::mute));
  CHECK_FALSE(up(StreamState::dead));
}

TEST_CASE("a feed's streams are counted by state, so that one mute stream of a living feed shows") {
  auto market = fresh_market();
  market.feeds[0].status.streams[0].state = StreamState::live;
  market.feeds[0].status.streams[1].state = StreamState::mute;
  const auto shown = page(market);
  CHECK(shown.values.at(R"(foghorn_feed_streams{feed="bybit",state="live"})") == "1");
  CHECK(shown.values.at(R"(foghorn_feed_streams{feed="bybit",state="mute"})") == "1");
  CHECK(shown.values.at(R"(foghorn_feed_streams{feed="bybit",state="dead"})") == "0");
}

TEST_CASE("exactly one state of a price is one") {
  auto market = fresh_market();
  market.instruments[0].state = PriceState::closed;
  const auto shown = page(market);
  for (const auto* state : {"none", "confirmed", "stale", "unconfirmed", "closed"}) {
    const auto sample =
        R"(foghorn_instrument_state{instrument="WTI",state=")" + std::string{state} + "\"}";
    CHECK(shown.values.at(sample) == (std::string{state} == "closed" ? "1" : "0"));
  }
}

TEST_CASE("a rule shows the tier of its open episode, and why it cannot be judged") {
  auto market = fresh_market();
  market.rules[0].unknown = Unknown::stale;
  CHECK(page(market).values.at(R"(foghorn_rule_tier{rule="oil-shock"})") == "0");
  CHECK(page(market).values.at(R"(foghorn_rule_unknown{rule="oil-shock",reason="stale"})") == "1");
  CHECK(page(market).values.at(R"(foghorn_rule_unknown{rule="oil-shock",reason="warming"})") ==
        "0");
  market.rules[0].unknown = Unknown::none;
  market.rules[0].tier = Tier::major;
  CHECK(page(market).values.at(R"(foghorn_rule_tier{rule="oil-shock"})") == "2");
  CHECK(page(market).values.at(R"(foghorn_rule_unknown{rule="oil-shock",reason="stale"})") == "0");
}

TEST_CASE("digests and reloads are counted by how they ended") {
  const OwnCounts own{
      .digests = {{{.name = "07:30", .sent = 3, .late = 1, .failed = 2, .last = at(90s)}}},
      .reload = {.last_successful = false, .taken_up = at(0s), .successes = 4, .failures = 1}};
  const auto shown = read_exposition(metrics_text(fresh_market(), fresh_delivery(), {}, own));
  CHECK(shown.values.at(R"(foghorn_digests_total{digest="07:30",result="sent"})") == "3");
  CHECK(shown.values.at(R"(foghorn_digests_total{digest="07:30",result="late"})") == "1");
  CHECK(shown.values.at(R"(foghorn_digests_total{digest="07:30",result="failed"})") == "2");
  CHECK(shown.values.at("foghorn_config_last_reload_successful") == "0");
  CHECK(shown.values.at(R"(foghorn_config_reloads_total{result="failure"})") == "1");
}

TEST_CASE("what a silence or another rule holds is counted apart from what waits") {
  auto delivery = fresh_delivery();
  delivery.silences.resize(2);
  auto& desk = delivery.channels[0];
  desk.waiting = 1;
  desk.silenced = 2;
  desk.quiet = 3;
  const auto shown = page(fresh_market(), delivery);
  CHECK(shown.values.at(R"(foghorn_silences{state="active"})") == "2");
  CHECK(shown.values.at(R"(foghorn_outbox_rows{channel="desk",state="waiting"})") == "1");
  CHECK(shown.values.at(R"(foghorn_outbox_rows{channel="desk",state="silenced"})") == "2");
  CHECK(shown.values.at(R"(foghorn_outbox_rows{channel="desk",state="quiet"})") == "3");
}

TEST_CASE("times are Unix seconds, to the millisecond") {
  auto market = fresh_market();
  market.feeds[0].counters.intake.last_data = at(90s) + 250ms;
  const auto shown = page(market);
  CHECK(std::stod(shown.values.at(R"(foghorn_feed_last_data_timestamp_seconds{feed="bybit"})")) ==
        1735689690.25);
}

TEST_CASE("a histogram's buckets cumulate, and the last holds all") {
  auto market = fresh_market();
  market.tick_to_decision.observe(1ms);
  market.tick_to_decision.observe(20ms);
  market.tick_to_decision.observe(1min);
  const auto shown = page(market);
  CHECK(shown.values.at(R"(foghorn_tick_to_decision_seconds_bucket{le="0.005"})") == "1");
  CHECK(shown.values.at(R"(foghorn_tick_to_decision_seconds_bucket{le="0.025"})") == "2");
  CHECK(shown.values.at(R"(foghorn_tick_to_decision_seconds_bucket{le="10"})") == "2");
  CHECK(shown.values.at(R"(foghorn_tick_to_decision_seconds_bucket{le="+Inf"})") == "3");
  CHECK(shown.values.at("foghorn_tick_to_decision_seconds_count") == "3");
}

TEST_CASE("a label's value is escaped") {
  MetricPage text;
  text.gauge("g", "help").add({{"l", "a\"b\\c\nd"}}, 1);
  CHECK_THAT(text.text(), Catch::Matchers::ContainsSubstring(R"(g{l="a\"b\\c\nd"} 1)"));
}

TEST_CASE("names follow Prometheus' rules: counters alone end in _total") {
  for (const auto& [family, type] : page().types) {
    CAPTURE(family);
    CHECK(family.ends_with("_total") == (type == "counter"));
  }
}
