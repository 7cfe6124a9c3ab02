#include "daemon/control_client.hpp"

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

#include <exception>
#include <utility>

#include "daemon/control_socket.hpp"
#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using asio::local::stream_protocol;
using boost::system::error_code;

constexpr auto patience = 75s;  // beyond what the daemon grants its longest command
constexpr std::size_t largest_answer = 16 << 20;

ControlAnswer trouble(std::string sentence) {
  return {.trouble = std::move(sentence)};
}

std::string unreachable(const std::string& path, const error_code& error) {
  if (error == boost::system::errc::no_such_file_or_directory)
    return fmt::format(
        "no daemon at {}: there is no such socket; start the daemon, or name its "
        "config with --config or its socket with --control",
        path);
  if (error == asio::error::connection_refused)
    return fmt::format("no daemon at {}: the one that made this socket is gone; start it", path);
  if (error == boost::system::errc::permission_denied)
    return fmt::format(
        "no way to {}: it is for the daemon's own user and root; run this as one of "
        "them, such as with sudo",
        path);
  return fmt::format("no daemon at {}: {}", path, error.message());
}

asio::awaitable<Result<std::string>> talk(stream_protocol::socket& socket, std::string request) {
  const auto [unsaid, said] =
      co_await asio::async_write(socket, asio::buffer(request), asio::as_tuple(asio::deferred));
  // Who is turned away may still read why.
  std::string answer;
  auto room = asio::dynamic_buffer(answer, largest_answer);
  const auto [unheard, size] =
      co_await asio::async_read_until(socket, room, '\n', asio::as_tuple(asio::deferred));
  if (unheard) co_return unsaid ? unsaid : unheard;
  answer.resize(size);
  co_return answer;
}

ControlAnswer read(const std::string& line, const std::string& path) {
  error_code error;
  auto parsed = json::parse(line, error);
  if (error || !parsed.is_object())
    return trouble(fmt::format("what answers at {} is not a Foghorn daemon", path));
  auto& object = parsed.get_object();
  const auto* refusal = object.if_contains("error");
  if (!refusal) return {.object = std::move(object)};
  const auto* fault = object.if_contains("fault");
  return {.trouble = refusal->is_string() ? std::string{refusal->get_string().c_str()}
                                          : json::serialize(*refusal),
          .wrong_use = fault && *fault == "request"};
}

}  // namespace

ControlAnswer ask_daemon(const std::filesystem::path& path, const json::object& request) {
  const auto& name = path.native();
  if (name.size() > longest_socket_path())
    return trouble(fmt::format("{} has {} bytes, and a socket's path at most {}", name, name.size(),
                               longest_socket_path()));
  asio::io_context io{1};
  stream_protocol::socket socket{io};
  error_code error;
  socket.connect(stream_protocol::endpoint{name}, error);
  if (error) return trouble(unreachable(name, error));

  Result<std::string> line = Errc::timed_out;
  const auto keep = [&](std::exception_ptr failure, Result<std::string> answer) {
    if (failure) std::rethrow_exception(failure);
    line = std::move(answer);
  };
  asio::co_spawn(io, with_timeout(talk(socket, json::serialize(request) + "\n"), patience), keep);
  io.run();
  if (!line)
    return trouble(
        fmt::format("the daemon at {} did not answer: {}", name, line.error().message()));
  return read(*line, name);
}

}  // namespace foghorn
