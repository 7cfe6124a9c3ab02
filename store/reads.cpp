// Reading what was committed.

#include <fmt/format.h>

#include "model/alert_json.hpp"
#include "store/impl.hpp"

namespace foghorn {
namespace {

Timestamp timestamp(const SQLite::Column& column) {
  return Timestamp{Duration{column.getInt64()}};
}

constexpr const char* row_columns =
    "o.id, o.event, o.channel, o.episode, o.tier, o.state, o.tries, o.unknowns, o.uncertain, "
    "o.unanswered, o.next_try, o.last_error, o.told_by, o.created, o.settled";

OutboxRow read_row(SQLite::Statement& from) {
  const auto tier = from.getColumn(4);
  const auto settled = from.getColumn(14);
  return {.id = from.getColumn(0).getString(),
          .event = from.getColumn(1).getString(),
          .channel = from.getColumn(2).getString(),
          .episode = from.getColumn(3).getString(),
          .tier = tier.isNull() ? std::nullopt : parse_tier(tier.getString()),
          .state = parse_outbox_state(from.getColumn(5).getString()).value_or(OutboxState::dropped),
          .tries = from.getColumn(6).getInt(),
          .unknowns = from.getColumn(7).getInt(),
          .uncertain = from.getColumn(8).getInt() != 0,
          .unanswered = from.getColumn(9).getInt() != 0,
          .next_try = timestamp(from.getColumn(10)),
          .last_error = from.getColumn(11).getString(),
          .told_by = from.getColumn(12).getString(),
          .created = timestamp(from.getColumn(13)),
          .settled = settled.isNull() ? no_time : timestamp(settled)};
}

}  // namespace

Result<std::vector<StoredRule>> Store::rules() {
  return guarded([&] {
    std::vector<StoredRule> rules;
    SQLite::Statement query{impl_->database,
                            "SELECT rule, hash, state FROM rule_state ORDER BY rule"};
    while (query.executeStep()) {
      rules.push_back({.rule = query.getColumn(0).getString(),
                       .hash = query.getColumn(1).getString(),
                       .state = query.getColumn(2).getString()});
    }
    return rules;
  });
}

Result<std::vector<StoredMessage>> Store::waiting() {
  return guarded([&] {
    std::vector<StoredMessage> messages;
    SQLite::Statement query{impl_->database, fmt::format(R"sql(
      SELECT {}, e.json FROM outbox o JOIN events e ON e.id = o.event
      WHERE o.state IN ('pending', 'sending')
        OR (o.told_by <> '' AND EXISTS (
          SELECT 1 FROM outbox t WHERE t.id = o.told_by AND t.state IN ('pending', 'sending')))
      ORDER BY o.seq)sql",
                                                         row_columns)};
    while (query.executeStep()) {
      auto event = from_json(query.getColumn(15).getString());
      if (event) messages.push_back({.row = read_row(query), .event = *std::move(event)});
    }
    return messages;
  });
}

Result<bool> Store::knows_event(const std::string& id) {
  return guarded([&] {
    SQLite::Statement query{impl_->database, "SELECT 1 FROM events WHERE id = ?"};
    query.bind(1, id);
    return query.executeStep();
  });
}

Result<std::vector<AlertEvent>> Store::events(Timestamp from, Timestamp to, std::size_t most) {
  return guarded([&] {
    std::vector<AlertEvent> events;
    SQLite::Statement query{impl_->database, R"sql(
      SELECT json FROM (
        SELECT json, time, rowid AS row FROM events WHERE time >= ? AND time < ?
        ORDER BY time DESC, rowid DESC LIMIT ?)
      ORDER BY time, row)sql"};
    query.bind(1, micros(from));
    query.bind(2, micros(to));
    query.bind(3, static_cast<std::int64_t>(most));
    while (query.executeStep()) {
      if (auto event = from_json(query.getColumn(0).getString()))
        events.push_back(*std::move(event));
    }
    return events;
  });
}

Result<std::vector<OutboxRow>> Store::deliveries(const std::string& event) {
  return guarded([&] {
    std::vector<OutboxRow> rows;
    SQLite::Statement query{
        impl_->database,
        fmt::format("SELECT {} FROM outbox o WHERE o.event = ? ORDER BY o.seq", row_columns)};
    query.bind(1, event);
    while (query.executeStep()) rows.push_back(read_row(query));
    return rows;
  });
}

Result<std::set<std::string>> Store::channels_of(const std::string& episode) {
  return guarded([&] {
    std::set<std::string> channels;
    SQLite::Statement query{
        impl_->database, "SELECT DISTINCT channel FROM outbox WHERE episode = ? AND episode <> ''"};
    query.bind(1, episode);
    while (query.executeStep()) channels.insert(query.getColumn(0).getString());
    return channels;
  });
}

Result<std::vector<Timestamp>> Store::last_sends(const std::string& channel, std::size_t most) {
  return guarded([&] {
    std::vector<Timestamp> times;
    SQLite::Statement query{impl_->database,
                            "SELECT time FROM sends WHERE channel = ? ORDER BY time DESC LIMIT ?"};
    query.bind(1, channel);
    query.bind(2, static_cast<std::int64_t>(most));
    while (query.executeStep()) times.push_back(timestamp(query.getColumn(0)));
    return std::vector<Timestamp>{times.rbegin(), times.rend()};
  });
}

Result<std::vector<StoredBar>> Store::bars(const std::string& instrument, Timestamp from,
                                           Timestamp to) {
  return guarded([&] {
    std::vector<StoredBar> bars;
    SQLite::Statement query{impl_->database, R"sql(
      SELECT minute, open, high, low, close FROM bars
      WHERE instrument = ? AND minute >= ? AND minute < ?
      ORDER BY minute)sql"};
    query.bind(1, instrument);
    query.bind(2, micros(from));
    query.bind(3, micros(to));
    while (query.executeStep()) {
      bars.push_back({.instrument = instrument,
                      .minute = timestamp(query.getColumn(0)),
                      .open = query.getColumn(1).getDouble(),
                      .high = query.getColumn(2).getDouble(),
                      .low = query.getColumn(3).getDouble(),
                      .close = query.getColumn(4).getDouble()});
    }
    return bars;
  });
}

Result<std::vector<StoredDay>> Store::days(const std::string& instrument) {
  return guarded([&] {
    std::vector<StoredDay> days;
    SQLite::Statement query{impl_->database, R"sql(
      SELECT day, open, high, low, close, closes_only, seen, imported FROM days
      WHERE instrument = ? ORDER BY day)sql"};
    query.bind(1, instrument);
    while (query.executeStep()) {
      days.push_back({.instrument = instrument,
                      .bar = {.day = timestamp(query.getColumn(0)),
                              .open = query.getColumn(1).getDouble(),
                              .high = query.getColumn(2).getDouble(),
                              .low = query.getColumn(3).getDouble(),
                              .close = query.getColumn(4).getDouble(),
                              .closes_only = query.getColumn(5).getInt() != 0,
                              .seen = query.getColumn(6).getDouble()},
                      .imported = query.getColumn(7).getInt() != 0});
    }
    return days;
  });
}

Result<std::vector<HeldBack>> Store::held_back(Timestamp from, Timestamp to) {
  return guarded([&] {
    std::vector<HeldBack> episodes;
    SQLite::Statement query{impl_->database, R"sql(
      SELECT rule, began, ended, tier, instrument, title_zh, title_en FROM held_back
      WHERE ended >= ? AND ended < ? ORDER BY ended, rule)sql"};
    query.bind(1, micros(from));
    query.bind(2, micros(to));
    while (query.executeStep()) {
      episodes.push_back({.rule = query.getColumn(0).getString(),
                          .title = {query.getColumn(5).getString(), query.getColumn(6).getString()},
                          .instrument = query.getColumn(4).getString(),
                          .tier = parse_tier(query.getColumn(3).getString()).value_or(Tier::notice),
                          .began = timestamp(query.getColumn(1)),
                          .ended = timestamp(query.getColumn(2))});
    }
    return episodes;
  });
}

}  // namespace foghorn
