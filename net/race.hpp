#pragma once
// Connecting to a host that has several addresses, some of which may be dead: RFC 8305, "Happy
// Eyeballs".

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "model/result.hpp"
#include "model/time.hpp"
#include "net/resolve.hpp"

namespace foghorn {

namespace asio = boost::asio;

struct RaceLimits {
  Duration connect;  ///< for each address
  /// When the next address is tried beside those that have not answered yet (RFC 8305 §8).
  Duration next_after{std::chrono::milliseconds{250}};
};

/// The same addresses, IPv6 and IPv4 in turn, beginning with the kind of the first (RFC 8305 §4):
/// so that a network on which one kind leads nowhere costs one attempt, not all of them.
Endpoints interleaved(const Endpoints& endpoints);

/// A TCP connection to the first of `endpoints` that answers. They start in order, each
/// `next_after` later than the one before, or at once when all before it have failed; the losers
/// are closed. If none connects: timed_out, or the error of the last that failed where all did.
/// `endpoints` is not empty.
asio::awaitable<Result<asio::ip::tcp::socket>> race(Endpoints endpoints, RaceLimits limits);

}  // namespace foghorn
