#pragma once
// The control socket: a Unix socket, mode 0600, over which `foghorn outbox`, `silence` and
// `send-test` talk to the running daemon. Here is how lines come and go; what they say is in
// control.hpp.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace foghorn {

namespace asio = boost::asio;

/// Why the socket cannot be made, in a sentence a person can act on.
class ControlError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Answers one request, a line without its end, with another. May wait.
using ControlHandler = std::function<asio::awaitable<std::string>(std::string line)>;

struct ControlLimits {
  std::size_t clients{8};        ///< one more is told so, and let go
  std::size_t request{1 << 20};  ///< a whole config may be in it
  std::chrono::steady_clock::duration idle{std::chrono::seconds{60}};     ///< between requests
  std::chrono::steady_clock::duration arrival{std::chrono::seconds{10}};  ///< of a whole request
  std::chrono::steady_clock::duration answer{std::chrono::seconds{60}};   ///< the handler's
  std::chrono::steady_clock::duration leaving{std::chrono::seconds{10}};  ///< of a whole answer
};

/// Lines of JSON each way, one answer to each request, in order. What is not a request of ours is
/// answered {"error":…}; after one that is too long, or an answer that nobody reads, the client is
/// let go. A client that closes its sending half still gets its answers.
class ControlSocket {
 public:
  ControlSocket(asio::any_io_executor executor, ControlHandler handler, ControlLimits limits = {});
  /// Takes the socket's file away, if it is still ours.
  ~ControlSocket();

  /// Makes the socket. One that a dead daemon left behind is replaced; nothing else is. Throws
  /// ControlError.
  void listen(const std::filesystem::path& path);

  /// Serves until cancelled.
  asio::awaitable<void> run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The longest path that a socket can have, in bytes.
std::size_t longest_socket_path();

/// {"error":…,"fault":…}: what is said instead of an answer. `fault` is "request" where the asking
/// was wrong, "work" where the daemon could not do it.
std::string control_refusal(std::string_view sentence, std::string_view fault);

}  // namespace foghorn
