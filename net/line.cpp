#include "net/line.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/tls_context.hpp"

namespace foghorn {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

class TcpLine final : public Line {
 public:
  explicit TcpLine(tcp::socket socket) : socket_{std::move(socket)} {}

  std::size_t read_ready(asio::mutable_buffer) override { return 0; }  // read_some() took it all

  asio::any_io_executor executor() override { return socket_.get_executor(); }

  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  void start_read(asio::mutable_buffer room, IoHandler handler) override {
    socket_.async_read_some(room, std::move(handler));
  }
  void start_write(asio::const_buffer bytes, IoHandler handler) override {
    socket_.async_write_some(bytes, std::move(handler));
  }

  tcp::socket socket_;
};

class TlsLine final : public Line {
 public:
  TlsLine(tcp::socket socket, asio::ssl::context& context) : stream_{std::move(socket), context} {}

  asio::awaitable<Result<void>> handshake(const std::string& host) {
    stream_.set_verify_mode(asio::ssl::verify_peer);
    stream_.set_verify_callback(asio::ssl::host_name_verification{host});
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    if (not_an_address && !ask_for(host)) co_return asio::error::invalid_argument;
    const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::client,
                                                          asio::as_tuple(asio::use_awaitable));
    if (error) co_return error;
    co_return Result<void>{};
  }

  /// Records that came with the one read before lie in OpenSSL's buffer. Asio takes the next one to
  /// be read; nothing forbids to take them all.
  std::size_t read_ready(asio::mutable_buffer room) override {
    auto* ssl = stream_.native_handle();
    std::size_t size = 0;
    while (room.size() > 0) {
      ERR_clear_error();
      std::size_t piece = 0;
      if (SSL_read_ex(ssl, room.data(), room.size(), &piece) != 1) {
        // OpenSSL tells a broken stream once; its end, as often as it is asked.
        if (SSL_get_error(ssl, 0) == SSL_ERROR_SSL)
          broken_.assign(static_cast<int>(ERR_get_error()), asio::error::get_ssl_category());
        break;
      }
      size += piece;
      room += piece;
    }
    return size;
  }

  asio::any_io_executor executor() override { return stream_.get_executor(); }

  void close() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

 private:
  /// SSL_set_tlsext_host_name() is this call behind an old-style cast. False: no host name is that
  /// long.
  bool ask_for(const std::string& host) {
    return SSL_ctrl(stream_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME,
                    TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str())) == 1;
  }

  void start_read(asio::mutable_buffer room, IoHandler handler) override {
    if (broken_) {
      asio::post(stream_.get_executor(), asio::append(std::move(handler), broken_, std::size_t{0}));
    } else {
      stream_.async_read_some(room, std::move(handler));
    }
  }
  void start_write(asio::const_buffer bytes, IoHandler handler) override {
    stream_.async_write_some(bytes, std::move(handler));
  }

  asio::ssl::stream<tcp::socket> stream_;
  error_code broken_;
};

}  // namespace

std::unique_ptr<Line> make_tcp_line(tcp::socket socket) {
  return std::make_unique<TcpLine>(std::move(socket));
}

asio::awaitable<Result<std::unique_ptr<Line>>> make_tls_line(tcp::socket socket, std::string host,
                                                             std::string ca_file) {
  const auto context = client_tls_context(ca_file);
  if (!context) co_return context.error();
  auto line = std::make_unique<TlsLine>(std::move(socket), **context);
  const auto shaken = co_await line->handshake(host);
  if (!shaken) co_return shaken.error();
  co_return std::unique_ptr<Line>{std::move(line)};
}

}  // namespace foghorn
