#include <array>

#include "alerts/channels/channel.hpp"

namespace foghorn {

#define FOGHORN_CHANNEL(name) const Channel& name##_channel();
#include "alerts/channels/channels.def"
#undef FOGHORN_CHANNEL

namespace {

struct Entry {
  std::string_view type;
  const Channel& (*channel)();
};

constexpr Entry entries[] = {
#define FOGHORN_CHANNEL(name) {#name, name##_channel},
#include "alerts/channels/channels.def"
#undef FOGHORN_CHANNEL
};

constexpr std::array<std::string_view, 15> reasons{
    "45009",    "40058",    "93000",    "busy",     "http_400", "http_403", "http_404", "http_410",
    "http_4xx", "http_429", "http_5xx", "redirect", "html",     "cut_off",  "other"};

}  // namespace

const Channel* find_channel(std::string_view type) {
  for (const auto& entry : entries)
    if (entry.type == type) return &entry.channel();
  return nullptr;
}

std::vector<std::string_view> channel_types() {
  std::vector<std::string_view> types;
  for (const auto& entry : entries) types.push_back(entry.type);
  return types;
}

std::span<const std::string_view> delivery_reasons() {
  return reasons;
}

}  // namespace foghorn
