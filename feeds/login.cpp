#include "feeds/login.hpp"

#include <algorithm>

namespace foghorn {
namespace {

/// A token goes into JSON texts as it stands.
bool is_plain(std::string_view token) {
  return !token.empty() && std::ranges::none_of(token, [](unsigned char c) {
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7F;
  });
}

boost::system::error_code error_of(const HttpAnswer& answer) {
  if (answer.error) return answer.error;
  if (answer.status == 429) return Errc::rate_limited;
  if (answer.status == 451) return Errc::unavailable_here;
  if (answer.status < 200 || answer.status > 299) return Errc::refused;
  return {};
}

}  // namespace

asio::awaitable<LoggedIn> log_in(LoginContext context) {
  const auto& [path, method, headers, body] = context.login.request;
  HttpRequest request{.method = method, .url = context.url, .headers = headers, .body = body};
  const auto answer = co_await context.fetch(std::move(request), context.options);
  LoggedIn result{.error = error_of(answer),
                  .http_status = answer.status,
                  .retry_after = retry_after(answer, context.clock.now())};
  for (const auto& name : context.login.tokens) {
    if (result.error) break;
    const auto token = answer.header(name);
    if (!is_plain(token)) result.error = Errc::bad_protocol;
    result.tokens.emplace_back(name, token);
  }
  co_return result;
}

std::string filled(std::string text, const Tokens& tokens) {
  for (const auto& [name, token] : tokens) {
    const auto mark = "{" + name + "}";
    for (auto at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + token.size())) {
      text.replace(at, mark.size(), token);
    }
  }
  return text;
}

}  // namespace foghorn
