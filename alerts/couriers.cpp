// The dispatcher's couriers: one coroutine per channel that takes the next message of its FSM,
// sends it, and lets everybody know what came of it.

#include <spdlog/spdlog.h>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

#include "alerts/channel_notice.hpp"
#include "alerts/dispatcher_courier.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr Duration longest_rest = 60s;  // then the clock is read again, whatever happened to it

Address address_of(const ChannelSpec& spec) {
  return {.channel = spec.name,
          .url = spec.url,
          .secret = spec.secret,
          .chat_id = spec.chat_id,
          .mentions = spec.mentions};
}

MutedUntil muted_until(const ChannelSpec& spec, const Channel& channel, const Zone& zone) {
  // What is firing is told whatever the hour: its receiver has mute hours of its own.
  if (!spec.mute || channel.facts().telling == Telling::firing) return {};
  if (zone.offset) return mute_clock(*spec.mute, zone.offset);
  const Duration ahead = spec.language == Language::zh ? 8h : 0h;  // as in messages
  return mute_clock(*spec.mute, [ahead](Timestamp) { return ahead; });
}

}  // namespace

Dispatcher::Courier::Courier(asio::any_io_executor executor, const ChannelSpec& channel_spec,
                             const std::vector<Timestamp>& sends, Timestamp silent_until,
                             Timestamp now, const DeliverySurroundings& surroundings)
    : spec{channel_spec},
      channel{*find_channel(channel_spec.type)},
      around{surroundings},
      to{address_of(spec)},
      fsm{{.channel = spec.name,
           .quota = channel.facts().quota,
           .telling = channel.facts().telling,
           .random = [this] { return around.random(); },
           .fits =
               [this](std::span<const AlertEvent> events, RenderOptions options) {
                 options.unsaved = true;  // the longest that it may become
                 options = completed(std::move(options), around.clock());
                 return channel.render(events, to, options).told;
               },
           .muted = muted_until(spec, channel, around.zone)},
          sends,
          now,
          silent_until},
      wake{executor} {
  if (channel.facts().telling == Telling::firing) firing.emplace();
}

void Dispatcher::Courier::take(const ChannelSpec& changed, Timestamp now) {
  const bool same = same_line(spec, changed);
  spec = changed;
  to = address_of(spec);
  fsm.set_muted(muted_until(spec, channel, around.zone));
  if (same) return;
  fsm.line_changed(now);
  if (firing) firing->forget_arrived();
}

Destination Dispatcher::Courier::destination() const {
  return {.to = to, .ca_file = spec.ca_file, .proxy = spec.proxy};
}

RenderOptions Dispatcher::Courier::completed(RenderOptions options, Timestamp now) const {
  options.language = spec.language;
  options.now = now;
  options.templates = around.templates.get();
  if (around.zone.offset) options.zone = &around.zone;
  return options;
}

asio::awaitable<void> Dispatcher::run_courier(Courier& courier) {
  for (;;) {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
    if (courier.leaving) co_return part_with(courier);
    const auto at = now();
    const auto due = finishing_ ? std::nullopt : courier.next(at);
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
  if (attempt.events.empty()) co_return;  // mute hours may have begun this very moment
  // Durable before it is on the line: whatever becomes of us, the next life knows that this may
  // have arrived.
  attempt.options.unsaved = !writer_.save(std::move(attempt.commit), now());
  const auto options = courier.completed(std::move(attempt.options), now());
  // A new config may come while we wait.
  const auto templates = surroundings_.templates;
  const auto spec = courier.spec;
  const auto there = courier.destination();
  Delivery delivery;
  if (courier.firing) {
    delivery = co_await tell_firing(courier, there, options);
  } else {
    delivery = co_await tell_events(courier, there, attempt.events, options);
  }

  const auto at = now();
  auto outcome = courier.fsm.end(at, delivery);
  if (!same_line(spec, courier.spec)) {  // its failures were the old line's
    courier.fsm.line_changed(at);
    if (courier.firing) courier.firing->forget_arrived();
  }
  Commit commit = std::move(outcome.commit);
  learn(courier, outcome, at, commit);
  writer_.save(std::move(commit), at);
}

asio::awaitable<Delivery> Dispatcher::tell_events(Courier& courier, const Destination& there,
                                                  const std::vector<AlertEvent>& events,
                                                  const RenderOptions& options) {
  auto message = courier.channel.render(events, there.to, options);
  // What is counted as told is named: rather nothing goes out than less.
  if (message.told < events.size()) co_return Delivery{.verdict = Delivery::Verdict::shorten};
  const auto answer = co_await post(courier, there, std::move(message));
  co_return judge(courier.channel, answer, now());
}

asio::awaitable<HttpAnswer> Dispatcher::post(Courier& courier, const Destination& there,
                                             ChannelRequest message) {
  HttpRequest request{.method = std::move(message.method),
                      .url = message.url.reveal(),
                      .headers = std::move(message.headers),
                      .body = std::move(message.body)};
  HttpOptions options;
  options.ca_file = there.ca_file;
  options.proxy = there.proxy;
  options.largest_body = 64 << 10;

  ++on_the_line_;
  auto answer = co_await surroundings_.fetch(std::move(request), std::move(options));
  if (--on_the_line_ == 0) idle_.cancel();
  if (!answer.detail.empty() && answer.detail != courier.last_detail)
    spdlog::warn("channel not reached channel={} error={} detail=\"{}\"", courier.spec.name,
                 error_label(answer.error), answer.detail);
  courier.last_detail = answer.detail;
  co_return answer;
}

void Dispatcher::learn(Courier& courier, const CourierFsm::Outcome& outcome, Timestamp at,
                       Commit& commit) {
  const auto& name = courier.spec.name;
  const std::string reason{outcome.reason};
  std::vector<std::string> lost;
  for (const auto& [row, event, state] : outcome.given_up) {
    spdlog::error("message given up channel={} id={} error={}", name, row, reason);
    pass_on(event, name, at, commit);
    // Of a notice that nobody took nobody is told: notices would beget notices.
    if (event.kind != AlertKind::notice) lost.push_back(row);
  }
  if (!lost.empty()) {
    const bool refused = outcome.given_up.front().state == OutboxState::refused;
    speak(refused ? messages_refused(name, lost, reason, at)
                  : messages_unanswered(name, lost, reason, at),
          courier, at, commit);
    wake_couriers();
  }
  if (outcome.circuit_opened && !courier.leaving) {
    spdlog::error("channel down channel={} error={} consequence=probed_from_time_to_time", name,
                  reason);
    speak(channel_down(name, reason, at), courier, at, commit);
    for (const auto& event : courier.fsm.undelivered()) pass_on(event, name, at, commit);
    wake_couriers();
  }
  if (outcome.circuit_closed) {
    spdlog::info("channel back channel={}", name);
    speak(channel_back(name, at), courier, at, commit);
    wake_couriers();
  }
}

/// The channel's fallback; and while that one's circuit is open, its own.
std::vector<std::string> Dispatcher::stand_ins(const std::string& channel) {
  std::vector<std::string> found;
  for (const auto* courier = courier_of(channel); courier;) {
    const auto& fallback = courier->spec.fallback;
    if (fallback.empty() || fallback == channel) break;
    if (std::ranges::find(found, fallback) != found.end()) break;
    found.push_back(fallback);
    courier = courier_of(fallback);
    if (courier && !courier->fsm.circuit_open()) break;
  }
  return found;
}

/// What matters and may not arrive goes to who stands in for its channel as well.
void Dispatcher::pass_on(const AlertEvent& event, const std::string& channel, Timestamp at,
                         Commit& commit) {
  if (!matters(event) || is_test_message(event.id)) return;
  const auto others = stand_ins(channel);
  if (others.empty()) return;
  auto had = writer_.channels_of_event(event.id);
  for (const auto& row : commit.new_rows)
    if (row.event == event.id) had.insert(row.channel);
  for (const auto& other : others)
    if (!had.contains(other)) enqueue(event, other, at, commit);
}

/// Tells the notices' channels of one of them, but not that one.
void Dispatcher::speak(AlertEvent notice, const Courier& of, Timestamp at, Commit& commit) {
  for (const auto& channel : channels_of(notice, commit))
    if (channel != of.spec.name) enqueue(notice, channel, at, commit);
  commit.events.push_back(std::move(notice));
}

}  // namespace foghorn
