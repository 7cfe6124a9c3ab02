#include "alerts/courier_fsm.hpp"

#include <algorithm>
#include <cassert>
#include <span>

namespace foghorn {
namespace {

/// An event of no tier counts as a notice.
int rank_of(const std::optional<Tier>& tier) {
  return tier ? static_cast<int>(*tier) : 0;
}

}  // namespace

bool CourierFsm::Bundle::critical() const {
  return rank() == rank_of(Tier::critical);
}

int CourierFsm::Bundle::rank() const {
  int highest = 0;
  for (const auto& waiting : rows) highest = std::max(highest, rank_of(waiting.row.tier));
  return highest;
}

CourierFsm::CourierFsm(std::string channel, Quota quota, const std::vector<Timestamp>& sends,
                       Timestamp now, Random random, Telling telling)
    : channel_{std::move(channel)},
      quota_{quota, sends, now},
      random_{std::move(random)},
      telling_{telling} {}

std::size_t CourierFsm::next_told(const Bundle& bundle) const {
  return telling_ == Telling::one_by_one ? 1 : bundle.rows.size();
}

CourierFsm::Bundle& CourierFsm::bundle_for(const std::string& episode) {
  if (!episode.empty())
    if (const auto known = by_episode_.find(episode); known != by_episode_.end())
      return *known->second;
  bundles_.emplace_back();
  if (!episode.empty()) by_episode_.emplace(episode, std::prev(bundles_.end()));
  return bundles_.back();
}

void CourierFsm::restore(StoredMessage message, Timestamp now) {
  auto& row = message.row;
  row.next_try =
      std::min(row.next_try, now + QuotaWindow::longest_wait);  // the clock may have been set back
  if (row.state == OutboxState::sending) {
    row.state = OutboxState::pending;
    row.uncertain = true;
    row.unanswered = true;
  }
  add(std::move(row), std::move(message.event));
}

void CourierFsm::add(OutboxRow row, AlertEvent event) {
  auto& bundle = bundle_for(row.episode);
  bundle.rows.push_back({std::move(row), std::move(event)});
  ++rows_;
}

Timestamp CourierFsm::earliest(const Bundle& bundle, Timestamp now) const {
  const auto quota = quota_.free_at(now, bundle.critical());
  // A probe goes out when it is due, however long its own message was to wait.
  if (circuit_.open()) return std::max({quota, asked_until_, circuit_.probe_at()});
  const auto& carrier = bundle.rows[next_told(bundle) - 1].row;
  return std::max({quota, held_until_, carrier.next_try});
}

std::optional<Timestamp> CourierFsm::next(Timestamp now) const {
  if (sending_) return std::nullopt;
  std::optional<Timestamp> soonest;
  for (const auto& bundle : bundles_) {
    const auto at = earliest(bundle, now);
    if (!soonest || at < *soonest) soonest = at;
    if (at <= now) break;
  }
  return soonest;
}

CourierFsm::Bundles::iterator CourierFsm::most_urgent(Timestamp now) {
  // What is critical goes first, then what is oldest; but what fails and fails lets the others
  // pass, or one message that a platform chokes on would stop them all.
  const auto urgency = [](const Bundle& bundle) {
    return std::pair{bundle.setbacks < 3, bundle.critical()};
  };
  auto chosen = bundles_.end();
  for (auto it = bundles_.begin(); it != bundles_.end(); ++it) {
    if (earliest(*it, now) > now) continue;
    if (chosen == bundles_.end() || urgency(*it) > urgency(*chosen)) chosen = it;
  }
  return chosen;
}

CourierFsm::Attempt CourierFsm::begin(Timestamp now) {
  const auto chosen = most_urgent(now);
  assert(!sending_ && chosen != bundles_.end());
  auto& bundle = *chosen;
  sending_ = chosen;
  bundle.on_the_line = next_told(bundle);

  Attempt attempt;
  auto& carrier = bundle.rows[bundle.on_the_line - 1].row;
  carrier.state = OutboxState::sending;
  carrier.told_by.clear();
  for (auto& waiting : std::span{bundle.rows}.first(bundle.on_the_line)) {
    auto& row = waiting.row;
    attempt.events.push_back(waiting.event);
    if (&row != &carrier) {
      carrier.uncertain |= row.uncertain;
      carrier.unanswered |= row.unanswered;
      const bool told_already = row.state == OutboxState::replaced && row.told_by == carrier.id;
      if (told_already) continue;
      row.state = OutboxState::replaced;
      row.told_by = carrier.id;
      row.settled = now;
      attempt.commit.changed_rows.push_back(row);
    }
  }
  attempt.commit.changed_rows.push_back(carrier);
  attempt.commit.sends.push_back(
      {channel_, now, carrier.id + "#" + std::to_string(carrier.tries + 1)});
  attempt.options.maybe_repeated = carrier.uncertain;
  attempt.options.shorter = bundle.shorter;
  quota_.sent(now);
  return attempt;
}

void CourierFsm::settle(Waiting& carrier, OutboxState state, Timestamp now) {
  carrier.row.state = state;
  carrier.row.settled = now;
}

void CourierFsm::put_off(Waiting& carrier, Timestamp now, Duration wait) {
  carrier.row.state = OutboxState::pending;
  carrier.row.next_try = now + wait;
}

/// The attempt failed in a way that may be the channel's own: others wait, too.
void CourierFsm::fail(Timestamp now, const Delivery& delivery, Outcome& outcome) {
  outcome.circuit_opened =
      delivery.channel_is_dead ? circuit_.refused_for_good(now) : circuit_.failed(now);
  const auto asked = std::min(delivery.asked_wait, QuotaWindow::longest_wait);
  asked_until_ = now + asked;
  held_until_ = now + std::max(asked, backoff(circuit_.failures(), random_()));
}

CourierFsm::Outcome CourierFsm::end(Timestamp now, const Delivery& delivery) {
  using enum Delivery::Verdict;
  assert(sending_);
  const auto at = *sending_;
  auto& bundle = *at;
  auto& carrier = bundle.rows[bundle.on_the_line - 1];
  auto& row = carrier.row;
  sending_.reset();

  Outcome outcome;
  ++row.tries;
  row.last_error = delivery.reason;
  if (!delivery.reason.empty()) ++counts_.errors[row.last_error];
  quota_.answered(now);
  if (delivery.too_often) quota_.too_often(now, delivery.asked_wait, random_());
  bundle.odd_answers = delivery.most_tries > 0 ? bundle.odd_answers + 1 : 0;
  const bool too_odd = delivery.most_tries > 0 && bundle.odd_answers >= delivery.most_tries;

  switch (delivery.verdict) {
    case delivered:
      ++counts_.delivered;
      for (std::size_t i = 0; i < bundle.on_the_line; ++i)
        counts_.latency.observe(now - bundle.rows[i].row.created);
      settle(carrier, OutboxState::delivered, now);
      held_until_ = no_time;
      outcome.circuit_closed = circuit_.succeeded();
      break;
    case retry:
      if (too_odd) {
        ++counts_.refused;
        settle(carrier, OutboxState::refused, now);
        fail(now, delivery, outcome);
      } else if (delivery.too_often) {  // the platform is well, and the quota says when
        ++counts_.retried;
        put_off(carrier, now, {});
      } else {
        ++counts_.retried;
        ++bundle.setbacks;
        put_off(carrier, now, backoff(row.tries, random_()));
        fail(now, delivery, outcome);
      }
      break;
    case refused:
      ++counts_.refused;
      // A dead webhook refuses its messages, not they it: they wait for it to be mended.
      if (delivery.channel_is_dead) {
        put_off(carrier, now, {});
      } else {
        settle(carrier, OutboxState::refused, now);
      }
      fail(now, delivery, outcome);
      break;
    case unknown:
      ++counts_.unknown;
      ++row.unknowns;
      row.uncertain = true;
      if (row.unknowns >= 2 && !row.unanswered) {
        settle(carrier, OutboxState::unknown, now);
      } else {
        ++bundle.setbacks;
        put_off(carrier, now, backoff(row.tries, random_()));
      }
      fail(now, delivery, outcome);
      break;
    case shorten:
      if (bundle.shorter) {
        ++counts_.refused;
        settle(carrier, OutboxState::refused, now);
        fail(now, delivery, outcome);
      } else {
        ++counts_.retried;
        bundle.shorter = true;
        put_off(carrier, now, {});
      }
      break;
  }
  outcome.commit.changed_rows.push_back(row);
  if (row.state == OutboxState::refused || row.state == OutboxState::unknown)
    outcome.given_up = row.id;
  if (open(row.state)) {
    bundle.on_the_line = 0;
  } else {
    erase_told(at);
  }
  // What waited for the channel's sake waits no longer.
  if (outcome.circuit_closed)
    for (auto& other : bundles_) {
      auto& next_try = other.rows[next_told(other) - 1].row.next_try;
      next_try = std::min(next_try, now);
    }
  return outcome;
}

void CourierFsm::erase_told(Bundles::iterator bundle) {
  auto& rows = bundle->rows;
  rows_ -= bundle->on_the_line;
  const auto episode = rows.front().row.episode;
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(bundle->on_the_line));
  bundle->on_the_line = 0;
  bundle->setbacks = 0;
  bundle->odd_answers = 0;
  bundle->shorter = false;
  if (!rows.empty()) return;
  by_episode_.erase(episode);
  bundles_.erase(bundle);
}

std::vector<OutboxRow> CourierFsm::drop_below(std::optional<Tier> tier, Timestamp now) {
  auto least = bundles_.end();
  for (auto it = bundles_.begin(); it != bundles_.end(); ++it) {
    if ((sending_ && *sending_ == it) || it->rank() >= rank_of(tier)) continue;
    if (least == bundles_.end() || it->rank() < least->rank()) least = it;
  }
  std::vector<OutboxRow> dropped;
  if (least == bundles_.end()) return dropped;
  for (auto& waiting : least->rows) {
    if (open(waiting.row.state)) settle(waiting, OutboxState::dropped, now);
    dropped.push_back(waiting.row);
  }
  least->on_the_line = least->rows.size();
  erase_told(least);
  return dropped;
}

std::vector<AlertEvent> CourierFsm::undelivered() const {
  std::vector<AlertEvent> events;
  for (const auto& bundle : bundles_)
    for (const auto& waiting : bundle.rows) events.push_back(waiting.event);
  return events;
}

std::size_t CourierFsm::waiting() const {
  std::size_t count = 0;
  for (const auto& bundle : bundles_)
    for (const auto& waiting : bundle.rows)
      if (open(waiting.row.state)) ++count;
  return count;
}

std::optional<Timestamp> CourierFsm::oldest_waiting() const {
  std::optional<Timestamp> oldest;
  for (const auto& bundle : bundles_)
    for (const auto& waiting : bundle.rows)
      if (!oldest || waiting.row.created < *oldest) oldest = waiting.row.created;
  return oldest;
}

}  // namespace foghorn
