#pragma once
// A proxy on loopback that relays for real. Every name it is asked for is this machine, so that a
// client that looks names up by itself does not get through.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "net/proxy.hpp"
#include "tests/support/loopback.hpp"

namespace foghorn::test {

struct ProxyManners {
  Proxy::Kind kind{};
  std::string user{};
  std::string password{};
  std::string refusal{};  ///< said, instead of letting anybody through, once it has been asked
  std::string behind{};   ///< sent in one piece with the last of its answer
  bool in_single_bytes{};
};

class ImposterProxy {
 public:
  ImposterProxy(asio::io_context& io, ProxyManners manners)
      : manners_{std::move(manners)}, acceptor_{io, {asio::ip::address_v4::loopback(), 0}} {}

  /// How to reach it.
  ProxyChoice choice(std::string user = {}, std::string password = {}) const {
    return ProxyChoice{Proxy{.kind = manners_.kind,
                             .host = "127.0.0.1",
                             .port = std::to_string(acceptor_.local_endpoint().port()),
                             .user = std::move(user),
                             .password = Secret{std::move(password)}}};
  }

  /// "venue.example:443", in order.
  std::vector<std::string> asked;

  /// One client after the other.
  asio::awaitable<void> serve() {
    for (;;) {
      RawPeer client{co_await acceptor_.async_accept(asio::use_awaitable)};
      const auto port = manners_.kind == Proxy::Kind::socks5 ? co_await hear_socks(client)
                                                             : co_await hear_connect(client);
      if (port != 0) co_await relay(client.socket(), port);
      client.hang_up();
    }
  }

 private:
  using tcp = asio::ip::tcp;

  asio::awaitable<std::uint16_t> hear_connect(RawPeer& client) {
    const auto head = co_await client.read_until("\r\n\r\n");
    const auto begin = std::string{"CONNECT "}.size();
    asked.push_back(head.substr(begin, head.find(' ', begin) - begin));
    const auto wanted = "\r\nProxy-Authorization: Basic " + credentials() + "\r\n";
    if (!manners_.user.empty() && head.find(wanted) == std::string::npos) {
      co_await say(client, "HTTP/1.1 407 You are not " + credentials() + "\r\n\r\n");
      co_return 0;
    }
    if (!manners_.refusal.empty()) {
      co_await say(client, manners_.refusal);
      co_return 0;
    }
    co_await say(client,
                 "HTTP/1.1 200 Connection established\r\nVia: imposter\r\n\r\n" + manners_.behind);
    co_return port_in(asked.back());
  }

  asio::awaitable<std::uint16_t> hear_socks(RawPeer& client) {
    const auto greeting = co_await client.read_exactly(2);
    const auto methods = co_await client.read_exactly(byte(greeting, 1));
    const char method = manners_.user.empty() ? '\0' : '\2';
    if (methods.find(method) == std::string::npos) {
      co_await say(client, bytes({5, 0xFF}));
      co_return 0;
    }
    co_await say(client, bytes({5}) + method);
    if (method != 0) {
      const auto user = co_await read_counted(client, 1);
      const auto password = co_await read_counted(client, 0);
      const bool known = user == manners_.user && password == manners_.password;
      co_await say(client, bytes({1, known ? 0u : 1u}));
      if (!known) co_return 0;
    }
    co_await client.read_exactly(3);
    const auto kind = co_await client.read_exactly(1);
    const auto host = byte(kind, 0) == 3   ? co_await read_counted(client, 0)
                      : byte(kind, 0) == 1 ? "an IPv4 address " + co_await client.read_exactly(4)
                                           : "an IPv6 address " + co_await client.read_exactly(16);
    const auto port = co_await client.read_exactly(2);
    const auto number = byte(port, 0) << 8 | byte(port, 1);
    asked.push_back(host + ":" + std::to_string(number));
    if (!manners_.refusal.empty()) {
      co_await say(client, manners_.refusal);
      co_return 0;
    }
    co_await say(client, bytes({5, 0, 0, 3, 5}) + "bound" + bytes({0, 80}) + manners_.behind);
    co_return static_cast<std::uint16_t>(number);
  }

  /// A text after its length, itself after `skipped` bytes.
  static asio::awaitable<std::string> read_counted(RawPeer& client, std::size_t skipped) {
    const auto head = co_await client.read_exactly(skipped + 1);
    co_return co_await client.read_exactly(byte(head, skipped));
  }

  asio::awaitable<void> say(RawPeer& client, std::string text) {
    if (!manners_.in_single_bytes) co_return co_await client.send(std::move(text));
    client.socket().set_option(tcp::no_delay{true});
    for (const char c : text) {
      co_await client.send(std::string(1, c));
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
  }

  static asio::awaitable<void> relay(tcp::socket& client, std::uint16_t port) {
    using namespace asio::experimental::awaitable_operators;
    tcp::socket host{client.get_executor()};
    co_await host.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
    co_await (pump(client, host) || pump(host, client));
  }

  static asio::awaitable<void> pump(tcp::socket& from, tcp::socket& to) {
    std::string room(16 << 10, '\0');
    for (;;) {
      const auto [end, size] =
          co_await from.async_read_some(asio::buffer(room), asio::as_tuple(asio::use_awaitable));
      if (end) co_return;
      const auto [error, sent] = co_await asio::async_write(to, asio::buffer(room.data(), size),
                                                            asio::as_tuple(asio::use_awaitable));
      if (error) co_return;
    }
  }

  /// "user:pass" in Base64, which the tests have but one of.
  std::string credentials() const { return manners_.user.empty() ? "" : "YS11c2VyOmEtcGFzcw=="; }

  static std::uint16_t port_in(const std::string& authority) {
    return static_cast<std::uint16_t>(std::stoul(authority.substr(authority.rfind(':') + 1)));
  }
  static unsigned byte(const std::string& text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  }

  ProxyManners manners_;
  tcp::acceptor acceptor_;
};

}  // namespace foghorn::test
