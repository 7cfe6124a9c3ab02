// The stream after the upgrade: batches, pings, goodbyes, limits, cancellation.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <boost/asio/error.hpp>

#include "net/task_group.hpp"
#include "net/watchdog.hpp"
#include "net/with_timeout.hpp"
#include "net/ws_frames.hpp"
#include "tests/net/ws_rig.hpp"

using namespace foghorn;
using namespace std::chrono_literals;
using test::RawPeer;
using test::read_error;
using test::read_joined;
using test::read_texts;
using test::server_frame;
using test::talk;

namespace {

asio::awaitable<void> silence(RawPeer&) {
  co_return;
}

}  // namespace

TEST_CASE("many messages in one read come as one batch") {
  std::string stream;
  for (int i = 0; i < 500; ++i) stream += server_frame(1, std::to_string(i));
  talk([&](RawPeer& peer) -> asio::awaitable<void> { co_await peer.send(stream); },
       [](WsStream& ws) -> asio::awaitable<void> {
         const auto texts = co_await read_texts(ws);
         CHECK(texts.size() == 500);
         CHECK(texts.back() == "499");
       });
}

TEST_CASE("a read that brings no whole message reads on") {
  const auto frame = server_frame(1, "in three parts");
  talk(
      [&](RawPeer& peer) -> asio::awaitable<void> {
        co_await peer.send(frame.substr(0, 1));
        co_await peer.read_frame();
        co_await peer.send(frame.substr(1, 4));
        co_await peer.read_frame();
        co_await peer.send(frame.substr(5));
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        co_await ws.write("more");
        co_await ws.write("more");
        CHECK(co_await read_joined(ws) == "in three parts");
      });
}

TEST_CASE("messages that come with the upgrade's answer are the first batch") {
  test::Loopback loopback;
  const auto server = [&]() -> asio::awaitable<void> {
    auto peer = co_await loopback.accept();
    const auto request = co_await peer.read_until("\r\n\r\n");
    const auto second = server_frame(1, "second");
    co_await peer.send(test::switching_protocols(request) + server_frame(1, "first") +
                       second.substr(0, 3));
    co_await peer.read_frame();
    co_await peer.send(second.substr(3));
    co_await peer.read_to_end();
  };
  const auto client = [&]() -> asio::awaitable<void> {
    const WsOptions options;
    const auto connected = co_await connect_ws(parse_url(loopback.origin("ws")).value(), options);
    CHECK(co_await read_joined(*connected.stream) == "first");
    co_await connected.stream->write("go on");
    CHECK(co_await read_joined(*connected.stream) == "second");
  };
  loopback.run(server(), client());
}

TEST_CASE("a message in fragments is handed over whole, and a ping between them first") {
  talk(
      [](RawPeer& peer) -> asio::awaitable<void> {
        co_await peer.send(server_frame(1, "Hel", false) + server_frame(9, "?") +
                           server_frame(0, "lo"));
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        CHECK(co_await read_joined(ws) == "ping:?, Hello");
      });
}

TEST_CASE("what is written arrives masked, whole and in order") {
  std::vector<test::ClientFrame> frames;
  talk(
      [&](RawPeer& peer) -> asio::awaitable<void> {
        for (int i = 0; i < 3; ++i) frames.push_back(co_await peer.read_frame());
        co_await peer.send(server_frame(1, "done"));
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        CHECK(co_await ws.write("one"));
        CHECK(co_await ws.write(std::string(300'000, 'x')));
        CHECK(co_await ws.write(""));
        co_await ws.read();
      });
  REQUIRE(frames.size() == 3);
  CHECK(frames[0].payload == "one");
  CHECK(frames[1].payload == std::string(300'000, 'x'));
  CHECK(frames[2].payload.empty());
  for (const auto& frame : frames) CHECK(frame.opcode == 1);
}

TEST_CASE("a ping is answered with what it said, while nobody writes") {
  test::ClientFrame answer;
  talk(
      [&](RawPeer& peer) -> asio::awaitable<void> {
        co_await peer.send(server_frame(9, "are you there"));
        answer = co_await peer.read_frame();
        co_await peer.send(server_frame(1, "good"));
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        CHECK(co_await read_joined(ws) == "ping:are you there");
        CHECK(co_await read_joined(ws) == "good");
      });
  CHECK(answer.opcode == 10);
  CHECK(answer.payload == "are you there");
}

TEST_CASE("a pong never lands inside a message that is being written") {
  const std::string large(4 << 20, 'x');  // more than the socket's buffers hold
  std::vector<unsigned> opcodes;
  talk(
      [&](RawPeer& peer) -> asio::awaitable<void> {
        for (int i = 0; i < 100; ++i) co_await peer.send(server_frame(9, std::to_string(i)));
        for (;;) {
          const auto frame = co_await peer.read_frame();
          opcodes.push_back(frame.opcode);
          if (frame.opcode == 1) CHECK(frame.payload == large);
          if (frame.opcode == 10 && frame.payload == "99") break;
        }
        co_await peer.send(server_frame(8, ""));
      },
      [&](WsStream& ws) -> asio::awaitable<void> {
        TaskGroup group{co_await asio::this_coro::executor, [](const auto&, auto) {}};
        auto write = [](WsStream& stream, std::string text) -> asio::awaitable<void> {
          CHECK(co_await stream.write(std::move(text)));
        };
        group.spawn("write", write(ws, large));
        CHECK(co_await read_error(ws) == Errc::closed_by_peer);
        CHECK(co_await group.join(10s) == 0);
      });
  CHECK(std::count(opcodes.begin(), opcodes.end(), 1u) == 1);
}

TEST_CASE("a close is answered with its own code, after the messages before it are handed over") {
  test::ClientFrame answer;
  talk(
      [&](RawPeer& peer) -> asio::awaitable<void> {
        co_await peer.send(server_frame(1, "last") +
                           server_frame(8, ws_close_payload(1001, "maintenance")));
        answer = co_await peer.read_frame();
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        CHECK(co_await read_joined(ws) == "last");
        CHECK(co_await read_error(ws) == Errc::closed_by_peer);
        CHECK(co_await read_error(ws) == Errc::closed_by_peer);
        CHECK((co_await ws.write("too late")).error() == asio::error::shut_down);
      });
  CHECK(answer.opcode == 8);
  CHECK(answer.payload == ws_close_payload(1001, ""));
}

TEST_CASE("what breaks the protocol is told so, after the messages before it are handed over") {
  test::ClientFrame goodbye;
  talk(
      [&](RawPeer& peer) -> asio::awaitable<void> {
        const auto reserved_opcode = test::bytes({0x83, 0x00});
        co_await peer.send(server_frame(1, "good") + reserved_opcode);
        goodbye = co_await peer.read_frame();
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        CHECK(co_await read_joined(ws) == "good");
        CHECK(co_await read_error(ws) == Errc::bad_protocol);
      });
  CHECK(goodbye.payload == ws_close_payload(1002, ""));
}

TEST_CASE("a message over the limit ends the connection before it has come") {
  test::ClientFrame goodbye;
  talk(
      [&](RawPeer& peer) -> asio::awaitable<void> {
        const auto header_of_1001_bytes = test::bytes({0x81, 0x7E, 0x03, 0xE9});
        co_await peer.send(header_of_1001_bytes);
        goodbye = co_await peer.read_frame();
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        CHECK(co_await read_error(ws) == Errc::too_large);
      },
      WsOptions{.largest_message = 1000});
  CHECK(goodbye.payload == ws_close_payload(1009, ""));
}

TEST_CASE("a message larger than any buffer before it arrives whole") {
  const std::string large(3 << 20, 'y');
  talk([&](RawPeer& peer) -> asio::awaitable<void> { co_await peer.send(server_frame(1, large)); },
       [&](WsStream& ws) -> asio::awaitable<void> { CHECK(co_await read_joined(ws) == large); });
}

TEST_CASE("a peer that hangs up without a close is an end of file, one that resets a reset") {
  talk(
      [](RawPeer& peer) -> asio::awaitable<void> {
        peer.hang_up();
        co_return;
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        CHECK(co_await read_error(ws) == asio::error::eof);
      });
  talk(
      [](RawPeer& peer) -> asio::awaitable<void> {
        co_await peer.read_frame();
        peer.reset();
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        co_await ws.write("now");
        CHECK(co_await read_error(ws) == asio::error::connection_reset);
      });
}

TEST_CASE("closing says 1000 and hears the answer, whatever comes before it") {
  test::ClientFrame goodbye;
  talk(
      [&](RawPeer& peer) -> asio::awaitable<void> {
        co_await peer.send(server_frame(1, "unread"));
        goodbye = co_await peer.read_frame();
        co_await peer.send(server_frame(1, "on its way") + server_frame(8, goodbye.payload));
        co_await peer.read_to_end();
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        co_await ws.close();
        CHECK((co_await ws.write("after")).error() == asio::error::shut_down);
      });
  CHECK(goodbye.opcode == 8);
  CHECK(goodbye.payload == ws_close_payload(1000, ""));
}

TEST_CASE("closing gives up on a peer that does not answer") {
  talk(
      silence, [](WsStream& ws) -> asio::awaitable<void> { co_await ws.close(); },
      WsOptions{.goodbye_limit = 10ms});
}

TEST_CASE("closing ends the read under way") {
  talk(
      [](RawPeer& peer) -> asio::awaitable<void> {
        const auto goodbye = co_await peer.read_frame();
        co_await peer.send(server_frame(8, goodbye.payload));
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        boost::system::error_code ended;
        TaskGroup group{co_await asio::this_coro::executor, [](const auto&, auto) {}};
        auto read = [](WsStream& stream,
                       boost::system::error_code& error) -> asio::awaitable<void> {
          error = co_await read_error(stream);
        };
        group.spawn("read", read(ws, ended));
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        co_await ws.close();
        CHECK(co_await group.join(10s) == 0);
        CHECK(ended);
      });
}

TEST_CASE("a peer that falls silent is the watchdog's business") {
  talk(silence, [](WsStream& ws) -> asio::awaitable<void> {
    const Watchdog watchdog{10ms};
    const auto read = co_await guarded_by(watchdog, ws.read());
    CHECK(read.error() == Errc::timed_out);
  });
}

TEST_CASE("a read can be cancelled") {
  talk(silence, [](WsStream& ws) -> asio::awaitable<void> {
    bool returned = false;
    TaskGroup group{co_await asio::this_coro::executor, [](const auto&, auto) {}};
    auto read = [](WsStream& stream, bool& went_on) -> asio::awaitable<void> {
      (void)co_await stream.read();
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
      went_on = true;
    };
    group.spawn("read", read(ws, returned));
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    group.cancel();
    CHECK(co_await group.join(10s) == 0);
    CHECK_FALSE(returned);
  });
}

TEST_CASE("a write to a peer that does not read can be cancelled, and the stream be dropped") {
  talk([](RawPeer& peer) -> asio::awaitable<void> { co_await peer.read_until("never sent"); },
       [](WsStream& ws) -> asio::awaitable<void> {
         TaskGroup group{co_await asio::this_coro::executor, [](const auto&, auto) {}};
         auto write = [](WsStream& stream) -> asio::awaitable<void> {
           (void)co_await stream.write(std::string(8 << 20, 'x'));
         };
         group.spawn("write", write(ws));
         co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
         group.cancel();
         CHECK(co_await group.join(10s) == 0);
       });
}

TEST_CASE("what a peer said when it closed can be asked for") {
  const auto [frame, told] = GENERATE(
      table<std::string, std::string>({{ws_close_payload(1008, "too many \"subscriptions\"\n"),
                                        "code=1008 reason=\"too many 'subscriptions' \""},
                                       {ws_close_payload(4001, ""), "code=4001"},
                                       {"", "code=1005"}}));
  talk([&](RawPeer& peer) -> asio::awaitable<void> { co_await peer.send(server_frame(8, frame)); },
       [&](WsStream& ws) -> asio::awaitable<void> {
         CHECK(co_await read_error(ws) == Errc::closed_by_peer);
         CHECK(ws.farewell() == told);
       });
}

TEST_CASE("a peer that hung up without a word has said no farewell") {
  talk(
      [](RawPeer& peer) -> asio::awaitable<void> {
        peer.hang_up();
        co_return;
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        CHECK(co_await read_error(ws) == asio::error::eof);
        CHECK(ws.farewell().empty());
      });
}

TEST_CASE("a ping goes out by itself, and its pong comes as a frame") {
  test::ClientFrame ping;
  talk(
      [&](RawPeer& peer) -> asio::awaitable<void> {
        ping = co_await peer.read_frame();
        co_await peer.send(server_frame(10, ping.payload));
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        ws.ping();
        CHECK(co_await read_joined(ws) == "pong:");
      });
  CHECK(ping.opcode == 9);
}

TEST_CASE("of many pings that wait for the line, one goes out") {
  std::string heard;
  talk(
      [&](RawPeer& peer) -> asio::awaitable<void> {
        for (;;) {
          const auto frame = co_await peer.read_frame();
          if (frame.opcode == 1 && frame.payload == "end") break;
          heard += frame.opcode == 9 ? "ping " : "text ";
        }
        co_await peer.send(server_frame(1, "heard"));
      },
      [](WsStream& ws) -> asio::awaitable<void> {
        TaskGroup group{co_await asio::this_coro::executor, [](const auto&, auto) {}};
        auto write = [](WsStream& stream) -> asio::awaitable<void> {
          (void)co_await stream.write(std::string(4 << 20, 'x'));  // keeps the line busy
        };
        group.spawn("write", write(ws));
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        for (int i = 0; i < 1000; ++i) ws.ping();
        co_await group.join(10s);
        CHECK(co_await ws.write("end"));
        CHECK(co_await read_joined(ws) == "heard");
      });
  CHECK(heard == "text ping ");
}

TEST_CASE("no more is queued for a peer that has stopped reading") {
  talk([](RawPeer& peer) -> asio::awaitable<void> { co_await peer.read_until("never sent"); },
       [](WsStream& ws) -> asio::awaitable<void> {
         auto write = [](WsStream& stream, std::size_t size) -> asio::awaitable<Result<void>> {
           co_return co_await stream.write(std::string(size, 'x'));
         };
         CHECK((co_await with_timeout(write(ws, 8 << 20), 1ms)).error() == Errc::timed_out);
         CHECK((co_await ws.write("more")).error() == asio::error::no_buffer_space);
       });
}
