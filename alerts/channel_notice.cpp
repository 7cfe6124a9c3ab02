#include "alerts/channel_notice.hpp"

#include <fmt/format.h>

namespace foghorn {
namespace {

AlertEvent notice(const std::string& name, const char* what, Timestamp at) {
  AlertEvent event;
  event.time = event.event_time = event.began = at;
  event.kind = AlertKind::notice;
  event.id = fmt::format("channel-{}-{}-{}", name, what, to_unix_ms(at));
  return event;
}

}  // namespace

AlertEvent channel_down(const std::string& name, const std::string& reason, Timestamp at) {
  auto event = notice(name, "down", at);
  event.title = {fmt::format("渠道 {} 发送失败，稍后重试", name),
                 fmt::format("Channel {} is down, will be tried again", name)};
  event.reason = reason;
  return event;
}

AlertEvent channel_back(const std::string& name, Timestamp at) {
  auto event = notice(name, "back", at);
  event.title = {fmt::format("渠道 {} 恢复发送", name), fmt::format("Channel {} is back", name)};
  return event;
}

}  // namespace foghorn
