#include "alerts/store_notice.hpp"

#include <fmt/format.h>

namespace foghorn {
namespace {

AlertEvent notice(const char* what, Timestamp at) {
  AlertEvent event;
  event.time = event.event_time = event.began = at;
  event.kind = AlertKind::notice;
  event.id = fmt::format("store-{}-{}", what, to_unix_ms(at));
  return event;
}

}  // namespace

AlertEvent store_down(const std::string& what, Timestamp at) {
  auto event = notice("down", at);
  event.title = {"存储写入失败：警报照常发送，但未存盘，重启后可能重复",
                 "The store cannot be written: alerts still go out, unsaved; a restart may repeat "
                 "them"};
  event.reason = what;
  return event;
}

AlertEvent store_back(Timestamp at) {
  auto event = notice("back", at);
  event.title = {"存储恢复写入，内存中的记录已存盘",
                 "The store can be written again; what was kept in memory is stored"};
  return event;
}

}  // namespace foghorn
