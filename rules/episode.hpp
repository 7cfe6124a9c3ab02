#pragma once
// One life of a rule from first true to resolved, as a pure state machine (design §6, State):
//
//   idle → pending → firing(rung) → recovering → idle
//
// It is told what the rule's condition is worth at each rung and answers what should be announced.
// It knows neither the condition nor the message.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/alert_event.hpp"
#include "model/time.hpp"
#include "rules/value.hpp"

namespace foghorn {

/// Adds up the time for which something was true. Unknown time does not count, nor does what went
/// before a false.
class HoldTimer {
 public:
  void step(const Value& truth, Timestamp t);

  /// True now, and for `hold` in all.
  bool complete(Duration hold) const { return truth_ == Truth::yes && counted_ >= hold; }
  bool running() const { return truth_ == Truth::yes; }
  /// True now or before, and never false since.
  bool started() const { return truth_ == Truth::yes || counted_ > Duration{}; }

  /// Unknown for longer than `limit` at `t`.
  bool unknown_for(Duration limit, Timestamp t) const;
  void reset();

  /// When complete(hold) would become true, or unknown_for(limit) would, if nothing changed.
  std::optional<Timestamp> next_change(Duration hold, Duration unknown_limit) const;

  Duration counted() const { return counted_; }
  /// Goes on from a stored count; what is true now is learnt at the next step.
  void restore(Duration counted);

 private:
  enum class Truth : std::uint8_t { no, yes, unknown };

  Truth truth_{Truth::no};
  Timestamp since_{};  // the last step at which truth_ was yes; or when it became unknown
  Duration counted_{};
};

struct EpisodePolicy {
  Duration hold{};      ///< `for`: each rung must hold this long
  Duration keep{};      ///< the all-clear must hold this long
  Duration cooldown{};  ///< after a fire or escalate, no new episode of no higher rung
};

enum class Phase : std::uint8_t { idle, pending, firing, recovering };
std::string_view to_text(Phase phase);

/// What is stored of a rule between lives of the daemon.
struct EpisodeState {
  bool open{};                   ///< fired and not resolved
  std::size_t rung{};            ///< the highest rung announced in this episode, or in the last one
  Timestamp began{no_time};      ///< first true of the open or pending episode
  Timestamp announced{no_time};  ///< the last fire or escalate
  std::uint32_t messages{};      ///< announced in this episode so far; numbers the next
  std::vector<Duration> held;    ///< per rung
  Duration kept{};
  std::optional<std::size_t> held_back{};  ///< the highest rung that the cooldown held back while
                                           ///< pending

  friend bool operator==(const EpisodeState&, const EpisodeState&) = default;
};

/// What to announce.
struct Transition {
  AlertKind kind{};  ///< fire, escalate or resolve
  std::size_t rung{};
  Timestamp began{};
  std::uint32_t number{};  ///< 0 for the episode's first message

  friend bool operator==(const Transition&, const Transition&) = default;
};

/// An episode that ended before the cooldown that held it back.
struct Unheard {
  std::size_t rung{};  ///< the highest it would have been told at
  Timestamp began{};

  friend bool operator==(const Unheard&, const Unheard&) = default;
};

class Episode {
 public:
  explicit Episode(EpisodePolicy policy) : policy_{policy} {}

  /// `rungs`: what `when` is worth at each rung, lowest first; at least one, never fewer than
  /// before. `all_clear`: what `clear` is worth. `t` never goes back.
  std::optional<Transition> step(std::span<const Value> rungs, const Value& all_clear, Timestamp t);

  /// What the last step() found over without its ever having been told.
  const std::optional<Unheard>& unheard() const { return unheard_; }

  /// Ends an open episode from outside (the rule changed or is gone); nothing if none is open.
  std::optional<Transition> abandon();

  Phase phase() const;
  bool open() const { return state_.open; }
  std::size_t rung() const { return state_.rung; }

  /// The earliest time after the last step at which step() could announce something or change phase
  /// although no value changed; nullopt: never.
  std::optional<Timestamp> next_change() const;

  EpisodeState state() const;
  void restore(const EpisodeState& state);
  /// Goes on where `earlier` is, timers and all, by its own policy.
  void succeed(const Episode& earlier) {
    const auto policy = policy_;
    *this = earlier;
    policy_ = policy;
  }

 private:
  std::optional<std::size_t> highest_complete() const;
  bool held_back(std::size_t rung, Timestamp t) const;

  EpisodePolicy policy_;
  EpisodeState state_;  // but for held and kept, which live in the timers
  std::vector<HoldTimer> timers_;
  HoldTimer keep_;
  std::optional<Unheard> unheard_;
};

}  // namespace foghorn
