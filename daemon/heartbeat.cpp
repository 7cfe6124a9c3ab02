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
      surroundings_{std::move(surroundings)},
      executor_{std::move(executor)} {
  if (!surroundings_.clock) surroundings_.clock = wall_now;
  if (!surroundings_.sleep) surroundings_.sleep = sleep_in_real_time;
  take_spec(true);
}

void Heartbeat::take_spec(bool other_zone) {
  take(message_, !spec_.channels.empty(), "message", {spec_.every, spec_.at}, other_zone,
       &Heartbeat::speak);
  take(ping_, !spec_.ping_url.empty(), "ping", {spec_.ping_every, spec_.ping_at}, other_zone,
       &Heartbeat::ping);
}

void Heartbeat::take(std::shared_ptr<Way>& way, bool wanted, const char* name,
                     HeartbeatSchedule schedule, bool other_zone, Act act) {
  if (way && way->resting) way->timer.cancel();
  if (!wanted) {
    if (way) way->gone = true;
    way.reset();
    return;
  }
  const bool fresh = !way;
  if (fresh) way = std::make_shared<Way>(Way{{}, asio::steady_timer{executor_}, {.name = name}});
  // One that is due this very moment is not put off.
  if (fresh || other_zone || schedule != way->schedule)
    way->beat = next_beat(schedule, surroundings_.clock(), surroundings_.zone);
  way->schedule = schedule;
  if (fresh && tasks_) tasks_->spawn(std::string{"heartbeat "} + name, run(way, act));
}

void Heartbeat::start(TaskGroup& tasks) {
  tasks_ = &tasks;
  for (const auto* way : {&message_, &ping_})
    if (*way) (*way)->beat = next_beat((*way)->schedule, surroundings_.clock(), surroundings_.zone);
  if (message_) tasks.spawn("heartbeat message", run(message_, &Heartbeat::speak));
  if (ping_) tasks.spawn("heartbeat ping", run(ping_, &Heartbeat::ping));
}

void Heartbeat::reconfigure(HeartbeatSpec spec, Zone zone) {
  const bool other_zone = zone.name != surroundings_.zone.name;
  spec_ = std::move(spec);
  surroundings_.zone = std::move(zone);
  take_spec(other_zone);
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

asio::awaitable<void> Heartbeat::run(std::shared_ptr<Way> way, Act act) {
  const auto state = [] { return asio::this_coro::cancellation_state; };
  while (!way->gone) {
    const auto stopping = co_await state();
    if (stopping.cancelled() != asio::cancellation_type::none) co_return;
    const auto now = surroundings_.clock();
    const auto beat = way->beat;
    if (now < beat) {
      way->resting = true;
      co_await surroundings_.sleep(way->timer, std::min(beat - now, longest_rest));
      way->resting = false;
      continue;
    }
    if (now - beat < too_late) {
      if (co_await (this->*act)(*way, beat))
        way->counts.last = surroundings_.clock();
      else
        ++way->counts.failures;
    }
    // Unless another schedule came meanwhile, which has said when.
    if (way->beat == beat)
      way->beat =
          next_beat(way->schedule, std::max(beat, surroundings_.clock()), surroundings_.zone);
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
  if (!market || way.gone) co_return false;
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
  for (int tries = 0; tries < most_pings && !way.gone; ++tries) {
    if (tries > 0) co_await surroundings_.sleep(way.timer, between_pings);
    trouble = co_await ping_trouble();
    if (trouble.empty()) break;
  }
  if (!trouble.empty() && trouble != ping_trouble_)
    spdlog::warn("heartbeat ping not answered {} consequence=tried_again_at_the_next_one", trouble);
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
