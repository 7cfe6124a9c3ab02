#pragma once
// A connected stream of bytes, over TCP or over TLS over TCP. Who uses it does not know which, so
// that the templates of TLS are compiled once, in line.cpp.

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>
#include <utility>

#include "model/result.hpp"

namespace foghorn {

namespace asio = boost::asio;

/// One read and one write at a time, which may overlap; all on one thread. Must outlive them.
class Line {
 public:
  using IoHandler = asio::any_completion_handler<void(boost::system::error_code, std::size_t)>;

  virtual ~Line() = default;

  /// Waits for bytes and reads those there are. The end is asio::error::eof; a TLS line that is cut
  /// without a goodbye ends with asio::ssl::error::stream_truncated.
  template <class Token>
  auto read_some(asio::mutable_buffer room, Token&& token) {
    return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, asio::mutable_buffer into) {
          start_read(into, IoHandler{std::move(handler)});
        },
        token, room);
  }

  /// Writes some of `bytes`, at least one. With an error, none of them have left that the peer
  /// could make sense of.
  template <class Token>
  auto write_some(asio::const_buffer bytes, Token&& token) {
    return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, asio::const_buffer from) {
          start_write(from, IoHandler{std::move(handler)});
        },
        token, bytes);
  }

  /// Reads more of what has already arrived, without waiting; zero where there is none, or the next
  /// read_some() will say why. Not during a read. (A venue sends each message in a TLS record of
  /// its own, and TLS reads record by record: waiting for each would cost six times what reading it
  /// does.)
  virtual std::size_t read_ready(asio::mutable_buffer room) = 0;

  virtual asio::any_io_executor executor() = 0;

  /// Ends the line at once; what is under way ends with operation_aborted. A TLS line tells the
  /// peer (close_notify) where that takes no waiting. Destroying the line closes it too.
  virtual void close() = 0;

 private:
  virtual void start_read(asio::mutable_buffer room, IoHandler handler) = 0;
  virtual void start_write(asio::const_buffer bytes, IoHandler handler) = 0;
};

/// A line without TLS.
std::unique_ptr<Line> make_tcp_line(asio::ip::tcp::socket socket);

/// Does the client's TLS handshake on `socket`, and checks the certificate against `ca_file`
/// (empty: the system's roots) and against `host`, which is also what the server is asked for (SNI)
/// unless it is an address.
asio::awaitable<Result<std::unique_ptr<Line>>> make_tls_line(asio::ip::tcp::socket socket,
                                                             std::string host, std::string ca_file);

}  // namespace foghorn
