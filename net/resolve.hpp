#pragma once
// Host names to addresses. Asio's own resolver cannot be cancelled: it waits for getaddrinfo(),
// which waits for name servers for half a minute, one name after the other. Here who has waited
// long enough just leaves.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <string>
#include <vector>

#include "model/result.hpp"

namespace foghorn {

namespace asio = boost::asio;

using Endpoints = std::vector<asio::ip::tcp::endpoint>;

/// Looks a name up, and blocks while it does. Must be callable from any thread.
using Lookup = std::function<Result<Endpoints>(const std::string& host, const std::string& port)>;

/// What the system knows (hosts file, DNS), in the order in which it advises to try.
Result<Endpoints> look_up(const std::string& host, const std::string& port);

/// Runs `lookup` on a thread of its own and waits for it. An address needs no lookup. At least one
/// endpoint, or an error. Cancellable at any time; the thread is then left to end by itself.
asio::awaitable<Result<Endpoints>> resolve(std::string host, std::string port,
                                           Lookup lookup = look_up);

}  // namespace foghorn
