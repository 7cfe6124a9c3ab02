// Reading what was committed: rules, alert events, prices.

#include "model/alert_json.hpp"
#include "store/impl.hpp"

namespace foghorn {
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

Result<std::vector<StoredBar>> Store::bars(const std::string& instrument, Timestamp from,
                                           Timestamp to) {
  return guarded([&] {
    std::vector<StoredBar> bars;
    SQLite::Statement query{impl_->database, R"sql(
      SELECT minute, open, high, low, close, told_later FROM bars
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
                      .close = query.getColumn(4).getDouble(),
                      .told_later = query.getColumn(5).getInt() != 0});
    }
    return bars;
  });
}

Result<std::optional<Timestamp>> Store::last_minute(const std::string& instrument) {
  return guarded([&] {
    std::optional<Timestamp> last;
    SQLite::Statement query{impl_->database, "SELECT max(minute) FROM bars WHERE instrument = ?"};
    query.bind(1, instrument);
    if (query.executeStep() && !query.getColumn(0).isNull()) last = timestamp(query.getColumn(0));
    return last;
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

Result<std::vector<StoredDigest>> Store::digests() {
  return guarded([&] {
    std::vector<StoredDigest> digests;
    SQLite::Statement query{impl_->database, "SELECT digest, since FROM digests ORDER BY digest"};
    while (query.executeStep())
      digests.push_back({query.getColumn(0).getString(), timestamp(query.getColumn(1))});
    return digests;
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
