#pragma once
// The way through a proxy: who has it speaks to the host itself, TLS and all.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <string>

#include "model/result.hpp"
#include "net/proxy.hpp"

namespace foghorn {

namespace asio = boost::asio;

/// Asks `proxy`, to which `socket` leads, for the way to `host`:`port`. The value is empty where it
/// is free, and the next byte to be read is the host's; else it says why not, for people and
/// without credentials. Errors: the socket's own, asio::error::eof where the proxy hangs up.
/// `socket` outlives the call.
asio::awaitable<Result<std::string>> open_tunnel(asio::ip::tcp::socket& socket, Proxy proxy,
                                                 std::string host, std::string port);

}  // namespace foghorn
