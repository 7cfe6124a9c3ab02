#pragma once
// What a config knows and must not tell: webhooks' URLs, venues' keys, proxies' passwords. Answers
// nullopt after noting a mistake; no mistake and no warning holds any of it.

#include <optional>

#include "daemon/config/files.hpp"
#include "feeds/venues/venue.hpp"
#include "net/proxy.hpp"

namespace foghorn {

/// The channel's URL, from `url` or the file that `url_file` names: https, or http to this machine.
std::optional<Secret> secret_url_of(TableReader& table, const Surroundings& around);

/// The feed's key, from `key` or the file that `key_file` names. Refuses one where `venue` wants
/// none, and none where it wants one.
std::optional<Secret> key_of(TableReader& table, const Surroundings& around, const Venue& venue);

/// `proxy`: a URL, "none", or where the key is absent what the environment says.
std::optional<ProxyChoice> proxy_of(TableReader& table, const Surroundings& around);

}  // namespace foghorn
