// The dispatcher's part in telling what is firing: not what the rows of the outbox hold one after
// the other, but what they came to. The rows say what there is news of, and when it has arrived.

#include <algorithm>
#include <set>
#include <span>

#include "alerts/dispatcher_courier.hpp"
#include "alerts/readable.hpp"

namespace foghorn {
namespace {

bool told_to(const std::vector<OutboxRow>& rows, const std::string& channel) {
  return std::ranges::any_of(
      rows, [&](const OutboxRow& row) { return row.channel == channel && !hushed(row.state); });
}

/// What is firing is told until it is over: whatever was answered, another try is harmless, and the
/// next one may hold other news.
Delivery never_given_up(Delivery delivery, bool shorter) {
  using enum Delivery::Verdict;
  const bool final = (delivery.verdict == refused && !delivery.channel_is_dead) ||
                     delivery.verdict == unknown || (delivery.verdict == shorten && shorter);
  if (final) delivery.verdict = retry;
  delivery.most_tries = 0;
  return delivery;
}

}  // namespace

std::optional<Timestamp> Dispatcher::Courier::next(Timestamp now) {
  const auto due = fsm.next(now);
  if (due || !firing) return due;
  const auto again = firing->again(now);
  if (!again || *again > now) return again;
  fsm.repeat(now);
  return fsm.next(now);
}

/// What was firing for this channel when we died, and what had ended lately. Its own rows tell,
/// however many an episode had; an episode older than they are has its last event in the store.
void Dispatcher::take_up_firing(Courier& courier) {
  const auto& name = courier.spec.name;
  OutboxQuery own;
  own.channel = name;
  own.most = Firing::most;
  const auto rows = readable(store_.outbox(own));
  std::set<std::string_view> known;
  for (const auto& message : rows) known.insert(message.row.event);
  for (const auto& event : readable(store_.open_episodes()))
    if (!known.contains(event.id) && told_to(readable(store_.deliveries(event.id)), name))
      courier.firing->add(event, event.time, true);
  for (const auto& [row, event] : rows)
    if (!hushed(row.state) && row.state != OutboxState::for_digest)
      courier.firing->add(event, row.created, !open(row.state));
}

/// In as many requests as it takes; what is over, or not, has arrived when all of them have.
asio::awaitable<Delivery> Dispatcher::tell_firing(Courier& courier, const Destination& there,
                                                  const RenderOptions& options) {
  const auto events = courier.firing->present(now());
  for (std::span rest{events}; !rest.empty();) {
    auto message = courier.channel.render(rest, there.to, options);
    rest = rest.subspan(std::min(message.told, rest.size()));
    const auto answer = co_await post(courier, there, std::move(message));
    const auto delivery = judge(courier.channel, answer, now());
    if (delivery.verdict != Delivery::Verdict::delivered)
      co_return never_given_up(delivery, options.shorter);
  }
  courier.firing->arrived(now());
  co_return Delivery{.verdict = Delivery::Verdict::delivered};
}

}  // namespace foghorn
