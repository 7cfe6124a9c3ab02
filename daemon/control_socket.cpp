#include "daemon/control_socket.hpp"

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "net/task_group.hpp"
#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;
using asio::local::stream_protocol;
using boost::system::error_code;

constexpr auto pause_after_failed_accept = 100ms;  // out of descriptors: some may come free
constexpr mode_t ours_alone = S_IRUSR | S_IWUSR;

/// One client, from its first request to its last answer.
class Conversation {
 public:
  Conversation(stream_protocol::socket socket, const ControlHandler& handler,
               const ControlLimits& limits)
      : socket_{std::move(socket)}, handler_{handler}, limits_{limits} {}

  asio::awaitable<void> hold() {
    for (;;) {
      auto line = co_await next_line();
      if (!line && line.error() != Errc::too_large) co_return;
      const bool too_long = !line;
      auto answer =
          too_long ? control_refusal(fmt::format("a request has at most {} bytes", limits_.request),
                                     "request")
                   : co_await answer_to(*std::move(line));
      answer += '\n';
      const auto said = co_await with_timeout(say(answer), limits_.leaving);
      if (!said || too_long) co_return;
    }
  }

 private:
  /// Waits long for a request to begin, and less long for it to be whole.
  asio::awaitable<Result<std::string>> next_line() {
    if (heard_.empty()) {
      const auto begun = co_await with_timeout(hear(), limits_.idle);
      if (!begun) co_return begun.error();
    }
    co_return co_await with_timeout(rest_of_line(), limits_.arrival);
  }

  asio::awaitable<Result<std::string>> rest_of_line() {
    for (;;) {
      const auto end = heard_.find('\n');
      if (std::min(end, heard_.size()) > limits_.request) co_return Errc::too_large;
      if (end != std::string::npos) {
        auto line = heard_.substr(0, end);
        heard_.erase(0, end + 1);
        co_return line;
      }
      const auto more = co_await hear();
      // Its sending half is closed: what stands there is its last request.
      if (ended_ && !heard_.empty()) co_return std::exchange(heard_, {});
      if (!more) co_return more.error();
    }
  }

  asio::awaitable<Result<void>> hear() {
    if (ended_) co_return asio::error::make_error_code(asio::error::eof);  // told once only
    std::array<char, 4096> room;
    const auto [error, size] =
        co_await socket_.async_read_some(asio::buffer(room), asio::as_tuple(asio::deferred));
    heard_.append(room.data(), size);
    ended_ = error == asio::error::eof;
    if (error) co_return error;
    co_return Result<void>{};
  }

  asio::awaitable<Result<void>> say(const std::string& text) {
    const auto [error, size] =
        co_await asio::async_write(socket_, asio::buffer(text), asio::as_tuple(asio::deferred));
    if (error) co_return error;
    co_return Result<void>{};
  }

  asio::awaitable<Result<std::string>> ask(std::string line) {
    co_return co_await handler_(std::move(line));
  }

  asio::awaitable<std::string> answer_to(std::string line) {
    try {
      auto answer = co_await with_timeout(ask(std::move(line)), limits_.answer);
      if (answer) co_return *std::move(answer);
      co_return control_refusal("no answer in time", "work");
    } catch (const boost::system::system_error& failure) {
      if (failure.code() == asio::error::operation_aborted) throw;  // we are being stopped
    } catch (const std::exception&) {
    }
    co_return control_refusal("the request failed", "work");
  }

  stream_protocol::socket socket_;
  const ControlHandler& handler_;
  const ControlLimits& limits_;
  std::string heard_;
  bool ended_{};  // it says no more
};

asio::awaitable<void> converse(stream_protocol::socket socket, const ControlHandler& handler,
                               const ControlLimits& limits) {
  Conversation conversation{std::move(socket), handler, limits};
  co_await conversation.hold();
}

/// Says so without waiting, and hangs up.
void turn_away(stream_protocol::socket socket, std::size_t clients) {
  const auto line =
      control_refusal(fmt::format("{} others are being served; try again in a moment", clients),
                      "work") +
      "\n";
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(line), ignored);
}

/// Takes away the socket of a daemon that is no more.
void clear_the_place(const asio::any_io_executor& executor, const std::string& path) {
  struct ::stat there {};
  if (::lstat(path.c_str(), &there) != 0) return;  // nothing, or bind() will say what is wrong
  if (!S_ISSOCK(there.st_mode))
    throw ControlError(path + " is there and is no socket; move it away, or name another path");
  stream_protocol::socket probe{executor};
  error_code error;
  probe.connect(stream_protocol::endpoint{path}, error);
  if (!error)
    throw ControlError(path + " is another daemon's, which answers; stop it, or name another path");
  if (error == asio::error::connection_refused) ::unlink(path.c_str());
}

}  // namespace

struct ControlSocket::Impl {
  Impl(const asio::any_io_executor& executor, ControlHandler answer, ControlLimits bounds)
      : handler{std::move(answer)},
        limits{bounds},
        acceptor{executor},
        clients{executor, forget_failure} {}

  // A conversation's own failure ends that one, and is the client's loss.
  static void forget_failure(const std::string&, std::exception_ptr) {}

  asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
      if (error) {
        co_await pause_for(pause_after_failed_accept);
      } else if (clients.size() < limits.clients) {
        clients.spawn("control client", converse(std::move(socket), handler, limits));
      } else {
        turn_away(std::move(socket), limits.clients);
      }
    }
  }

  void remove_file() {
    struct ::stat there {};
    if (!made || ::lstat(path.c_str(), &there) != 0) return;
    if (there.st_dev == made->st_dev && there.st_ino == made->st_ino) ::unlink(path.c_str());
    made.reset();
  }

  ControlHandler handler;
  ControlLimits limits;
  stream_protocol::acceptor acceptor;
  TaskGroup clients;
  std::string path;
  std::optional<struct ::stat> made;  // the file that bind() made
};

ControlSocket::ControlSocket(asio::any_io_executor executor, ControlHandler handler,
                             ControlLimits limits)
    : impl_{std::make_unique<Impl>(executor, std::move(handler), limits)} {}

ControlSocket::~ControlSocket() {
  impl_->remove_file();
}

void ControlSocket::listen(const std::filesystem::path& path) {
  const auto& name = path.native();
  if (name.size() > longest_socket_path())
    throw ControlError(
        fmt::format("{} has {} bytes, and a socket's path at most {}; name a short path, such as "
                    "/run/foghorn/control.sock",
                    name, name.size(), longest_socket_path()));
  auto& acceptor = impl_->acceptor;
  clear_the_place(acceptor.get_executor(), name);
  error_code error;
  acceptor.open(stream_protocol{}, error);
  // Before it has a name: so there is no moment at which others may connect. (Linux gives the file
  // the socket's own mode; a umask would be the whole process's, and other threads make files.)
  if (!error && ::fchmod(acceptor.native_handle(), ours_alone) != 0)
    error.assign(errno, boost::system::system_category());
  if (!error) acceptor.bind(stream_protocol::endpoint{name}, error);
  struct ::stat there {};
  if (!error && ::lstat(name.c_str(), &there) == 0) {
    impl_->path = name;
    impl_->made = there;
  }
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return;
  error_code ignored;
  acceptor.close(ignored);
  impl_->remove_file();
  throw ControlError(fmt::format(
      "cannot listen on {}: {}; name a path in a folder that is there and that this user may write",
      name, error.message()));
}

asio::awaitable<void> ControlSocket::run() {
  std::exception_ptr stopped;
  try {
    co_await impl_->accept();
  } catch (...) {
    stopped = std::current_exception();
  }
  // Stopped: but the conversations use what is ours, so they end first.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  impl_->remove_file();
  impl_->clients.cancel();
  co_await impl_->clients.join(24h);
  std::rethrow_exception(stopped);
}

std::size_t longest_socket_path() {
  return sizeof(sockaddr_un::sun_path) - 1;  // its closing zero is the kernel's
}

std::string control_refusal(std::string_view sentence, std::string_view fault) {
  namespace json = boost::json;
  const auto text = [](std::string_view t) { return json::string{t.data(), t.size()}; };
  return json::serialize(json::object{{"error", text(sentence)}, {"fault", text(fault)}});
}

}  // namespace foghorn
