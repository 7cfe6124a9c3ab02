#include "net/http_client.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/system/errc.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "net/dial.hpp"
#include "net/http_io.hpp"
#include "net/http_text.hpp"
#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Parser = http::response_parser<http::string_body>;

constexpr std::size_t largest_head = 64 << 10;

bool same_name(std::string_view a, std::string_view b) {
  return beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

/// Whether `text` can stand in a head without ending its line.
bool one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool writable(const HttpRequest& request) {
  if (request.method.empty() || request.method.find(' ') != std::string::npos) return false;
  return one_line(request.method) &&
         std::all_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
           return !header.first.empty() && one_line(header.first) && one_line(header.second);
         });
}

/// What frames the message is ours alone.
bool ours(std::string_view name) {
  constexpr std::array names{"Host", "Connection", "Content-Length", "Transfer-Encoding"};
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view own) { return same_name(name, own); });
}

std::string text_of(const HttpRequest& request, const Url& url) {
  std::string text = request.method + " " + url.target + " HTTP/1.1\r\n";
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  const auto add_unless_given = [&](std::string_view name, std::string_view value) {
    for (const auto& header : request.headers)
      if (same_name(header.first, name)) return;
    add(name, value);
  };
  add("Host", url.authority());
  add("Connection", "close");
  if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD"))
    add("Content-Length", std::to_string(request.body.size()));
  add_unless_given("User-Agent", "foghorn");
  add_unless_given("Accept", "*/*");
  add_unless_given("Accept-Encoding", "identity");
  for (const auto& [name, value] : request.headers)
    if (!ours(name)) add(name, value);
  return text + "\r\n" + request.body;
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
    if (same_name(key, name)) return value;
  return {};
}

Duration retry_after(const HttpAnswer& answer, Timestamp now) {
  return parse_retry_after(answer.header("Retry-After"), now);
}

asio::awaitable<HttpAnswer> fetch(HttpRequest request, HttpOptions options) {
  HttpAnswer answer;
  const auto url = parse_url(request.url);
  if (!url || (url->scheme != "https" && url->scheme != "http") || !writable(request)) {
    answer.error = boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
    co_return answer;
  }

  const DialLimits limits{options.connect_limit, options.connect_limit, options.connect_limit};
  const auto line = co_await open_line(*url, options.ca_file, limits);
  if (!line) {
    answer.error = line.error();
    co_return answer;
  }

  const auto text = text_of(request, *url);
  const auto written = co_await with_timeout(send(**line, text, answer.sent), options.answer_limit);
  if (!written) {
    answer.error = written.error();
    co_return answer;
  }
  const bool head_only = request.method == "HEAD";
  const auto received = co_await with_timeout(
      receive(**line, head_only, options.largest_body, answer), options.answer_limit);
  if (!received) answer.error = received.error();
  co_return answer;
}

}  // namespace foghorn
