#pragma once
// A server's end of TLS on loopback in plain blocking calls, for a thread that plays a venue: what
// it does to its client stands in its code, in that order. It frames by hand, so that it shares
// nothing with the client under test.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "net/ws_upgrade.hpp"
#include "tests/support/ws_bytes.hpp"

namespace foghorn::test {

/// The client is gone, or the listener's owner wants the thread to end.
struct Hangup {};

/// What a server presents.
class ServerTls {
 public:
  ServerTls(const std::string& certificate_pem, const std::string& key_pem)
      : context_{must(SSL_CTX_new(TLS_server_method())), SSL_CTX_free} {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{
        PEM_read_bio_X509(bio(certificate_pem).get(), nullptr, nullptr, nullptr), X509_free};
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
        PEM_read_bio_PrivateKey(bio(key_pem).get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
    must(SSL_CTX_use_certificate(context_.get(), certificate.get()) == 1);
    must(SSL_CTX_use_PrivateKey(context_.get(), key.get()) == 1);
    // SSL_set_fd() writes by write(): to a client that is gone it would end the whole program.
    ::signal(SIGPIPE, SIG_IGN);
  }

  SSL_CTX* native() const { return context_.get(); }

 private:
  template <class T>
  static T must(T result) {
    if (!result) throw std::runtime_error{"OpenSSL took no such certificate"};
    return result;
  }
  static std::unique_ptr<BIO, decltype(&BIO_free)> bio(const std::string& pem) {
    return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
};

/// A port on 127.0.0.1.
class BlockingListener {
 public:
  explicit BlockingListener(std::uint16_t port = 0) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
    const int on = 1;
    setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (bind(socket_, generic, size) != 0 || ::listen(socket_, 64) != 0 ||
        getsockname(socket_, generic, &size) != 0)
      throw std::runtime_error{"cannot listen on loopback"};
    port_ = ntohs(address.sin_port);
  }
  ~BlockingListener() { ::close(socket_); }
  BlockingListener(const BlockingListener&) = delete;
  BlockingListener& operator=(const BlockingListener&) = delete;

  std::uint16_t port() const { return port_; }

  /// The next client's socket, which is the caller's. Throws Hangup after stop().
  int accept() {
    const int client = ::accept(socket_, nullptr, nullptr);
    if (client < 0) throw Hangup{};
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return client;
  }

  /// From another thread: ends accept().
  void stop() { ::shutdown(socket_, SHUT_RDWR); }

 private:
  int socket_;
  std::uint16_t port_{};
};

/// One client's line. Everything throws Hangup once it is over.
class BlockingLine {
 public:
  /// Does the TLS handshake. The socket stays the caller's.
  BlockingLine(const ServerTls& tls, int socket) : ssl_{SSL_new(tls.native()), SSL_free} {
    SSL_set_fd(ssl_.get(), socket);
    if (SSL_accept(ssl_.get()) != 1) throw Hangup{};
  }

  /// In one TLS record, where they are at most 16 KiB.
  void write(std::string_view bytes) {
    std::size_t written = 0;
    if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written) != 1) throw Hangup{};
  }
  void say(std::string_view text) { write(server_frame(1, text)); }

  /// Waits for bytes, and appends them to `received`.
  void read() {
    char piece[16 << 10];
    std::size_t size = 0;
    if (SSL_read_ex(ssl_.get(), piece, sizeof piece, &size) != 1) throw Hangup{};
    received.append(piece, size);
  }

  /// Something is there to be read, now or within `wait`.
  bool readable(std::chrono::milliseconds wait) const {
    pollfd one{SSL_get_fd(ssl_.get()), POLLIN, 0};
    return SSL_pending(ssl_.get()) > 0 || ::poll(&one, 1, static_cast<int>(wait.count())) > 0;
  }

  /// Reads the head of a request and returns it.
  std::string read_request() {
    while (received.find("\r\n\r\n") == std::string::npos) read();
    const auto end = received.find("\r\n\r\n") + 4;
    const auto request = received.substr(0, end);
    received.erase(0, end);
    return request;
  }

  /// Reads the upgrade's request and grants it; returns its target.
  std::string upgrade() {
    const auto request = read_request();
    const std::string name = "Sec-WebSocket-Key: ";
    const auto begin = request.find(name) + name.size();
    write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        ws_accept(request.substr(begin, request.find("\r\n", begin) - begin)) + "\r\n\r\n");
    return request.substr(4, request.find(' ', 4) - 4);
  }

  /// Reads what the client says, answers pings, and calls `hear(text)` for each text frame.
  template <class Hear>
  void listen(Hear hear) {
    read();
    while (const auto frame = read_client_frame(received)) {
      received.erase(0, frame->size);
      if (frame->opcode == 8) throw Hangup{};
      if (frame->opcode == 9) write(server_frame(10, frame->payload));
      if (frame->opcode == 1) hear(frame->payload);
    }
  }

  std::string received;

 private:
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

}  // namespace foghorn::test
