// Liquidations by the minute, and when their streams were seen: written and read.

#include "store/impl.hpp"
#include "store/liquidation_rows.hpp"

namespace foghorn {
namespace {

constexpr const char* text_of(Position position) {
  return position == Position::long_side ? "long" : "short";
}

}  // namespace

void put(SQLite::Database& database, const LiquidationMinute& row) {
  SQLite::Statement put{database, R"sql(
      INSERT OR IGNORE INTO liquidations
        (minute, venue, asset, position, part, orders, unsummed, usd_micros, largest_micros,
         largest_time)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql"};
  put.bind(1, micros(row.minute));
  put.bind(2, row.venue);
  put.bind(3, row.asset);
  put.bind(4, std::string{text_of(row.position)});
  put.bind(5, micros(row.part));
  put.bind(6, row.orders);
  put.bind(7, row.unsummed);
  put.bind(8, row.usd.value);
  put.bind(9, row.largest.value);
  put.bind(10, micros(row.largest_time));
  put.exec();
}

void put(SQLite::Database& database, const StreamStretch& stretch) {
  SQLite::Statement put{database, R"sql(
      INSERT OR REPLACE INTO liquidation_streams (venue, since, until, seen)
      VALUES (?, ?, ?, ?))sql"};
  put.bind(1, stretch.venue);
  put.bind(2, micros(stretch.since));
  put.bind(3, micros(stretch.until));
  put.bind(4, stretch.seen ? 1 : 0);
  put.exec();
}

Result<std::vector<LiquidationMinute>> Store::liquidations(Timestamp from, Timestamp to) {
  return guarded([&] {
    std::vector<LiquidationMinute> rows;
    SQLite::Statement query{impl_->database, R"sql(
      SELECT minute, venue, asset, position, part, orders, unsummed, usd_micros, largest_micros,
             largest_time
      FROM liquidations WHERE minute >= ? AND minute < ?
      ORDER BY minute, venue, asset, position, part)sql"};
    query.bind(1, micros(from));
    query.bind(2, micros(to));
    while (query.executeStep()) {
      const bool is_long = query.getColumn(3).getString() == text_of(Position::long_side);
      rows.push_back({.minute = timestamp(query.getColumn(0)),
                      .venue = query.getColumn(1).getString(),
                      .asset = query.getColumn(2).getString(),
                      .position = is_long ? Position::long_side : Position::short_side,
                      .part = timestamp(query.getColumn(4)),
                      .orders = query.getColumn(5).getInt64(),
                      .unsummed = query.getColumn(6).getInt64(),
                      .usd = {query.getColumn(7).getInt64()},
                      .largest = {query.getColumn(8).getInt64()},
                      .largest_time = timestamp(query.getColumn(9))});
    }
    return rows;
  });
}

Result<std::vector<StreamStretch>> Store::liquidation_streams(Timestamp from, Timestamp to) {
  return guarded([&] {
    std::vector<StreamStretch> stretches;
    SQLite::Statement query{impl_->database, R"sql(
      SELECT venue, since, until, seen FROM liquidation_streams
      WHERE until > ? AND since < ? ORDER BY venue, since)sql"};
    query.bind(1, micros(from));
    query.bind(2, micros(to));
    while (query.executeStep()) {
      stretches.push_back({.venue = query.getColumn(0).getString(),
                           .since = timestamp(query.getColumn(1)),
                           .until = timestamp(query.getColumn(2)),
                           .seen = query.getColumn(3).getInt() != 0});
    }
    return stretches;
  });
}

}  // namespace foghorn
