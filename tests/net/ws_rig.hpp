#pragma once
// A WebSocket client under test and a peer that upgrades by hand, without TLS, so that every byte
// is the test's.

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <utility>
#include <vector>

#include "net/ws_stream.hpp"
#include "net/ws_upgrade.hpp"
#include "tests/support/loopback.hpp"

namespace foghorn::test {

inline std::string key_in(const std::string& request) {
  const std::string name = "Sec-WebSocket-Key: ";
  const auto begin = request.find(name) + name.size();
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

inline std::string switching_protocols(const std::string& request) {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         ws_accept(key_in(request)) + "\r\n\r\n";
}

/// Connects to a peer that answers the upgrade with what `answer` makes of the request, then
/// listens on.
template <class Answer>
WsConnected connect_to(Answer answer, WsOptions options = {}) {
  Loopback loopback;
  const auto server = [&]() -> asio::awaitable<void> {
    auto peer = co_await loopback.accept();
    const auto request = co_await peer.read_until("\r\n\r\n");
    co_await peer.send(answer(request));
    co_await peer.read_to_end();
  };
  const auto client = [&]() -> asio::awaitable<WsConnected> {
    auto connected = co_await connect_ws(parse_url(loopback.origin("ws")).value(), options);
    connected.stream.reset();  // it must not outlive its io_context
    co_return connected;
  };
  return loopback.run(server(), client());
}

/// Connects, and runs `client(WsStream&)` beside `script(RawPeer&)`. The peer hangs up only if the
/// script does.
template <class Script, class Client>
void talk(Script script, Client client, WsOptions options = {}) {
  Loopback loopback;
  const auto server = [&]() -> asio::awaitable<void> {
    auto peer = co_await loopback.accept();
    const auto request = co_await peer.read_until("\r\n\r\n");
    co_await peer.send(switching_protocols(request));
    co_await script(peer);
    if (peer.socket().is_open()) co_await peer.read_to_end();
  };
  const auto connect = [&]() -> asio::awaitable<void> {
    const auto connected = co_await connect_ws(parse_url(loopback.origin("ws")).value(), options);
    if (connected.error) throw boost::system::system_error{connected.error};
    co_await client(*connected.stream);
  };
  loopback.run(server(), connect());
}

/// The next batch's texts, each with its kind as a prefix where it is not text.
inline asio::awaitable<std::vector<std::string>> read_texts(WsStream& stream) {
  const auto batch = co_await stream.read();
  if (!batch) throw boost::system::system_error{batch.error()};
  std::vector<std::string> texts;
  for (const auto& frame : *batch) {
    const auto kind = frame.kind == Frame::Kind::text     ? ""
                      : frame.kind == Frame::Kind::binary ? "binary:"
                      : frame.kind == Frame::Kind::ping   ? "ping:"
                                                          : "pong:";
    texts.push_back(kind + std::string{frame.text()});
  }
  co_return texts;
}

/// The same in one text: "ping:?, Hello". (A braced list beside a co_await is more than some
/// compilers can take.)
inline asio::awaitable<std::string> read_joined(WsStream& stream) {
  std::string joined;
  for (const auto& text : co_await read_texts(stream))
    joined += (joined.empty() ? "" : ", ") + text;
  co_return joined;
}

/// Reads to the error that ends the stream.
inline asio::awaitable<boost::system::error_code> read_error(WsStream& stream) {
  for (;;) {
    const auto batch = co_await stream.read();
    if (!batch) co_return batch.error();
  }
}

}  // namespace foghorn::test
