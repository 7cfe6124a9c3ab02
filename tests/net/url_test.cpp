#include "net/url.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

using namespace foghorn;

TEST_CASE("a URL comes apart into scheme, host, port and target") {
  const auto url = parse_url("wss://Stream.Bybit.com:9443/v5/public/linear?a=b%20c").value();
  CHECK(url.scheme == "wss");
  CHECK(url.host == "stream.bybit.com");
  CHECK(url.port == "9443");
  CHECK(url.target == "/v5/public/linear?a=b%20c");
  CHECK(url.tls());
}

TEST_CASE("a URL without a port has its scheme's") {
  CHECK(parse_url("wss://example.com/").value().port == "443");
  CHECK(parse_url("HTTPS://example.com/").value().port == "443");
  CHECK(parse_url("ws://localhost/").value().port == "80");
  CHECK(parse_url("http://localhost/").value().port == "80");
}

TEST_CASE("a URL without a path has the target /") {
  CHECK(parse_url("wss://example.com").value().target == "/");
  CHECK(parse_url("wss://example.com?x=1").value().target == "/?x=1");
}

TEST_CASE("a fragment is not sent") {
  CHECK(parse_url("https://example.com/a#b").value().target == "/a");
}

TEST_CASE("an IPv6 host has no brackets but where a Host header wants them") {
  const auto url = parse_url("wss://[::1]:8443/ws").value();
  CHECK(url.host == "::1");
  CHECK(url.loopback());
  CHECK(url.authority() == "[::1]:8443");
}

TEST_CASE("the authority names the port only where it is not the scheme's own") {
  CHECK(parse_url("wss://example.com:443/").value().authority() == "example.com");
  CHECK(parse_url("wss://example.com:444/").value().authority() == "example.com:444");
}

TEST_CASE("loopback is this machine, and no name that looks like it") {
  CHECK(parse_url("ws://localhost:1/").value().loopback());
  CHECK(parse_url("ws://127.0.0.1/").value().loopback());
  CHECK(parse_url("ws://127.9.9.9/").value().loopback());
  CHECK_FALSE(parse_url("ws://127.0.0.1.example.com/").value().loopback());
  CHECK_FALSE(parse_url("ws://localhost.example.com/").value().loopback());
  CHECK_FALSE(parse_url("ws://192.168.0.1/").value().loopback());
}

TEST_CASE("what is not an absolute URL of our schemes with a host is refused") {
  const std::string text =
      GENERATE("", "example.com", "/path", "wss:", "wss://", "wss:///path", "ftp://example.com/",
               "wss://example.com:0/", "wss://example.com:65536/", "wss://example.com:x/",
               "wss://user:secret@example.com/", "wss://exa mple.com/", "wss://example.com/a b",
               "wss://example.com/\r\nX: y", "wss://[::1/", " wss://example.com/");
  CAPTURE(text);
  CHECK_FALSE(parse_url(text));
}
