#pragma once
// What held(), within(), times(), crosses_above() and crosses_below() remember of their arguments.
// A recollection is told once per judgement what these are worth; what it answered then stands
// until the next, whoever asks. Unknown freezes it.

#include <cstdint>
#include <optional>
#include <vector>

#include "model/time.hpp"
#include "rules/bounded_deque.hpp"
#include "rules/episode.hpp"
#include "rules/expression.hpp"
#include "rules/value.hpp"

namespace foghorn {

/// times() counts so many edges; beyond, it only says that there were at least as many.
inline constexpr std::size_t most_edges = 256;

/// What is stored of one function at one rung between lives of the daemon. Each function fills its
/// part.
struct RecollectionState {
  /// When last known: the condition of times(), b of within(), "has reached the level" of crosses.
  std::optional<bool> truth{};
  Duration counted{};               ///< held(): for how long it has been true
  bool followed{};                  ///< within(): b became true in time after a
  Timestamp antecedent{no_time};    ///< within(): when a was last true
  std::vector<Timestamp> edges{};   ///< times(): when it became true, oldest first
  Timestamp unsure_until{no_time};  ///< times(): until then the window holds time not seen
  Timestamp seen_until{no_time};    ///< times(): the condition was last known, to W/200

  friend bool operator==(const RecollectionState&, const RecollectionState&) = default;
};

class Recollection {
 public:
  /// `function` remembers(); `window` is its D or W.
  Recollection(Function function, Duration window);

  /// What its children are worth at `t`, which never goes back; `b` counts where there are two.
  /// True where state() may have changed.
  bool step(const Value& a, const Value& b, Timestamp t);

  /// As of the last step; warming before the first.
  const Value& value() const { return value_; }

  /// The earliest time after the last step at which value() would differ although no argument did;
  /// nullopt: never.
  std::optional<Timestamp> next_change() const;

  RecollectionState state() const;
  /// Before the first step: what an earlier life remembered.
  void restore(const RecollectionState& state);

 private:
  bool cross(const Value& reached);
  bool hold(const Value& condition, Timestamp t);
  bool follow(const Value& a, const Value& b, Timestamp t);
  bool count(const Value& condition, Timestamp t);
  bool look(const Value& condition, Timestamp t);
  void add_edge(Timestamp t);
  bool learn(bool truth);
  Timestamp stored_sight() const;

  Function function_;
  Duration window_;
  Value value_{unknown(Unknown::warming)};
  Timestamp now_{no_time};     // of the last step
  std::optional<bool> truth_;  // as RecollectionState's

  HoldTimer timer_;  // held()

  // within()
  bool followed_{};
  bool antecedent_now_{};
  Timestamp antecedent_{no_time};
  Timestamp antecedent_noted_{no_time};  // the last that step() called a change

  // times()
  BoundedDeque<Timestamp> edges_;
  Timestamp unsure_until_{no_time};
  Timestamp seen_until_{no_time};
  Timestamp blind_since_{no_time};  // no_time: it sees
};

}  // namespace foghorn
