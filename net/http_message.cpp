#include "net/http_message.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>

namespace foghorn {
namespace {

// What every reply says, whatever it holds: it is what it says it is, it may load nothing from
// elsewhere and run no script but our own files, and nobody frames it. A path that needs other
// rules says so itself.
const std::array<HttpHeader, 5> usual{{
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy",
     "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
     "object-src 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
}};

bool has(const std::vector<HttpHeader>& headers, const std::string& name) {
  return std::ranges::any_of(
      headers, [&](const HttpHeader& header) { return same_header(header.first, name); });
}

}  // namespace

std::string to_http(const HttpReply& reply, bool keep_alive, bool head_only) {
  const auto reason = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(reply.status)));
  std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " ";
  text.append(reason.data(), reason.size()).append("\r\n");
  const auto add = [&text](const std::string& name, const std::string& value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  const bool has_body = reply.status != 304;
  if (has_body) add("Content-Type", reply.content_type);
  // What goes on ends with the connection.
  if (has_body && !reply.pieces) add("Content-Length", std::to_string(reply.body.size()));
  for (const auto& [name, value] : usual)
    if (!has(reply.headers, name)) add(name, value);
  for (const auto& [name, value] : reply.headers) add(name, value);
  if (reply.status == 405) add("Allow", "GET, HEAD");
  add("Connection", keep_alive ? "keep-alive" : "close");
  text += "\r\n";
  if (!head_only && has_body) text += reply.body;
  return text;
}

}  // namespace foghorn
