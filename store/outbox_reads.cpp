// Reading the outbox, and what has a say in it.

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "model/alert_json.hpp"
#include "store/impl.hpp"

namespace foghorn {
namespace {

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

/// What the rest of the query yields, each row with its event.
std::vector<StoredMessage> messages_of(SQLite::Statement& query) {
  std::vector<StoredMessage> messages;
  while (query.executeStep()) {
    auto event = from_json(query.getColumn(15).getString());
    if (event) messages.push_back({.row = read_row(query), .event = *std::move(event)});
  }
  return messages;
}

/// Of an instrument's trouble, for each channel, what came before the last row that was told says
/// nothing any more.
void leave_what_was_told_since(std::vector<StoredMessage>& messages) {
  std::set<std::tuple<std::string, std::string, bool>> told;  // channel, instrument, which trouble
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    const auto& [row, event] = *message;
    if (!row.episode.empty()) continue;
    const bool of_data = event.kind == AlertKind::no_data || event.kind == AlertKind::data_back;
    const std::tuple place{row.channel, event.instrument, of_data};
    if (told.contains(place)) {
      message->row.id.clear();
    } else if (!hushed(row.state)) {
      told.insert(place);
    }
  }
  std::erase_if(messages, [](const StoredMessage& message) { return message.row.id.empty(); });
}

/// "IN ('pending', 'sending')": of the names of states, nothing that a user wrote.
std::string in_list(const std::vector<OutboxState>& states) {
  std::string list;
  for (const auto state : states)
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", to_text(state));
  return fmt::format("IN ({})", list);
}

/// Only what is asked for is written, so that SQLite finds the index for it.
std::string conditions_of(const OutboxQuery& wanted) {
  std::string all = "1";
  if (!wanted.id.empty()) all += " AND (o.id = :id OR o.event = :id)";
  if (!wanted.channel.empty()) all += " AND o.channel = :channel";
  if (!wanted.told_by.empty()) all += " AND o.told_by <> '' AND o.told_by = :told_by";
  if (!wanted.before.empty()) all += " AND o.seq < (SELECT seq FROM outbox WHERE id = :before)";
  if (!wanted.states.empty()) all += " AND o.state " + in_list(wanted.states);
  return all;
}

}  // namespace

Result<std::vector<StoredMessage>> Store::waiting() {
  return guarded([&] {
    SQLite::Statement query{impl_->database, fmt::format(R"sql(
      SELECT {}, e.json FROM outbox o JOIN events e ON e.id = o.event
      WHERE o.state IN ('pending', 'sending', 'for_digest')
        OR (o.told_by <> '' AND EXISTS (
          SELECT 1 FROM outbox t WHERE t.id = o.told_by AND t.state IN ('pending', 'sending')))
      ORDER BY o.seq)sql",
                                                         row_columns)};
    return messages_of(query);
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
    SQLite::Statement query{impl_->database, R"sql(
      SELECT DISTINCT channel FROM outbox
      WHERE episode = ? AND episode <> '' AND state NOT IN ('silenced', 'quiet'))sql"};
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

Result<std::vector<ChannelHold>> Store::holds() {
  return guarded([&] {
    std::vector<ChannelHold> holds;
    SQLite::Statement query{impl_->database, "SELECT channel, until FROM channel_holds"};
    while (query.executeStep())
      holds.push_back(
          {.channel = query.getColumn(0).getString(), .until = timestamp(query.getColumn(1))});
    return holds;
  });
}

Result<std::vector<StoredMessage>> Store::outbox(const OutboxQuery& wanted) {
  return guarded([&] {
    SQLite::Statement query{
        impl_->database,
        fmt::format("SELECT {}, e.json FROM outbox o JOIN events e ON e.id = o.event WHERE {} "
                    "ORDER BY o.seq DESC LIMIT :most",
                    row_columns, conditions_of(wanted))};
    const auto bind = [&](const char* name, const std::string& value) {
      if (!value.empty()) query.bind(name, value);
    };
    bind(":id", wanted.id);
    bind(":channel", wanted.channel);
    bind(":told_by", wanted.told_by);
    bind(":before", wanted.before);
    query.bind(":most", static_cast<std::int64_t>(wanted.most));
    auto messages = messages_of(query);
    std::ranges::reverse(messages);
    return messages;
  });
}

Result<std::vector<StoredMessage>> Store::unfinished() {
  return guarded([&] {
    // `<> ''` beside every use of an episode lets SQLite take the index of those.
    SQLite::Statement query{impl_->database, fmt::format(R"sql(
      SELECT {}, e.json FROM outbox o JOIN events e ON e.id = o.event
      WHERE o.seq IN (
        SELECT p.seq FROM outbox p WHERE p.episode <> '' AND (
          NOT EXISTS (
            SELECT 1 FROM events r
            WHERE r.episode = p.episode AND r.episode <> '' AND r.kind = 'resolve')
          OR (p.state IN ('silenced', 'quiet') AND EXISTS (
            SELECT 1 FROM events k WHERE k.id = p.event AND k.kind = 'resolve')))
        UNION ALL
        SELECT t.seq FROM outbox t JOIN events k ON k.id = t.event
        WHERE t.episode = '' AND t.state <> 'dropped'
          AND k.kind IN ('no_data', 'data_back', 'unconfirmed', 'confirmed'))
      ORDER BY o.seq)sql",
                                                         row_columns)};
    auto messages = messages_of(query);
    leave_what_was_told_since(messages);
    return messages;
  });
}

Result<std::vector<Silence>> Store::silences(Timestamp since) {
  return guarded([&] {
    std::vector<Silence> silences;
    SQLite::Statement query{impl_->database, R"sql(
      SELECT id, rule, instrument, author, reason, made, until, ended FROM silences
      WHERE min(until, coalesce(ended, until)) > ? ORDER BY made, id)sql"};
    query.bind(1, micros(since));
    while (query.executeStep()) {
      const auto ended = query.getColumn(7);
      silences.push_back({.id = query.getColumn(0).getString(),
                          .rule = query.getColumn(1).getString(),
                          .instrument = query.getColumn(2).getString(),
                          .author = query.getColumn(3).getString(),
                          .reason = query.getColumn(4).getString(),
                          .made = timestamp(query.getColumn(5)),
                          .until = timestamp(query.getColumn(6)),
                          .ended = ended.isNull() ? no_time : timestamp(ended)});
    }
    return silences;
  });
}

Result<std::vector<AlertEvent>> Store::open_episodes() {
  return guarded([&] {
    std::vector<AlertEvent> events;
    SQLite::Statement query{impl_->database, R"sql(
      SELECT json FROM events e
      WHERE e.kind IN ('fire', 'escalate') AND e.episode <> ''
        AND NOT EXISTS (SELECT 1 FROM events l WHERE l.episode = e.episode AND l.episode <> ''
                        AND l.rowid > e.rowid AND l.kind IN ('fire', 'escalate', 'resolve'))
      ORDER BY e.time, e.rowid)sql"};
    while (query.executeStep())
      if (auto event = from_json(query.getColumn(0).getString()))
        events.push_back(*std::move(event));
    return events;
  });
}

}  // namespace foghorn
