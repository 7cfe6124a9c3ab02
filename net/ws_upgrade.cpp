#include "net/ws_upgrade.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <array>
#include <span>

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

std::string base64(std::span<const unsigned char> bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // OpenSSL writes a final zero
  const auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                    static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string request_for(const Url& url, const std::string& key) {
  return "GET " + url.target + " HTTP/1.1\r\nHost: " + url.authority() +
         "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
         "\r\nSec-WebSocket-Key: " +
         key + "\r\nUser-Agent: foghorn\r\n\r\n";
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
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base64(digest);
}

asio::awaitable<WsUpgrade> upgrade_to_ws(Line& line, Url url) {
  WsUpgrade result;
  const auto key = base64(random_bytes<unsigned char, 16>());
  const auto request = request_for(url, key);
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
