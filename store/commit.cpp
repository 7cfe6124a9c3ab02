// Writing: one transaction for whatever belongs together.

#include <cmath>
#include <cstring>

#include "model/alert_json.hpp"
#include "store/impl.hpp"
#include "store/liquidation_rows.hpp"

namespace foghorn {
namespace {

void bind_row(SQLite::Statement& into, const OutboxRow& row) {
  into.bind(":id", row.id);
  into.bind(":state", std::string{to_text(row.state)});
  into.bind(":tries", row.tries);
  into.bind(":unknowns", row.unknowns);
  into.bind(":uncertain", row.uncertain ? 1 : 0);
  into.bind(":unanswered", row.unanswered ? 1 : 0);
  into.bind(":next_try", micros(row.next_try));
  into.bind(":last_error", row.last_error);
  into.bind(":told_by", row.told_by);
  into.bind(":created", micros(row.created));
  if (row.settled == no_time) {
    into.bind(":settled");
  } else {
    into.bind(":settled", micros(row.settled));
  }
}

void insert(SQLite::Database& database, const AlertEvent& event) {
  SQLite::Statement insert{database, R"sql(
      INSERT OR IGNORE INTO events (id, time, rule, episode, kind, json)
      VALUES (?, ?, ?, ?, ?, ?))sql"};
  insert.bind(1, event.id);
  insert.bind(2, micros(event.time));
  insert.bind(3, event.rule);
  insert.bind(4, event.episode);
  insert.bind(5, std::string{to_text(event.kind)});
  insert.bind(6, to_json(event));
  insert.exec();
}

void insert(SQLite::Database& database, const OutboxRow& row) {
  SQLite::Statement insert{database, R"sql(
      INSERT OR IGNORE INTO outbox
        (id, event, channel, episode, tier, state, tries, unknowns, uncertain, unanswered,
         next_try, last_error, told_by, created, settled)
      VALUES
        (:id, :event, :channel, :episode, :tier, :state, :tries, :unknowns, :uncertain, :unanswered,
         :next_try, :last_error, :told_by, :created, :settled))sql"};
  bind_row(insert, row);
  insert.bind(":event", row.event);
  insert.bind(":channel", row.channel);
  insert.bind(":episode", row.episode);
  if (row.tier) insert.bind(":tier", std::string{to_text(*row.tier)});
  insert.exec();
}

void update(SQLite::Database& database, const OutboxRow& row) {
  SQLite::Statement update{database, R"sql(
      UPDATE outbox
      SET state = :state, tries = :tries, unknowns = :unknowns, uncertain = :uncertain,
          unanswered = :unanswered, next_try = :next_try, last_error = :last_error,
          told_by = :told_by, created = :created, settled = :settled
      WHERE id = :id)sql"};
  bind_row(update, row);
  update.exec();
}

void put(SQLite::Database& database, const StoredRule& rule) {
  if (rule.state.empty()) {
    SQLite::Statement forget{database, "DELETE FROM rule_state WHERE rule = ?"};
    forget.bind(1, rule.rule);
    forget.exec();
    return;
  }
  SQLite::Statement put{database,
                        "INSERT OR REPLACE INTO rule_state (rule, hash, state) VALUES (?,?,?)"};
  put.bind(1, rule.rule);
  put.bind(2, rule.hash);
  put.bind(3, rule.state);
  put.exec();
}

void put(SQLite::Database& database, const StoredSend& send) {
  SQLite::Statement put{database,
                        "INSERT OR IGNORE INTO sends (channel, time, attempt) VALUES (?,?,?)"};
  put.bind(1, send.channel);
  put.bind(2, micros(send.time));
  put.bind(3, send.attempt);
  put.exec();
}

void put(SQLite::Database& database, const StoredBar& bar) {
  // SQLite has no NaN: it would become a NULL and take the whole commit with it.
  if (!std::isfinite(bar.open + bar.high + bar.low + bar.close)) return;
  // A minute that a restart cut in two is seen twice. What was seen takes the place of what venues
  // told, and never the reverse.
  SQLite::Statement put{database, R"sql(
      INSERT INTO bars (instrument, minute, open, high, low, close, told_later)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (instrument, minute) DO UPDATE SET
        open = iif(told_later, excluded.open, open),
        high = iif(told_later, excluded.high, max(high, excluded.high)),
        low = iif(told_later, excluded.low, min(low, excluded.low)),
        close = excluded.close, told_later = excluded.told_later
      WHERE told_later OR NOT excluded.told_later)sql"};
  put.bind(1, bar.instrument);
  put.bind(2, micros(bar.minute));
  put.bind(3, bar.open);
  put.bind(4, bar.high);
  put.bind(5, bar.low);
  put.bind(6, bar.close);
  put.bind(7, bar.told_later ? 1 : 0);
  put.exec();
}

void put(SQLite::Database& database, const StoredDay& day) {
  const auto& bar = day.bar;
  if (!std::isfinite(bar.open + bar.high + bar.low + bar.close + bar.seen)) return;
  SQLite::Statement put{database, R"sql(
      INSERT INTO days (instrument, day, open, high, low, close, closes_only, seen, imported)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (instrument, day) DO UPDATE SET
        open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
        closes_only = excluded.closes_only, seen = excluded.seen, imported = excluded.imported
      WHERE CASE excluded.imported
        WHEN 1 THEN days.imported = 1 OR days.seen <= 0.99
        ELSE excluded.seen > 0.99 OR excluded.seen >= days.seen END)sql"};
  put.bind(1, day.instrument);
  put.bind(2, micros(bar.day));
  put.bind(3, bar.open);
  put.bind(4, bar.high);
  put.bind(5, bar.low);
  put.bind(6, bar.close);
  put.bind(7, bar.closes_only ? 1 : 0);
  put.bind(8, bar.seen);
  put.bind(9, day.imported ? 1 : 0);
  put.exec();
}

void insert(SQLite::Database& database, const HeldBack& episode) {
  SQLite::Statement insert{database, R"sql(
      INSERT OR IGNORE INTO held_back (rule, began, ended, tier, instrument, title_zh, title_en)
      VALUES (?, ?, ?, ?, ?, ?, ?))sql"};
  insert.bind(1, episode.rule);
  insert.bind(2, micros(episode.began));
  insert.bind(3, micros(episode.ended));
  insert.bind(4, std::string{to_text(episode.tier)});
  insert.bind(5, episode.instrument);
  insert.bind(6, episode.title.zh);
  insert.bind(7, episode.title.en);
  insert.exec();
}

void put(SQLite::Database& database, const Silence& silence) {
  SQLite::Statement put{database, R"sql(
      INSERT OR REPLACE INTO silences (id, rule, instrument, author, reason, made, until, ended)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?))sql"};
  put.bind(1, silence.id);
  put.bind(2, silence.rule);
  put.bind(3, silence.instrument);
  put.bind(4, silence.author);
  put.bind(5, silence.reason);
  put.bind(6, micros(silence.made));
  put.bind(7, micros(silence.until));
  if (silence.ended != no_time) put.bind(8, micros(silence.ended));
  put.exec();
}

void put(SQLite::Database& database, const ChannelHold& hold) {
  SQLite::Statement put{database,
                        "INSERT OR REPLACE INTO channel_holds (channel, until) VALUES (?, ?)"};
  put.bind(1, hold.channel);
  put.bind(2, micros(hold.until));
  put.exec();
}

void put(SQLite::Database& database, const StoredDigest& digest) {
  if (digest.since == no_time) {
    SQLite::Statement forget{database, "DELETE FROM digests WHERE digest = ?"};
    forget.bind(1, digest.digest);
    forget.exec();
    return;
  }
  SQLite::Statement put{database, "INSERT OR REPLACE INTO digests (digest, since) VALUES (?, ?)"};
  put.bind(1, digest.digest);
  put.bind(2, micros(digest.since));
  put.exec();
}

/// SQLite would go on writing to a file that has no name any more.
void refuse_moved(SQLite::Database& database) {
  int moved = 0;
  sqlite3_file_control(database.getHandle(), nullptr, SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved != 0) throw SQLite::Exception("moved or deleted", SQLITE_READONLY_DBMOVED);
}

/// The system's word for what failed last; 0: it said nothing. SQLite notes it with the file, of
/// which the log (-wal) is the one that commits write to.
int last_errno(SQLite::Database& database) {
  auto* handle = database.getHandle();
  int system = 0;
  sqlite3_file* log = nullptr;
  if (sqlite3_file_control(handle, nullptr, SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK &&
      log && log->pMethods)
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &system);
  if (system == 0) sqlite3_file_control(handle, nullptr, SQLITE_FCNTL_LAST_ERRNO, &system);
  return system != 0 ? system : sqlite3_system_errno(handle);
}

}  // namespace

void Store::Impl::note(const Result<void>& outcome) {
  trouble.reset();
  text.clear();
  if (!outcome.has_error()) return;
  const auto& error = outcome.error();
  const int system = last_errno(database);
  trouble = trouble_of(error.value(), system);
  const int code = error.value() & 0xFF;
  const bool of_system = system != 0 && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN);
  text = foghorn::trouble_text(*trouble, path, of_system ? std::strerror(system) : error.message());
}

Result<void> Store::commit(const Commit& commit) {
  const auto& observer = impl_->options.observer;
  if (observer) observer(CommitPoint::before);
  auto result = guarded([&] {
    auto& database = impl_->database;
    refuse_moved(database);
    SQLite::Transaction transaction{database, SQLite::TransactionBehavior::IMMEDIATE};
    for (const auto& event : commit.events) insert(database, event);
    for (const auto& row : commit.new_rows) insert(database, row);
    for (const auto& row : commit.changed_rows) update(database, row);
    for (const auto& rule : commit.rules) put(database, rule);
    for (const auto& send : commit.sends) put(database, send);
    for (const auto& bar : commit.bars) put(database, bar);
    for (const auto& day : commit.days) put(database, day);
    for (const auto& episode : commit.held_back) insert(database, episode);
    for (const auto& silence : commit.silences) put(database, silence);
    for (const auto& minute : commit.liquidations) put(database, minute);
    for (const auto& stretch : commit.streams) put(database, stretch);
    for (const auto& hold : commit.holds) put(database, hold);
    for (const auto& digest : commit.digests) put(database, digest);
    transaction.commit();
  });
  impl_->note(result);
  if (observer) observer(CommitPoint::after);
  return result;
}

}  // namespace foghorn
