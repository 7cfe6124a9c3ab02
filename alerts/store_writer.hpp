#pragma once
// Commits that must not get lost when the disk is full for a while: what the store cannot take is
// kept in memory and committed with whatever comes next.

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "store/store.hpp"

namespace foghorn {

/// By StoreTrouble.
using StoreFailures = std::array<std::uint64_t, store_troubles>;

class StoreWriter {
 public:
  /// Events kept in memory, at most; beyond that the oldest that need no more delivery are
  /// forgotten: history, not news.
  static constexpr std::size_t most_events = 100'000;

  /// How long a failing store is left alone: a try may block for as long as SQLite waits for a
  /// lock.
  static constexpr Duration patience = std::chrono::seconds{1};

  explicit StoreWriter(Store& store) : store_{store} {}

  /// True when everything ever given is durable.
  bool save(Commit commit, Timestamp now);

  /// Tries at once, however lately the store failed.
  bool flush(Timestamp now);

  /// The store's last word was an error.
  bool failing() const { return static_cast<bool>(error_); }
  boost::system::error_code error() const { return error_; }
  std::size_t unsaved_events() const { return unsaved_.events.size(); }
  /// Since when every try has failed. REQUIRES: failing().
  Timestamp failing_since() const { return failing_since_; }
  /// What is wrong, where, and what to do; empty while the store commits.
  std::string trouble_text() const { return failing() ? store_.trouble_text() : std::string{}; }
  /// Tries that failed since the start, by StoreTrouble.
  const StoreFailures& failures() const { return failures_; }

  /// Whether an event of this id was committed, or waits for it. Where the store cannot say: no.
  bool knows(const std::string& event);

  /// The channels that this event went to, or is to go to.
  std::set<std::string> channels_of_event(const std::string& event);

  /// The channels of this episode, of what is stored and what is not yet; not those where it was
  /// recorded only. nullopt: the store cannot say.
  std::optional<std::set<std::string>> channels_of(const std::string& episode);

 private:
  void keep(Commit commit);
  void forget_settled();
  void note_failure(boost::system::error_code error, Timestamp now);

  Store& store_;
  Commit unsaved_;
  std::unordered_set<std::string> unsaved_ids_;  // of unsaved_.events
  std::unordered_map<std::string, std::size_t>
      changed_at_;  // row id → its place in unsaved_.changed_rows
  boost::system::error_code error_;
  Timestamp try_again_{no_time};
  Timestamp failing_since_{no_time};
  StoreFailures failures_{};
};

}  // namespace foghorn
