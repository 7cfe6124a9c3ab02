#include "daemon/explain.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <string_view>

#include "net/http_client.hpp"

namespace foghorn {
namespace {

/// Where one asks what listens there: on every address means on this one too.
std::string asked(std::string http) {
  for (const std::string_view any : {"0.0.0.0:", "[::]:"})
    if (http.starts_with(any)) http = "127.0.0.1:" + http.substr(any.size());
  return http;
}

/// Rule ids are letters, digits, -, _ and .; what else was written is encoded.
std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    out += plain ? std::string{c} : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

int run_explain(const std::string& http, const std::string& rule, bool as_json, std::ostream& out,
                std::ostream& log) {
  HttpRequest request;
  request.url = fmt::format("http://{}/api/v1/explain?rule={}&format={}", asked(http),
                            encoded(rule), as_json ? "json" : "text");
  HttpAnswer answer;
  asio::io_context io{1};
  const auto keep = [&](std::exception_ptr failure, HttpAnswer given) {
    if (failure) std::rethrow_exception(failure);
    answer = std::move(given);
  };
  asio::co_spawn(io, fetch(std::move(request), {}), keep);
  io.run();
  if (answer.error) {
    log << fmt::format("no daemon answers at {}: {}; start it, or name its config with --config\n",
                       http, answer.error.message());
    return 1;
  }
  (answer.status == 200 ? out : log) << answer.body;
  return answer.status == 200 ? 0 : 1;
}

}  // namespace foghorn
