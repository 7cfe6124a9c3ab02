#include "daemon/digests.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

#include "daemon/zone.hpp"
#include "net/clock.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr Duration longest_rest = 60s;  // then the clock is read again, whatever happened to it
constexpr Duration punctual = 60s;      // what is sent later than that says so
constexpr Duration longest_late = 24h;  // by then the next one has told the same

asio::awaitable<void> sleep_in_real_time(asio::steady_timer& timer, Duration wait) {
  boost::system::error_code ignored;
  timer.expires_after(wait);
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

Digests::Digests(asio::any_io_executor executor, const Config& config, Dispatcher& dispatcher,
                 Store& store, DigestSurroundings surroundings)
    : dispatcher_{dispatcher}, store_{store}, surroundings_{std::move(surroundings)} {
  if (!surroundings_.clock) surroundings_.clock = wall_now;
  if (!surroundings_.sleep) surroundings_.sleep = sleep_in_real_time;
  for (const auto& spec : config.digests) {
    const auto& zone = spec.timezone.empty() ? config.daemon.timezone : spec.timezone;
    ways_.push_back({.spec = spec,
                     .schedule = {.at = spec.at, .days = spec.days, .zone = zone_of(zone)},
                     .timer = asio::steady_timer{executor}});
  }
}

void Digests::start(TaskGroup& tasks) {
  for (auto& way : ways_) tasks.spawn("digest " + way.spec.place.text, run(way));
}

asio::awaitable<void> Digests::run(Way& way) {
  for (;;) {
    const auto stopping = co_await asio::this_coro::cancellation_state;
    if (stopping.cancelled() != asio::cancellation_type::none) co_return;
    const auto now = surroundings_.clock();
    auto rest = longest_rest;
    if (const auto due = last_due(way.schedule, now);
        due && due->time > way.done && now - due->time < longest_late) {
      const bool sent = co_await send(way, *due);
      if (sent) {
        way.done = due->time;
        continue;
      }
    } else if (const auto next = next_due(way.schedule, now)) {
      rest = std::min(rest, next->time - now);
    }
    co_await surroundings_.sleep(way.timer, rest);
  }
}

asio::awaitable<bool> Digests::send(Way& way, DigestDue due) {
  const auto id = digest_id(way.spec, due);
  if (const auto known = store_.knows_event(id); known && *known) co_return true;
  const auto now = surroundings_.clock();
  DigestOrder order{.spec = way.spec,
                    .schedule = way.schedule,
                    .due = due,
                    .late = now - due.time >= punctual,
                    .now = now};
  auto made = co_await surroundings_.make(std::move(order));
  if (!made.trouble.empty()) {
    if (made.trouble != way.trouble)
      spdlog::error("digest not made id={} detail=\"{}\" retry_in=60s", id, made.trouble);
    way.trouble = std::move(made.trouble);
    co_return false;
  }
  way.trouble.clear();
  if (made.event) {
    dispatcher_.tell(*std::move(made.event), way.spec.channels);
    spdlog::info("digest sent id={}", id);
  } else {
    spdlog::info("digest was due while nothing was watched, not sent id={}", id);
  }
  co_return true;
}

}  // namespace foghorn
