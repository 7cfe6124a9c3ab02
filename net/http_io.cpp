#include "net/http_io.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace foghorn {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t read_size = 16 << 10;

error_code in_our_words(error_code error) {
  if (error == http::error::header_limit || error == http::error::body_limit ||
      error == http::error::buffer_overflow) {
    return Errc::too_large;
  }
  if (error == http::error::partial_message || error == http::error::end_of_stream)
    return asio::error::eof;
  if (error.category() == make_error_code(http::error::end_of_stream).category())
    return Errc::bad_protocol;
  return error;
}

template <bool is_request>
bool reached(const http::basic_parser<is_request>& parser, HttpPart part) {
  return part == HttpPart::head ? parser.is_header_done() : parser.is_done();
}

/// Gives the parser what there is. An error but for "need more" is final.
template <bool is_request>
error_code parse(http::basic_parser<is_request>& parser, boost::beast::flat_buffer& buffer,
                 HttpPart part) {
  error_code error;
  while (buffer.size() > 0 && !reached(parser, part) && !error) {
    const auto used = parser.put(buffer.data(), error);
    buffer.consume(used);
  }
  return error == http::error::need_more ? error_code{} : error;
}

}  // namespace

template <bool is_request>
asio::awaitable<Result<void>> read_http(Line& line, boost::beast::flat_buffer& buffer,
                                        http::basic_parser<is_request>& parser, HttpPart part) {
  parser.eager(part == HttpPart::whole);
  for (;;) {
    if (const auto wrong = parse(parser, buffer, part)) co_return in_our_words(wrong);
    if (reached(parser, part)) co_return Result<void>{};
    if (buffer.size() == buffer.max_size()) co_return Errc::too_large;

    const auto room = buffer.prepare(std::min(read_size, buffer.max_size() - buffer.size()));
    const auto [error, size] = co_await line.read_some(room, asio::as_tuple(asio::deferred));
    buffer.commit(size);
    if (error == asio::error::eof &&
        parser.got_some()) {  // may be how a body without a length ends
      error_code cut_off;
      parser.put_eof(cut_off);
      if (!cut_off && reached(parser, part)) co_return Result<void>{};
      co_return error;
    }
    // A cut is not an end: without TLS's goodbye a body without a length may lack its rest.
    if (error == asio::ssl::error::stream_truncated) co_return asio::error::eof;
    if (error) co_return error;
  }
}

template asio::awaitable<Result<void>> read_http<true>(Line&, boost::beast::flat_buffer&,
                                                       http::basic_parser<true>&, HttpPart);
template asio::awaitable<Result<void>> read_http<false>(Line&, boost::beast::flat_buffer&,
                                                        http::basic_parser<false>&, HttpPart);

asio::awaitable<Result<void>> write_all(Line& line, const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const auto rest = asio::buffer(bytes) + done;
    const auto [error, size] = co_await line.write_some(rest, asio::as_tuple(asio::deferred));
    if (error) co_return error;
    done += size;
  }
  co_return Result<void>{};
}

}  // namespace foghorn
