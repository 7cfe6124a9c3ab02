#include "alerts/store_writer.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace foghorn {
namespace {

constexpr std::size_t most_sends = 1000;  // more than any quota looks back to, of all channels

template <class T>
void append(std::vector<T>& to, std::vector<T> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

bool StoreWriter::save(Commit commit, Timestamp now) {
  keep(std::move(commit));
  if (error_ && now < try_again_) return false;
  if (unsaved_.empty()) return true;
  const auto result = store_.commit(unsaved_);
  if (result.has_error()) {
    if (!error_) {
      spdlog::error(
          "store cannot commit error=\"{}\"; delivering from memory, a restart may repeat",
          result.error().message());
    }
    error_ = result.error();
    try_again_ = now + patience;
    return false;
  }
  if (error_) spdlog::info("store commits again events={}", unsaved_.events.size());
  error_ = {};
  unsaved_ = {};
  unsaved_ids_.clear();
  changed_at_.clear();
  return true;
}

bool StoreWriter::flush(Timestamp now) {
  try_again_ = no_time;
  return save({}, now);
}

void StoreWriter::keep(Commit commit) {
  for (const auto& event : commit.events) unsaved_ids_.insert(event.id);
  append(unsaved_.events, std::move(commit.events));
  append(unsaved_.new_rows, std::move(commit.new_rows));
  for (auto& row : commit.changed_rows) {
    const auto [at, is_new] = changed_at_.emplace(row.id, unsaved_.changed_rows.size());
    if (is_new) {
      unsaved_.changed_rows.push_back(std::move(row));
    } else {
      unsaved_.changed_rows[at->second] = std::move(row);
    }
  }
  for (auto& rule : commit.rules) {
    const auto known = std::ranges::find(unsaved_.rules, rule.rule, &StoredRule::rule);
    if (known == unsaved_.rules.end()) {
      unsaved_.rules.push_back(std::move(rule));
    } else {
      *known = std::move(rule);
    }
  }
  append(unsaved_.sends, std::move(commit.sends));
  if (unsaved_.sends.size() > 2 * most_sends)
    unsaved_.sends.erase(unsaved_.sends.begin(), unsaved_.sends.end() - most_sends);
  if (unsaved_.events.size() > most_events) forget_settled();
}

void StoreWriter::forget_settled() {
  std::unordered_set<std::string> waiting;
  for (const auto& row : unsaved_.new_rows) {
    const auto changed = changed_at_.find(row.id);
    const auto& latest =
        changed == changed_at_.end() ? row : unsaved_.changed_rows[changed->second];
    if (open(latest.state)) waiting.insert(row.event);
  }
  std::unordered_set<std::string> forgotten;
  const std::size_t enough = most_events / 2;
  for (const auto& event : unsaved_.events) {
    if (unsaved_.events.size() - forgotten.size() <= enough) break;
    if (!waiting.contains(event.id)) forgotten.insert(event.id);
  }
  std::erase_if(unsaved_.events,
                [&](const AlertEvent& event) { return forgotten.contains(event.id); });
  std::erase_if(unsaved_.new_rows,
                [&](const OutboxRow& row) { return forgotten.contains(row.event); });
  std::erase_if(unsaved_.changed_rows,
                [&](const OutboxRow& row) { return forgotten.contains(row.event); });
  changed_at_.clear();
  for (std::size_t i = 0; i < unsaved_.changed_rows.size(); ++i)
    changed_at_.emplace(unsaved_.changed_rows[i].id, i);
  // Their ids stay known: work redone is still recognised.
}

bool StoreWriter::knows(const std::string& event) {
  if (unsaved_ids_.contains(event)) return true;
  const auto stored = store_.knows_event(event);
  return stored.has_value() && *stored;
}

std::set<std::string> StoreWriter::channels_of_event(const std::string& event) {
  std::set<std::string> channels;
  if (const auto stored = store_.deliveries(event); stored.has_value())
    for (const auto& row : *stored) channels.insert(row.channel);
  for (const auto& row : unsaved_.new_rows)
    if (row.event == event) channels.insert(row.channel);
  return channels;
}

std::set<std::string> StoreWriter::channels_of(const std::string& episode) {
  const auto stored = store_.channels_of(episode);
  auto channels = stored.has_value() ? *stored : std::set<std::string>{};
  for (const auto& row : unsaved_.new_rows)
    if (!episode.empty() && row.episode == episode) channels.insert(row.channel);
  return channels;
}

}  // namespace foghorn
