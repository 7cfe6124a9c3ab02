#include "net/line.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
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
  ~TlsLine() override { close(); }

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
    if (!stream_.next_layer().is_open()) return;
    say_goodbye();
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

 private:
  /// Hands close_notify to the socket, if that takes it at once. Asio would wait for the peer's as
  /// well, on a line that may be dead. In the middle of a write it would be no record of its own.
  void say_goodbye() {
    auto* ssl = stream_.native_handle();
    if (writing_ || broken_ || !SSL_is_init_finished(ssl)) return;
    auto* record = BIO_new(BIO_s_mem());
    if (!record) return;
    SSL_set0_wbio(ssl, record);  // which owns it from now on
    ERR_clear_error();
    if (SSL_shutdown(ssl) < 0) return;
    const char* bytes = nullptr;
    const auto size = bio_content(record, &bytes);
    error_code ignored;
    auto& socket = stream_.next_layer();
    socket.non_blocking(true, ignored);
    if (size > 0) socket.write_some(asio::buffer(bytes, size), ignored);
  }

  /// BIO_get_mem_data() is this call behind an old-style cast.
  static std::size_t bio_content(BIO* bio, const char** bytes) {
    const auto size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, bytes);
    return size > 0 ? static_cast<std::size_t>(size) : 0;
  }

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
    writing_ = true;
    // Whoever cancels the handler's own operation cancels this one.
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto executor = asio::get_associated_executor(handler, stream_.get_executor());
    auto on_written = [this, handler = std::move(handler)](error_code error,
                                                           std::size_t size) mutable {
      writing_ = false;
      std::move(handler)(error, size);
    };
    stream_.async_write_some(
        bytes, asio::bind_cancellation_slot(
                   slot, asio::bind_executor(std::move(executor), std::move(on_written))));
  }

  asio::ssl::stream<tcp::socket> stream_;
  error_code broken_;
  bool writing_{};
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
