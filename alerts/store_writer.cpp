#include "alerts/store_writer.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace foghorn {
namespace {

constexpr std::size_t most_sends = 1000;       // more than any quota looks back to, of all channels
constexpr std::size_t most_minutes = 100'000;  // a week of ten instruments

template <class T>
void append(std::vector<T>& to, std::vector<T> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// The same, keeping the newest `most` at least, and at most twice as many.
template <class T>
void append(std::vector<T>& to, std::vector<T> more, std::size_t most) {
  append(to, std::move(more));
  if (to.size() > 2 * most) to.erase(to.begin(), to.end() - static_cast<std::ptrdiff_t>(most));
}

}  // namespace

bool StoreWriter::save(Commit commit, Timestamp now) {
  keep(std::move(commit));
  if (error_ && now < try_again_) return false;
  if (unsaved_.empty()) return true;
  const auto result = store_.commit(unsaved_);
  if (result.has_error()) {
    note_failure(result.error(), now);
    return false;
  }
  if (error_) spdlog::info("store commits again events={}", unsaved_.events.size());
  error_ = {};
  unsaved_ = {};
  unsaved_ids_.clear();
  changed_at_.clear();
  return true;
}

void StoreWriter::note_failure(boost::system::error_code error, Timestamp now) {
  const auto trouble = store_.trouble().value_or(StoreTrouble::other);
  ++failures_[static_cast<std::size_t>(trouble)];
  if (!error_) failing_since_ = now;
  // Told when it changes, counted always.
  if (error_ != error) {
    spdlog::error(
        "store cannot commit error={} detail=\"{}\" consequence=delivering_from_memory_a_restart_"
        "may_repeat",
        to_text(trouble), store_.trouble_text());
  }
  error_ = error;
  try_again_ = now + patience;
}

bool StoreWriter::flush(Timestamp now) {
  try_again_ = no_time;
  return save({}, now);
}

void StoreWriter::keep(Commit commit) {
  // All of it by name: what is added to a commit does not compile here until it is kept, too.
  auto& [events, new_rows, changed_rows, rules, sends, bars, days, held_back, silences,
         liquidations, streams, holds, digests] = commit;
  for (const auto& event : events) unsaved_ids_.insert(event.id);
  append(unsaved_.events, std::move(events));
  append(unsaved_.new_rows, std::move(new_rows));
  for (auto& row : changed_rows) {
    const auto [at, is_new] = changed_at_.emplace(row.id, unsaved_.changed_rows.size());
    if (is_new) {
      unsaved_.changed_rows.push_back(std::move(row));
    } else {
      unsaved_.changed_rows[at->second] = std::move(row);
    }
  }
  for (auto& rule : rules) {
    const auto known = std::ranges::find(unsaved_.rules, rule.rule, &StoredRule::rule);
    if (known == unsaved_.rules.end()) {
      unsaved_.rules.push_back(std::move(rule));
    } else {
      *known = std::move(rule);
    }
  }
  append(unsaved_.sends, std::move(sends), most_sends);
  append(unsaved_.bars, std::move(bars), most_minutes);
  append(unsaved_.days, std::move(days));
  append(unsaved_.held_back, std::move(held_back));
  append(unsaved_.silences, std::move(silences));
  append(unsaved_.liquidations, std::move(liquidations), most_minutes);
  append(unsaved_.streams, std::move(streams), most_minutes);
  for (auto& hold : holds) {
    std::erase_if(unsaved_.holds,
                  [&](const ChannelHold& kept) { return kept.channel == hold.channel; });
    unsaved_.holds.push_back(std::move(hold));
  }
  for (auto& digest : digests) {
    std::erase_if(unsaved_.digests,
                  [&](const StoredDigest& kept) { return kept.digest == digest.digest; });
    unsaved_.digests.push_back(std::move(digest));
  }
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

std::optional<std::set<std::string>> StoreWriter::channels_of(const std::string& episode) {
  const auto stored = store_.channels_of(episode);
  if (!stored.has_value()) return std::nullopt;
  auto channels = *stored;
  if (episode.empty()) return channels;
  const auto add = [&](const std::vector<OutboxRow>& rows) {
    for (const auto& row : rows)
      if (row.episode == episode && !hushed(row.state)) channels.insert(row.channel);
  };
  add(unsaved_.new_rows);
  add(unsaved_.changed_rows);  // what is told late
  return channels;
}

}  // namespace foghorn
