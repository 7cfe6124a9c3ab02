#include "feeds/contracts.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

#include "feeds/backoff.hpp"
#include "feeds/session_journal.hpp"

namespace foghorn {
namespace {

/// What the venue's answer comes to. Errors: the line's, refused or rate_limited by status,
/// bad_protocol for what cannot be read.
Result<std::size_t> judge(const ContractsContext& context, const HttpAnswer& answer) {
  if (answer.error) return answer.error;
  if (answer.status == 429) return Errc::rate_limited;
  if (answer.status == 451) return Errc::unavailable_here;
  if (answer.status != 200) return Errc::refused;
  return context.accept(answer.body);
}

/// What else is known of a failure: the proxy's answer, say.
std::string detail_of(const HttpAnswer& answer) {
  return answer.detail.empty() ? "" : " detail=\"" + printable(answer.detail) + '"';
}

}  // namespace

asio::awaitable<void> run_contracts(ContractsContext context) {
  Backoff backoff{context.policy.first_backoff, context.policy.longest_backoff};
  boost::system::error_code last_error;
  bool first = true;
  asio::steady_timer timer{co_await asio::this_coro::executor};

  for (;;) {
    HttpRequest request;
    request.url = context.url;
    const auto answer = co_await context.fetch(std::move(request), context.options);
    const auto known = judge(context, answer);
    Duration wait = context.policy.refresh;
    if (known) {
      if (last_error || first) {
        spdlog::info("contracts known feed={} count={}", context.feed, *known);
      }
      first = false;
      backoff.reset();
    } else {
      const auto asked =
          std::min<Duration>(retry_after(answer, context.clock.now()), context.policy.refresh);
      wait = std::max(backoff.next(context.random()), asked);
      if (known.error() != last_error) {
        spdlog::warn("contracts not known feed={} error={}{}", context.feed,
                     error_label(known.error()), detail_of(answer));
      }
    }
    last_error = known ? boost::system::error_code{} : known.error();
    timer.expires_after(wait);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace foghorn
