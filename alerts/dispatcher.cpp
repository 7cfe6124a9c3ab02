// What comes in and what is kept: alert events become rows, in one commit. What becomes of the rows
// is in couriers.cpp.

#include "alerts/dispatcher.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <random>
#include <utility>

#include "alerts/dispatcher_courier.hpp"
#include "alerts/held_back_notice.hpp"
#include "alerts/readable.hpp"
#include "alerts/store_notice.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr Duration keeper_step = 1s;
constexpr Duration prune_every = 1h;
constexpr Duration store_patience = 10s;

asio::awaitable<void> sleep_in_real_time(asio::steady_timer& timer, Duration wait) {
  timer.expires_after(wait);
  co_await wait_for(timer);
}

std::function<double()> system_random() {
  return [engine = std::mt19937_64{std::random_device{}()}]() mutable {
    return std::uniform_real_distribution<double>{0, 1}(engine);
  };
}

}  // namespace

Dispatcher::Dispatcher(asio::any_io_executor executor, Store& store,
                       const std::vector<ChannelSpec>& channels, Routes routes,
                       DeliverySurroundings surroundings)
    : executor_{executor},
      store_{store},
      writer_{store},
      routes_{std::move(routes)},
      surroundings_{std::move(surroundings)},
      keeper_timer_{executor},
      idle_{executor} {
  if (!surroundings_.clock) surroundings_.clock = [this] { return own_clock_.now(); };
  if (!surroundings_.random) surroundings_.random = system_random();
  if (!surroundings_.sleep) surroundings_.sleep = sleep_in_real_time;
  std::vector<Courier*> all;
  for (const auto& spec : channels) {
    couriers_.push_back(make_courier(spec));
    all.push_back(couriers_.back().get());
  }
  take_up(all);
  take_up_hush();
}

Dispatcher::~Dispatcher() = default;

Dispatcher::Courier* Dispatcher::courier_of(const std::string& channel) {
  for (const auto& courier : couriers_)
    if (courier->spec.name == channel) return courier.get();
  return nullptr;
}

/// As an earlier life left it, but for what waits.
std::unique_ptr<Dispatcher::Courier> Dispatcher::make_courier(const ChannelSpec& spec) {
  const auto& quota = find_channel(spec.type)->facts().quota;
  const auto sends = readable(store_.last_sends(spec.name, quota.sends + quota.reserve));
  const auto holds = readable(store_.holds());
  const auto hold = std::ranges::find(holds, spec.name, &ChannelHold::channel);
  const auto silent_until = hold == holds.end() ? no_time : hold->until;
  return std::make_unique<Courier>(executor_, spec, sends, silent_until, now(), surroundings_);
}

/// What waits for them in the store; they have nothing of it yet.
void Dispatcher::take_up(const std::vector<Courier*>& couriers) {
  for (auto* courier : couriers)
    if (courier->firing) take_up_firing(*courier);
  auto waiting = readable(store_.waiting());
  std::size_t nobody = 0;
  Commit commit;
  for (auto& message : waiting) {
    const auto& channel = message.row.channel;
    const auto courier = std::ranges::find_if(
        couriers, [&](const Courier* any) { return any->spec.name == channel; });
    if (courier == couriers.end()) {
      if (!courier_of(channel)) ++nobody;
    } else if (auto changed = (*courier)->fsm.restore(std::move(message), now())) {
      commit.changed_rows.push_back(*std::move(changed));
    }
  }
  writer_.save(std::move(commit), now());
  // They wait in the store: the channel may come back into the config.
  if (nobody > 0)
    spdlog::warn("outbox holds rows of channels that the config no longer names rows={}", nobody);
}

void Dispatcher::start(TaskGroup& tasks) {
  tasks_ = &tasks;
  tasks.spawn("store keeper", run_keeper());
  for (const auto& courier : couriers_) spawn(*courier);
}

void Dispatcher::spawn(Courier& courier) {
  tasks_->spawn("courier " + courier.spec.name, run_courier(courier));
}

bool Dispatcher::accept(std::vector<AlertEvent> events, std::vector<StoredRule> rules,
                        std::vector<HeldBack> held_back) {
  const auto at = now();
  Commit commit;
  commit.rules = std::move(rules);
  for (const auto& episode : held_back)
    take_in(held_back_notice(episode), OutboxState::for_digest, at, commit);
  commit.held_back = std::move(held_back);
  hush_.put_in_order(events);
  for (auto& event : events) take_in(std::move(event), OutboxState::pending, at, commit);
  release(at, commit);
  const bool saved = writer_.save(std::move(commit), at);
  wake_couriers();
  return saved;
}

void Dispatcher::take_in(AlertEvent event, OutboxState told_as, Timestamp at, Commit& commit) {
  const bool twice =
      std::ranges::find(commit.events, event.id, &AlertEvent::id) != commit.events.end();
  if (twice || writer_.knows(event.id)) return;
  hush_.hear(event);
  for (const auto& channel : channels_of(event, commit))
    enqueue(event, channel, at, commit, why_not_told(event, channel, at).value_or(told_as));
  commit.events.push_back(std::move(event));
}

bool Dispatcher::tell(AlertEvent event, const std::vector<std::string>& to_channels) {
  const auto at = now();
  Commit commit;
  if (!writer_.knows(event.id)) {
    for (const auto& channel : to_channels) enqueue(event, channel, at, commit);
    commit.events.push_back(std::move(event));
  }
  const bool saved = writer_.save(std::move(commit), at);
  wake_couriers();
  return saved;
}

void Dispatcher::wake_couriers() {
  for (const auto& courier : couriers_) courier->wake.cancel();
}

std::vector<std::string> Dispatcher::channels_of(const AlertEvent& event, const Commit& commit) {
  std::set<std::string> had_episode;
  if (event.kind == AlertKind::resolve) {
    const auto known = writer_.channels_of(event.episode);
    had_episode = known ? *known : channels_up_to(event, routes_);
    for (const auto& row : commit.new_rows)
      if (row.episode == event.episode && !hushed(row.state)) had_episode.insert(row.channel);
  }
  auto channels = channels_for(event, routes_, had_episode);
  if (!matters(event)) return channels;
  // While a circuit is open, others get what matters, too.
  auto with_others = channels;
  for (const auto& channel : channels) {
    const auto* courier = courier_of(channel);
    if (!courier || !courier->fsm.circuit_open()) continue;
    for (auto& other : stand_ins(channel))
      if (std::ranges::find(with_others, other) == with_others.end())
        with_others.push_back(std::move(other));
  }
  return with_others;
}

void Dispatcher::enqueue(const AlertEvent& event, const std::string& channel, Timestamp at,
                         Commit& commit, OutboxState as) {
  auto* courier = courier_of(channel);
  if (!courier) return;
  // Programs get no digests.
  if (as == OutboxState::for_digest && courier->channel.facts().telling != Telling::together)
    return;
  OutboxRow row{.id = outbox_id(event.id, channel),
                .event = event.id,
                .channel = channel,
                .episode = event.episode,
                .tier = event.tier,
                .state = as,
                .next_try = at,
                .created = at};
  if (hushed(as)) {
    row.settled = at;
  } else {
    queue(row, event, *courier, at, commit);
  }
  hush_.note(row, event);
  commit.new_rows.push_back(std::move(row));
}

void Dispatcher::queue(OutboxRow& row, const AlertEvent& event, Courier& courier, Timestamp at,
                       Commit& commit) {
  const bool too_many = courier.firing && !courier.firing->add(event, at);
  if (!too_many && make_room(courier, row, at, commit)) {
    courier.fsm.add(row, event);
    return;
  }
  row.state = OutboxState::dropped;
  row.settled = at;
  ++dropped_;
  spdlog::error("{}, message dropped channel={} id={}",
                too_many ? "too many alerts fire at once" : "outbox full", row.channel, row.id);
}

bool Dispatcher::make_room(Courier& courier, const OutboxRow& row, Timestamp at, Commit& commit) {
  std::size_t rows = 0;
  for (const auto& any : couriers_) rows += any->fsm.rows();
  if (rows < surroundings_.most_rows) return true;
  if (row.state == OutboxState::for_digest) return false;  // nothing is less
  auto dropped = courier.fsm.drop_below(row.tier, at);
  for (auto other = couriers_.begin(); dropped.empty() && other != couriers_.end(); ++other)
    dropped = (*other)->fsm.drop_below(row.tier, at);
  for (auto& gone : dropped) {
    ++dropped_;
    spdlog::error("outbox full, message dropped channel={} id={}", gone.channel, gone.id);
    // A row of this very commit is inserted first and updated after.
    commit.changed_rows.push_back(std::move(gone));
  }
  return !dropped.empty();
}

asio::awaitable<void> Dispatcher::run_keeper() {
  // Not at once: a machine that has just booted may not know the time yet.
  auto prune_at = now() + prune_every;
  for (;;) {
    keeper_timer_.expires_after(keeper_step);
    co_await keeper_timer_.async_wait(asio::use_awaitable);
    if (const auto off = own_clock_.realign())
      spdlog::warn("clock set by_seconds={:.1f}", std::chrono::duration<double>{*off}.count());
    if (const auto next = hush_.next(); next && *next <= now()) look_again(now());
    if (writer_.failing()) writer_.save({}, now());
    take_over();
    tell_of_store(now());
    if (now() < prune_at || writer_.failing()) continue;
    prune_at = now() + prune_every;
    if (const auto more = forget_old(); more.has_error()) {
      spdlog::warn("store cannot forget what is old error=\"{}\"", more.error().message());
    } else if (*more) {
      prune_at = now();
    }
  }
}

/// True: there may be more.
Result<bool> Dispatcher::forget_old() {
  const auto at = store_.believable(now());
  if (!at) return at.error();
  return *at ? store_.prune(**at) : Result<bool>{false};
}

/// A commit that waits for a backup is not worth a message; a full disk is.
void Dispatcher::tell_of_store(Timestamp at) {
  const bool down = writer_.failing() && at - writer_.failing_since() >= store_patience;
  if (down && !store_down_told_) {
    tell(store_down(writer_.trouble_text(), at), routes_.notices);
    store_down_told_ = true;
  } else if (!writer_.failing() && store_down_told_) {
    tell(store_back(at), routes_.notices);
    store_down_told_ = false;
  }
}

asio::awaitable<bool> Dispatcher::finish(Duration grace) {
  finishing_ = true;
  if (on_the_line_ > 0) {
    idle_.expires_after(grace);
    co_await wait_for(idle_);
  }
  if (writer_.failing() && !writer_.flush(now()))
    spdlog::error("stopping with alert events that are not stored events={} detail=\"{}\"",
                  writer_.unsaved_events(), writer_.trouble_text());
  co_return on_the_line_ == 0;
}

DispatcherSnapshot Dispatcher::snapshot() const {
  DispatcherSnapshot all{.channels = {},
                         .dropped = dropped_,
                         .unsaved_events = writer_.unsaved_events(),
                         .store_error = writer_.trouble_text(),
                         .store_failures = writer_.failures(),
                         .silences = silences()};
  for (const auto& courier : couriers_) {
    ChannelSnapshot channel{.name = courier->spec.name,
                            .circuit_open = courier->fsm.circuit_open(),
                            .waiting = courier->fsm.waiting(),
                            .oldest_waiting = courier->fsm.oldest_waiting(),
                            .counts = courier->fsm.counts(),
                            .muted = courier->fsm.muted(now())};
    for (const auto& held : hush_.held()) {
      if (held.row.channel != channel.name) continue;
      ++(held.row.state == OutboxState::silenced ? channel.silenced : channel.quiet);
    }
    for (const auto reason : attempt_reasons(courier->channel))
      channel.counts.errors.try_emplace(std::string{reason}, 0);
    all.channels.push_back(std::move(channel));
  }
  return all;
}

}  // namespace foghorn
