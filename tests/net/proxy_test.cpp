#include "net/proxy.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <map>

#include "net/no_proxy.hpp"

using namespace foghorn;
using Kind = Proxy::Kind;

namespace {

Variables variables(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional{found->second};
  };
}

const Url venue = parse_url("wss://stream.bybit.com/v5").value();

/// The proxy that these variables name for the venue; "" for none.
std::string chosen(std::map<std::string, std::string> values) {
  const auto proxy = ProxyChoice::from_environment(variables(std::move(values))).for_url(venue);
  return proxy ? to_text(*proxy) : "";
}

}  // namespace

TEST_CASE("a proxy's URL comes apart into its protocol, place and credentials") {
  const auto proxy = parse_proxy("socks5://a%40user:p%3Ass@Proxy.example:7890").value();
  CHECK(proxy.kind == Kind::socks5);
  CHECK(proxy.host == "Proxy.example");
  CHECK(proxy.port == "7890");
  CHECK(proxy.user == "a@user");
  CHECK(proxy.password.reveal() == "p:ss");
}

TEST_CASE("a proxy's URL may leave out port and credentials, and end in a slash") {
  CHECK(to_text(parse_proxy("http://proxy/").value()) == "http://proxy:8080");
  CHECK(to_text(parse_proxy("socks5h://[::1]").value()) == "socks5://[::1]:1080");
  CHECK(parse_proxy("HTTP://proxy").value().user.empty());
}

TEST_CASE("a proxy's text tells neither user nor password") {
  CHECK(to_text(parse_proxy("http://user:pass@proxy:1").value()) == "http://proxy:1");
}

TEST_CASE("what is no proxy of ours is refused") {
  const auto* text =
      GENERATE("", "proxy", "proxy:8080", "https://proxy", "socks4://proxy", "socks://proxy",
               "http://", "http://proxy/path", "http://proxy?x", "http://proxy#x", "http://proxy:0",
               "http://proxy:65536", "http://proxy:x", "http://pro xy", "http://:pass@proxy",
               "http://us%3Aer:pass@proxy", "http://user:%zz@proxy");
  CAPTURE(text);
  CHECK_FALSE(parse_proxy(text));
}

TEST_CASE("credentials longer than SOCKS5 can say are refused") {
  const std::string longest(255, 'x');
  CHECK(parse_proxy("socks5://" + longest + ":" + longest + "@proxy"));
  CHECK_FALSE(parse_proxy("socks5://" + longest + "x:pass@proxy"));
  CHECK_FALSE(parse_proxy("socks5://user:" + longest + "x@proxy"));
}

TEST_CASE("a proxy of one's own is for every host but this machine") {
  const ProxyChoice choice{parse_proxy("http://proxy").value()};
  CHECK(choice.for_url(venue));
  CHECK_FALSE(choice.for_url(parse_url("wss://127.0.0.1:9000").value()));
  CHECK_FALSE(choice.for_url(parse_url("http://localhost").value()));
  CHECK_FALSE(ProxyChoice{}.for_url(venue));
}

TEST_CASE("the environment names a proxy by four variables, the first that says something") {
  CHECK(chosen({}).empty());
  CHECK(chosen({{"https_proxy", "http://a:1"}, {"HTTPS_PROXY", "http://b:1"}}) == "http://a:1");
  CHECK(chosen({{"HTTPS_PROXY", "http://b:1"}, {"all_proxy", "http://c:1"}}) == "http://b:1");
  CHECK(chosen({{"https_proxy", ""}, {"all_proxy", "socks5://c"}}) == "socks5://c:1080");
  CHECK(chosen({{"ALL_PROXY", "socks5h://d:2"}}) == "socks5://d:2");
  CHECK(chosen({{"http_proxy", "http://e:1"}, {"HTTP_PROXY", "http://e:1"}}).empty());
}

TEST_CASE("in the environment a proxy without a scheme is HTTP's") {
  CHECK(chosen({{"all_proxy", "127.0.0.1:7890"}}) == "http://127.0.0.1:7890");
  CHECK(chosen({{"all_proxy", "user:pass@proxy"}}) == "http://proxy:8080");
}

TEST_CASE("only the variable that counts has to be a proxy's") {
  CHECK(chosen({{"https_proxy", "http://a:1"}, {"all_proxy", "socks://b"}}) == "http://a:1");
}

TEST_CASE("a variable that holds no proxy is named, and its content is not told") {
  const auto make = [](std::string value) {
    ProxyChoice::from_environment(variables({{"ALL_PROXY", std::move(value)}}));
  };
  CHECK_THROWS_MATCHES(make("socks4://user:SECRET@proxy"), std::invalid_argument,
                       Catch::Matchers::Message("the environment variable ALL_PROXY holds no "
                                                "http://, socks5:// or socks5h:// proxy"));
}

TEST_CASE("the environment's exceptions hold for its own proxy") {
  CHECK(chosen({{"all_proxy", "http://a:1"}, {"no_proxy", "bybit.com"}}).empty());
  CHECK(chosen({{"all_proxy", "http://a:1"}, {"NO_PROXY", ".bybit.com"}}).empty());
  CHECK(chosen({{"all_proxy", "http://a:1"}, {"no_proxy", "okx.com"}}) == "http://a:1");
}

TEST_CASE("no_proxy is read as curl reads it") {
  struct Case {
    const char* list;
    const char* url;
    bool excepted;
  };
  const auto c = GENERATE(
      Case{"", "wss://a.example", false}, Case{"*", "wss://a.example", true},
      Case{"a.example", "wss://a.example", true}, Case{"A.Example", "wss://a.example", true},
      Case{"a.example.", "wss://a.example", true}, Case{"example", "wss://a.example", true},
      Case{".example", "wss://a.example", true}, Case{".a.example", "wss://a.example", true},
      Case{"example", "wss://anexample", false}, Case{"a.example", "wss://b.a.example", true},
      Case{"a.example", "wss://example", false}, Case{"x, y  a.example", "wss://a.example", true},
      Case{",,", "wss://a.example", false}, Case{".", "wss://a.example", false},
      Case{"*.example", "wss://a.example", false}, Case{"a.example:443", "wss://a.example", true},
      Case{"a.example:444", "wss://a.example", false},
      Case{"a.example:444", "wss://a.example:444", true},
      Case{"192.0.2.7", "wss://192.0.2.7", true}, Case{"192.0.2.7", "wss://192.0.2.70", false},
      Case{"2.7", "wss://192.0.2.7", false}, Case{"192.0.2.0/24", "wss://192.0.2.7", true},
      Case{"192.0.2.9/24", "wss://192.0.2.7", true}, Case{"192.0.2.0/30", "wss://192.0.2.7", false},
      Case{"192.0.2.4/30", "wss://192.0.2.7", true}, Case{"0.0.0.0/0", "wss://192.0.2.7", true},
      Case{"192.0.2.0/33", "wss://192.0.2.7", false}, Case{"192.0.2.0/x", "wss://192.0.2.7", false},
      Case{"192.0.2.0/", "wss://192.0.2.7", false},
      Case{"192.0.2.0/24:8443", "wss://192.0.2.7:8443", true},
      Case{"0.0.0.0/0", "wss://a.example", false}, Case{"2001:db8::1", "wss://[2001:db8::1]", true},
      Case{"[2001:db8::1]", "wss://[2001:db8::1]", true},
      Case{"[2001:db8::1]:443", "wss://[2001:db8::1]", true},
      Case{"[2001:db8::1]:444", "wss://[2001:db8::1]", false},
      Case{"2001:DB8:0::1", "wss://[2001:db8::1]", true},
      Case{"2001:db8::/32", "wss://[2001:db8:1::1]", true},
      Case{"2001:db9::/32", "wss://[2001:db8:1::1]", false},
      Case{"0.0.0.0/0", "wss://[2001:db8::1]", false}, Case{"[", "wss://[2001:db8::1]", false});
  CAPTURE(c.list, c.url);
  CHECK(without_proxy(c.list, parse_url(c.url).value()) == c.excepted);
}
