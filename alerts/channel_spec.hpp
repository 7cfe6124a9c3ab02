#pragma once
// A channel as config.toml names it; the config's loader has seen that it can work.

#include <optional>
#include <string>
#include <vector>

#include "alerts/channels/channel.hpp"
#include "model/text.hpp"
#include "net/proxy.hpp"

namespace foghorn {

struct ChannelSpec {
  std::string name{};  ///< "desk": the name in routes and metrics
  std::string type{};  ///< of channels.def
  Secret url{};
  Secret secret{};        ///< what signs, or names the account; empty: none
  std::string chat_id{};  ///< which of the platform's groups; empty: the URL says it
  std::string ca_file{};  ///< trust these roots instead of the system's; frees the URL from the
                          ///< platform's host
  ProxyChoice proxy{};
  Language language{Language::zh};
  std::vector<std::string> mentions{};  ///< whom to call by name for what is critical
  std::optional<MuteHours> mute{};      ///< nullopt: speaks at all hours
  std::string
      fallback{};  ///< the channel that takes over while this one's circuit is open; empty: none
};

}  // namespace foghorn
