#pragma once
// Which proxy leads to a host, and what a proxy is. How one is spoken to: net/tunnel.hpp.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/secret.hpp"
#include "net/url.hpp"

namespace foghorn {

/// TLS goes through either from end to end: a proxy sees the host's name and port, nothing else.
/// Both are given the name to look up.
struct Proxy {
  enum class Kind { http_connect, socks5 };

  Kind kind{};
  std::string host;
  std::string port;
  std::string user;  ///< empty: none
  Secret password;

  friend bool operator==(const Proxy&, const Proxy&) = default;
};

/// "http://[user:password@]host[:port]" or "socks5[h]://…"; %-escapes in user and password are
/// undone. Ports by default: 8080 and 1080. nullopt for anything else, and for credentials that the
/// protocol cannot carry: a password without a user, more than 255 bytes, a colon in Basic's user.
std::optional<Proxy> parse_proxy(std::string_view text);

/// For a log or a description: "socks5://host:port", without user and password.
std::string to_text(const Proxy& proxy);

/// The value of an environment variable; nullopt where it is not set.
using Variables = std::function<std::optional<std::string>(const std::string& name)>;

/// The proxy by host: the same for all, none, or as the environment says.
class ProxyChoice {
 public:
  /// None.
  ProxyChoice() = default;
  explicit ProxyChoice(Proxy proxy) : all_{std::move(proxy)} {}

  /// As curl does: https_proxy or HTTPS_PROXY, else all_proxy or ALL_PROXY, except for the hosts,
  /// domains and addresses in no_proxy or NO_PROXY. A variable that is empty is not set; a proxy
  /// without a scheme is http. Throws std::invalid_argument, with a sentence that holds no
  /// password, where the one that counts is no proxy's URL.
  static ProxyChoice from_environment(const Variables& variables);

  /// The proxy that leads there; never one for a loopback URL.
  std::optional<Proxy> for_url(const Url& url) const;

  friend bool operator==(const ProxyChoice&, const ProxyChoice&) = default;

 private:
  std::optional<Proxy> all_;
  std::string except_;  // no_proxy
};

}  // namespace foghorn
