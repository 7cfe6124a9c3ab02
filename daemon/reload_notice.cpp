#include "daemon/reload_notice.hpp"

#include <fmt/format.h>

namespace foghorn {
namespace {

AlertEvent notice(const char* what, Timestamp at) {
  AlertEvent event;
  event.time = event.event_time = event.began = at;
  event.kind = AlertKind::notice;
  event.id = fmt::format("reload-{}-{}", what, to_unix_ms(at));
  return event;
}

}  // namespace

AlertEvent reload_failed(const std::vector<Mistake>& mistakes, Timestamp at) {
  auto event = notice("failed", at);
  const auto count = mistakes.size();
  event.title = {fmt::format("重新加载失败：配置有 {} 处错误，仍按原配置运行", count),
                 fmt::format("Reload failed: the config has {} mistake{}; the old one goes on",
                             count, count == 1 ? "" : "s")};
  event.reason = to_line(mistakes.front());
  return event;
}

AlertEvent reload_wants_restart(const std::vector<std::string>& keys, Timestamp at) {
  auto event = notice("wants-restart", at);
  event.title = {
      fmt::format("重新加载被拒绝：{} 须重启才能更改，仍按原配置运行", fmt::join(keys, "、")),
      fmt::format("Reload refused: {} can change only with a restart; the old config goes on",
                  fmt::join(keys, ", "))};
  return event;
}

AlertEvent reload_works_again(Timestamp at) {
  auto event = notice("works", at);
  event.title = {"配置已重新加载，新配置已生效", "Reload done: the new config is in force"};
  return event;
}

}  // namespace foghorn
