#include "daemon/metrics.hpp"

#include <boost/version.hpp>

#include "daemon/market_metrics.hpp"
#include "daemon/metric_text.hpp"
#include "daemon/version.hpp"

namespace foghorn {
namespace {

using std::string;

void add_delivery(MetricPage& page, const DispatcherSnapshot& delivery) {
  const auto each = [&](auto sample) {
    for (const auto& channel : delivery.channels) sample(channel.name, channel);
  };
  page.counter("foghorn_notifications_total", "Attempts to deliver, by how they ended");
  each([&](const string& name, const ChannelSnapshot& c) {
    page.add({{"channel", name}, {"result", "delivered"}}, number(c.counts.delivered));
    page.add({{"channel", name}, {"result", "retried"}}, number(c.counts.retried));
    page.add({{"channel", name}, {"result", "refused"}}, number(c.counts.refused));
    page.add({{"channel", name}, {"result", "unknown"}}, number(c.counts.unknown));
  });
  page.counter("foghorn_notification_errors_total",
               "Attempts that did not deliver, by the platform's code or the network's failure");
  each([&](const string& name, const ChannelSnapshot& c) {
    for (const auto& [code, count] : c.counts.errors)
      page.add({{"channel", name}, {"code", code}}, number(count));
  });
  page.histogram("foghorn_decision_to_accept_seconds",
                 "From an event's acceptance by us to the platform's");
  each([&](const string& name, const ChannelSnapshot& c) {
    page.add({{"channel", name}}, Latency::bounds, c.counts.latency.counts, c.counts.latency.sum);
  });
  page.gauge("foghorn_outbox_rows",
             "Messages that may still be told: those that wait for delivery, and those that a "
             "silence or quiet_while holds");
  each([&](const string& name, const ChannelSnapshot& c) {
    page.add({{"channel", name}, {"state", "waiting"}}, number(c.waiting));
    page.add({{"channel", name}, {"state", "silenced"}}, number(c.silenced));
    page.add({{"channel", name}, {"state", "quiet"}}, number(c.quiet));
  });
  page.gauge("foghorn_outbox_oldest_timestamp_seconds",
             "When the oldest waiting message was accepted; 0 while none waits");
  each([&](const string& name, const ChannelSnapshot& c) {
    page.add({{"channel", name}}, seconds(c.oldest_waiting.value_or(no_time)));
  });
  page.gauge("foghorn_channel_circuit_open",
             "1 while the channel is given a rest after repeated failure or a refusal");
  each([&](const string& name, const ChannelSnapshot& c) {
    page.add({{"channel", name}}, c.circuit_open ? 1 : 0);
  });
  page.gauge("foghorn_channel_muted",
             "1 within the channel's mute_hours, when what is not urgent waits for their end");
  each([&](const string& name, const ChannelSnapshot& c) {
    page.add({{"channel", name}}, c.muted ? 1 : 0);
  });
  page.gauge("foghorn_silences", "Silences, by state: those in force");
  page.add({{"state", "active"}}, number(delivery.silences.size()));
  page.counter("foghorn_outbox_dropped_total", "Messages that gave way at the outbox's bound");
  page.add(number(delivery.dropped));
  page.gauge("foghorn_store_up", "1 while the store commits; 0 while it cannot");
  page.add(delivery.store_error.empty() ? 1 : 0);
  page.counter("foghorn_store_failures_total", "Commits that failed, by what was wrong");
  for (std::size_t i = 0; i < store_troubles; ++i) {
    page.add({{"error", string{to_text(static_cast<StoreTrouble>(i))}}},
             number(delivery.store_failures[i]));
  }
  page.gauge("foghorn_store_unsaved_events",
             "Alert events kept in memory because the store cannot commit");
  page.add(number(delivery.unsaved_events));
}

void add_heartbeat(MetricPage& page, const HeartbeatCounts& heartbeat) {
  page.gauge("foghorn_heartbeat_last_timestamp_seconds",
             "When the daemon last said that it watches: handed to the channels, or the ping "
             "answered; 0 before the first");
  for (const auto& way : heartbeat.ways) page.add({{"way", way.name}}, seconds(way.last));
  page.gauge("foghorn_heartbeat_period_seconds", "How often it is to say so");
  for (const auto& way : heartbeat.ways)
    page.add({{"way", way.name}}, std::chrono::duration<double>(way.period).count());
  page.counter("foghorn_heartbeat_failures_total",
               "Heartbeats that were due and did not go out, or were not answered");
  for (const auto& way : heartbeat.ways) page.add({{"way", way.name}}, number(way.failures));
}

void add_digests(MetricPage& page, const DigestCounts& counts) {
  page.counter("foghorn_digests_total",
               "Digests by what became of them: sent when due, sent late, or not made (each try)");
  for (const auto& digest : counts.digests) {
    page.add({{"digest", digest.name}, {"result", "sent"}}, number(digest.sent));
    page.add({{"digest", digest.name}, {"result", "late"}}, number(digest.late));
    page.add({{"digest", digest.name}, {"result", "failed"}}, number(digest.failed));
  }
  page.gauge("foghorn_digest_last_timestamp_seconds",
             "When the digest was last handed to its channels; 0: not since the start");
  for (const auto& digest : counts.digests)
    page.add({{"digest", digest.name}}, seconds(digest.last));
}

void add_reload(MetricPage& page, const ReloadCounts& reload) {
  page.gauge("foghorn_config_last_reload_successful",
             "1 while the running config is the one last asked for");
  page.add(reload.last_successful ? 1 : 0);
  page.gauge("foghorn_config_last_reload_success_timestamp_seconds",
             "When the running config was taken up, at the start or by a reload");
  page.add(seconds(reload.taken_up));
  page.counter("foghorn_config_reloads_total",
               "Reloads since the start; where one failed, the config that ran goes on");
  page.add({{"result", "success"}}, number(reload.successes));
  page.add({{"result", "failure"}}, number(reload.failures));
}

void add_http(MetricPage& page, const HttpServerCounts& http) {
  page.counter("foghorn_http_connections_total", "Connections to our own port");
  page.add(number(http.connections));
  page.counter("foghorn_http_requests_total", "Requests read on them, of any kind");
  page.add(number(http.requests));
  page.gauge("foghorn_http_connections_open",
             "Connections that are open now, by what they are used for");
  page.add({{"use", "request"}}, number(http.open - http.streams));
  page.add({{"use", "stream"}}, number(http.streams));
  page.counter("foghorn_http_troubles_total",
               "What went wrong at the port: turned away (full, streams), cut off, failed");
  for (std::size_t i = 0; i < http_troubles.size(); ++i)
    page.add({{"trouble", string{http_troubles[i]}}}, number(http.troubles[i]));
}

void add_process(MetricPage& page, const ProcessFacts& process) {
  page.gauge("foghorn_build_info", "1; which build this is");
  page.add({{"version", string{version()}},
            {"compiler", string{compiler()}},
            {"boost", BOOST_LIB_VERSION}},
           1);
  page.counter("process_cpu_seconds_total", "User and system time spent").add(process.cpu_seconds);
  page.gauge("process_resident_memory_bytes", "Resident memory").add(process.resident_bytes);
  page.gauge("process_virtual_memory_bytes", "Virtual memory").add(process.virtual_bytes);
  page.gauge("foghorn_memory_limit_bytes",
             "Memory beyond which the service manager or container slows the process or ends it; "
             "+Inf: none known")
      .add(process.memory_limit_bytes);
  page.gauge("process_open_fds", "Open file descriptors").add(process.open_fds);
  page.gauge("process_max_fds", "Most file descriptors allowed").add(process.max_fds);
  page.gauge("process_start_time_seconds", "When the process started, Unix time")
      .add(process.start_time_seconds);
}

}  // namespace

std::string metrics_text(const Snapshot& market, const DispatcherSnapshot& delivery,
                         const ProcessFacts& process, const OwnCounts& own) {
  MetricPage page;
  add_market(page, market);
  add_delivery(page, delivery);
  add_heartbeat(page, own.heartbeat);
  add_digests(page, own.digests);
  add_reload(page, own.reload);
  add_http(page, own.http);
  add_process(page, process);
  return page.text();
}

}  // namespace foghorn
