#include "net/ws_upgrade.hpp"

#include <openssl/sha.h>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <array>
#include <span>
#include <utility>

#include "net/base64.hpp"
#include "net/clock.hpp"
#include "net/http_io.hpp"
#include "net/http_text.hpp"
#include "net/random.hpp"

namespace foghorn {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Answer = http::response_parser<http::empty_body>;

constexpr std::size_t largest_head = 16 << 10;

bool of_the_handshake(const HttpHeader& header) {
  constexpr std::string_view prefix = "Sec-WebSocket-";
  return same_header(std::string_view{header.first}.substr(0, prefix.size()), prefix);
}

std::string request_for(const Url& url, const std::string& key, std::vector<HttpHeader> given) {
  std::erase_if(given, of_the_handshake);
  const std::array<HttpHeader, 5> own{{{"Host", url.authority()},
                                       {"Upgrade", "websocket"},
                                       {"Connection", "Upgrade"},
                                       {"Sec-WebSocket-Version", "13"},
                                       {"Sec-WebSocket-Key", key}}};
  const HttpHeader name{"User-Agent", "foghorn"};
  return request_head("GET", url.target, own, std::span{&name, 1}, given);
}

/// Whether a 101 answers our request (§4.1, the client's list at its end).
bool accepted(const Answer::value_type& answer, const std::string& key) {
  return beast::iequals(answer[http::field::upgrade], "websocket") &&
         http::token_list{answer[http::field::connection]}.exists("upgrade") &&
         answer[http::field::sec_websocket_accept] == ws_accept(key) &&
         answer[http::field::sec_websocket_extensions].empty() &&
         answer[http::field::sec_websocket_protocol].empty();
}

error_code refusal(unsigned status) {
  if (status == 429) return Errc::rate_limited;
  if (status == 451) return Errc::unavailable_here;
  return Errc::refused;
}

}  // namespace

std::string ws_accept(std::string_view key) {
  std::string text{key};
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 §1.3
  std::array<char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(digest.data()));
  return base64({digest.data(), digest.size()});
}

asio::awaitable<WsUpgrade> upgrade_to_ws(Line& line, Url url, std::vector<HttpHeader> headers) {
  WsUpgrade result;
  const auto nonce = random_bytes<char, 16>();
  const auto key = base64({nonce.data(), nonce.size()});
  const auto request = request_for(url, key, std::move(headers));
  const auto written = co_await write_all(line, request);
  if (!written) {
    result.error = written.error();
    co_return result;
  }

  beast::flat_buffer buffer{2 * largest_head};
  Answer parser;
  parser.header_limit(largest_head);
  const auto read = co_await read_http<false>(line, buffer, parser, HttpPart::head);
  if (!read) {
    result.error = read.error();
    co_return result;
  }

  const auto& answer = parser.get();
  if (answer.result_int() != 101) {
    const auto wait = answer[http::field::retry_after];
    result.http_status = static_cast<int>(answer.result_int());
    result.retry_after = parse_retry_after({wait.data(), wait.size()}, wall_now());
    result.error = refusal(answer.result_int());
  } else if (!accepted(answer, key)) {
    result.error = Errc::bad_protocol;
  } else {
    result.early = beast::buffers_to_string(buffer.data());
  }
  co_return result;
}

}  // namespace foghorn
