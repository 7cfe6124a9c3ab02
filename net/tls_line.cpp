// A line over TLS. OpenSSL reads and writes the socket itself, as much at once as there is, and
// Asio only waits for it: no pair of buffers between them, and no composed operation for a record,
// where a venue sends each message in a record of its own. (bench/feed_bench has shown no gain from
// it yet: what a lone message costs is the waking.)
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <memory>
#include <new>
#include <utility>

#include "net/line.hpp"
#include "net/tls_context.hpp"

namespace foghorn {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

// One read of the kernel brings up to so much.
constexpr std::size_t read_ahead = 64 << 10;

// A socket for OpenSSL that raises no SIGPIPE; its own BIO would.

int socket_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int passed(BIO* bio, ssize_t result, int retry) {
  BIO_clear_retry_flags(bio);
  if (result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    BIO_set_flags(bio, retry | BIO_FLAGS_SHOULD_RETRY);
  return static_cast<int>(result);
}

int receive(BIO* bio, char* room, int size) {
  return passed(bio, ::recv(socket_of(bio), room, static_cast<std::size_t>(size), 0),
                BIO_FLAGS_READ);
}

int send(BIO* bio, const char* bytes, int size) {
  return passed(bio, ::send(socket_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL),
                BIO_FLAGS_WRITE);
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO* make_bio(int socket) {
  static BIO_METHOD* const method = [] {
    auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    BIO_meth_set_read(made, receive);
    BIO_meth_set_write(made, send);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  auto* bio = BIO_new(method);
  if (!bio) throw std::bad_alloc{};
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  return bio;
}

class TlsLine final : public Line {
 public:
  TlsLine(tcp::socket socket, SSL_CTX* context)
      : socket_{std::move(socket)}, ssl_{SSL_new(context), SSL_free} {
    if (!ssl_) throw std::bad_alloc{};
    error_code ignored;  // of a socket that is just connected
    socket_.native_non_blocking(true, ignored);
    auto* bio = make_bio(socket_.native_handle());
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_read_ahead(ssl_.get(), 1);
    SSL_set_default_read_buffer_len(ssl_.get(), read_ahead);
    SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_connect_state(ssl_.get());
  }
  ~TlsLine() override { close(); }

  asio::awaitable<Result<void>> handshake(const std::string& host) {
    if (!expect(host)) co_return asio::error::invalid_argument;
    for (;;) {
      ERR_clear_error();
      const auto attempt = outcome(SSL_do_handshake(ssl_.get()), 0);
      if (attempt.error) co_return attempt.error;
      if (attempt.need == Need::nothing) co_return Result<void>{};
      const auto [error] =
          co_await socket_.async_wait(what(attempt.need), asio::as_tuple(asio::use_awaitable));
      if (error) co_return error;
    }
  }

  std::size_t read_ready(asio::mutable_buffer room) override {
    std::size_t size = 0;
    while (room.size() > 0 && !dry_ && !ended_) {
      const auto attempt = read_once(room);
      if (attempt.error || attempt.need != Need::nothing) break;  // the next read says which
      size += attempt.size;
      room += attempt.size;
    }
    return size;
  }

  asio::any_io_executor executor() override { return socket_.get_executor(); }

  void close() override {
    if (!socket_.is_open()) return;
    // A goodbye if the socket takes it at once: the line may be dead. In the middle of a record it
    // would be no record of its own, and after a broken one it is too late.
    ERR_clear_error();
    if (!writing_ && !ended_ && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
    ended_ = asio::error::operation_aborted;  // its number may soon be another socket's
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  enum class Need : std::uint8_t { nothing, readable, writable };

  /// What came of trying: an end, or what the socket must become first.
  struct Attempt {
    Need need{};
    error_code error;
    std::size_t size{};
  };

  static tcp::socket::wait_type what(Need need) {
    return need == Need::readable ? tcp::socket::wait_read : tcp::socket::wait_write;
  }

  /// Whom the certificate must be for. False: no host name is that long.
  bool expect(const std::string& host) {
    auto* ssl = ssl_.get();
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
    auto* wanted = SSL_get0_param(ssl);
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    if (!not_an_address) return X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1;
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // SSL_set_tlsext_host_name() is this call behind an old-style cast.
    return X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size()) == 1 &&
           SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                    const_cast<char*>(host.c_str())) == 1;
  }

  /// What OpenSSL's answer to a call means.
  Attempt outcome(int result, std::size_t size) {
    if (result == 1) return {.need = Need::nothing, .error = {}, .size = size};
    const int system_error = errno;
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ: return {.need = Need::readable, .error = {}};
      case SSL_ERROR_WANT_WRITE: return {.need = Need::writable, .error = {}};
      case SSL_ERROR_ZERO_RETURN: ended_ = asio::error::eof; break;
      case SSL_ERROR_SYSCALL: ended_.assign(system_error, boost::system::system_category()); break;
      default: {
        const auto code = ERR_peek_last_error();  // the first is why, in terms of algorithms
        const bool cut = ERR_GET_LIB(code) == ERR_LIB_SSL &&
                         ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
        ended_ = cut ? error_code{asio::ssl::error::stream_truncated}
                     : error_code{static_cast<int>(code), asio::error::get_ssl_category()};
      }
    }
    if (!ended_) ended_ = asio::ssl::error::stream_truncated;  // neither side says why
    return {.need = Need::nothing, .error = ended_};
  }

  Attempt read_once(asio::mutable_buffer room) {
    if (ended_) return {.need = Need::nothing, .error = ended_};
    ERR_clear_error();
    std::size_t size = 0;
    const auto attempt = outcome(SSL_read_ex(ssl_.get(), room.data(), room.size(), &size), 0);
    dry_ = attempt.need != Need::nothing;
    return {.need = attempt.need, .error = attempt.error, .size = size};
  }

  Attempt write_once(asio::const_buffer bytes) {
    if (ended_ && ended_ != asio::error::eof) return {.need = Need::nothing, .error = ended_};
    ERR_clear_error();
    std::size_t size = 0;
    const auto attempt = outcome(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &size), 0);
    writing_ = attempt.need != Need::nothing;
    return {.need = attempt.need, .error = attempt.error, .size = size};
  }

  /// Waits until the socket is as `need` says, tries `once`, and again until it no longer has to
  /// wait; then calls `handler`. Whoever cancels the handler's operation cancels the wait.
  template <class Once>
  void run(Need need, Once once, IoHandler handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto handlers = asio::get_associated_executor(handler, socket_.get_executor());
    auto on_ready = [this, once, handler = std::move(handler)](error_code error) mutable {
      if (error) return std::move(handler)(error, 0);  // the line itself may be gone
      const auto attempt = once();
      if (attempt.need != Need::nothing) return run(attempt.need, once, std::move(handler));
      std::move(handler)(attempt.error, attempt.size);
    };
    socket_.async_wait(what(need),
                       asio::bind_cancellation_slot(
                           slot, asio::bind_executor(std::move(handlers), std::move(on_ready))));
  }

  template <class Once>
  void start(Once once, IoHandler handler) {
    const auto attempt = once();
    if (attempt.need != Need::nothing) return run(attempt.need, once, std::move(handler));
    asio::post(socket_.get_executor(),
               asio::append(std::move(handler), attempt.error, attempt.size));
  }

  void start_read(asio::mutable_buffer room, IoHandler handler) override {
    auto once = [this, room] { return read_once(room); };
    // Nothing was left when it was last asked: then to ask again costs a call of the kernel.
    if (dry_ && !ended_) return run(Need::readable, once, std::move(handler));
    start(once, std::move(handler));
  }

  void start_write(asio::const_buffer bytes, IoHandler handler) override {
    start([this, bytes] { return write_once(bytes); }, std::move(handler));
  }

  tcp::socket socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  error_code ended_;  // for good
  bool dry_{};        // the socket had no more when last read
  bool writing_{};    // part of a record waits to be written
};

}  // namespace

asio::awaitable<Result<std::unique_ptr<Line>>> make_tls_line(tcp::socket socket, std::string host,
                                                             std::string ca_file) {
  const auto context = client_tls_context(ca_file);
  if (!context) co_return context.error();
  auto line = std::make_unique<TlsLine>(std::move(socket), (*context)->native_handle());
  const auto shaken = co_await line->handshake(host);
  if (!shaken) co_return shaken.error();
  co_return std::unique_ptr<Line>{std::move(line)};
}

}  // namespace foghorn
