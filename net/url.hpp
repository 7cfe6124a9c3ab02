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

  /// Whether the host is this machine by its very name: "localhost", ::1 or an address in
  /// 127.0.0.0/8 (and not, say, 127.example.com).
  bool loopback() const;

  /// What a Host header says: brackets around IPv6, the port only where it is not the scheme's own.
  std::string authority() const;
};

/// nullopt for what is not an absolute URL of these four schemes with a host. User information is
/// refused, for it would be lost silently; a fragment never reaches a server and is dropped.
std::optional<Url> parse_url(std::string_view text);

}  // namespace foghorn
