#pragma once
// From a URL to a line: resolve, TCP, TLS, each within its limit.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

#include "model/result.hpp"
#include "model/time.hpp"
#include "net/line.hpp"
#include "net/url.hpp"

namespace foghorn {

namespace asio = boost::asio;

struct DialLimits {
  Duration resolve;
  Duration connect;  ///< for each address
  Duration tls;
};

/// A TCP connection to the first address of `host` that accepts one; else the last address's error.
asio::awaitable<Result<asio::ip::tcp::socket>> dial(std::string host, std::string port,
                                                    DialLimits limits);

/// A line to where `url` points, verified if it is TLS. Without TLS, only to loopback: elsewhere
/// Errc::refused.
asio::awaitable<Result<std::unique_ptr<Line>>> open_line(Url url, std::string ca_file,
                                                         DialLimits limits);

}  // namespace foghorn
