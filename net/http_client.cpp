#include "net/http_client.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/errc.hpp>

#include <array>
#include <span>
#include <utility>

#include "net/dial.hpp"
#include "net/http_head.hpp"
#include "net/http_io.hpp"
#include "net/http_text.hpp"
#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Parser = http::response_parser<http::string_body>;

constexpr std::size_t largest_head = 64 << 10;

bool sendable(const HttpRequest& request) {
  // A method is a token, as a header's name is.
  const HttpHeader method{request.method, {}};
  return writable(std::span{&method, 1}) && writable(request.headers);
}

std::string text_of(const HttpRequest& request, const Url& url) {
  // What frames the message is ours alone.
  std::vector<HttpHeader> own{{"Host", url.authority()}, {"Connection", "close"}};
  if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD"))
    own.emplace_back("Content-Length", std::to_string(request.body.size()));
  const std::array<HttpHeader, 3> defaults{
      {{"User-Agent", "foghorn"}, {"Accept", "*/*"}, {"Accept-Encoding", "identity"}}};
  return request_head(request.method, url.target, own, defaults, request.headers) + request.body;
}

/// Sets `sent` as soon as the last byte has left, whatever becomes of us after that.
asio::awaitable<Result<void>> send(Line& line, const std::string& text, bool& sent) {
  const auto written = co_await write_all(line, text);
  sent = written.has_value();
  co_return written;
}

/// The answer itself, past interim ones (100, 103), which say nothing to us.
asio::awaitable<Result<void>> receive(Line& line, bool head_only, std::size_t largest_body,
                                      HttpAnswer& answer) {
  beast::flat_buffer buffer{2 * largest_head};
  for (;;) {
    Parser parser;
    parser.header_limit(largest_head);
    parser.body_limit(largest_body);
    parser.skip(head_only);
    const auto received = co_await read_http<false>(line, buffer, parser, HttpPart::whole);
    if (!received) co_return received.error();
    if (parser.get().result_int() < 200) continue;

    auto message = parser.release();
    answer.status = static_cast<int>(message.result_int());
    for (const auto& field : message)
      answer.headers.emplace_back(field.name_string(), field.value());
    answer.body = std::move(message.body());
    co_return Result<void>{};
  }
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same_header(key, name)) return value;
  return {};
}

Duration retry_after(const HttpAnswer& answer, Timestamp now) {
  return parse_retry_after(answer.header("Retry-After"), now);
}

asio::awaitable<HttpAnswer> fetch(HttpRequest request, HttpOptions options) {
  HttpAnswer answer;
  const auto url = parse_url(request.url);
  if (!url || (url->scheme != "https" && url->scheme != "http") || !sendable(request)) {
    answer.error = boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
    co_return answer;
  }

  const DialLimits limits{options.connect_limit, options.connect_limit, options.connect_limit};
  auto opened = co_await open_line(*url, options.ca_file, std::move(options.proxy), limits);
  if (opened.error) {
    answer.error = opened.error;
    answer.detail = std::move(opened.detail);
    co_return answer;
  }

  const auto text = text_of(request, *url);
  const auto written =
      co_await with_timeout(send(*opened.line, text, answer.sent), options.answer_limit);
  if (!written) {
    answer.error = written.error();
    co_return answer;
  }
  const bool head_only = request.method == "HEAD";
  const auto received = co_await with_timeout(
      receive(*opened.line, head_only, options.largest_body, answer), options.answer_limit);
  if (!received) answer.error = received.error();
  co_return answer;
}

}  // namespace foghorn
