#pragma once
// The durable part of the daemon: one SQLite file (WAL, synchronous=FULL) that one process owns.
// What commit() has said yes to survives a kill -9 and a power cut.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/result.hpp"
#include "store/rows.hpp"
#include "store/trouble.hpp"

namespace foghorn {

/// Why a store could not be opened, in a sentence a person can act on.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Called on either side of every commit of the store. Tests kill the process here.
enum class CommitPoint : std::uint8_t { before, after };
using CommitObserver = std::function<void(CommitPoint)>;

struct StoreOptions {
  Duration busy_limit{std::chrono::milliseconds{
      500}};  ///< how long a commit waits for a reader of the file, at most
  CommitObserver observer{};
};

/// Says that a store is opened to be read, while its owner goes on writing.
struct ReadOnly {};

/// An older store became this version's when it was opened.
struct StoreUpgrade {
  int from{}, to{};    ///< schemas
  std::string copy{};  ///< the file that holds it as it was
};

/// How long things are kept; prune() applies it. Days are kept for good.
struct Retention {
  Duration bars{std::chrono::days{31}};  ///< and liquidations
  Duration settled_rows{
      std::chrono::days{30}};  ///< of the outbox; kept longer while their episode is open
  std::size_t most_settled_rows{100'000};   ///< the newest of them, whatever their age
  Duration events{std::chrono::days{366}};  ///< and episodes held back, and silences that ended
  Duration sends{std::chrono::hours{1}};    ///< and holds that are over
  std::size_t most_at_once{2'000};          ///< rows of a table that one call forgets
};

/// Not thread-safe: it belongs to the service thread. Calls block, for as long as the disk does.
/// Their errors are SQLite's own codes, in sqlite_category().
class Store {
 public:
  /// Opens or makes `directory`/foghorn.db, and the directory. A store of an earlier version is
  /// copied beside itself, then brought to this one's schema. Throws StoreError: not writable, in
  /// use by another foghorn, damaged, written by a later version, or no room for the copy.
  explicit Store(const std::string& directory, StoreOptions options = {});
  /// Opens what is there, takes no lock and writes nothing; commit() and prune() fail. All reads
  /// see the same moment, that of the first, so it is not for keeping. Throws StoreError: none
  /// there, not readable, or of another version's schema.
  Store(ReadOnly, const std::string& directory, StoreOptions options = {});
  ~Store();

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// All or nothing, in one transaction. After an error nothing of it is stored and the same may be
  /// committed again.
  Result<void> commit(const Commit& commit);

  /// nullopt: it was of this version, or new.
  const std::optional<StoreUpgrade>& upgraded() const;

  /// Why the last commit failed; nullopt: it did not.
  const std::optional<StoreTrouble>& trouble() const;
  /// The same in a sentence a person can act on, with the file's name; empty: it did not.
  const std::string& trouble_text() const;

  /// Rows written since it was opened: while the number stays, reads find what they found.
  std::uint64_t changes() const;

  Result<std::vector<StoredRule>> rules();

  /// Open rows, and those that an open one's message tells, in the order of their commit.
  Result<std::vector<StoredMessage>> waiting();

  Result<bool> knows_event(const std::string& id);

  /// Alert events with from <= time < to, by time; at most `most`, the newest of them.
  Result<std::vector<AlertEvent>> events(Timestamp from, Timestamp to, std::size_t most);

  /// What became of an event: a row for each channel.
  Result<std::vector<OutboxRow>> deliveries(const std::string& event);

  /// Rows that match, oldest first.
  Result<std::vector<StoredMessage>> outbox(const OutboxQuery& query);

  /// Rows of episodes that no `resolve` has ended, and hushed rows of a `resolve`; and of no_data,
  /// data_back, unconfirmed and confirmed, for each channel and instrument, the last row that was
  /// told and the hushed ones since. In the order of their commit.
  Result<std::vector<StoredMessage>> unfinished();

  /// Silences that end after `since`, by the time they were made.
  Result<std::vector<Silence>> silences(Timestamp since);

  /// The last fire or escalate of each episode that no `resolve` has ended, by time.
  Result<std::vector<AlertEvent>> open_episodes();

  /// The channels that any event of this episode went to, or was to go to.
  Result<std::set<std::string>> channels_of(const std::string& episode);

  /// Times of the channel's last `most` sends, oldest first.
  Result<std::vector<Timestamp>> last_sends(const std::string& channel, std::size_t most);

  /// The last silence that each channel's platform asked for, be it over or not.
  Result<std::vector<ChannelHold>> holds();

  /// Minutes with from <= minute < to, in order.
  Result<std::vector<StoredBar>> bars(const std::string& instrument, Timestamp from, Timestamp to);

  /// An instrument's trading days, in order.
  Result<std::vector<StoredDay>> days(const std::string& instrument);

  /// The digests of the config, as they were last told, by name.
  Result<std::vector<StoredDigest>> digests();

  /// Episodes that were held back and ended within [from, to), by their end.
  Result<std::vector<HeldBack>> held_back(Timestamp from, Timestamp to);

  /// The latest minute of an instrument; nullopt: there is none.
  Result<std::optional<Timestamp>> last_minute(const std::string& instrument);

  /// Liquidations of minutes with from <= minute < to, in order of their minutes.
  Result<std::vector<LiquidationMinute>> liquidations(Timestamp from, Timestamp to);

  /// Stretches of liquidation streams that touch (from, to), by venue and time.
  Result<std::vector<StreamStretch>> liquidation_streams(Timestamp from, Timestamp to);

  /// Until when time may be believed to have come, for what cannot be taken back: `now`, but no
  /// later than a day after the newest minute of a price, where there is none of a liquidation,
  /// else after the newest alert event. A clock that is wrong, or the engine's own time in the
  /// past, is not followed. nullopt: there is nothing of these.
  Result<std::optional<Timestamp>> believable(Timestamp now);

  /// Forgets what `retention` no longer keeps, the oldest first, as much as one call may: a commit
  /// does not wait long for it. True: there may be more.
  Result<bool> prune(Timestamp now, const Retention& retention = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// SQLite's result codes as error codes.
const boost::system::error_category& sqlite_category() noexcept;

}  // namespace foghorn
