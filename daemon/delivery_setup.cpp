#include "daemon/delivery_setup.hpp"

#include <algorithm>
#include <utility>

#include "daemon/zone.hpp"

namespace foghorn {
namespace {

std::vector<ChannelSpec> channels_of(const Config& config) {
  std::vector<ChannelSpec> channels;
  for (const auto& c : config.channels) {
    channels.push_back({.name = c.name,
                        .type = c.type,
                        .url = c.url,
                        .secret = c.secret,
                        .chat_id = c.chat_id,
                        .ca_file = c.ca_file.string(),
                        .proxy = c.proxy,
                        .language = c.language,
                        .mentions = c.mentions,
                        .mute = c.mute,
                        .fallback = c.fallback});
  }
  return channels;
}

Routes routes_of(const Config& config, const std::vector<CompiledRule>& rules) {
  Routes routes;
  routes.notices = config.daemon.notices;
  for (const auto& instrument : config.instruments) routes.readers[instrument.id];
  for (const auto& rule : rules) {
    routes.rules[rule.spec.id] = rule.spec.route;
    if (!rule.spec.quiet_while.empty()) routes.quiet_while[rule.spec.id] = rule.spec.quiet_while;
    for (const auto& selector : selectors_of(rule.when)) {
      auto& readers = routes.readers[selector.instrument];
      if (std::find(readers.begin(), readers.end(), rule.spec.id) == readers.end())
        readers.push_back(rule.spec.id);
    }
  }
  return routes;
}

}  // namespace

DeliverySetup delivery_setup_of(const Config& config, const std::vector<CompiledRule>& rules) {
  return {.channels = channels_of(config),
          .routes = routes_of(config, rules),
          .zone = zone_of(config.daemon.timezone),
          .templates = config.daemon.templates};
}

DeliverySetup both_of(DeliverySetup now, const DeliverySetup& next) {
  for (const auto& channel : next.channels) {
    const auto known = std::ranges::find(now.channels, channel.name, &ChannelSpec::name);
    if (known == now.channels.end()) {
      now.channels.push_back(channel);
    } else if (known->type == channel.type) {
      *known = channel;
    }
  }
  now.routes.rules.insert(next.routes.rules.begin(), next.routes.rules.end());
  now.routes.readers.insert(next.routes.readers.begin(), next.routes.readers.end());
  now.routes.quiet_while.insert(next.routes.quiet_while.begin(), next.routes.quiet_while.end());
  return now;
}

}  // namespace foghorn
