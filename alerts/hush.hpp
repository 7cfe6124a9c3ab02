#pragma once
// What is recorded and not told, for now: what a silence covers, and what quiet_while leaves to
// another rule. Nothing is missed: when the cause is over and the episode is not, its latest word
// is told; so is what is then true of an instrument's trouble (no data, not confirmed), where the
// reader believes otherwise. Pure; the time it is given never goes back.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/rows.hpp"

namespace foghorn {

class Hush {
 public:
  /// By rule, the one that speaks for it.
  using QuietWhile = std::map<std::string, std::string>;

  /// Goes on from what an earlier life stored: silences, and Store::unfinished().
  explicit Hush(QuietWhile quiet_while = {}, std::vector<Silence> silences = {},
                const std::vector<StoredMessage>& unfinished = {});

  void set_quiet_while(QuietWhile quiet_while) { quiet_while_ = std::move(quiet_while); }

  /// The last word on this silence: it is in force, or over.
  void put(Silence silence);

  /// Those in force, by the time they were made.
  std::vector<Silence> silences(Timestamp now) const;

  /// What is said at one time is judged together: of equal times the events of rules that another
  /// speaks for come last. Everything below expects them in this order.
  void put_in_order(std::vector<AlertEvent>& events) const;

  /// The event came; its rows come next.
  void hear(const AlertEvent& event);

  /// Why the event is not told on this channel; nullopt: it is. Quiet only while the other rule has
  /// told this very channel as much: an open episode, at this tier or above.
  std::optional<OutboxState> reason(const AlertEvent& event, const std::string& channel,
                                    Timestamp now) const;

  /// Whether the event takes back what is held here of an instrument's trouble, its beginning or
  /// its end: the reader believes what is true already.
  bool takes_back(const AlertEvent& event, const std::string& channel) const;

  /// The event got this row: hushed, or to be told.
  void note(const OutboxRow& row, const AlertEvent& event);

  /// Held rows whose reason is not what it was, in the order in which they came: with the new
  /// reason, or `pending` where there is none any more; these are held no longer, and count as
  /// told. To be asked after every batch of events, after put(), and at next().
  std::vector<StoredMessage> look(Timestamp now);

  /// When time alone may change something.
  std::optional<Timestamp> next() const;

  /// What is told if its reason ends in time, in the order in which it came.
  const std::vector<StoredMessage>& held() const { return held_; }

 private:
  /// A rule's open episode, and the tiers at which each channel was told of it.
  struct Voice {
    std::string episode;
    std::map<std::string, Tier> told;
  };

  using Place = std::pair<std::string, std::string>;  // a channel, and the matter's key

  bool silenced(const AlertEvent& event, Timestamp now) const;
  bool spoken_for(const AlertEvent& event, const std::string& channel) const;
  bool known(const std::string& channel, const AlertEvent& event) const;
  void tell(const std::string& channel, const AlertEvent& event);
  void release(bool spoken_for_rules, Timestamp now, std::vector<StoredMessage>& changed);

  QuietWhile quiet_while_;
  std::vector<Silence> silences_;
  std::map<std::string, Voice> voices_;  // by rule
  std::vector<StoredMessage> held_;      // at most one for each matter and channel, the latest
  std::set<Place> troubled_;             // where a reader was told of a trouble, and not of its end
};

}  // namespace foghorn
