#pragma once
// What a channel of Telling::firing has to tell: not the events one after the other but what they
// came to, again and again until it is over. Pure: time is given.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/alert_event.hpp"

namespace foghorn {

/// An alert is what its receiver knows by its labels: a rule at one tier, an instrument's trouble,
/// a notice. At most one tier of a rule fires at a time: where an episode rises, the lower one's
/// alert ends and the higher one's begins.
class Firing {
 public:
  static constexpr Duration repeat{std::chrono::seconds{60}};   ///< between two posts of the same
  static constexpr Duration farewell{std::chrono::minutes{5}};  ///< an end is told for so long
  static constexpr std::size_t most = 10'000;                   ///< alerts

  /// Takes up what `event` says, of which we learned at `learned`: the events of an episode in
  /// order, each once. `told`: its receiver knows, from an earlier life of ours. False: there are
  /// too many alerts for one more, and none of them is over.
  bool add(AlertEvent event, Timestamp learned, bool told = false);

  /// An event for each alert, as Channel::render() takes them: the news of one that fires; of one
  /// that is over an end, at the tier that fired, `reason` "escalated" where a higher one took its
  /// place. `began` is the episode's. What has been told for long enough is forgotten.
  std::vector<AlertEvent> present(Timestamp now);

  /// What present() gave last has arrived, all of it.
  void arrived(Timestamp now);

  /// Who is told is not who was: what fires is news to them.
  void forget_arrived() { arrived_ = no_time; }

  /// When to tell it again though there is no news; nullopt: there is nothing to
  /// tell.
  std::optional<Timestamp> again(Timestamp now);

  std::size_t alerts() const { return alerts_; }

 private:
  struct Alert {
    AlertEvent event;
    std::string matter;  // whose end ends it
    Timestamp learned{};
    bool over{};
    std::uint64_t change{};  // the number of its last one; 0: told long ago
  };
  /// The alerts that take turns: a rule's tiers.
  struct Slot {
    std::array<std::optional<Alert>, 4> by_tier;  // of no tier first
    std::string last_id;                          // of its events

    Alert* firing();
  };
  using Slots = std::map<std::string, Slot>;

  bool make_room();
  void forget(Timestamp now);
  void put(std::optional<Alert>& place, Alert alert);
  static AlertEvent last_words(const Alert& alert, const AlertEvent& successor, bool escalated);
  static void end(Alert& alert, AlertEvent last, Timestamp learned, std::uint64_t change);

  Slots slots_;  // by what their labels share
  std::size_t alerts_{};
  std::uint64_t change_{};
  std::uint64_t on_the_line_{};  // what present() gave holds every change up to this one
  std::uint64_t told_{};
  Timestamp arrived_{no_time};
};

}  // namespace foghorn
