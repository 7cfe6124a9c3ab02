#pragma once
// What one channel has not told yet, in bundles: one per episode, so that a later event takes those
// before it along and never overtakes one that is on the line; and one for each event of none.

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/rows.hpp"

namespace foghorn {

/// A row with its event.
struct Waiting {
  OutboxRow row;
  AlertEvent event;
};

/// Whether the row is none of the outbox: it waits in the name of what is firing.
inline bool stands_in(const OutboxRow& row) {
  return row.id.empty();
}

struct Bundle {
  std::vector<Waiting> rows{};  ///< of one episode, in order; at least one
  std::size_t on_the_line{};    ///< so many from the front are being told now
  int setbacks{};               ///< failed attempts that may be its own doing
  int odd_answers{};            ///< in a row, of the sort that is refused after a few
  bool outlived{};     ///< since its first setback the channel has delivered something else
  bool alone{};        ///< a digest with it was refused: it goes without company
  bool singly{};       ///< it was refused as a whole: its events are told one at a time
  bool shorter{};      ///< the platform found it too long
  bool left_behind{};  ///< an earlier life of the daemon did not get to tell it in time

  /// Told with the next digest, for which it calls itself only once it is old. Such a bundle has
  /// one row.
  bool digest_only() const { return rows.front().row.state == OutboxState::for_digest; }
  bool critical() const;
  /// Of its highest tier; no tier counts as a notice, and what is for digests only as less.
  int rank() const;
  const Waiting& newest() const { return rows.back(); }
  Timestamp waits_since() const { return rows.front().row.created; }
};

class Backlog {
 public:
  using Bundles = std::list<Bundle>;
  using Place = Bundles::iterator;  ///< valid until its bundle is told

  /// At the end of its episode's bundle, or as a new one.
  Bundle& add(Waiting waiting);

  /// As add(), but before what came later of its episode, unless that is on the line.
  void insert(Waiting waiting);

  /// Takes out the row of that id; nullopt where there is none, or it is on the line.
  std::optional<Waiting> take(const std::string& row);

  /// Forgets the rows of the bundle that are no longer open. What is left starts afresh, but for
  /// the company that it may keep; the bundle goes when nothing is.
  void forget_settled(Place bundle);

  /// Takes out the oldest bundle of the lowest rank below that of `tier` that is of the outbox and
  /// not on the line; empty where there is none.
  std::vector<Waiting> take_below(const std::optional<Tier>& tier);

  Bundles& bundles() { return bundles_; }  ///< by age
  const Bundles& bundles() const { return bundles_; }

  std::size_t rows() const { return rows_; }

  /// Calls `visit` with every row that calls for a message.
  void each_calling(const std::function<void(const Waiting&)>& visit) const;

 private:
  void forget(Place bundle, const std::string& episode);

  Bundles bundles_;
  std::unordered_map<std::string, Place> by_episode_;
  std::size_t rows_{};
};

}  // namespace foghorn
