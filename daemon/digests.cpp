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
constexpr std::size_t most_at_once = 1'000;
constexpr int schema_with_digests = 5;  // of the store

asio::awaitable<void> sleep_in_real_time(asio::steady_timer& timer, Duration wait) {
  boost::system::error_code ignored;
  timer.expires_after(wait);
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace

Digests::Digests(asio::any_io_executor executor, const Config& config, Dispatcher& dispatcher,
                 Store& store, DigestSurroundings surroundings)
    : executor_{std::move(executor)},
      dispatcher_{dispatcher},
      store_{store},
      surroundings_{std::move(surroundings)} {
  if (!surroundings_.clock) surroundings_.clock = wall_now;
  if (!surroundings_.sleep) surroundings_.sleep = sleep_in_real_time;
  for (const auto& spec : config.digests) ways_.push_back(make_way(spec, config));
}

Digests::Way Digests::make_way(const DigestSpec& spec, const Config& config) {
  const auto& zone = spec.timezone.empty() ? config.daemon.timezone : spec.timezone;
  return {.spec = spec,
          .zone = zone,
          .schedule = {.at = spec.at, .days = spec.days, .zone = zone_of(zone)},
          .timer = asio::steady_timer{executor_},
          .counts = {.name = digest_name(spec)}};
}

void Digests::reconfigure(const Config& config) {
  std::list<Way> before;
  before.swap(ways_);
  std::vector<Way*> fresh;
  for (const auto& spec : config.digests) {
    auto way = make_way(spec, config);
    const auto known = std::ranges::find_if(before, [&](const Way& other) {
      return other.counts.name == way.counts.name && other.zone == way.zone;
    });
    if (known != before.end()) {
      known->spec = spec;
      ways_.splice(ways_.end(), before, known);
      continue;
    }
    way.since = surroundings_.clock();
    ways_.push_back(std::move(way));
    fresh.push_back(&ways_.back());
  }
  for (auto& way : before) {
    way.gone = true;
    way.timer.cancel();
  }
  leaving_.splice(leaving_.end(), before);
  remember(false);
  for (auto* way : fresh) spawn(*way);
}

/// Since when each is in the config is known to the store; those that are gone are forgotten.
void Digests::remember(bool upgraded) {
  const auto now = surroundings_.clock();
  const auto stored = store_.digests();
  if (!stored) {
    spdlog::warn("digests not remembered error=\"{}\" consequence=a_missed_one_is_sent_late",
                 stored.error().message());
    return;
  }
  Commit news;
  for (const auto& known : *stored) news.digests.push_back({known.digest, no_time});
  for (auto& way : ways_) {
    // In another zone it would be due at other times.
    const auto name = digest_name(way.spec) + " " + way.zone;
    const auto known = std::ranges::find(*stored, name, &StoredDigest::digest);
    // A clock that was ahead knows nothing of the past.
    if (known != stored->end()) {
      way.since = std::min(known->since, now);
    } else {
      way.since = upgraded ? Timestamp{} : now;
    }
    const auto kept = std::ranges::find(news.digests, name, &StoredDigest::digest);
    if (kept != news.digests.end()) news.digests.erase(kept);
    if (known == stored->end() || known->since > now) news.digests.push_back({name, way.since});
  }
  if (!news.empty()) dispatcher_.keep(std::move(news));
}

void Digests::start(TaskGroup& tasks) {
  tasks_ = &tasks;
  // A store that could not remember digests says nothing of how long they are in the config.
  const auto& upgrade = store_.upgraded();
  remember(upgrade && upgrade->from < schema_with_digests);
  for (auto& way : ways_) spawn(way);
}

void Digests::spawn(Way& way) {
  tasks_->spawn("digest " + way.spec.place.text, run(way));
}

DigestCounts Digests::counts() const {
  DigestCounts all;
  for (const auto& way : ways_) all.digests.push_back(way.counts);
  return all;
}

asio::awaitable<void> Digests::run(Way& way) {
  for (;;) {
    const auto stopping = co_await asio::this_coro::cancellation_state;
    if (stopping.cancelled() != asio::cancellation_type::none) co_return;
    if (way.gone) {
      leaving_.remove_if([&way](const Way& other) { return &other == &way; });
      co_return;
    }
    const auto now = surroundings_.clock();
    way.since = std::min(way.since, now);  // of a clock that was ahead
    auto rest = longest_rest;
    if (const auto due = last_due(way.schedule, now);
        due && due->time != way.done && now - due->time < longest_late) {
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

/// The id under which the one due then is to be told; nullopt: it was. Where the zone is the
/// daemon's, an id without it may be taken by that day's digest of the zone before.
std::optional<std::string> Digests::free_id(const Way& way, const DigestDue& due) {
  auto id = digest_id(way.spec, due);
  const auto taken = [this](const std::string& name) {
    const auto known = store_.knows_event(name);
    return known && *known;
  };
  if (!taken(id)) return id;
  const auto told = store_.events(due.time, due.time + Duration{1}, most_at_once);
  const bool of_then =
      !told || std::ranges::any_of(*told, [&](const AlertEvent& event) { return event.id == id; });
  if (of_then || !way.spec.timezone.empty()) return std::nullopt;
  auto with_zone = id + "@" + way.zone;
  if (taken(with_zone)) return std::nullopt;
  spdlog::info("digest id is taken by another zone's id={} instead={}", id, with_zone);
  return with_zone;
}

asio::awaitable<bool> Digests::send(Way& way, DigestDue due) {
  const auto free = free_id(way, due);
  if (!free) co_return true;
  const auto& id = *free;
  const auto now = surroundings_.clock();
  const bool late = now - due.time >= punctual;
  if (way.since > due.time) {
    spdlog::info("digest was due before the config named it, not sent id={}", id);
    co_return true;
  }
  DigestOrder order{
      .spec = way.spec, .schedule = way.schedule, .due = due, .late = late, .now = now};
  auto made = co_await surroundings_.make(std::move(order));
  if (way.gone) co_return true;
  if (!made.trouble.empty()) {
    ++way.counts.failed;
    if (made.trouble != way.trouble)
      spdlog::error("digest not made id={} detail=\"{}\" retry_in=60s", id, made.trouble);
    way.trouble = std::move(made.trouble);
    co_return false;
  }
  way.trouble.clear();
  if (made.event) {
    made.event->id = id;
    dispatcher_.tell(*std::move(made.event), way.spec.channels);
    ++(late ? way.counts.late : way.counts.sent);
    way.counts.last = surroundings_.clock();
    spdlog::info("digest sent id={}", id);
  } else {
    spdlog::info("digest was due while nothing was watched, not sent id={}", id);
  }
  co_return true;
}

}  // namespace foghorn
