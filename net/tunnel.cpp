#include "net/tunnel.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <string_view>

#include "net/proxy_talk.hpp"

namespace foghorn {

asio::awaitable<Result<std::string>> open_tunnel(asio::ip::tcp::socket& socket, Proxy proxy,
                                                 std::string host, std::string port) {
  const auto talk = talk_with(proxy, host, port);
  std::array<char, 260> room{};
  while (talk->wanted() > 0) {
    if (const auto words = talk->take_words(); !words.empty()) {
      const auto [error, size] =
          co_await asio::async_write(socket, asio::buffer(words), asio::as_tuple(asio::deferred));
      if (error) co_return error;
    }
    const auto [error, size] = co_await socket.async_read_some(
        asio::buffer(room.data(), talk->wanted()), asio::as_tuple(asio::deferred));
    if (error) co_return error;
    talk->hear(std::string_view{room.data(), size});
  }
  co_return talk->refusal();
}

}  // namespace foghorn
