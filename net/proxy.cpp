#include "net/proxy.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

#include "net/no_proxy.hpp"

namespace foghorn {
namespace {

// RFC 1929 §2: each has one byte for its length. Basic has no limit, and no need for more.
constexpr std::size_t longest_credential = 255;

std::optional<Proxy::Kind> kind_of(std::string_view scheme) {
  std::string lower{scheme};
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "http") return Proxy::Kind::http_connect;
  if (lower == "socks5" || lower == "socks5h") return Proxy::Kind::socks5;
  return std::nullopt;
}

/// Whether they can be said in the proxy's protocol without becoming something else.
bool sayable(const Proxy& proxy) {
  const auto& password = proxy.password.reveal();
  if (proxy.user.empty()) return password.empty();
  if (proxy.user.size() > longest_credential || password.size() > longest_credential) return false;
  // RFC 7617 §2: the first colon ends the user's name.
  return proxy.kind == Proxy::Kind::socks5 || proxy.user.find(':') == std::string::npos;
}

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

/// The first of these variables that says something: its name and its value.
std::optional<std::pair<std::string_view, std::string>> first_set(
    const Variables& variables, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    auto value = variables(std::string{name});
    if (value && !value->empty()) return std::pair{name, std::move(*value)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Proxy> parse_proxy(std::string_view text) {
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return std::nullopt;
  const auto& view = *parsed;
  const auto kind = kind_of({view.scheme().data(), view.scheme().size()});
  const auto path = view.encoded_path();
  if (!kind || (!path.empty() && path != "/") || view.has_query() || view.has_fragment())
    return std::nullopt;

  Proxy proxy;
  proxy.kind = *kind;
  proxy.host = view.host_address();
  if (proxy.host.empty() || proxy.host.size() > longest_credential) return std::nullopt;
  proxy.port = *kind == Proxy::Kind::socks5 ? "1080" : "8080";
  if (!view.port().empty()) {
    if (view.port_number() == 0) return std::nullopt;  // zero, or above 65535
    proxy.port = std::to_string(view.port_number());
  }
  proxy.user = view.user();
  proxy.password = Secret{view.password()};
  if (!sayable(proxy)) return std::nullopt;
  return proxy;
}

std::string to_text(const Proxy& proxy) {
  const auto* scheme = proxy.kind == Proxy::Kind::socks5 ? "socks5://" : "http://";
  return scheme + bracketed(proxy.host) + ":" + proxy.port;
}

ProxyChoice ProxyChoice::from_environment(const Variables& variables) {
  ProxyChoice choice;
  const auto found = first_set(variables, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  if (!found) return choice;
  const auto& [name, value] = *found;
  const bool has_scheme = value.find("://") != std::string::npos;
  choice.all_ = parse_proxy(has_scheme ? value : "http://" + value);  // as curl takes it
  if (!choice.all_)
    throw std::invalid_argument{"the environment variable " + std::string{name} +
                                " holds no http://, socks5:// or socks5h:// proxy"};
  if (auto except = first_set(variables, {"no_proxy", "NO_PROXY"}))
    choice.except_ = std::move(except->second);
  return choice;
}

std::optional<Proxy> ProxyChoice::for_url(const Url& url) const {
  if (!all_ || url.loopback() || without_proxy(except_, url)) return std::nullopt;
  return all_;
}

}  // namespace foghorn
