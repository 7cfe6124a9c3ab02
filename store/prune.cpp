// Forgetting: what is older than its keeping, a few rows at a time.

#include <fmt/format.h>

#include <algorithm>

#include "store/impl.hpp"

namespace foghorn {
namespace {

/// One call's worth of it, in one transaction.
class Pruning {
 public:
  Pruning(SQLite::Database& database, std::size_t most)
      : database_{database}, most_{static_cast<std::int64_t>(most)} {}

  /// `delete_some` takes a bound (?1) and how many rows it may take (?2).
  void forget(const std::string& delete_some, std::int64_t bound) {
    SQLite::Statement statement{database_, delete_some};
    statement.bind(1, bound);
    statement.bind(2, most_);
    more_ = statement.exec() >= most_ || more_;
  }

  /// By instrument: there is no index on minutes alone, and no need of one.
  void forget_bars(std::int64_t before) {
    std::string instrument;
    SQLite::Statement next{database_, "SELECT min(instrument) FROM bars WHERE instrument > ?"};
    SQLite::Statement forget{database_, R"sql(
        DELETE FROM bars WHERE instrument = ?1 AND minute IN (
          SELECT minute FROM bars WHERE instrument = ?1 AND minute < ?2 ORDER BY minute LIMIT ?3))sql"};
    auto left = most_;
    for (;; next.reset()) {
      next.bind(1, instrument);
      if (!next.executeStep() || next.getColumn(0).isNull()) break;
      instrument = next.getColumn(0).getString();
      forget.bind(1, instrument);
      forget.bind(2, before);
      forget.bind(3, left);
      left -= forget.exec();
      forget.reset();
      if (left <= 0) break;
    }
    more_ = left <= 0 || more_;
  }

  bool more() const { return more_; }

 private:
  SQLite::Database& database_;
  std::int64_t most_;
  bool more_{};
};

/// A wall clock that jumped ahead puts this much at risk, and no more.
constexpr Duration leap = std::chrono::days{1};

std::optional<Timestamp> newest(SQLite::Database& database, const char* query) {
  SQLite::Statement statement{database, query};
  if (!statement.executeStep() || statement.getColumn(0).isNull()) return std::nullopt;
  return timestamp(statement.getColumn(0));
}

/// By instrument: there is no index on minutes alone.
std::optional<Timestamp> newest_bar(SQLite::Database& database) {
  return newest(database, R"sql(
      WITH RECURSIVE name(instrument) AS (
        SELECT min(instrument) FROM bars
        UNION ALL
        SELECT (SELECT min(instrument) FROM bars WHERE instrument > name.instrument)
        FROM name WHERE name.instrument IS NOT NULL)
      SELECT max((SELECT max(minute) FROM bars WHERE instrument = name.instrument)) FROM name)sql");
}

}  // namespace

// Minutes first: they have the venues' times, alert events may have those of a clock that is wrong.
Result<std::optional<Timestamp>> Store::believable(Timestamp now) {
  return guarded([&] {
    auto& database = impl_->database;
    auto known = newest_bar(database);
    if (!known) known = newest(database, "SELECT max(minute) FROM liquidations");
    if (!known) known = newest(database, "SELECT max(time) FROM events");
    if (known) known = std::min(now, *known + leap);
    return known;
  });
}

Result<bool> Store::prune(Timestamp now, const Retention& retention) {
  // A row whose episode has no end yet says where the end must go. A row that tells others goes
  // with them: both are settled by then.
  constexpr const char* finished = R"sql((episode = '' OR EXISTS (
      SELECT 1 FROM events e
      WHERE e.episode = outbox.episode AND e.episode <> '' AND e.kind = 'resolve')))sql";
  return guarded([&] {
    SQLite::Transaction transaction{impl_->database, SQLite::TransactionBehavior::IMMEDIATE};
    Pruning pruning{impl_->database, retention.most_at_once};
    pruning.forget_bars(micros(now - retention.bars));
    pruning.forget(R"sql(
        DELETE FROM liquidations WHERE (minute, venue, asset, position, part) IN (
          SELECT minute, venue, asset, position, part FROM liquidations
          WHERE minute < ?1 ORDER BY minute LIMIT ?2))sql",
                   micros(now - retention.bars));
    pruning.forget(R"sql(
        DELETE FROM liquidation_streams WHERE (venue, since) IN (
          SELECT venue, since FROM liquidation_streams WHERE until < ?1 LIMIT ?2))sql",
                   micros(now - retention.bars));
    pruning.forget(R"sql(
        DELETE FROM sends WHERE (channel, time, attempt) IN (
          SELECT channel, time, attempt FROM sends WHERE time < ?1 LIMIT ?2))sql",
                   micros(now - retention.sends));
    pruning.forget(R"sql(
        DELETE FROM channel_holds WHERE channel IN (
          SELECT channel FROM channel_holds WHERE until < ?1 LIMIT ?2))sql",
                   micros(now - retention.sends));
    pruning.forget(fmt::format(R"sql(
        DELETE FROM outbox WHERE seq IN (
          SELECT seq FROM outbox WHERE settled < ?1 AND {} ORDER BY settled LIMIT ?2))sql",
                               finished),
                   micros(now - retention.settled_rows));
    pruning.forget(fmt::format(R"sql(
        DELETE FROM outbox WHERE seq IN (
          SELECT seq FROM (
            SELECT seq, episode FROM outbox WHERE settled IS NOT NULL
            ORDER BY settled DESC LIMIT -1 OFFSET ?1) AS outbox
          WHERE {} LIMIT ?2))sql",
                               finished),
                   static_cast<std::int64_t>(retention.most_settled_rows));
    pruning.forget(R"sql(
        DELETE FROM held_back WHERE (rule, began) IN (
          SELECT rule, began FROM held_back WHERE ended < ?1 ORDER BY ended LIMIT ?2))sql",
                   micros(now - retention.events));
    pruning.forget(R"sql(
        DELETE FROM silences WHERE id IN (
          SELECT id FROM silences WHERE until < ?1 LIMIT ?2))sql",
                   micros(now - retention.events));
    pruning.forget(R"sql(
        DELETE FROM events WHERE id IN (
          SELECT id FROM events WHERE time < ?1
          AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.event = events.id)
          ORDER BY time LIMIT ?2))sql",
                   micros(now - retention.events));
    transaction.commit();
    return pruning.more();
  });
}

}  // namespace foghorn
