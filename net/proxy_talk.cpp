#include "net/proxy_talk.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstdint>
#include <string>

#include "net/base64.hpp"

namespace foghorn {
namespace {

namespace ip = boost::asio::ip;

/// RFC 9110 §9.3.6.
class ConnectTalk final : public ProxyTalk {
 public:
  ConnectTalk(const Proxy& proxy, std::string_view host, std::string_view port)
      : has_user_{!proxy.user.empty()} {
    std::string target{host};
    if (target.find(':') != std::string::npos) target = "[" + target + "]";
    target.append(":").append(port);
    auto request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\nUser-Agent: foghorn";
    if (has_user_)
      request +=
          "\r\nProxy-Authorization: Basic " + base64(proxy.user + ":" + proxy.password.reveal());
    say(request + "\r\n\r\n");
    want(2);
  }

 private:
  static constexpr std::size_t largest_head = 16 << 10;
  static constexpr std::string_view version = "HTTP/1.";

  /// Keeps the status line alone, and of the rest whether a line is empty so far. A head ends with
  /// an empty line, its lines with "\n" or "\r\n": two bytes are its own as long as no line has
  /// ended, else one.
  void take(std::string_view bytes) override {
    for (const char c : bytes) {
      if (in_status_line_ && c != '\n') status_line_ += c;
      if (c != '\n') {
        line_empty_ = line_empty_ && c == '\r';
      } else if (line_empty_) {
        return head_over();
      } else {
        line_empty_ = true;
        in_status_line_ = false;
      }
    }
    const auto begin = std::min(status_line_.size(), version.size());
    if (status_line_.compare(0, begin, version, 0, begin) != 0)
      return end_with("does not speak HTTP");
    if ((heard_ += bytes.size()) > largest_head) return end_with("answered without an end");
    want(line_empty_ ? 1 : 2);
  }

  void head_over() {
    // "HTTP/1.1 200 Connection established"
    const std::string_view line{status_line_};
    const auto code = line.substr(std::min(line.size(), version.size() + 2), 3);
    unsigned status = 0;
    const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), status);
    if (error != std::errc{} || end != code.data() + 3 || status < 100)
      return end_with("answered without a status");
    if (status >= 300) return end_with(refused_with(status));
    if (status >= 200) return end_with({});
    status_line_.clear();  // an interim answer: the next follows
    in_status_line_ = true;
    line_empty_ = false;
    want(2);
  }

  /// In the standard's own words: the proxy's might be anything.
  std::string refused_with(unsigned status) const {
    namespace http = boost::beast::http;
    auto text = "answered " + std::to_string(status);
    if (const auto known = http::int_to_status(status); known != http::status::unknown)
      text.append(" ").append(http::obsolete_reason(known));
    if (status == 407)
      text += has_user_ ? ", not knowing this user and password" : ", wanting a user and password";
    return text;
  }

  bool has_user_;
  std::string status_line_;
  std::size_t heard_{};
  bool in_status_line_{true};
  bool line_empty_{};
};

std::string text_of(std::initializer_list<std::uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

/// RFC 1928, and RFC 1929 for the user and password.
class SocksTalk final : public ProxyTalk {
 public:
  SocksTalk(const Proxy& proxy, std::string_view host, std::string_view port)
      : user_{proxy.user}, password_{proxy.password}, request_{request_for(host, port)} {
    if (request_.empty()) {
      end_with("cannot be asked for a name of this length");
    } else {
      say(user_.empty() ? text_of({5, 1, no_login}) : text_of({5, 2, no_login, login}));
      want(2);
    }
  }

 private:
  static constexpr std::uint8_t no_login = 0;
  static constexpr std::uint8_t login = 2;
  static constexpr std::uint8_t no_method = 0xFF;
  static constexpr std::uint8_t ipv4 = 1;
  static constexpr std::uint8_t name = 3;
  static constexpr std::uint8_t ipv6 = 4;

  enum class Step : std::uint8_t { method, login, verdict, kind, name_size, rest };

  /// "05 01 00", the address and the port in network order; empty for a name that is too long.
  static std::string request_for(std::string_view host, std::string_view port) {
    auto text = text_of({5, 1, 0});
    const auto append = [&text](const auto& bytes) { text.append(bytes.begin(), bytes.end()); };
    boost::system::error_code is_name;
    const auto address = ip::make_address(std::string{host}, is_name);
    if (is_name) {
      if (host.empty() || host.size() > 255) return {};
      append(text_of({name, static_cast<std::uint8_t>(host.size())}));
      append(host);
    } else if (address.is_v4()) {
      append(text_of({ipv4}));
      append(address.to_v4().to_bytes());
    } else {
      append(text_of({ipv6}));
      append(address.to_v6().to_bytes());
    }
    std::uint16_t number{};
    std::from_chars(port.data(), port.data() + port.size(), number);
    append(text_of({static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)}));
    return text;
  }

  void take(std::string_view bytes) override {
    heard_ += bytes;
    if (bytes.size() < wanted()) return want(wanted() - bytes.size());
    const auto whole = std::exchange(heard_, {});
    const auto at = [&whole](std::size_t i) { return static_cast<std::uint8_t>(whole[i]); };
    switch (step_) {
      case Step::method: return take_method(at(0), at(1));
      case Step::login:
        if (at(1) != 0) return end_with("does not know this user and password");
        return ask();
      case Step::verdict: return take_verdict(at(0), at(1));
      case Step::kind: return take_kind(at(1));
      case Step::name_size: return go_on(Step::rest, std::size_t{at(0)} + 2);
      case Step::rest: return end_with({});
    }
  }

  void take_method(std::uint8_t version, std::uint8_t method) {
    if (version != 5) return end_with("does not speak SOCKS5");
    if (method == no_login) return ask();
    if (method == login && !user_.empty()) {
      const auto& password = password_.reveal();
      say(text_of({1, static_cast<std::uint8_t>(user_.size())}) + user_ +
          text_of({static_cast<std::uint8_t>(password.size())}) + password);
      return go_on(Step::login, 2);
    }
    if (method == no_method)
      return end_with(user_.empty() ? "wants a user and password, or another login than none"
                                    : "takes no user and password");
    end_with("chose a login that it was not offered");
  }

  void ask() {
    say(request_);
    go_on(Step::verdict, 2);
  }

  /// Two bytes say whether; not every proxy sends the rest of a refusal.
  void take_verdict(std::uint8_t version, std::uint8_t reply) {
    static constexpr std::array<std::string_view, 9> replies{"",
                                                             "general failure",
                                                             "connection not allowed by its rules",
                                                             "network unreachable",
                                                             "host unreachable",
                                                             "connection refused",
                                                             "TTL expired",
                                                             "command not supported",
                                                             "address type not supported"};
    if (version != 5) return end_with("does not speak SOCKS5");
    if (reply == 0) return go_on(Step::kind, 2);
    end_with("answered " + std::to_string(reply) + " " +
             std::string{reply < replies.size() ? replies[reply] : "of no meaning in SOCKS5"});
  }

  /// The address that it is bound to says nothing to us, but has to be read.
  void take_kind(std::uint8_t kind) {
    switch (kind) {
      case ipv4: return go_on(Step::rest, 4 + 2);
      case ipv6: return go_on(Step::rest, 16 + 2);
      case name: return go_on(Step::name_size, 1);
      default: return end_with("answered with an address of no kind in SOCKS5");
    }
  }

  void go_on(Step step, std::size_t bytes) {
    step_ = step;
    want(bytes);
  }

  std::string user_;
  Secret password_;
  std::string request_;
  Step step_{};
  std::string heard_;
};

}  // namespace

void ProxyTalk::hear(std::string_view bytes) {
  assert(!bytes.empty() && bytes.size() <= wanted_);
  take(bytes);
}

void ProxyTalk::end_with(std::string refusal) {
  refusal_ = std::move(refusal);
  words_.clear();
  wanted_ = 0;
}

std::unique_ptr<ProxyTalk> talk_with(const Proxy& proxy, std::string_view host,
                                     std::string_view port) {
  if (proxy.kind == Proxy::Kind::socks5) return std::make_unique<SocksTalk>(proxy, host, port);
  return std::make_unique<ConnectTalk>(proxy, host, port);
}

}  // namespace foghorn
