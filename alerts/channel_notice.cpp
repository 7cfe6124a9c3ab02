#include "alerts/channel_notice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace foghorn {
namespace {

constexpr std::string_view test_prefix = "test-";
constexpr std::size_t most_named = 3;

AlertEvent notice(const std::string& name, std::string_view what, Timestamp at) {
  AlertEvent event;
  event.time = event.event_time = event.began = at;
  event.kind = AlertKind::notice;
  event.id = fmt::format("channel-{}-{}-{}", name, what, to_unix_ms(at));
  return event;
}

/// The first few of them.
std::string named(const std::vector<std::string>& rows, std::string_view between,
                  std::string_view and_others) {
  const auto few = std::min(rows.size(), most_named);
  const auto end = rows.begin() + static_cast<std::ptrdiff_t>(few);
  auto text = fmt::format("{}", fmt::join(rows.begin(), end, between));
  if (few < rows.size()) text += and_others;
  return text;
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

AlertEvent messages_refused(const std::string& name, const std::vector<std::string>& rows,
                            const std::string& reason, Timestamp at) {
  // The first one's id makes it one of its own: several may be told at once.
  auto event = notice(name, "refused-" + rows.front(), at);
  if (rows.size() == 1) {
    event.title = {fmt::format("渠道 {} 拒收了一条消息（{}）", name, rows.front()),
                   fmt::format("Message {} was not accepted by the platform of channel {}",
                               rows.front(), name)};
  } else {
    event.title = {
        fmt::format("渠道 {} 拒收了 {} 条消息（{}）", name, rows.size(), named(rows, "、", " 等")),
        fmt::format("{} messages were not accepted by the platform of channel {} ({})", rows.size(),
                    name, named(rows, ", ", " and others"))};
  }
  event.reason = reason;
  return event;
}

AlertEvent messages_unanswered(const std::string& name, const std::vector<std::string>& rows,
                               const std::string& reason, Timestamp at) {
  auto event = notice(name, "unanswered-" + rows.front(), at);
  if (rows.size() == 1) {
    event.title = {
        fmt::format("渠道 {} 的一条消息（{}）两次未得答复，可能未送达", name, rows.front()),
        fmt::format("Message {} of channel {} was twice not answered and may not have arrived",
                    rows.front(), name)};
  } else {
    event.title = {
        fmt::format("渠道 {} 的 {} 条消息（{}）两次未得答复，可能未送达", name, rows.size(),
                    named(rows, "、", " 等")),
        fmt::format(
            "{} messages of channel {} ({}) were twice not answered and may not have arrived",
            rows.size(), name, named(rows, ", ", " and others"))};
  }
  event.reason = reason;
  return event;
}

}  // namespace foghorn
