#pragma once
// From a URL to a line: resolve, TCP, the proxy where there is one, TLS; each within its limit.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

#include "model/result.hpp"
#include "model/time.hpp"
#include "net/line.hpp"
#include "net/proxy.hpp"
#include "net/url.hpp"

namespace foghorn {

namespace asio = boost::asio;

struct DialLimits {
  Duration resolve;
  Duration connect;  ///< for each address
  Duration tls;      ///< and before it, for the proxy's answers
};

/// A TCP connection to the first address of `host` that accepts one.
asio::awaitable<Result<asio::ip::tcp::socket>> dial(std::string host, std::string port,
                                                    DialLimits limits);

/// How opening a line ended.
struct OpenedLine {
  std::unique_ptr<Line> line;  ///< null on error
  boost::system::error_code error;
  /// What there is to say about the error beside its code, for a log, without credentials:
  /// "proxy http://127.0.0.1:7890 answered 403 Forbidden". May be empty.
  std::string detail{};
};

/// A line to where `url` points, verified if it is TLS: through `proxy`, where that has one for it,
/// which is then given the host's name to look up. Whatever keeps us from the host while we speak
/// with the proxy is Errc::proxy_failed. Without TLS, only to loopback: elsewhere Errc::refused.
asio::awaitable<OpenedLine> open_line(Url url, std::string ca_file, ProxyChoice proxy,
                                      DialLimits limits);

}  // namespace foghorn
