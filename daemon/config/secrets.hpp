#pragma once
// What a config knows and must not tell: webhooks' URLs, venues' keys, proxies' passwords. Answers
// nullopt after noting a mistake; no mistake and no warning holds any of it.

#include <optional>

#include "alerts/channels/channel.hpp"
#include "daemon/config/files.hpp"
#include "feeds/venues/venue.hpp"
#include "net/proxy.hpp"

namespace foghorn {

/// The channel's URL, from `url` or the file that `url_file` names: https, or http to this machine.
/// Where neither is there `otherwise`, which may be empty: then one is wanted.
std::optional<Secret> secret_url_of(TableReader& table, const Surroundings& around,
                                    std::string_view otherwise = {});

/// The URL that the heartbeat calls, from `ping_url` or the file that `ping_url_file` names; both
/// may be absent.
std::optional<Secret> ping_url_of(TableReader& table, const Surroundings& around);

/// The channel's secret, from `secret` or the file that `secret_file` names. Refuses one where
/// `facts` wants none, none where it wants one, and what does not fit.
std::optional<Secret> secret_of(TableReader& table, const Surroundings& around,
                                const ChannelFacts& facts);

/// The feed's key, from `key` or the file that `key_file` names. Refuses one where `venue` wants
/// none, and none where it wants one.
std::optional<Secret> key_of(TableReader& table, const Surroundings& around, const Venue& venue);

/// `proxy`: a URL, "none", or where the key is absent what the environment says.
std::optional<ProxyChoice> proxy_of(TableReader& table, const Surroundings& around);

}  // namespace foghorn
