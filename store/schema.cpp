#include "store/schema.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <array>

#include "store/store.hpp"

namespace foghorn {
namespace {

// Times are microseconds since the epoch; booleans are 0 and 1. A step that has shipped is never
// changed.
constexpr std::array<const char*, 5> steps{
    R"sql(
CREATE TABLE rule_state (
  rule  TEXT PRIMARY KEY,
  hash  TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id      TEXT PRIMARY KEY,
  time    INTEGER NOT NULL,
  rule    TEXT NOT NULL,
  episode TEXT NOT NULL,
  kind    TEXT NOT NULL,
  json    TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (time);
CREATE INDEX events_by_episode ON events (episode) WHERE episode <> '';

CREATE TABLE outbox (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT NOT NULL UNIQUE,
  event      TEXT NOT NULL,
  channel    TEXT NOT NULL,
  episode    TEXT NOT NULL,
  tier       TEXT,
  state      TEXT NOT NULL,
  tries      INTEGER NOT NULL,
  unknowns   INTEGER NOT NULL,
  uncertain  INTEGER NOT NULL,
  unanswered INTEGER NOT NULL,
  next_try   INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  told_by    TEXT NOT NULL,
  created    INTEGER NOT NULL,
  settled    INTEGER
) STRICT;
CREATE INDEX outbox_open ON outbox (seq) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_told ON outbox (told_by) WHERE told_by <> '';
CREATE INDEX outbox_by_event ON outbox (event);
CREATE INDEX outbox_by_episode ON outbox (episode) WHERE episode <> '';
CREATE INDEX outbox_by_settled ON outbox (settled) WHERE settled IS NOT NULL;

CREATE TABLE sends (
  channel TEXT NOT NULL,
  time    INTEGER NOT NULL,
  attempt TEXT NOT NULL,
  PRIMARY KEY (channel, time, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE bars (
  instrument TEXT NOT NULL,
  minute     INTEGER NOT NULL,
  open       REAL NOT NULL,
  high       REAL NOT NULL,
  low        REAL NOT NULL,
  close      REAL NOT NULL,
  PRIMARY KEY (instrument, minute)
) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
-- An instrument's trading days, kept for good. `day` is midnight UTC of its date; `seen` is 0 to 1.
CREATE TABLE days (
  instrument  TEXT NOT NULL,
  day         INTEGER NOT NULL,
  open        REAL NOT NULL,
  high        REAL NOT NULL,
  low         REAL NOT NULL,
  close       REAL NOT NULL,
  closes_only INTEGER NOT NULL,
  seen        REAL NOT NULL,
  imported    INTEGER NOT NULL,
  PRIMARY KEY (instrument, day)
) STRICT, WITHOUT ROWID;

-- Episodes that a cooldown held back and that nobody was told of.
CREATE TABLE held_back (
  rule       TEXT NOT NULL,
  began      INTEGER NOT NULL,
  ended      INTEGER NOT NULL,
  tier       TEXT NOT NULL,
  instrument TEXT NOT NULL,
  title_zh   TEXT NOT NULL,
  title_en   TEXT NOT NULL,
  PRIMARY KEY (rule, began)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_back_by_end ON held_back (ended);
)sql",
    R"sql(
CREATE TABLE silences (
  id         TEXT PRIMARY KEY,
  rule       TEXT NOT NULL,
  instrument TEXT NOT NULL,
  author     TEXT NOT NULL,
  reason     TEXT NOT NULL,
  made       INTEGER NOT NULL,
  until      INTEGER NOT NULL,
  ended      INTEGER
) STRICT, WITHOUT ROWID;

DROP INDEX outbox_open;
CREATE INDEX outbox_open ON outbox (seq) WHERE state IN ('pending', 'sending', 'for_digest');
CREATE INDEX outbox_hushed ON outbox (seq) WHERE state IN ('silenced', 'quiet');
)sql",
    R"sql(
-- Liquidations by the minute of their events. A later part of a minute is a row of its own: rows
-- are added up.
CREATE TABLE liquidations (
  minute         INTEGER NOT NULL,
  venue          TEXT NOT NULL,
  asset          TEXT NOT NULL,
  position       TEXT NOT NULL,
  part           INTEGER NOT NULL,
  orders         INTEGER NOT NULL,
  unsummed       INTEGER NOT NULL,
  usd_micros     INTEGER NOT NULL,
  largest_micros INTEGER NOT NULL,
  largest_time   INTEGER NOT NULL,
  PRIMARY KEY (minute, venue, asset, position, part)
) STRICT, WITHOUT ROWID;

-- When a venue's liquidation stream was there (seen = 1) or asked for and not there.
CREATE TABLE liquidation_streams (
  venue TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  seen  INTEGER NOT NULL,
  PRIMARY KEY (venue, since)
) STRICT, WITHOUT ROWID;

-- The silence that a channel's platform asked for.
CREATE TABLE channel_holds (
  channel TEXT PRIMARY KEY,
  until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
-- 1: nobody saw the minute, venues told it afterwards.
ALTER TABLE bars ADD COLUMN told_later INTEGER NOT NULL DEFAULT 0;

-- The digests that the config names, and since when it does.
CREATE TABLE digests (
  digest TEXT PRIMARY KEY,
  since  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql"};

}  // namespace

int newest_schema() {
  return static_cast<int>(steps.size());
}

int schema_of(SQLite::Database& database) {
  return database.execAndGet("PRAGMA user_version").getInt();
}

void migrate(SQLite::Database& database, const std::string& path) {
  const int found = schema_of(database);
  if (found > newest_schema()) {
    throw StoreError(
        fmt::format("{}: written by a later Foghorn (schema {}, this one knows {}); run that "
                    "version, or move the file away to start with an empty store",
                    path, found, newest_schema()));
  }
  if (found == newest_schema()) return;
  // All or nothing: half an upgrade would be taken for a store of its own, whose copy takes the
  // place of the one that the older version can read.
  SQLite::Transaction transaction{database, SQLite::TransactionBehavior::IMMEDIATE};
  for (int version = found; version < newest_schema(); ++version)
    database.exec(steps[static_cast<std::size_t>(version)]);
  database.exec(fmt::format("PRAGMA user_version = {}", newest_schema()));
  transaction.commit();
}

}  // namespace foghorn
