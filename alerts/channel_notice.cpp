#include "alerts/channel_notice.hpp"

#include <fmt/format.h>

namespace foghorn {
namespace {

constexpr std::string_view test_prefix = "test-";

AlertEvent notice(const std::string& name, std::string_view what, Timestamp at) {
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

AlertEvent test_message(const std::string& name, const Text& rule_title, std::optional<Tier> tier,
                        Timestamp at) {
  auto event = notice(name, "test", at);
  event.id = std::string{test_prefix} + event.id;
  event.tier = tier;
  event.title = {"测试消息", "Test message"};
  if (!rule_title.zh.empty() || !rule_title.en.empty()) {
    event.title.zh += fmt::format("：{}，触发（样例）", rule_title.zh);
    event.title.en += fmt::format(": {}, FIRED (a sample)", rule_title.en);
  }
  return event;
}

bool is_test_message(const std::string& event) {
  return event.starts_with(test_prefix);
}

AlertEvent message_refused(const std::string& name, const std::string& row,
                           const std::string& reason, Timestamp at) {
  // The row's id makes it one of its own: several may be given up at once.
  auto event = notice(name, "refused-" + row, at);
  event.title = {
      fmt::format("渠道 {} 的消息被拒收：{}", name, row),
      fmt::format("Message {} was not accepted by the platform of channel {}", row, name)};
  event.reason = reason;
  return event;
}

AlertEvent message_unanswered(const std::string& name, const std::string& row,
                              const std::string& reason, Timestamp at) {
  auto event = notice(name, "unanswered-" + row, at);
  event.title = {
      fmt::format("渠道 {} 的消息两次未得答复，可能未送达：{}", name, row),
      fmt::format("Message {} of channel {} was twice not answered and may not have arrived", row,
                  name)};
  event.reason = reason;
  return event;
}

}  // namespace foghorn
