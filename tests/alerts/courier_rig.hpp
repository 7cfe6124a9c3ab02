#pragma once
// A courier on a string: messages go when it may, and end as the test says.

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "alerts/courier_fsm.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/time.hpp"

namespace foghorn::test {

using namespace std::chrono_literals;

inline constexpr Delivery arrived{.verdict = Delivery::Verdict::delivered};
inline constexpr Delivery broken{.verdict = Delivery::Verdict::retry, .reason = "http_5xx"};
inline constexpr Delivery no_answer{.verdict = Delivery::Verdict::unknown, .reason = "timed_out"};
inline constexpr Delivery dead_key{
    .verdict = Delivery::Verdict::refused, .reason = "93000", .channel_is_dead = true};
inline constexpr Delivery refused_it{.verdict = Delivery::Verdict::refused, .reason = "http_400"};
inline constexpr Delivery odd{
    .verdict = Delivery::Verdict::retry, .reason = "other", .most_tries = 3};
inline constexpr Delivery full{
    .verdict = Delivery::Verdict::retry, .reason = "45009", .too_often = true};
inline constexpr Delivery too_long{.verdict = Delivery::Verdict::shorten, .reason = "40058"};

using Ids = std::vector<std::string>;

inline Ids ids(const CourierFsm::Attempt& attempt) {
  Ids out;
  for (const auto& event : attempt.events) out.push_back(event.id);
  return out;
}

inline Ids late(const CourierFsm::Attempt& attempt) {
  return {attempt.options.late.begin(), attempt.options.late.end()};
}

struct CourierRig {
  Timestamp now{at(0s)};
  Telling telling{Telling::together};
  MutedUntil muted{};
  std::size_t room{1000};                   ///< events that an alert has room for
  std::size_t lines{1000};                  ///< and a digest
  std::map<std::string, OutboxRow> rows{};  ///< as committed
  Timestamp silent_until{no_time};          ///< likewise
  CourierFsm fsm{setup(), {}, now, silent_until};
  int made{};

  CourierSetup setup() {
    return {.channel = "desk",
            .quota = {.sends = 18, .reserve = 2, .window = 60s, .penalty = 10s},
            .telling = telling,
            .random = [] { return 0.5; },
            .fits =
                [this](std::span<const AlertEvent> events, const RenderOptions& options) {
                  return std::min(events.size(), options.form == Form::alert ? room : lines);
                },
            .muted = muted};
  }

  static OutboxRow row_of(const AlertEvent& event, Timestamp created) {
    return {.id = outbox_id(event.id, "desk"),
            .event = event.id,
            .channel = "desk",
            .episode = event.episode,
            .tier = event.tier,
            .next_try = created,
            .created = created};
  }

  void add(const AlertEvent& event) { fsm.add(row_of(event, now), event); }

  /// An episode of its own.
  AlertEvent event(const std::string& id, Tier tier) {
    auto event = oil(AlertKind::fire, id, tier);
    event.episode = "E" + id;
    event.time = now + made++ * 1us;  // no two at one engine time
    return event;
  }

  void fire(const std::string& id, Tier tier = Tier::major) { add(event(id, tier)); }

  void fire_at_once(const Ids& all, Tier tier = Tier::major) {
    const auto time = now + made++ * 1us;
    for (const auto& id : all) {
      auto one = event(id, tier);
      one.time = time;
      add(one);
    }
  }

  /// For digests only.
  void note(const std::string& id) {
    const auto noted = event(id, Tier::notice);
    auto row = row_of(noted, now);
    row.state = OutboxState::for_digest;
    fsm.add(row, noted);
  }

  void restore(const AlertEvent& event, Timestamp created,
               OutboxState state = OutboxState::pending) {
    auto row = row_of(event, created);
    row.state = state;
    restore(StoredMessage{row, event});
  }

  void restore(StoredMessage message) {
    if (const auto changed = fsm.restore(std::move(message), now)) rows[changed->id] = *changed;
  }

  void commit(const Commit& commit) {
    for (const auto& row : commit.changed_rows) rows[row.id] = row;
    for (const auto& hold : commit.holds) silent_until = hold.until;
  }

  /// Waits as long as it takes and begins.
  CourierFsm::Attempt begin() {
    const auto due = fsm.next(now);
    REQUIRE(due);
    now = std::max(now, *due);
    auto attempt = fsm.begin(now);
    commit(attempt.commit);
    return attempt;
  }

  CourierFsm::Outcome end(const Delivery& delivery) {
    auto outcome = fsm.end(now, delivery);
    commit(outcome.commit);
    return outcome;
  }

  CourierFsm::Outcome attempt(const Delivery& delivery) {
    begin();
    return end(delivery);
  }

  /// What the next message tells, which arrives.
  Ids told() {
    const auto attempt = begin();
    end(arrived);
    return ids(attempt);
  }

  /// Uses up the quota, the reserve aside.
  void use_up_quota() {
    for (int i = 0; i < 18; ++i) {
      fire("used" + std::to_string(i), Tier::notice);
      attempt(arrived);
    }
  }

  /// How long until the next message may go.
  Duration wait() const { return fsm.next(now).value() - now; }

  const OutboxRow& row(const std::string& event) { return rows.at(outbox_id(event, "desk")); }
};

}  // namespace foghorn::test
