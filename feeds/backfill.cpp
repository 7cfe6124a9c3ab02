#include "feeds/backfill.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace foghorn {
namespace {

constexpr Duration minute = std::chrono::minutes{1};

/// What an answer without a body to read comes to. Binance bans by 418.
boost::system::error_code error_of(const HttpAnswer& answer) {
  if (answer.error) return answer.error;
  switch (answer.status) {
    case 200: return {};
    case 418:
    case 429: return Errc::rate_limited;
    case 451: return Errc::unavailable_here;
    default: return Errc::refused;
  }
}

/// The same question would get the same answer: a symbol without a past, a country shut out.
bool final(const HttpAnswer& answer) {
  return !answer.error && answer.status >= 400 && answer.status < 500 && answer.status != 408 &&
         answer.status != 418 && answer.status != 429;
}

}  // namespace

Backfill::Backfill(BackfillContext context)
    : context_{std::move(context)},
      backoff_{context_.policy.first_backoff, context_.policy.longest_backoff} {}

bool Backfill::possible() const {
  const auto& venue = context_.venue;
  const CandleRequest any{.symbol = "any", .kind = PriceKind::trade, .from = {}, .to = {}};
  return venue.limits().candles_per_answer > 0 && venue.candles(any).has_value() &&
         !context_.address("/").empty();
}

void Backfill::want(CandleRequest request) {
  if (request.from >= request.to) return;
  // Of a mid, venues keep no past.
  if (request.kind == PriceKind::mid) request.kind = PriceKind::trade;
  if (wants_.size() >= context_.policy.most_wants) {
    wants_.pop_front();
    ++counts_.dropped;
  }
  wants_.push_back({.left = std::move(request), .pages = 0, .number = ++last_number_});
  if (const auto wake = wake_.lock()) wake->cancel();
}

Backfill::Want* Backfill::next() {
  const auto first = std::ranges::min_element(wants_, {}, &Want::pages);
  return first == wants_.end() ? nullptr : &*first;
}

CandleRequest Backfill::page_of(const Want& want) const {
  const auto most = context_.venue.limits().candles_per_answer;
  const auto length = minute * static_cast<std::int64_t>(most);
  auto page = want.left;
  if (want.pages == 1) {
    page.to = std::min(page.to, page.from + length);
  } else {
    page.from = std::max(page.from, page.to - length);
  }
  return page;
}

// The want may have been dropped meanwhile.
void Backfill::told(std::uint64_t number, const CandleRequest& page, std::size_t minutes) {
  counts_.minutes += minutes;
  backoff_.reset();
  const auto want = std::ranges::find(wants_, number, &Want::number);
  if (want == wants_.end()) return;
  ++want->pages;
  auto& left = want->left;
  (page.from == left.from ? left.from : left.to) = page.from == left.from ? page.to : page.from;
  if (left.from >= left.to) wants_.erase(want);
}

void Backfill::give_up(std::uint64_t number, const boost::system::error_code& error) {
  ++counts_.given_up;
  const auto want = std::ranges::find(wants_, number, &Want::number);
  if (want == wants_.end()) return;
  spdlog::warn("backfill given up feed={} symbol={} from={} to={} error={}", context_.feed,
               want->left.symbol, format_utc(want->left.from), format_utc(want->left.to),
               error_label(error));
  wants_.erase(want);
}

asio::awaitable<void> Backfill::run() {
  const auto executor = co_await asio::this_coro::executor;
  const auto wake = std::make_shared<asio::steady_timer>(executor);
  wake_ = wake;
  for (;;) {
    if (const auto* want = next()) {
      auto page = page_of(*want);
      co_await serve(want->number, page);
      continue;
    }
    wake->expires_at(asio::steady_timer::time_point::max());
    boost::system::error_code woken;  // a cancelled task throws at its next wait
    co_await wake->async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

asio::awaitable<void> Backfill::serve(std::uint64_t number, const CandleRequest& page) {
  const auto question = context_.venue.candles(page);
  if (!question) {
    give_up(number, Errc::refused);
    co_return;
  }
  asio::steady_timer timer{co_await asio::this_coro::executor};
  for (std::size_t tries = 1;; ++tries) {
    HttpRequest request{.method = question->method,
                        .url = context_.address(question->path),
                        .headers = question->headers,
                        .body = question->body};
    ++counts_.requests;
    const auto answer = co_await context_.fetch(std::move(request), context_.options);
    auto error = error_of(answer);
    if (!error) {
      const auto minutes = context_.accept(page.symbol, answer.body);
      if (minutes) {
        told(number, page, *minutes);
        co_return;
      }
      error = minutes.error();
    }
    ++counts_.failures;
    if (tries >= context_.policy.tries || final(answer)) {
      give_up(number, error);
      co_return;
    }
    const auto asked =
        std::min(retry_after(answer, context_.clock.now()), context_.policy.longest_wait);
    timer.expires_after(std::max(backoff_.next(context_.random()), asked));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace foghorn
