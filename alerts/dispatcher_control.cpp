// What a person orders of the outbox, over the control socket.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "alerts/channel_notice.hpp"
#include "alerts/dispatcher_courier.hpp"

namespace foghorn {
namespace {

const std::vector<OutboxState> dead_states{OutboxState::refused, OutboxState::unknown,
                                           OutboxState::dropped};

Refusal cannot(const char* what, const boost::system::error_code& error) {
  return {fmt::format("the store cannot {} ({}); see whether the disk is in order", what,
                      error.message())};
}

/// "is delivered", "are delivered, replaced": why none of them will do.
std::string states_of(const std::vector<StoredMessage>& messages) {
  std::set<std::string_view> states;
  for (const auto& message : messages) states.insert(to_text(message.row.state));
  std::string text = states.size() == 1 ? "is " : "are ";
  for (const auto state : states)
    text += fmt::format("{}{}", text.back() == ' ' ? "" : ", ", state);
  return text;
}

}  // namespace

/// Orders are about what the store says, and are durable when they are answered.
std::optional<Refusal> Dispatcher::store_trouble(Timestamp at) {
  if (!writer_.failing() || writer_.flush(at)) return std::nullopt;
  return cannot("commit", writer_.error());
}

Granted<std::vector<StoredMessage>> Dispatcher::rows_of(const OutboxQuery& which) {
  auto found = store_.outbox(which);
  if (!found) return cannot("be read", found.error());
  if (found->empty() && !which.id.empty())
    return Refusal{
        fmt::format("the outbox knows no row and no event of the id {}{}", which.id,
                    which.channel.empty() ? "" : fmt::format(" on the channel {}", which.channel))};
  return *std::move(found);
}

Granted<ChangedRows> Dispatcher::settle_order(ChangedRows changed, Timestamp at) {
  Commit commit;
  for (const auto& message : changed.rows) commit.changed_rows.push_back(message.row);
  const bool saved = writer_.save(std::move(commit), at);
  wake_couriers();
  if (!saved)
    return Refusal{fmt::format("{}; it is done in memory, and may not outlive a restart",
                               cannot("commit", writer_.error()).sentence)};
  return changed;
}

Granted<ChangedRows> Dispatcher::retry(OutboxQuery which) {
  const auto at = now();
  if (const auto trouble = store_trouble(at)) return *trouble;
  if (which.id.empty()) which.states = dead_states;
  which.most = ChangedRows::most + 1;
  auto found = rows_of(which);
  if (!found) return found.error();

  std::size_t room = surroundings_.most_rows;
  for (const auto& courier : couriers_) room -= std::min(room, courier->fsm.rows());
  ChangedRows changed;
  std::string nobody;
  bool of_firing = false;
  for (auto& letter : *found) {
    if (!dead(letter.row.state)) continue;
    if (which.id.empty() && is_test_message(letter.row.event)) continue;
    const auto* courier = courier_of(letter.row.channel);
    if (!courier) {
      nobody = letter.row.channel;
      continue;
    }
    if (courier->firing) {
      of_firing = true;
      continue;
    }
    OutboxQuery told_by;
    told_by.told_by = letter.row.id;
    told_by.most = ChangedRows::most;
    auto again = store_.outbox(told_by);
    if (!again) return cannot("be read", again.error());
    again->push_back(std::move(letter));
    if (changed.rows.size() + again->size() > std::min(room, ChangedRows::most)) {
      changed.more = true;
      break;
    }
    std::ranges::move(*again, std::back_inserter(changed.rows));
  }
  if (changed.rows.empty() && changed.more)
    return Refusal{"the outbox is full; wait until it has delivered some, or drop some"};
  if (changed.rows.empty() && !nobody.empty())
    return Refusal{fmt::format("the config names no channel {} any more", nobody)};
  if (changed.rows.empty() && of_firing && !which.id.empty())
    return Refusal{"this channel tells what is firing, without being asked to try again"};
  if (changed.rows.empty() && !which.id.empty())
    return Refusal{
        fmt::format("{} {}; only what was refused, unknown or dropped can be tried again", which.id,
                    states_of(*found))};
  for (auto& [row, event] : changed.rows) {
    row.state = OutboxState::pending;
    row.next_try = at;
    row.settled = no_time;
    row.told_by.clear();
    row.unknowns = 0;
    courier_of(row.channel)->fsm.take_back(row, event);
    spdlog::info("message tried again by order channel={} id={}", row.channel, row.id);
  }
  return settle_order(std::move(changed), at);
}

Granted<ChangedRows> Dispatcher::drop(OutboxQuery which) {
  const auto at = now();
  if (const auto trouble = store_trouble(at)) return *trouble;
  which.most = ChangedRows::most;
  auto found = rows_of(which);
  if (!found) return found.error();

  ChangedRows changed;
  bool on_the_line = false;
  bool of_firing = false;
  // A courier whose channel the config has no more still waits for the answer to what it sent.
  const auto sent_by_leaving = [this](const OutboxRow& row) {
    return (row.state == OutboxState::sending || !row.told_by.empty()) &&
           std::ranges::any_of(leaving_,
                               [&](const auto& gone) { return gone->spec.name == row.channel; });
  };
  for (auto& [row, event] : *found) {
    if (!open(row.state)) continue;
    if (sent_by_leaving(row)) {
      on_the_line = true;
      continue;
    }
    if (auto* courier = courier_of(row.channel)) {
      // Its row would be gone, and the alert told all the same.
      of_firing |= courier->firing.has_value();
      if (courier->firing) continue;
      auto dropped = courier->fsm.drop(row.id, at);
      on_the_line |= !dropped;
      if (!dropped) continue;
      row = *std::move(dropped);
    } else {  // nobody's any more
      row.state = OutboxState::dropped;
      row.settled = at;
    }
    spdlog::info("message dropped by order channel={} id={}", row.channel, row.id);
    changed.rows.push_back({row, event});
  }
  if (changed.rows.empty() && on_the_line)
    return Refusal{fmt::format("{} is being sent; ask again in a moment", which.id)};
  if (changed.rows.empty() && of_firing)
    return Refusal{"this channel tells what is firing; silence it in Alertmanager"};
  if (changed.rows.empty())
    return Refusal{
        fmt::format("{} {}; only what waits can be dropped", which.id, states_of(*found))};
  return settle_order(std::move(changed), at);
}

Granted<OutboxRow> Dispatcher::send_test(const TestMessage& test) {
  const auto at = now();
  if (const auto trouble = store_trouble(at)) return *trouble;
  if (!courier_of(test.channel))
    return Refusal{fmt::format("the config names no channel {}", test.channel)};
  // Its id is of the millisecond: one that is taken is somebody's who asks at the same time.
  auto event = test_message(test.channel, test.of_rule, test.tier, at);
  for (auto later = at; writer_.knows(event.id);)
    event =
        test_message(test.channel, test.of_rule, test.tier, later += std::chrono::milliseconds{1});
  Commit commit;
  enqueue(event, test.channel, at, commit);
  auto row = commit.new_rows.front();
  commit.events.push_back(std::move(event));
  spdlog::info("test message by order channel={} id={}", row.channel, row.id);
  const bool saved = writer_.save(std::move(commit), at);
  wake_couriers();
  if (!saved) return cannot("commit", writer_.error());
  return row;
}

}  // namespace foghorn
