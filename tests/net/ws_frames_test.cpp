#include "net/ws_frames.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/result.hpp"
#include "tests/support/ws_bytes.hpp"

using namespace foghorn;
using test::bytes;
using test::server_frame;

namespace {

struct Message {
  Frame::Kind kind{};
  std::string text;

  friend bool operator==(const Message&, const Message&) = default;
};
constexpr auto text = Frame::Kind::text;
constexpr auto binary = Frame::Kind::binary;
constexpr auto ping = Frame::Kind::ping;
constexpr auto pong = Frame::Kind::pong;

/// All that a reader makes of a stream.
struct Heard {
  std::vector<Message> messages;
  std::optional<WsClose> close;
  boost::system::error_code error;

  friend bool operator==(const Heard&, const Heard&) = default;
};

/// Feeds `stream` in pieces of at most `piece()` bytes.
template <class Piece>
Heard hear_in_pieces(std::string_view stream, Piece piece, std::size_t largest = 1 << 20) {
  WsReader reader{largest};
  Heard heard;
  while (!stream.empty()) {
    const auto room = reader.prepare();
    if (room.empty()) throw std::logic_error{"no room"};
    const auto size = std::min({room.size(), stream.size(), std::max<std::size_t>(piece(), 1)});
    std::memcpy(room.data(), stream.data(), size);
    stream.remove_prefix(size);
    reader.commit(size);
    for (const auto& frame : reader.frames()) {
      if (frame.capacity < frame.size + Frame::padding) throw std::logic_error{"no padding"};
      const volatile char last_promised = frame.data[frame.capacity - 1];  // for the sanitizer
      (void)last_promised;
      heard.messages.push_back({frame.kind, std::string{frame.text()}});
    }
  }
  heard.close = reader.close();
  heard.error = reader.error();
  return heard;
}

Heard hear(std::string_view stream, std::size_t largest = 1 << 20) {
  return hear_in_pieces(
      stream, [] { return std::size_t{1} << 20; }, largest);
}

}  // namespace

// ---- RFC 6455 §5.7's own examples --------------------------------------------------------------

TEST_CASE("RFC 6455's unmasked text frame says Hello") {
  CHECK(hear(bytes({0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f})).messages ==
        std::vector<Message>{{text, "Hello"}});
}

TEST_CASE("RFC 6455's fragmented text message says Hello") {
  CHECK(hear(bytes({0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f})).messages ==
        std::vector<Message>{{text, "Hello"}});
}

TEST_CASE("RFC 6455's unmasked ping carries Hello") {
  CHECK(hear(bytes({0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f})).messages ==
        std::vector<Message>{{ping, "Hello"}});
}

TEST_CASE("RFC 6455's 256 bytes of binary take a 16-bit length") {
  const std::string payload(256, '\x7f');
  CHECK(hear(bytes({0x82, 0x7E, 0x01, 0x00}) + payload).messages ==
        std::vector<Message>{{binary, payload}});
}

TEST_CASE("RFC 6455's 64 KiB of binary take a 64-bit length") {
  const std::string payload(65536, '\x7f');
  CHECK(hear(bytes({0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0}) + payload).messages ==
        std::vector<Message>{{binary, payload}});
}

TEST_CASE("RFC 6455's masked Hello is what our writer makes of its key") {
  std::string out;
  append_ws_frame(out, WsOpcode::text, "Hello", {'\x37', '\xfa', '\x21', '\x3d'});
  CHECK(out == bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}));
}

// ---- messages ---------------------------------------------------------------------------------

TEST_CASE("all messages of a read come as one batch, in order") {
  CHECK(hear(server_frame(0x1, "a") + server_frame(0x2, "b") + server_frame(0xA, "c")).messages ==
        std::vector<Message>{{text, "a"}, {binary, "b"}, {pong, "c"}});
}

TEST_CASE("an unfragmented message is not copied") {
  WsReader reader{1000};
  const auto room = reader.prepare();
  const auto stream = server_frame(0x1, "in place");
  std::memcpy(room.data(), stream.data(), stream.size());
  reader.commit(stream.size());
  REQUIRE(reader.frames().size() == 1);
  CHECK(reader.frames()[0].data == room.data() + 2);
}

TEST_CASE("a control frame may come between the fragments of a message") {
  CHECK(hear(server_frame(0x1, "Hel", false) + server_frame(0x9, "?") + server_frame(0x0, "lo"))
            .messages == std::vector<Message>{{ping, "?"}, {text, "Hello"}});
}

TEST_CASE("several fragmented messages in one read keep apart") {
  CHECK(hear(server_frame(0x1, "a", false) + server_frame(0x0, "b") + server_frame(0x2, "", false) +
             server_frame(0x0, "c", false) + server_frame(0x0, "d") + server_frame(0x1, "e"))
            .messages == std::vector<Message>{{text, "ab"}, {binary, "cd"}, {text, "e"}});
}

TEST_CASE("a message may be empty") {
  CHECK(hear(server_frame(0x1, "")).messages == std::vector<Message>{{text, ""}});
}

TEST_CASE("lengths around each encoding's limits are read back") {
  const std::size_t size = GENERATE(0u, 1u, 125u, 126u, 127u, 65535u, 65536u, 200'000u);
  const std::string payload(size, 'x');
  CHECK(hear(server_frame(0x1, payload)).messages == std::vector<Message>{{text, payload}});
}

TEST_CASE("a character cut by a fragment's end is whole in the message") {
  CHECK(hear(server_frame(0x1, "\xE9\x87", false) + server_frame(0x0, "\x91")).messages ==
        std::vector<Message>{{text, "金"}});
}

// ---- close ------------------------------------------------------------------------------------

TEST_CASE("a close frame gives its code and reason, and what follows is not looked at") {
  const auto heard = hear(server_frame(0x1, "last") + server_frame(0x8, "\x03\xE8 bye") +
                          server_frame(0x1, "after") + "\xff\xff");
  CHECK(heard.messages == std::vector<Message>{{text, "last"}});
  CHECK(heard.close == WsClose{1000, " bye"});
  CHECK_FALSE(heard.error);
}

TEST_CASE("a close frame without a code counts as 1005") {
  CHECK(hear(server_frame(0x8, "")).close == WsClose{1005, ""});
}

TEST_CASE("close codes that may travel are taken, the others refused") {
  const auto close_with = [](int code) {
    return hear(server_frame(0x8, ws_close_payload(static_cast<std::uint16_t>(code), {})));
  };
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4004, 4999}) {
    CAPTURE(code);
    CHECK(close_with(code).close);
  }
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
    CAPTURE(code);
    CHECK(close_with(code).error == Errc::bad_protocol);
  }
}

TEST_CASE("a close frame of one byte, or with a reason that is not UTF-8, is refused") {
  CHECK(hear(server_frame(0x8, "\x03")).error == Errc::bad_protocol);
  CHECK(hear(server_frame(0x8, "\x03\xE8\xff")).error == Errc::bad_protocol);
}

// ---- what is refused --------------------------------------------------------------------------

TEST_CASE("what the protocol forbids ends the stream, and the messages before it stand") {
  const std::string wrong =
      GENERATE(bytes({0x81, 0x85, 1, 2, 3, 4, 0, 0, 0, 0, 0}),                 // masked
               bytes({0xC1, 0x00}), bytes({0xA1, 0x00}), bytes({0x91, 0x00}),  // reserved bits
               bytes({0x83, 0x00}), bytes({0x87, 0x00}), bytes({0x8B, 0x00}),
               bytes({0x8F, 0x00}),              // opcodes
               bytes({0x09, 0x00}),              // a ping in fragments
               bytes({0x89, 0x7E, 0x00, 0x7E}),  // a ping of 126 bytes
               bytes({0x80, 0x00}),              // continues nothing
               bytes({0x01, 0x00, 0x81, 0x00}),  // begins before the last has ended
               bytes({0x81, 0x7E, 0x00, 0x7D}),  // 125 in 16 bits
               bytes({0x81, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}),  // 65535 in 64 bits
               bytes({0x81, 0x7F, 0x80, 0, 0, 0, 0, 1, 0, 0}));    // the highest bit
  const auto heard = hear(server_frame(0x1, "good") + wrong + server_frame(0x1, "after"));
  CHECK(heard.messages == std::vector<Message>{{text, "good"}});
  CHECK(heard.error == Errc::bad_protocol);
}

TEST_CASE("a text that is not UTF-8 is handed over, for one bad message must not cost the line") {
  const auto wrong = GENERATE(as<std::string>{}, "\xC0\xAF", "\xED\xA0\x80", "\xE9");
  const auto heard = hear(server_frame(0x1, wrong) + server_frame(0x1, wrong.substr(0, 1), false) +
                          server_frame(0x0, "A") + server_frame(0x1, "after"));
  CHECK(heard.messages ==
        std::vector<Message>{{text, wrong}, {text, wrong.substr(0, 1) + "A"}, {text, "after"}});
}

TEST_CASE("a binary message need not be UTF-8") {
  CHECK(hear(server_frame(0x2, "\xff\xfe")).messages == std::vector<Message>{{binary, "\xff\xfe"}});
}

TEST_CASE("a frame over the limit is refused by its header alone") {
  const auto header = bytes({0x81, 0x7F, 0, 0, 0, 0, 0x7F, 0, 0, 0});
  CHECK(hear(header, 1000).error == Errc::too_large);
}

TEST_CASE("a message over the limit is refused by the header that would make it so") {
  const auto stream = server_frame(0x1, std::string(60, 'a'), false) + bytes({0x80, 0x29});
  CHECK(hear(stream, 101).error == boost::system::error_code{});
  CHECK(hear(stream, 100).error == Errc::too_large);
}

TEST_CASE("a message of exactly the limit is taken") {
  CHECK(hear(server_frame(0x1, std::string(100, 'a')), 100).messages.size() == 1);
  CHECK(hear(server_frame(0x1, std::string(101, 'a')), 100).error == Errc::too_large);
}

TEST_CASE("a control frame may be larger than the largest message") {
  CHECK(hear(server_frame(0x9, std::string(125, 'a')), 10).messages.size() == 1);
}

// ---- properties -------------------------------------------------------------------------------

namespace {

std::string random_stream(std::mt19937& random) {
  const auto below = [&random](unsigned n) { return static_cast<unsigned>(random() % n); };
  std::string stream;
  for (unsigned i = 0, count = 1 + below(30); i < count; ++i) {
    const auto payload = [&] {
      const unsigned size = below(10) == 0 ? below(100'000) : below(200);
      return std::string(size, static_cast<char>('a' + below(26)));
    };
    const auto control = [&] { return server_frame(0x9 + below(2), payload().substr(0, 125)); };
    const auto opcode = 1 + below(2);
    switch (below(12)) {
      case 0: stream += control(); break;
      case 1:
      case 2:
      case 3: {  // in fragments
        stream += server_frame(opcode, payload(), false);
        for (unsigned j = below(4); j > 0; --j) {
          if (below(3) == 0) stream += control();
          stream += server_frame(0, payload(), false);
        }
        stream += server_frame(0, payload());
        break;
      }
      default: stream += server_frame(opcode, payload());
    }
  }
  if (below(4) == 0) stream += server_frame(0x8, ws_close_payload(1001, "going"));
  if (below(4) == 0) stream[random() % stream.size()] ^= static_cast<char>(1u << below(8));
  return stream;
}

}  // namespace

TEST_CASE("however a stream is cut into reads, it says the same") {
  const auto seed = GENERATE(range(0u, 30u));
  CAPTURE(seed);
  std::mt19937 random{seed};
  const auto stream = random_stream(random);
  const auto whole = hear(stream);
  CHECK(hear_in_pieces(stream, [&] { return random() % 20; }) == whole);
  CHECK(hear_in_pieces(stream, [&] { return random() % 20'000; }) == whole);
  CHECK(hear_in_pieces(stream, [] { return std::size_t{1}; }) == whole);
}

TEST_CASE("a client frame unmasks to what was to be sent") {
  const std::size_t size = GENERATE(0u, 1u, 3u, 4u, 125u, 126u, 65535u, 65536u);
  const std::string payload(size, 'p');
  std::string out;
  append_ws_frame(out, WsOpcode::binary, payload, {1, 2, 3, 4});
  CHECK(test::read_client_frame(out) == test::ClientFrame{0x2, payload, out.size()});
}
