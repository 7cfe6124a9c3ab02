#include "daemon/heartbeat.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

#include "daemon/heartbeat_text.hpp"
#include "net/clock.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr Duration longest_rest = 60s;  // then the clock is read again, whatever happened to it
constexpr Duration too_late = 60s;      // the machine slept: such a beat is not made up for
constexpr Duration between_looks = 2s;  // the engine's timers are stepped once a second
constexpr int most_pings = 3;           // of one beat: a single loss is the line's, not ours
constexpr Duration between_pings = 5s;
constexpr std::size_t most_counted = 10'000;

asio::awaitable<void> sleep_in_real_time(asio::steady_timer& timer, Duration wait) {
  boost::system::error_code ignored;
  timer.expires_after(wait);
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

Heartbeat::Heartbeat(asio::any_io_executor executor, HeartbeatSpec spec, Dispatcher& dispatcher,
                     Store& store, HeartbeatSurroundings surroundings)
    : spec_{std::move(spec)},
      dispatcher_{dispatcher},
      store_{store},
      surroundings_{std::move(surroundings)} {
  if (!surroundings_.clock) surroundings_.clock = wall_now;
  if (!surroundings_.sleep) surroundings_.sleep = sleep_in_real_time;
  const auto way = [&executor](const char* name, Duration period, Duration phase) {
    return Way{{period, phase}, asio::steady_timer{executor}, {.name = name}};
  };
  if (!spec_.channels.empty()) message_.emplace(way("message", spec_.every, spec_.at));
  if (!spec_.ping_url.empty()) ping_.emplace(way("ping", spec_.ping_every, spec_.ping_at));
}

void Heartbeat::start(TaskGroup& tasks) {
  if (message_) tasks.spawn("heartbeat message", run(*message_, &Heartbeat::speak));
  if (ping_) tasks.spawn("heartbeat ping", run(*ping_, &Heartbeat::ping));
}

HeartbeatCounts Heartbeat::counts() const {
  HeartbeatCounts counts;
  for (const auto* way : {&message_, &ping_}) {
    if (!*way) continue;
    counts.ways.push_back((*way)->counts);
    counts.ways.back().period = (*way)->schedule.period;
  }
  return counts;
}

asio::awaitable<void> Heartbeat::run(Way& way, Act act) {
  const auto state = [] { return asio::this_coro::cancellation_state; };
  auto beat = next_beat(way.schedule, surroundings_.clock(), surroundings_.zone);
  for (;;) {
    const auto stopping = co_await state();
    if (stopping.cancelled() != asio::cancellation_type::none) co_return;
    const auto now = surroundings_.clock();
    if (now < beat) {
      co_await surroundings_.sleep(way.timer, std::min(beat - now, longest_rest));
      continue;
    }
    if (now - beat < too_late) {
      if (co_await (this->*act)(way, beat))
        way.counts.last = surroundings_.clock();
      else
        ++way.counts.failures;
    }
    beat = next_beat(way.schedule, std::max(beat, surroundings_.clock()), surroundings_.zone);
  }
}

/// The market's state, where it moves; null, and a word about it, where it stands still.
asio::awaitable<std::shared_ptr<const Snapshot>> Heartbeat::moving_market(Way& way) {
  const auto before = co_await surroundings_.market();
  if (before) co_await surroundings_.sleep(way.timer, between_looks);
  const auto after = before ? co_await surroundings_.market() : nullptr;
  if (after && after->stepped > before->stepped) co_return after;
  spdlog::error("heartbeat withheld way={} error={} remedy=restart", way.counts.name,
                after ? "engine_stands_still" : "market_thread_does_not_answer");
  co_return nullptr;
}

asio::awaitable<bool> Heartbeat::speak(Way& way, Timestamp beat) {
  const auto market = co_await moving_market(way);
  if (!market) co_return false;
  if (told_until_ == no_time) told_until_ = beat - way.schedule.period;
  const HeartbeatFacts facts{.beat = beat,
                             .next = next_beat(way.schedule, beat, surroundings_.zone),
                             .alerts = alerts_between(told_until_, beat)};
  auto event = heartbeat_event(facts, *market, dispatcher_.snapshot(), surroundings_.zone);
  dispatcher_.tell(std::move(event), spec_.channels);
  told_until_ = beat;
  co_return true;
}

std::optional<std::size_t> Heartbeat::alerts_between(Timestamp from, Timestamp to) {
  const auto events = store_.events(from, to, most_counted);
  if (!events) return std::nullopt;
  const auto of_rule = [](const AlertEvent& event) { return !event.rule.empty(); };
  return static_cast<std::size_t>(std::ranges::count_if(*events, of_rule));
}

asio::awaitable<bool> Heartbeat::ping(Way& way, Timestamp) {
  if (const auto market = co_await moving_market(way); !market) co_return false;
  std::string trouble;
  for (int tries = 0; tries < most_pings; ++tries) {
    if (tries > 0) co_await surroundings_.sleep(way.timer, between_pings);
    trouble = co_await ping_trouble();
    if (trouble.empty()) break;
  }
  if (!trouble.empty() && trouble != ping_trouble_)
    spdlog::warn("heartbeat ping not answered {}; it is tried again at the next one", trouble);
  if (trouble.empty() && !ping_trouble_.empty()) spdlog::info("heartbeat ping answered again");
  ping_trouble_ = trouble;
  co_return trouble.empty();
}

asio::awaitable<std::string> Heartbeat::ping_trouble() {
  HttpRequest request;
  request.url = spec_.ping_url.reveal();
  HttpOptions options;
  options.ca_file = spec_.ca_file.string();
  options.proxy = spec_.proxy;
  options.largest_body = 64 << 10;
  const auto answer = co_await surroundings_.fetch(std::move(request), std::move(options));
  if (answer.error) {
    auto trouble = fmt::format("error={}", error_label(answer.error));
    if (!answer.detail.empty()) trouble += fmt::format(" detail=\"{}\"", answer.detail);
    co_return trouble;
  }
  if (answer.status < 200 || answer.status > 299) co_return fmt::format("status={}", answer.status);
  co_return std::string{};
}

}  // namespace foghorn
