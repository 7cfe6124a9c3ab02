#pragma once
// A server's end on loopback, driven by hand, beside the client under test: both are coroutines on
// one io_context.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "tests/support/run.hpp"
#include "tests/support/ws_bytes.hpp"

namespace foghorn::test {

/// The other end of a TCP connection. Reading past its end throws asio::error::eof.
class RawPeer {
 public:
  explicit RawPeer(boost::asio::ip::tcp::socket socket) : socket_{std::move(socket)} {}

  boost::asio::awaitable<void> send(std::string bytes) {
    co_await boost::asio::async_write(socket_, boost::asio::buffer(bytes),
                                      boost::asio::use_awaitable);
  }

  /// Everything up to and including `end`.
  boost::asio::awaitable<std::string> read_until(std::string end) {
    std::size_t found = 0;
    while ((found = received_.find(end)) == std::string::npos) co_await read_more();
    co_return take(found + end.size());
  }

  boost::asio::awaitable<std::string> read_exactly(std::size_t size) {
    while (received_.size() < size) co_await read_more();
    co_return take(size);
  }

  boost::asio::awaitable<ClientFrame> read_frame() {
    std::optional<ClientFrame> frame;
    while (!(frame = read_client_frame(received_))) co_await read_more();
    take(frame->size);
    co_return *frame;
  }

  /// Waits until the other side has hung up.
  boost::asio::awaitable<void> read_to_end() {
    boost::system::error_code error;
    while (!error) {
      received_.clear();
      error = co_await try_to_read();
    }
  }

  void hang_up() { socket_.close(); }

  /// Hangs up without the courtesies: the other side gets a reset.
  void reset() {
    socket_.set_option(boost::asio::socket_base::linger{true, 0});
    socket_.close();
  }

  boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  boost::asio::awaitable<boost::system::error_code> try_to_read() {
    std::string piece(16 << 10, '\0');
    const auto [error, size] = co_await socket_.async_read_some(
        boost::asio::buffer(piece), boost::asio::as_tuple(boost::asio::use_awaitable));
    received_.append(piece, 0, size);
    co_return error;
  }

  boost::asio::awaitable<void> read_more() {
    if (const auto error = co_await try_to_read()) throw boost::system::system_error{error};
  }

  std::string take(std::size_t size) {
    auto taken = received_.substr(0, size);
    received_.erase(0, size);
    return taken;
  }

  boost::asio::ip::tcp::socket socket_;
  std::string received_;
};

/// A port on loopback, and what happens there.
class Loopback {
 public:
  std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }

  /// "ws://127.0.0.1:PORT", without a path.
  std::string origin(const std::string& scheme, const std::string& host = "127.0.0.1") const {
    return scheme + "://" + host + ":" + port();
  }

  boost::asio::awaitable<RawPeer> accept() {
    co_return RawPeer{co_await acceptor_.async_accept(boost::asio::use_awaitable)};
  }

  boost::asio::io_context& io() { return io_; }

  /// Runs `client` to its end with `server` beside it, which is then cancelled. A server that fails
  /// fails the run.
  template <class T>
  T run(boost::asio::awaitable<void> server, boost::asio::awaitable<T> client) {
    boost::asio::cancellation_signal stop;
    bool ended = false;
    std::exception_ptr failure;
    auto on_end = [&](std::exception_ptr e) {
      ended = true;
      failure = e && !is_cancellation(e) ? e : nullptr;
      if (failure) io_.stop();
    };
    boost::asio::co_spawn(io_, std::move(server),
                          boost::asio::bind_cancellation_slot(stop.slot(), on_end));
    const auto finish = [&] {
      stop.emit(boost::asio::cancellation_type::terminal);
      io_.restart();
      while (!ended && io_.run_one() > 0) {
      }
      if (failure) std::rethrow_exception(failure);
    };
    try {
      if constexpr (std::is_void_v<T>) {
        run_on(io_, std::move(client));
        finish();
      } else {
        auto result = run_on(io_, std::move(client));
        finish();
        return result;
      }
    } catch (...) {
      finish();
      throw;
    }
  }

 private:
  static bool is_cancellation(const std::exception_ptr& failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
      return e.code() == boost::asio::error::operation_aborted;
    } catch (const boost::asio::multiple_exceptions& of_several_servers) {
      return is_cancellation(of_several_servers.first_exception());
    } catch (...) {
      return false;
    }
  }

  boost::asio::io_context io_{1};
  boost::asio::ip::tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
};

}  // namespace foghorn::test
