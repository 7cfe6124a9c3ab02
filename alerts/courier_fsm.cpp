#include "alerts/courier_fsm.hpp"

#include <algorithm>
#include <cassert>
#include <span>
#include <utility>

namespace foghorn {
namespace {

/// The bundle's rows that are being told.
std::span<Waiting> told(Bundle& bundle) {
  return std::span{bundle.rows}.first(bundle.on_the_line);
}

template <class Visit>
void each_row(const std::vector<Backlog::Place>& parts, Visit visit) {
  for (const auto part : parts)
    for (auto& waiting : told(*part)) visit(waiting);
}

/// The last row that calls for a message; of a digest of what is for digests only, the first.
OutboxRow& carrier_of(const std::vector<Backlog::Place>& parts) {
  OutboxRow* carrier = &parts.front()->rows.front().row;
  each_row(parts, [&](Waiting& waiting) {
    if (waiting.row.state != OutboxState::for_digest) carrier = &waiting.row;
  });
  return *carrier;
}

void settle(OutboxRow& row, OutboxState state, Timestamp now) {
  row.state = state;
  row.settled = now;
}

/// No longer on the line: as if it had never been, but for what is counted.
void put_back(OutboxRow& row, Timestamp next_try) {
  if (row.state != OutboxState::for_digest) row.state = OutboxState::pending;
  row.told_by.clear();
  row.settled = no_time;
  row.next_try = next_try;
}

}  // namespace

CourierFsm::CourierFsm(CourierSetup setup, const std::vector<Timestamp>& sends, Timestamp now,
                       Timestamp silent_until)
    : setup_{std::move(setup)},
      quota_{setup_.quota, sends, now},
      // The clock may have been set back.
      asked_until_{std::min(silent_until, now + QuotaWindow::longest_wait)},
      silent_until_{asked_until_} {}

std::optional<OutboxRow> CourierFsm::restore(StoredMessage message, Timestamp now) {
  const auto stored = message.row;
  auto& row = message.row;
  const bool was_on_the_line = row.state == OutboxState::sending || !row.told_by.empty();
  // The clock may have been set back.
  put_back(row, std::min(row.next_try, now + QuotaWindow::longest_wait));
  row.uncertain |= was_on_the_line;
  row.unanswered |= was_on_the_line;
  const auto changed = row == stored ? std::nullopt : std::optional{row};
  const bool late = now - row.created > patience;
  auto& bundle = backlog_.add({std::move(row), std::move(message.event)});
  bundle.left_behind = late && !bundle.digest_only() && setup_.telling == Telling::together;
  return changed;
}

void CourierFsm::add(OutboxRow row, AlertEvent event) {
  backlog_.add({std::move(row), std::move(event)}).left_behind = false;
}

void CourierFsm::repeat(Timestamp now) {
  assert(setup_.telling == Telling::firing);
  backlog_.add({{.channel = setup_.channel, .next_try = now, .created = now}, {}});
}

/// Programs get no digests.
bool CourierFsm::may_call(const Bundle& bundle) const {
  return !bundle.digest_only() || setup_.telling == Telling::together;
}

Timestamp CourierFsm::earliest(const Bundle& bundle, Timestamp now) const {
  auto at = std::max(quota_.free_at(now, bundle.critical()), asked_until_);
  if (bundle.digest_only()) at = std::max(at, bundle.waits_since() + digest_patience);
  if (circuit_.open()) {
    // A probe goes out when it is due, however long its own message was to wait.
    at = std::max(at, circuit_.probe_at());
  } else {
    const auto& next =
        setup_.telling == Telling::one_by_one ? bundle.rows.front() : bundle.newest();
    at = std::max({at, held_until_, next.row.next_try});
  }
  return held_back_until(bundle, setup_.muted, at).value_or(at);
}

std::optional<Timestamp> CourierFsm::next(Timestamp now) const {
  if (!on_the_line_.empty()) return std::nullopt;
  std::optional<Timestamp> soonest;
  for (const auto& bundle : backlog_.bundles()) {
    if (!may_call(bundle)) continue;
    const auto at = earliest(bundle, now);
    if (!soonest || at < *soonest) soonest = at;
    if (at <= now) break;
  }
  return soonest;
}

std::vector<Backlog::Place> CourierFsm::ready(Timestamp now) {
  std::vector<Backlog::Place> places;
  auto& bundles = backlog_.bundles();
  for (auto it = bundles.begin(); it != bundles.end(); ++it)
    if (may_call(*it) && earliest(*it, now) <= now) places.push_back(it);
  return places;
}

CourierFsm::Attempt CourierFsm::begin(Timestamp now) {
  assert(on_the_line_.empty());
  const auto places = ready(now);
  if (places.empty()) return {};
  auto message = compose(backlog_, places,
                         {.telling = setup_.telling,
                          .quota = quota_,
                          .fits = setup_.fits,
                          .muted = setup_.muted,
                          .now = now,
                          .most_events = most_events_,
                          .one_alone = circuit_.failures() % 4 == 3});
  for (const auto& [bundle, rows] : message.parts) {
    bundle->on_the_line = rows;
    on_the_line_.push_back(bundle);
  }

  Attempt attempt{
      .events = std::move(message.events), .options = std::move(message.options), .commit = {}};
  auto& carrier = carrier_of(on_the_line_);
  each_row(on_the_line_, [&](Waiting& waiting) {
    auto& row = waiting.row;
    if (row.state == OutboxState::for_digest) {
      // It has to be known as that if we die now, even where it carries the message itself.
      row.told_by = carrier.id;
    } else if (&row == &carrier) {
      row.state = OutboxState::sending;
    } else {
      row.told_by = carrier.id;
      settle(row, OutboxState::replaced, now);
    }
    if (!stands_in(row)) attempt.commit.changed_rows.push_back(row);
  });
  attempt.commit.sends.push_back(
      {setup_.channel, now, carrier.id + "#" + std::to_string(carrier.tries + 1)});
  quota_.sent(now);
  return attempt;
}

CourierFsm::Outcome CourierFsm::end(Timestamp now, const Delivery& delivery) {
  using enum Delivery::Verdict;
  assert(!on_the_line_.empty());
  const auto parts = std::exchange(on_the_line_, {});
  Outcome outcome{.commit = {}, .reason = delivery.reason, .given_up = {}};
  each_row(parts, [&](Waiting& waiting) {
    ++waiting.row.tries;
    waiting.row.last_error = delivery.reason;
  });
  if (!delivery.reason.empty()) ++counts_.errors[std::string{delivery.reason}];
  quota_.answered(now);
  if (delivery.too_often) quota_.too_often(now, delivery.asked_wait, setup_.random());
  bool too_odd = false;
  for (const auto part : parts) {
    part->odd_answers = delivery.most_tries > 0 ? part->odd_answers + 1 : 0;
    too_odd |= delivery.most_tries > 0 && part->odd_answers >= delivery.most_tries;
  }

  switch (delivery.verdict) {
    case delivered:
      ++counts_.delivered;
      tell(parts, now, outcome);
      break;
    case retry:
      if (too_odd) {
        ++counts_.refused;
        refuse(parts, now);
        fail(now, delivery, outcome);
      } else if (delivery.too_often) {  // the platform is well, and the quota says when
        ++counts_.retried;
        each_row(parts, [&](Waiting& waiting) { put_back(waiting.row, now); });
      } else {
        ++counts_.retried;
        set_back(parts, backoff(carrier_of(parts).tries, setup_.random()), now);
        fail(now, delivery, outcome);
      }
      break;
    case refused:
      ++counts_.refused;
      // A dead webhook refuses its messages, not they it: they wait for it to be mended.
      if (delivery.channel_is_dead) {
        each_row(parts, [&](Waiting& waiting) { put_back(waiting.row, now); });
      } else {
        refuse(parts, now);
      }
      fail(now, delivery, outcome);
      break;
    case unknown:
      ++counts_.unknown;
      doubt(parts, now);
      fail(now, delivery, outcome);
      break;
    case shorten: too_long(parts, now, delivery, outcome); break;
  }

  each_row(parts, [&](Waiting& waiting) {
    const auto& row = waiting.row;
    if (!stands_in(row)) outcome.commit.changed_rows.push_back(row);
    if (row.state == OutboxState::refused || row.state == OutboxState::unknown)
      outcome.given_up.push_back({row.id, waiting.event, row.state});
  });
  if (const auto silent = std::max(asked_until_, quota_.silent_until()); silent > silent_until_) {
    silent_until_ = silent;
    outcome.commit.holds.push_back({setup_.channel, silent});
  }
  for (const auto part : parts) backlog_.forget_settled(part);
  return outcome;
}

void CourierFsm::tell(const Parts& parts, Timestamp now, Outcome& outcome) {
  auto& carrier = carrier_of(parts);
  carrier.told_by.clear();
  each_row(parts, [&](Waiting& waiting) {
    if (!stands_in(waiting.row)) counts_.latency.observe(now - waiting.row.created);
    settle(waiting.row, &waiting.row == &carrier ? OutboxState::delivered : OutboxState::replaced,
           now);
  });
  held_until_ = no_time;
  most_events_ = std::min(most_events_ * 2, most_in_digest);
  outcome.circuit_closed = circuit_.succeeded();
  for (auto& bundle : backlog_.bundles()) {
    bundle.outlived |= bundle.setbacks > 0;
    // What waited for the channel's sake waits no longer.
    if (outcome.circuit_closed && bundle.on_the_line == 0)
      for (auto& waiting : bundle.rows) waiting.row.next_try = std::min(waiting.row.next_try, now);
  }
}

/// It failed, and perhaps through something in it: who fails again and again while the channel
/// delivers others is told alone, until that something is found.
void CourierFsm::set_back(const Parts& parts, Duration wait, Timestamp now) {
  for (const auto part : parts) {
    ++part->setbacks;
    part->alone |= part->outlived && part->setbacks >= 3;
  }
  each_row(parts, [&](Waiting& waiting) { put_back(waiting.row, now + wait); });
}

/// The platform will not have it. Of several events one is to blame: each bundle is told alone from
/// now on, then each event.
void CourierFsm::refuse(const Parts& parts, Timestamp now) {
  auto& first = *parts.front();
  if (parts.size() == 1 && first.on_the_line == 1) {
    auto& row = first.rows.front().row;
    row.told_by.clear();
    settle(row, OutboxState::refused, now);
    return;
  }
  for (const auto part : parts) {
    part->alone = true;
    part->singly |= parts.size() == 1;
    part->odd_answers = 0;
  }
  each_row(parts, [&](Waiting& waiting) { put_back(waiting.row, now); });
}

void CourierFsm::doubt(const Parts& parts, Timestamp now) {
  set_back(parts, backoff(carrier_of(parts).tries, setup_.random()), now);
  each_row(parts, [&](Waiting& waiting) {
    auto& row = waiting.row;
    ++row.unknowns;
    row.uncertain = true;
    if (row.unknowns >= 2 && !row.unanswered) settle(row, OutboxState::unknown, now);
  });
}

void CourierFsm::too_long(const Parts& parts, Timestamp now, const Delivery& delivery,
                          Outcome& outcome) {
  std::size_t events = 0;
  each_row(parts, [&](const Waiting&) { ++events; });
  auto& first = *parts.front();
  const bool divisible = setup_.telling == Telling::together && events > 1;
  if (divisible && (parts.size() > 1 || first.shorter)) {
    most_events_ = events / 2;
  } else if (!first.shorter) {
    first.shorter = true;
  } else {
    ++counts_.refused;
    refuse(parts, now);
    fail(now, delivery, outcome);
    return;
  }
  ++counts_.retried;
  each_row(parts, [&](Waiting& waiting) { put_back(waiting.row, now); });
}

/// The attempt failed in a way that may be the channel's own: others wait, too.
void CourierFsm::fail(Timestamp now, const Delivery& delivery, Outcome& outcome) {
  outcome.circuit_opened =
      delivery.channel_is_dead ? circuit_.refused_for_good(now) : circuit_.failed(now);
  const auto asked = std::min(delivery.asked_wait, QuotaWindow::longest_wait);
  if (asked > Duration{}) asked_until_ = now + asked;
  held_until_ = now + std::max(asked, backoff(circuit_.failures(), setup_.random()));
}

std::vector<OutboxRow> CourierFsm::drop_below(std::optional<Tier> tier, Timestamp now) {
  std::vector<OutboxRow> dropped;
  for (auto& waiting : backlog_.take_below(tier)) {
    settle(waiting.row, OutboxState::dropped, now);
    dropped.push_back(std::move(waiting.row));
  }
  return dropped;
}

std::vector<AlertEvent> CourierFsm::undelivered() const {
  std::vector<AlertEvent> events;
  backlog_.each_calling([&](const Waiting& waiting) { events.push_back(waiting.event); });
  return events;
}

std::size_t CourierFsm::waiting() const {
  std::size_t count = 0;
  backlog_.each_calling([&](const Waiting&) { ++count; });
  return count;
}

std::optional<Timestamp> CourierFsm::oldest_waiting() const {
  std::optional<Timestamp> oldest;
  backlog_.each_calling([&](const Waiting& waiting) {
    if (!oldest || waiting.row.created < *oldest) oldest = waiting.row.created;
  });
  return oldest;
}

}  // namespace foghorn
