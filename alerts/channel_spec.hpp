#pragma once
// A channel as config.toml names it.

#include <optional>
#include <string>

#include "alerts/channels/channel.hpp"
#include "model/result.hpp"
#include "model/text.hpp"
#include "net/proxy.hpp"

namespace foghorn {

struct ChannelSpec {
  std::string name{};  ///< "desk": the name in routes and metrics
  std::string type{};  ///< of channels.def
  Secret url{};
  std::string ca_file{};  ///< trust these roots instead of the system's; frees the URL from the
                          ///< platform's host
  ProxyChoice proxy{};
  Language language{Language::zh};
  std::string
      fallback{};  ///< the channel that takes over while this one's circuit is open; empty: none
};

/// What is wrong with it, if anything: an unknown type, a URL that is none, is not https, or leads
/// away from the platform without a ca_file or a loopback address. `place` says which key; file and
/// line are the caller's to add. Never tells the URL.
std::optional<Mistake> check_channel(const ChannelSpec& spec);

}  // namespace foghorn
