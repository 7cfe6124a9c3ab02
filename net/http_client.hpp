#pragma once
// One HTTPS request, one answer.

#include <boost/asio/awaitable.hpp>

#include <string>
#include <utility>
#include <vector>

#include "model/result.hpp"
#include "model/time.hpp"
#include "net/proxy.hpp"
#include "net/url.hpp"

namespace foghorn {

namespace asio = boost::asio;

struct HttpRequest {
  std::string method{"GET"};
  std::string url{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
};

struct HttpOptions {
  std::string ca_file{};  ///< trust these roots instead of the system's
  ProxyChoice proxy{};
  std::size_t largest_body{16 << 20};  ///< bytes of the answer; more ends with too_large
  Duration connect_limit{
      std::chrono::seconds{10}};  ///< each of resolve, TCP (per address), proxy, TLS
  Duration answer_limit{std::chrono::seconds{10}};  ///< from the last byte sent to the whole answer
};

/// What came of a request. With an error, `sent` says whether the peer may have seen the whole
/// request: if so, what it did with it is unknown.
struct HttpAnswer {
  boost::system::error_code error;
  bool sent{};
  int status{};
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// What there is to say about the error beside its code, for a log: "proxy … answered 407 …".
  /// Without URL and credentials; may be empty.
  std::string detail;

  /// The header's value, by case-insensitive name; empty where absent.
  std::string_view header(std::string_view name) const;
};

/// Retry-After in seconds or as an HTTP date (`now` is what the date is compared with); zero where
/// absent or in the past.
Duration retry_after(const HttpAnswer& answer, Timestamp now);

/// Sends `request` on a connection of its own, through the proxy where there is one for it. A
/// header given replaces ours, but for those that frame the message (Host, Connection and the
/// like), which are ours alone. Never throws but for cancellation. TLS is verified always; http://
/// is for loopback only (elsewhere Errc::refused, nothing sent).
asio::awaitable<HttpAnswer> fetch(HttpRequest request, HttpOptions options);

}  // namespace foghorn
