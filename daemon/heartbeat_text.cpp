#include "daemon/heartbeat_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "daemon/heartbeat_schedule.hpp"

namespace foghorn {
namespace {

constexpr std::size_t most_names = 3;  // of feeds that fail: one line has to hold it all

struct Feeds {
  std::size_t live{};
  std::size_t quiet{};
  std::vector<std::string> failing;  ///< mute or dead
};

Feeds feeds_of(const Snapshot& market) {
  Feeds feeds;
  for (const auto& feed : market.feeds) {
    switch (feed.status.state) {
      case StreamState::live: ++feeds.live; break;
      case StreamState::quiet: ++feeds.quiet; break;
      default: feeds.failing.push_back(feed.status.name); break;
    }
  }
  return feeds;
}

/// " (okx, gate, …)"; nothing for none.
std::string names(const std::vector<std::string>& all, bool zh) {
  if (all.empty()) return {};
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), most_names); ++i)
    text += (i == 0 ? "" : zh ? "、" : ", ") + all[i];
  if (all.size() > most_names) text += zh ? "等" : ", …";
  return zh ? fmt::format("（{}）", text) : fmt::format(" ({})", text);
}

std::string feeds_text(const Feeds& feeds, bool zh) {
  const auto failing = feeds.failing.size();
  return zh ? fmt::format("行情源 {} 正常、{} 安静、{} 中断{}", feeds.live, feeds.quiet, failing,
                          names(feeds.failing, zh))
            : fmt::format("feeds {} live, {} quiet, {} dead{}", feeds.live, feeds.quiet, failing,
                          names(feeds.failing, zh));
}

std::string alerts_text(const std::optional<std::size_t>& alerts, bool zh) {
  const auto count = alerts ? fmt::format("{}", *alerts) : zh ? "未知" : "unknown";
  return zh ? fmt::format("上次以来警报事件 {}", count)
            : fmt::format("alert events since the last {}", count);
}

std::string outbox_text(const DispatcherSnapshot& delivery, bool zh) {
  std::size_t waiting = 0;
  std::vector<std::string> down;
  for (const auto& channel : delivery.channels) {
    waiting += channel.waiting;
    if (channel.circuit_open) down.push_back(channel.name);
  }
  auto text = fmt::format("{} {}", zh ? "待发" : "waiting to be sent", waiting);
  if (!down.empty()) text += (zh ? "，渠道中断" : ", channels down") + names(down, zh);
  return text;
}

std::string store_text(const DispatcherSnapshot& delivery, bool zh) {
  if (delivery.store_error.empty()) return zh ? "存储正常" : "store in order";
  return zh ? fmt::format("存储故障（{} 条未存盘）", delivery.unsaved_events)
            : fmt::format("STORE FAILING ({} events unsaved)", delivery.unsaved_events);
}

/// "2026-11-23T08:00", by the zone's clock.
std::string minute_text(Timestamp t, const Zone& zone) {
  auto text = format_local(t, offset_at(zone, t)).substr(0, 16);
  text[10] = 'T';
  return text;
}

}  // namespace

AlertEvent heartbeat_event(const HeartbeatFacts& facts, const Snapshot& market,
                           const DispatcherSnapshot& delivery, const Zone& zone) {
  const auto feeds = feeds_of(market);
  auto next = minute_text(facts.next, zone);
  next[10] = ' ';
  AlertEvent event;
  event.time = event.event_time = event.began = facts.beat;
  event.kind = AlertKind::notice;
  event.id = "heartbeat-" + minute_text(facts.beat, zone);
  event.title = {
      fmt::format("Foghorn 值守中：规则 {} 条，{}；{}，{}，{}；下次 {}", market.rules.size(),
                  feeds_text(feeds, true), alerts_text(facts.alerts, true),
                  outbox_text(delivery, true), store_text(delivery, true), next),
      fmt::format("Foghorn is watching: {} rules; {}; {}; {}; {}; next at {}", market.rules.size(),
                  feeds_text(feeds, false), alerts_text(facts.alerts, false),
                  outbox_text(delivery, false), store_text(delivery, false), next)};
  return event;
}

}  // namespace foghorn
