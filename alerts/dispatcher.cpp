#include "alerts/dispatcher.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <random>
#include <utility>

#include "alerts/channel_notice.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr Duration longest_rest = 60s;  // then the clock is read again, whatever happened to it
constexpr Duration keeper_step = 1s;
constexpr Duration prune_every = 1h;

/// Waits for the timer to expire or be cancelled.
asio::awaitable<void> wait_for(asio::steady_timer& timer) {
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> sleep_in_real_time(asio::steady_timer& timer, Duration wait) {
  timer.expires_after(wait);
  co_await wait_for(timer);
}

std::function<double()> system_random() {
  return [engine = std::mt19937_64{std::random_device{}()}]() mutable {
    return std::uniform_real_distribution<double>{0, 1}(engine);
  };
}

/// Worth a second channel while the first is down.
bool matters(const AlertEvent& event) {
  return event.tier && *event.tier >= Tier::major;
}

template <class T>
T readable(Result<T> result) {
  if (result.has_value()) return *std::move(result);
  throw StoreError(fmt::format("the outbox cannot be read ({}); see whether the disk is in order",
                               result.error().message()));
}

}  // namespace

struct Dispatcher::Courier {
  Courier(asio::any_io_executor executor, const ChannelSpec& channel_spec,
          const std::vector<Timestamp>& sends, Timestamp now, CourierFsm::Random random)
      : spec{channel_spec},
        channel{*find_channel(channel_spec.type)},
        fsm{channel_spec.name, channel.facts().quota,  sends, now,
            std::move(random), channel.facts().telling},
        wake{executor} {}

  ChannelSpec spec;
  const Channel& channel;
  CourierFsm fsm;
  asio::steady_timer wake;  // cancelled when there is news
  std::string last_detail;  // of why the line failed, as it was told
};

Dispatcher::Dispatcher(asio::any_io_executor executor, Store& store,
                       const std::vector<ChannelSpec>& channels, Routes routes,
                       DeliverySurroundings surroundings)
    : store_{store},
      writer_{store},
      routes_{std::move(routes)},
      surroundings_{std::move(surroundings)},
      keeper_timer_{executor},
      idle_{executor} {
  if (!surroundings_.clock) surroundings_.clock = [this] { return own_clock_.now(); };
  if (!surroundings_.random) surroundings_.random = system_random();
  if (!surroundings_.sleep) surroundings_.sleep = sleep_in_real_time;
  for (const auto& spec : channels) {
    const auto& quota = find_channel(spec.type)->facts().quota;
    const auto sends = readable(store_.last_sends(spec.name, quota.sends + quota.reserve));
    couriers_.push_back(std::make_unique<Courier>(executor, spec, sends, now(),
                                                  [this] { return surroundings_.random(); }));
  }
  take_up();
}

Dispatcher::~Dispatcher() = default;

Dispatcher::Courier* Dispatcher::courier_of(const std::string& channel) {
  for (const auto& courier : couriers_)
    if (courier->spec.name == channel) return courier.get();
  return nullptr;
}

void Dispatcher::take_up() {
  auto waiting = readable(store_.waiting());
  std::size_t nobody = 0;
  for (auto& message : waiting) {
    auto* courier = courier_of(message.row.channel);
    if (courier) {
      courier->fsm.restore(std::move(message), now());
    } else {
      ++nobody;
    }
  }
  // They wait in the store: the channel may come back into the config.
  if (nobody > 0)
    spdlog::warn("outbox holds rows of channels that the config no longer names rows={}", nobody);
}

void Dispatcher::start(TaskGroup& tasks) {
  tasks.spawn("store keeper", run_keeper());
  for (const auto& courier : couriers_)
    tasks.spawn("courier " + courier->spec.name, run_courier(*courier));
}

bool Dispatcher::accept(std::vector<AlertEvent> events, std::vector<StoredRule> rules) {
  const auto at = now();
  Commit commit;
  commit.rules = std::move(rules);
  for (auto& event : events) {
    const bool twice =
        std::ranges::find(commit.events, event.id, &AlertEvent::id) != commit.events.end();
    if (twice || writer_.knows(event.id)) continue;
    for (const auto& channel : channels_of(event, commit)) enqueue(event, channel, at, commit);
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
    had_episode = writer_.channels_of(event.episode);
    for (const auto& row : commit.new_rows)
      if (row.episode == event.episode) had_episode.insert(row.channel);
  }
  auto channels = channels_for(event, routes_, had_episode);
  // While a circuit is open, its fallback gets what matters, too; and where that one is down, its
  // own.
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const auto* courier = courier_of(channels[i]);
    if (!courier || !courier->fsm.circuit_open() || !matters(event)) continue;
    const auto& fallback = courier->spec.fallback;
    if (!fallback.empty() && std::ranges::find(channels, fallback) == channels.end())
      channels.push_back(fallback);
  }
  return channels;
}

void Dispatcher::enqueue(const AlertEvent& event, const std::string& channel, Timestamp at,
                         Commit& commit) {
  auto* courier = courier_of(channel);
  if (!courier) return;
  OutboxRow row{.id = outbox_id(event.id, channel),
                .event = event.id,
                .channel = channel,
                .episode = event.episode,
                .tier = event.tier,
                .next_try = at,
                .created = at};
  if (make_room(*courier, row, at, commit)) {
    courier->fsm.add(row, event);
  } else {
    row.state = OutboxState::dropped;
    row.settled = at;
    ++dropped_;
    spdlog::error("outbox full, message dropped channel={} id={}", channel, row.id);
  }
  commit.new_rows.push_back(std::move(row));
}

bool Dispatcher::make_room(Courier& courier, const OutboxRow& row, Timestamp at, Commit& commit) {
  std::size_t rows = 0;
  for (const auto& any : couriers_) rows += any->fsm.rows();
  if (rows < surroundings_.most_rows) return true;
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

asio::awaitable<void> Dispatcher::run_courier(Courier& courier) {
  for (;;) {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
    const auto at = now();
    const auto due = finishing_ ? std::nullopt : courier.fsm.next(at);
    if (due && *due <= at) {
      co_await attempt(courier);
    } else {
      co_await rest(courier, due, at);
    }
  }
}

asio::awaitable<void> Dispatcher::rest(Courier& courier, std::optional<Timestamp> due,
                                       Timestamp at) {
  if (due) {
    co_await surroundings_.sleep(courier.wake, std::min(*due - at, longest_rest));
    co_return;
  }
  courier.wake.expires_at(asio::steady_timer::time_point::max());
  co_await wait_for(courier.wake);
}

asio::awaitable<void> Dispatcher::attempt(Courier& courier) {
  auto attempt = courier.fsm.begin(now());
  // Durable before it is on the line: whatever becomes of us, the next life knows that this may
  // have arrived.
  attempt.options.unsaved = !writer_.save(std::move(attempt.commit), now());
  attempt.options.language = courier.spec.language;
  attempt.options.now = now();
  if (surroundings_.zone.offset) attempt.options.zone = &surroundings_.zone;
  const Address to{.channel = courier.spec.name,
                   .url = courier.spec.url,
                   .secret = courier.spec.secret,
                   .chat_id = courier.spec.chat_id};
  auto rendered = courier.channel.render(attempt.events, to, attempt.options);
  HttpRequest request{.method = std::move(rendered.method),
                      .url = rendered.url.reveal(),
                      .headers = std::move(rendered.headers),
                      .body = std::move(rendered.body)};
  HttpOptions options;
  options.ca_file = courier.spec.ca_file;
  options.proxy = courier.spec.proxy;
  options.largest_body = 64 << 10;

  ++on_the_line_;
  const auto answer = co_await surroundings_.fetch(std::move(request), std::move(options));
  if (--on_the_line_ == 0) idle_.cancel();
  if (!answer.detail.empty() && answer.detail != courier.last_detail)
    spdlog::warn("channel not reached channel={} error={} detail=\"{}\"", courier.spec.name,
                 error_label(answer.error), answer.detail);
  courier.last_detail = answer.detail;

  const auto at = now();
  auto outcome = courier.fsm.end(at, judge(courier.channel, answer, at));
  Commit commit = std::move(outcome.commit);
  learn(courier, outcome, at, commit);
  writer_.save(std::move(commit), at);
}

void Dispatcher::learn(Courier& courier, const CourierFsm::Outcome& outcome, Timestamp at,
                       Commit& commit) {
  const auto& name = courier.spec.name;
  if (!outcome.given_up.empty())
    spdlog::error("message given up channel={} id={}", name, outcome.given_up);
  if (outcome.circuit_opened) {
    const auto& reason = commit.changed_rows.front().last_error;
    spdlog::error("channel down channel={} error={}; probing from time to time", name, reason);
    speak(channel_down(name, reason, at), courier, at, commit);
    divert(courier, at, commit);
    wake_couriers();
  }
  if (outcome.circuit_closed) {
    spdlog::info("channel back channel={}", name);
    speak(channel_back(name, at), courier, at, commit);
    wake_couriers();
  }
}

/// What matters and did not arrive goes to the fallback as well.
void Dispatcher::divert(const Courier& from, Timestamp at, Commit& commit) {
  const auto& fallback = from.spec.fallback;
  if (fallback.empty()) return;
  for (const auto& event : from.fsm.undelivered())
    if (matters(event) && !writer_.channels_of_event(event.id).contains(fallback))
      enqueue(event, fallback, at, commit);
}

/// Tells the notices' channels of one of them, but not that one.
void Dispatcher::speak(AlertEvent notice, const Courier& of, Timestamp at, Commit& commit) {
  for (const auto& channel : channels_of(notice, commit))
    if (channel != of.spec.name) enqueue(notice, channel, at, commit);
  commit.events.push_back(std::move(notice));
}

asio::awaitable<void> Dispatcher::run_keeper() {
  auto prune_at = now();
  for (;;) {
    keeper_timer_.expires_after(keeper_step);
    co_await keeper_timer_.async_wait(asio::use_awaitable);
    if (const auto off = own_clock_.realign())
      spdlog::warn("clock set by_seconds={:.1f}", std::chrono::duration<double>{*off}.count());
    if (writer_.failing()) writer_.save({}, now());
    if (now() < prune_at) continue;
    prune_at = now() + prune_every;
    if (const auto pruned = store_.prune(now()); pruned.has_error())
      spdlog::warn("store cannot forget what is old error=\"{}\"", pruned.error().message());
  }
}

asio::awaitable<bool> Dispatcher::finish(Duration grace) {
  finishing_ = true;
  if (on_the_line_ > 0) {
    idle_.expires_after(grace);
    co_await wait_for(idle_);
  }
  if (writer_.failing()) writer_.flush(now());
  co_return on_the_line_ == 0;
}

DispatcherSnapshot Dispatcher::snapshot() const {
  DispatcherSnapshot all{.channels = {},
                         .dropped = dropped_,
                         .unsaved_events = writer_.unsaved_events(),
                         .store_error = writer_.failing() ? writer_.error().message() : ""};
  for (const auto& courier : couriers_) {
    ChannelSnapshot channel{.name = courier->spec.name,
                            .circuit_open = courier->fsm.circuit_open(),
                            .waiting = courier->fsm.waiting(),
                            .oldest_waiting = courier->fsm.oldest_waiting(),
                            .counts = courier->fsm.counts()};
    for (const auto reason : attempt_reasons(courier->channel))
      channel.counts.errors.try_emplace(std::string{reason}, 0);
    all.channels.push_back(std::move(channel));
  }
  return all;
}

}  // namespace foghorn
