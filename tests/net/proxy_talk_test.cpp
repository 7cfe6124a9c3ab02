#include "net/proxy_talk.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

#include "tests/support/ws_bytes.hpp"

using namespace foghorn;
using test::bytes;

namespace {

/// Lets the talk hear `stream`, never more than it wants; what it leaves is the host's.
std::string left_of(ProxyTalk& talk, std::string_view stream, std::size_t piece = 1000) {
  while (talk.wanted() > 0 && !stream.empty()) {
    const auto size = std::min({talk.wanted(), stream.size(), piece});
    talk.hear(stream.substr(0, size));
    stream.remove_prefix(size);
  }
  return std::string{stream};
}

std::unique_ptr<ProxyTalk> talk_about(std::string_view host, const std::string& proxy) {
  return talk_with(parse_proxy(proxy).value(), host, "443");
}

}  // namespace

TEST_CASE("CONNECT asks for host and port, with the credentials in Basic") {
  CHECK(talk_about("venue.example", "http://proxy")->take_words() ==
        "CONNECT venue.example:443 HTTP/1.1\r\nHost: venue.example:443\r\nUser-Agent: "
        "foghorn\r\n\r\n");
  // RFC 7617 §2
  CHECK(talk_about("::1", "http://Aladdin:open%20sesame@proxy")->take_words() ==
        "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nUser-Agent: foghorn\r\n"
        "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
}

TEST_CASE("after a 2xx the way is free, and what follows the head is the host's") {
  const auto* head = GENERATE("HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200\r\n\r\n",
                              "HTTP/1.1 204 \r\nContent-Length: 5\r\nVia: x\r\n\r\n",
                              "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\nVia: x\n\n",
                              "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
  const auto piece = GENERATE(1u, 2u);
  const auto talk = talk_about("venue.example", "http://proxy");
  CHECK(left_of(*talk, std::string{head} + "\r\nhost", piece) == "\r\nhost");
  CHECK(talk->wanted() == 0);
  CHECK(talk->refusal().empty());
}

TEST_CASE("another status than 2xx is a refusal") {
  const auto* head =
      GENERATE("HTTP/1.1 301 Moved\r\n\r\n", "HTTP/1.1 407 x\r\n\r\n", "HTTP/1.1 503 x\r\n\r\n");
  const auto talk = talk_about("venue.example", "http://proxy");
  left_of(*talk, head);
  CHECK(talk->wanted() == 0);
  CHECK(talk->refusal().starts_with("answered "));
}

TEST_CASE("what is not HTTP is found out by its first bytes") {
  const auto talk = talk_about("venue.example", "http://proxy");
  talk->hear(bytes({5, 0xFF}));
  CHECK(talk->refusal() == "does not speak HTTP");
}

TEST_CASE("SOCKS5 offers a login only with credentials") {
  CHECK(talk_about("h", "socks5://proxy")->take_words() == bytes({5, 1, 0}));
  CHECK(talk_about("h", "socks5://user:pass@proxy")->take_words() == bytes({5, 2, 0, 2}));
}

TEST_CASE("SOCKS5 names its user as RFC 1929 has it") {
  const auto talk = talk_about("h", "socks5://user:pass@proxy");
  talk->take_words();
  talk->hear(bytes({5, 2}));
  CHECK(talk->take_words() == bytes({1, 4}) + "user" + bytes({4}) + "pass");
  talk->hear(bytes({1, 0}));
  CHECK(talk->take_words() == bytes({5, 1, 0, 3, 1}) + "h" + bytes({1, 0xBB}));
}

TEST_CASE("SOCKS5 asks for an address as one") {
  const auto [host, asked] = GENERATE(table<std::string, std::string>(
      {{"192.0.2.7", bytes({5, 1, 0, 1, 192, 0, 2, 7, 1, 0xBB})},
       {"::1", bytes({5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0xBB})}}));
  const auto talk = talk_about(host, "socks5://proxy");
  talk->take_words();
  talk->hear(bytes({5, 0}));
  CHECK(talk->take_words() == asked);
}

TEST_CASE("SOCKS5 reads the whole of an answer, whatever kind its address has, and no more") {
  const auto address =
      GENERATE(bytes({1, 1, 2, 3, 4}), bytes({3, 0}), bytes({3, 2}) + "ab",
               bytes({3, 255}) + std::string(255, 'x'), bytes({4}) + std::string(16, 'x'));
  const auto piece = GENERATE(1u, 1000u);
  const auto talk = talk_about("h", "socks5://proxy");
  const auto answer = bytes({5, 0, 5, 0, 0}) + address + bytes({0, 80});
  CHECK(left_of(*talk, answer + "host", piece) == "host");
  CHECK(talk->wanted() == 0);
  CHECK(talk->refusal().empty());
}

TEST_CASE("a SOCKS5 refusal is over with its reply, whether the rest of it comes or not") {
  const auto talk = talk_about("h", "socks5://proxy");
  left_of(*talk, bytes({5, 0, 5, 5}));
  CHECK(talk->refusal() == "answered 5 connection refused");
}

TEST_CASE("a SOCKS5 proxy that chooses what was not offered is refused") {
  const auto [proxy, answer, told] = GENERATE(table<std::string, std::string, std::string>(
      {{"socks5://proxy", bytes({5, 2}), "chose a login that it was not offered"},
       {"socks5://proxy", bytes({5, 1}), "chose a login that it was not offered"},
       {"socks5://user:pass@proxy", bytes({5, 0xFF}), "takes no user and password"},
       {"socks5://proxy", bytes({4, 0}), "does not speak SOCKS5"},
       {"socks5://proxy", "HT", "does not speak SOCKS5"}}));
  const auto talk = talk_about("h", proxy);
  left_of(*talk, answer);
  CHECK(talk->refusal() == told);
  CHECK(talk->take_words().empty());
}

TEST_CASE("a name longer than SOCKS5 can say is not asked for") {
  const auto talk = talk_about(std::string(256, 'x'), "socks5://proxy");
  CHECK(talk->wanted() == 0);
  CHECK_FALSE(talk->refusal().empty());
}
