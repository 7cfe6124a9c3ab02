#pragma once
// One request to a peer that answers by hand.

#include <functional>
#include <string>
#include <utility>

#include "net/http_client.hpp"
#include "net/with_timeout.hpp"
#include "tests/support/loopback.hpp"

namespace foghorn::test {

/// The head and, as its Content-Length says, the body of the request that comes in.
inline asio::awaitable<std::string> read_request(RawPeer& peer) {
  auto request = co_await peer.read_until("\r\n\r\n");
  const std::string name = "\r\nContent-Length: ";
  if (const auto at = request.find(name); at != std::string::npos) {
    const auto size = std::stoul(request.substr(at + name.size()));
    if (size > 0) request += co_await peer.read_exactly(size);
  }
  co_return request;
}

/// Sends `request`, its URL's origin being the peer's, to a peer that does as `script` says.
inline HttpAnswer fetch_from(std::function<asio::awaitable<void>(RawPeer&)> script,
                             HttpRequest request = {}, HttpOptions options = {}) {
  Loopback loopback;
  const auto server = [&]() -> asio::awaitable<void> {
    auto peer = co_await loopback.accept();
    co_await script(peer);
    if (peer.socket().is_open()) co_await peer.read_to_end();
  };
  request.url = loopback.origin("http") + request.url;
  return loopback.run(server(), fetch(std::move(request), std::move(options)));
}

/// Reads the request, says `answer`, hangs up.
inline HttpAnswer fetch_answer(std::string answer, HttpRequest request = {},
                               HttpOptions options = {}) {
  const auto script = [&](RawPeer& peer) -> asio::awaitable<void> {
    co_await read_request(peer);
    co_await peer.send(answer);
    peer.hang_up();
  };
  return fetch_from(script, std::move(request), std::move(options));
}

}  // namespace foghorn::test
