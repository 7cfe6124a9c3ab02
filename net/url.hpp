#pragma once
// A URL, taken apart once.

#include <optional>
#include <string>
#include <string_view>

namespace foghorn {

struct Url {
  std::string scheme;  ///< "wss", "https", "ws", "http" (lower case)
  std::string host;    ///< without brackets for an IPv6 address
  std::string port;    ///< explicit, or the scheme's own
  std::string target;  ///< path and query, at least "/"

  bool tls() const { return scheme == "wss" || scheme == "https"; }
  bool loopback() const { return host == "localhost" || host == "::1" || host.starts_with("127."); }
};

/// nullopt for what is not an absolute URL of these four schemes with a host.
std::optional<Url> parse_url(std::string_view text);

}  // namespace foghorn
