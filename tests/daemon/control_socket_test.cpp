// The control socket's lines, over a real socket.
#include "daemon/control_socket.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <stdexcept>
#include <vector>

#include "net/task_group.hpp"
#include "net/with_timeout.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using asio::local::stream_protocol;
using Catch::Matchers::ContainsSubstring;

namespace {

class Client {
 public:
  Client(asio::io_context& io, const std::string& path) : socket_{io} {
    socket_.connect(stream_protocol::endpoint{path});
  }

  asio::awaitable<void> say(std::string text) {
    co_await asio::async_write(socket_, asio::buffer(text), asio::use_awaitable);
  }

  /// The next line without its end; "" once the daemon has hung up.
  asio::awaitable<std::string> hear() {
    boost::system::error_code ended;
    const auto size =
        co_await asio::async_read_until(socket_, asio::dynamic_buffer(heard_), '\n',
                                        asio::redirect_error(asio::use_awaitable, ended));
    if (ended) co_return "";
    auto line = heard_.substr(0, size - 1);
    heard_.erase(0, size);
    co_return line;
  }

  void end_sending() { socket_.shutdown(stream_protocol::socket::shutdown_send); }
  void close() { socket_.close(); }

 private:
  stream_protocol::socket socket_;
  std::string heard_;
};

struct Rig {
  explicit Rig(ControlLimits limits = {})
      : socket{io.get_executor(), [this](std::string line) { return answer(std::move(line)); },
               limits} {}

  asio::awaitable<std::string> answer(std::string line) {
    asked.push_back(line);
    if (line == "throw") throw std::runtime_error{"a secret"};
    if (line == "hang") co_await pause_for(1h);
    co_return "<" + line.substr(0, 100) + ">";
  }

  /// Serves for as long as `scene` runs.
  void run(std::function<asio::awaitable<void>()> scene) {
    if (!listens) socket.listen(path);
    listens = true;
    const auto play = [&]() -> asio::awaitable<void> {
      TaskGroup group{io.get_executor(), [](const auto&, auto) { FAIL("the socket failed"); }};
      group.spawn("control", socket.run());
      co_await scene();
      group.cancel();
      CHECK(co_await group.join(10s) == 0);
    };
    run_on(io, play());
  }

  Client client() { return {io, path}; }

  TempDir dir;
  std::string path{dir.string() + "/control.sock"};
  asio::io_context io{1};
  std::vector<std::string> asked;
  bool listens{};
  ControlSocket socket;
};

std::string listening(const std::string& path) {
  asio::io_context io;
  ControlSocket socket{io.get_executor(), {}};
  try {
    socket.listen(path);
  } catch (const ControlError& e) {
    return e.what();
  }
  return {};
}

}  // namespace

TEST_CASE("the control socket answers line by line, in order") {
  Rig rig;
  rig.run([&]() -> asio::awaitable<void> {
    auto client = rig.client();
    co_await client.say("one\ntw");
    CHECK(co_await client.hear() == "<one>");
    co_await client.say("o\nthree\n");
    CHECK(co_await client.hear() == "<two>");
    CHECK(co_await client.hear() == "<three>");
  });
}

TEST_CASE("the control socket is its owner's alone from its first moment on") {
  Rig rig;
  rig.socket.listen(rig.path);
  struct ::stat file {};
  REQUIRE(::lstat(rig.path.c_str(), &file) == 0);
  CHECK((file.st_mode & 07777U) == 0600U);
}

TEST_CASE("the control socket's file goes with it") {
  Rig rig;
  rig.run([]() -> asio::awaitable<void> { co_return; });
  CHECK_FALSE(std::filesystem::exists(rig.path));
}

TEST_CASE("a socket that a dead daemon left behind is replaced") {
  Rig rig;
  {
    asio::io_context io;
    stream_protocol::acceptor dead{io, stream_protocol::endpoint{rig.path}};
  }
  REQUIRE(std::filesystem::exists(rig.path));
  rig.run([&]() -> asio::awaitable<void> {
    auto client = rig.client();
    co_await client.say("alive\n");
    CHECK(co_await client.hear() == "<alive>");
  });
}

TEST_CASE("another daemon's socket is left to it") {
  Rig rig;
  rig.socket.listen(rig.path);
  CHECK_THAT(listening(rig.path), ContainsSubstring("another daemon"));
  CHECK(std::filesystem::exists(rig.path));
}

TEST_CASE("a file that is no socket is left where it is") {
  TempDir dir;
  const auto path = dir.string() + "/control.sock";
  std::ofstream{path} << "precious";
  CHECK_THAT(listening(path), ContainsSubstring("no socket"));
  CHECK(std::filesystem::file_size(path) == 8);
}

TEST_CASE("a socket's path that is too long, or leads nowhere, is refused by name") {
  TempDir dir;
  CHECK_THAT(listening(dir.string() + "/" + std::string(108, 'x')),
             ContainsSubstring("at most 107"));
  CHECK_THAT(listening(dir.string() + "/nowhere/control.sock"),
             ContainsSubstring("nowhere/control.sock: No such file"));
}

TEST_CASE("a client that closes its sending half still gets its answer") {
  Rig rig;
  rig.run([&]() -> asio::awaitable<void> {
    auto client = rig.client();
    co_await client.say("one\nlast words");
    client.end_sending();
    CHECK(co_await client.hear() == "<one>");
    CHECK(co_await client.hear() == "<last words>");
    CHECK(co_await client.hear() == "");
  });
}

TEST_CASE("a request as long as may be is answered, a longer one ends the conversation") {
  Rig rig{{.request = 64 << 10}};
  rig.run([&]() -> asio::awaitable<void> {
    auto client = rig.client();
    co_await client.say(std::string(64 << 10, 'x') + "\n");
    CHECK((co_await client.hear()).size() == 102);
    co_await client.say(std::string((64 << 10) + 1, 'x'));
    CHECK_THAT(co_await client.hear(), ContainsSubstring("at most 65536 bytes"));
    CHECK(co_await client.hear() == "");
  });
  CHECK(rig.asked.size() == 1);
}

TEST_CASE("a ninth client is told to come back, and a place that comes free is taken") {
  Rig rig;
  rig.run([&]() -> asio::awaitable<void> {
    std::vector<Client> clients;
    for (int i = 0; i < 8; ++i) {
      clients.push_back(rig.client());
      co_await clients.back().say("hello\n");
      CHECK(co_await clients.back().hear() == "<hello>");
    }
    auto ninth = rig.client();
    CHECK_THAT(co_await ninth.hear(), ContainsSubstring("8 others"));
    CHECK(co_await ninth.hear() == "");
    clients.front().end_sending();
    CHECK(co_await clients.front().hear() == "");
    auto tenth = rig.client();
    co_await tenth.say("hello\n");
    CHECK(co_await tenth.hear() == "<hello>");
  });
}

TEST_CASE("a client that stays silent, dawdles or is not answered in time is let go") {
  ControlLimits short_of_time;
  short_of_time.idle = short_of_time.arrival = short_of_time.answer = 5ms;
  Rig rig{short_of_time};
  rig.run([&]() -> asio::awaitable<void> {
    auto silent = rig.client();
    CHECK(co_await silent.hear() == "");
    auto dawdling = rig.client();
    co_await dawdling.say("{");
    CHECK(co_await dawdling.hear() == "");
    auto waiting = rig.client();
    co_await waiting.say("hang\n");
    CHECK_THAT(co_await waiting.hear(), ContainsSubstring("no answer in time"));
  });
}

TEST_CASE("a client that reads nothing is let go, and hurts nobody") {
  ControlLimits short_of_time;
  short_of_time.leaving = 5ms;
  Rig rig{short_of_time};
  rig.run([&]() -> asio::awaitable<void> {
    auto deaf = rig.client();
    // More answers than fit into the line between us.
    std::string many;
    for (int i = 0; i < 5'000; ++i) many += std::string(100, 'x') + "\n";
    try {
      for (int i = 0; i < 100; ++i) co_await deaf.say(many);
      FAIL("it is still listened to");
    } catch (const boost::system::system_error& broken) {
      CHECK(broken.code() == asio::error::broken_pipe);
    }
    auto other = rig.client();
    co_await other.say("one\n");
    CHECK(co_await other.hear() == "<one>");
  });
}

TEST_CASE("a command that fails says no more than that") {
  Rig rig;
  rig.run([&]() -> asio::awaitable<void> {
    auto client = rig.client();
    co_await client.say("throw\none\n");
    CHECK(co_await client.hear() == R"({"error":"the request failed","fault":"work"})");
    CHECK(co_await client.hear() == "<one>");
  });
}

TEST_CASE("the end of serving does not wait for a client, nor for what it asked") {
  Rig rig;
  std::optional<Client> client;
  rig.run([&]() -> asio::awaitable<void> {
    client.emplace(rig.client());
    co_await client->say("one\nhang\n");
    CHECK(co_await client->hear() == "<one>");
    while (rig.asked.back() != "hang") co_await asio::post(rig.io, asio::use_awaitable);
  });
  CHECK_FALSE(std::filesystem::exists(rig.path));
}
