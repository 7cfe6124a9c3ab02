#pragma once
// HTTP/1.1 on a line: Beast parses, we read and write. Shared by the upgrade, the client and the
// server.

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <string>

#include "model/result.hpp"
#include "net/line.hpp"

namespace foghorn {

enum class HttpPart : std::uint8_t { head, whole };

/// Reads until `parser` has its head or its whole message. What came after it stays in `buffer`.
/// Errors: too_large, bad_protocol, asio::error::eof for a message cut off, the line's own. Parser
/// and buffer outlive the call.
template <bool is_request>
asio::awaitable<Result<void>> read_http(Line& line, boost::beast::flat_buffer& buffer,
                                        boost::beast::http::basic_parser<is_request>& parser,
                                        HttpPart part);

extern template asio::awaitable<Result<void>> read_http<true>(
    Line&, boost::beast::flat_buffer&, boost::beast::http::basic_parser<true>&, HttpPart);
extern template asio::awaitable<Result<void>> read_http<false>(
    Line&, boost::beast::flat_buffer&, boost::beast::http::basic_parser<false>&, HttpPart);

/// Writes all of `bytes`, which outlive the call. With an error, the peer has not seen the last of
/// them.
asio::awaitable<Result<void>> write_all(Line& line, const std::string& bytes);

}  // namespace foghorn
