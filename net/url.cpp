#include "net/url.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <cctype>

namespace foghorn {
namespace {

std::string lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string_view default_port(std::string_view scheme) {
  if (scheme == "wss" || scheme == "https") return "443";
  if (scheme == "ws" || scheme == "http") return "80";
  return {};
}

}  // namespace

bool Url::loopback() const {
  if (host == "localhost") return true;
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(host, not_an_address);
  return !not_an_address && address.is_loopback();
}

std::string Url::authority() const {
  auto text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(scheme)) text += ":" + port;
  return text;
}

std::optional<Url> parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return std::nullopt;
  const auto& view = *parsed;

  Url url;
  url.scheme = lower({view.scheme().data(), view.scheme().size()});
  const auto usual_port = default_port(url.scheme);
  if (usual_port.empty() || view.has_userinfo()) return std::nullopt;

  url.host = lower(view.host_address());
  if (url.host.empty()) return std::nullopt;

  if (!view.port().empty()) {
    if (view.port_number() == 0) return std::nullopt;  // zero, or above 65535
    url.port = std::to_string(view.port_number());
  } else {
    url.port = usual_port;
  }

  const auto target = view.encoded_target();
  url.target.assign(target.data(), target.size());
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

}  // namespace foghorn
