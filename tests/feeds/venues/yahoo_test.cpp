#include <catch2/catch_test_macros.hpp>

#include <array>
#include <bit>
#include <limits>
#include <set>

#include "feeds/venues/base64.hpp"
#include "feeds/venues/yahoo_pricing.hpp"
#include "tests/feeds/venues/conformance.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

Lines said(std::string_view text) {
  return Decoding{"yahoo"}.said(text);
}

/// A protobuf message, field by field.
struct Message {
  std::string bytes;

  Message& varint(std::uint64_t value) {
    for (; value > 0x7f; value >>= 7) bytes += static_cast<char>((value & 0x7f) | 0x80);
    bytes += static_cast<char>(value);
    return *this;
  }
  Message& tag(std::uint64_t field, std::uint64_t type) { return varint(field << 3 | type); }
  Message& text(std::uint64_t field, std::string_view value) {
    tag(field, 2).varint(value.size());
    bytes += value;
    return *this;
  }
  Message& number(std::uint64_t field, float value) {
    tag(field, 5);
    auto bits = std::bit_cast<std::uint32_t>(value);
    for (int i = 0; i < 4; ++i, bits >>= 8) bytes += static_cast<char>(bits & 0xff);
    return *this;
  }
  Message& time(std::int64_t ms) {
    const auto zigzag = static_cast<std::uint64_t>(ms) << 1 ^ static_cast<std::uint64_t>(ms >> 63);
    return tag(3, 0).varint(zigzag);
  }
};

std::string base64(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = i; j < i + 3; ++j) {
      bits = bits << 8 | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += i + j <= bytes.size() ? letters[bits >> (18 - 6 * j) & 63] : '=';
    }
  }
  return text;
}

std::string pricing(const Message& message) {
  return R"({"type":"pricing","message":")" + base64(message.bytes) + "\"}";
}

std::optional<wire::YahooPricing> parsed(const Message& message) {
  return wire::parse_yahoo_pricing(
      {reinterpret_cast<const unsigned char*>(message.bytes.data()), message.bytes.size()});
}

const Lines no_pricing{"malformed: pricing: message is not a PricingData"};

}  // namespace

TEST_CASE("yahoo: a message yields the last price, and a mid where it has quotes") {
  CHECK(said(fixture("yahoo", "pricing")) ==
        Lines{"last CL=F 85.92 @1776470400000", "mid CL=F 85.92 @1776470400000"});
}

TEST_CASE("yahoo: the bare base64 of its first version says the same") {
  CHECK(said(fixture("yahoo", "pricing_bare")) == said(fixture("yahoo", "pricing")));
}

TEST_CASE("yahoo: what a message leaves out has not changed") {
  Decoding decoding{"yahoo"};
  decoding.said(fixture("yahoo", "pricing"));
  CHECK(decoding.said(fixture("yahoo", "pricing_delta")) ==
        Lines{"last CL=F 85.92 @1776470402000", "mid CL=F 85.94 @1776470402000"});
  CHECK(decoding.said(pricing(Message{}.text(1, "CL=F").number(2, 86.5f))) ==
        Lines{"last CL=F 86.5 @1776470402000"});
}

TEST_CASE("yahoo: a symbol that never had a price shows life") {
  CHECK(said(pricing(Message{}.text(1, "CL=F").time(1776470402000))) == Lines{"alive CL=F"});
}

TEST_CASE("yahoo: what one symbol said says nothing of another") {
  Decoding decoding{"yahoo"};
  decoding.said(fixture("yahoo", "pricing"));
  CHECK(decoding.said(pricing(Message{}.text(1, "GC=F").time(7))) == Lines{"alive GC=F"});
}

TEST_CASE("yahoo: a frame that was cut off leaves no trace in the next") {
  Decoding decoding{"yahoo"};
  decoding.said(fixture("yahoo", "pricing"));
  const auto cut = pricing(Message{}.text(1, "CL=F").number(2, 1));
  decoding.said(cut.substr(0, cut.size() - 1));
  CHECK(decoding.said(fixture("yahoo", "pricing_delta")).at(0) == "last CL=F 85.92 @1776470402000");
}

TEST_CASE("yahoo: a float is the shortest number that it stands for") {
  CHECK(parsed(Message{}.text(1, "X").number(2, 94745.08f))->price == 94745.08);
  CHECK(parsed(Message{}.text(1, "X").number(2, 1.15327f))->price == 1.15327);
  CHECK(parsed(Message{}.text(1, "X").number(2, 1e20f))->price == 1e20);
  CHECK(parsed(Message{}.text(1, "X").number(2, -37.63f))->price == -37.63);
}

TEST_CASE("yahoo: a price that is no finite number is malformed") {
  CHECK_FALSE(parsed(Message{}.text(1, "X").number(2, std::numeric_limits<float>::infinity())));
  CHECK_FALSE(parsed(Message{}.text(1, "X").number(2, std::numeric_limits<float>::quiet_NaN())));
}

TEST_CASE("yahoo: a message is about a printable symbol that fits") {
  CHECK(parsed(Message{}.text(1, std::string(64, 'X'))));
  CHECK_FALSE(parsed(Message{}.text(1, std::string(65, 'X'))));
  CHECK_FALSE(parsed(Message{}.text(1, "")));
  CHECK_FALSE(parsed(Message{}.text(1, "\xff")));
  CHECK_FALSE(parsed(Message{}.number(2, 1)));
  CHECK_FALSE(parsed(Message{}));
}

TEST_CASE("yahoo: a time before 1970 or after 2100 is malformed") {
  CHECK(parsed(Message{}.text(1, "X").time(0)));
  CHECK_FALSE(parsed(Message{}.text(1, "X").time(-1)));
  CHECK_FALSE(parsed(Message{}.text(1, "X").time(4'102'444'800'001)));
  CHECK_FALSE(parsed(Message{}.text(1, "X").time(std::numeric_limits<std::int64_t>::min())));
}

TEST_CASE("yahoo: fields that are not known are passed over, whatever they are") {
  auto message = Message{}.text(99, "x").tag(98, 0).varint(300);
  message.tag(97, 1).bytes += std::string(8, 'x');
  message.number(96, 1).text(1, "X").number(2, 3);
  REQUIRE(parsed(message));
  CHECK(parsed(message)->price == 3.0);
}

TEST_CASE("yahoo: a known field of another type is malformed, as is a type that is none") {
  CHECK_FALSE(parsed(Message{}.text(1, "X").text(2, "3")));
  CHECK_FALSE(parsed(Message{}.text(1, "X").number(3, 3)));
  CHECK_FALSE(parsed(Message{}.tag(1, 0).varint(3)));
  for (const std::uint64_t type : {3u, 4u, 6u, 7u}) {
    CHECK_FALSE(parsed(Message{}.text(1, "X").tag(50, type).varint(0)));
  }
  CHECK_FALSE(parsed(Message{}.text(1, "X").tag(0, 0).varint(0)));
}

TEST_CASE("yahoo: a message cut off within a field is malformed") {
  const auto whole = Message{}.text(1, "CL=F").number(2, 85.92f).time(1776470400000);
  const std::set<std::size_t> between_fields{6, 11};
  for (std::size_t size = 0; size < whole.bytes.size(); ++size) {
    CAPTURE(size);
    CHECK(parsed(Message{whole.bytes.substr(0, size)}).has_value() ==
          between_fields.contains(size));
  }
}

TEST_CASE("yahoo: a length beyond the message, or a number without an end, is malformed") {
  CHECK_FALSE(parsed(Message{}.text(1, "X").tag(50, 2).varint(UINT64_MAX)));
  CHECK_FALSE(parsed(Message{}.text(1, "X").tag(50, 2).varint(1)));
  CHECK_FALSE(parsed(Message{Message{}.text(1, "X").bytes + std::string(11, '\xff')}));
}

TEST_CASE("yahoo: text that is no base64 is malformed") {
  const auto said_of = [](std::string_view text) {
    return said(fmt::format(R"({{"type":"pricing","message":"{}"}})", text));
  };
  const Lines no_base64{"malformed: pricing: message is not base64, or of more than 3 KiB"};
  for (const auto* text : {"Cg", "CgR*", "====", "C===", "Cg==Cg==", "Cg =", "Ch=="}) {
    CAPTURE(text);
    CHECK(said_of(text) == no_base64);
  }
  CHECK(said_of(std::string(4096, 'A')) == no_pricing);
  CHECK(said_of(std::string(4100, 'A')) == no_base64);
  CHECK(said_of("") == no_pricing);
}

TEST_CASE("yahoo: base64 gives back any bytes") {
  std::array<unsigned char, 64> room{};
  std::string bytes;
  for (int i = 0; i < 64; ++i) {
    const auto decoded = wire::decode_base64(base64(bytes), room);
    if ((bytes.size() + 2) / 3 * 3 > room.size()) break;
    REQUIRE(decoded);
    CHECK(std::string{decoded->begin(), decoded->end()} == bytes);
    bytes += static_cast<char>(i * 37 + 250);
  }
}

TEST_CASE("yahoo: other types are ignored by name") {
  CHECK(said(R"({"type":"heartbeat"})") == Lines{"ignored: heartbeat"});
}

TEST_CASE("yahoo: the subscription is its own keep-alive") {
  const auto plan = find_venue("yahoo")->plan(
      {.prices = {{"CL=F", PriceKind::trade}, {"^IXIC", PriceKind::mid}, {"CL=F", PriceKind::mid}},
       .liquidations = {},
       .url = {}});
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].url == "wss://streamer.finance.yahoo.com/?version=2");
  CHECK(plan[0].subscribe == Lines{R"({"subscribe":["CL=F","^IXIC"]})"});
  CHECK(plan[0].keep_alive == plan[0].subscribe[0]);
  CHECK(find_venue("yahoo")->keep_alive().every == std::chrono::seconds{15});
  REQUIRE(plan[0].streams.size() == 2);
  CHECK(plan[0].streams[0].name == "ticker CL=F");
  CHECK(plan[0].streams[0].sparse);
  CHECK(plan[0].streams[0].ack.empty());
}

TEST_CASE("yahoo: whoever uses it is told that it is unofficial, personal and late") {
  const auto caveats = find_venue("yahoo")->caveats({});
  REQUIRE(caveats.size() == 3);
  CHECK(caveats[0].find("unofficial") != std::string::npos);
  CHECK(caveats[1].find("delayed = true") != std::string::npos);
}

// clang-format off
TEST_CASE("yahoo: what the venue really sent") {
  check_captures({
    {"yahoo_v2.pricing", "yahoo", {
       {"last DKNG 24.535 @1788377229000"},
     }},
    {"yahoo_v2.pricing_message_b64", "yahoo", {
       {"last BTC-USD 94745.08 @1736509140000"},
       {"last BTC-USD 63391.56 @1786622589000"},
       {"last JPY=X 159.355 @1786622590000"},
       {"last BTC-USD 51078.07 @1638862682000"},
     }},
  });
}
// clang-format on
