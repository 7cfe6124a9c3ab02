#include "net/http_request.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <string>

namespace foghorn {
namespace {

namespace http = boost::beast::http;
using Request = HttpRequestParser::value_type;

std::string text_of(boost::beast::string_view view) {
  return {view.data(), view.size()};
}

/// nullopt for a target that is not a path with an optional query.
std::optional<HttpQuery> query_of(const Request& request) {
  const auto target =
      boost::urls::parse_origin_form({request.target().data(), request.target().size()});
  if (!target) return std::nullopt;
  HttpQuery query;
  query.path = target->path();
  for (const auto& parameter : target->params())
    query.parameters.emplace_back(parameter.key, parameter.value);
  query.accept = text_of(request[http::field::accept]);
  query.if_none_match = text_of(request[http::field::if_none_match]);
  return query;
}

HttpReply plain(int status, std::string_view line) {
  return {.status = status, .body = std::string{line} + "\n"};
}

}  // namespace

bool is_local_host(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == host.npos) return false;
    host = host.substr(1, end - 1);
  } else if (const auto colon = host.find(':'); colon != host.npos) {
    host = host.substr(0, colon);
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string name{host};
  if (same_header(name, "localhost")) return true;
  constexpr std::string_view below = ".localhost";  // RFC 6761 §6.3
  if (name.size() > below.size() && same_header(name.substr(name.size() - below.size()), below))
    return true;
  boost::system::error_code not_an_address;
  asio::ip::make_address(name, not_an_address);
  return !not_an_address;
}

HttpAsked read_request(const HttpRequestParser& parser, bool only_local) {
  const auto& request = parser.get();
  HttpAsked asked;
  const bool has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
  asked.head_only = request.method() == http::verb::head;
  asked.keep_alive = request.keep_alive() && !has_body;
  const auto host = request.find(http::field::host);
  if (request.method() != http::verb::get && !asked.head_only) {
    asked.refusal = plain(405, "read-only: GET and HEAD");
  } else if (has_body) {
    asked.refusal = plain(413, "no request body, please");
  } else if (only_local && host != request.end() && !is_local_host(text_of(host->value()))) {
    asked.refusal = plain(421,
                          "this port answers to 127.0.0.1 and localhost; a reverse proxy must send "
                          "its upstream's address as Host");
  } else if (auto query = query_of(request)) {
    asked.query = std::move(query);
  } else {
    asked.refusal = plain(400, "that is not a path");
  }
  return asked;
}

}  // namespace foghorn
