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

}  // namespace

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

}  // namespace foghorn
