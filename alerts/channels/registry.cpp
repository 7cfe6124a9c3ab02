#include "alerts/channels/answer.hpp"

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

std::vector<std::string_view> reasons_of(const Channel& channel) {
  const auto common = common_reasons();
  const auto own = channel.facts().reasons;
  std::vector<std::string_view> reasons{common.begin(), common.end()};
  reasons.insert(reasons.end(), own.begin(), own.end());
  return reasons;
}

}  // namespace foghorn
