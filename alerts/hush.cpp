#include "alerts/hush.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "alerts/channels/matter.hpp"
#include "alerts/silences.hpp"

namespace foghorn {
namespace {

bool tells_of_truth(const AlertEvent& event) {
  return event.kind == AlertKind::fire || event.kind == AlertKind::escalate;
}

/// Of an instrument, not of a rule's episode.
bool of_trouble(AlertKind kind) {
  using enum AlertKind;
  return kind == no_data || kind == data_back || kind == unconfirmed || kind == confirmed;
}

bool goes_on(const AlertEvent& event) {
  return !event.episode.empty() || of_trouble(event.kind);
}

bool same_place(const StoredMessage& held, const std::string& channel, const AlertEvent& event) {
  return held.row.channel == channel && matter_of(held.event).key == matter_of(event).key;
}

}  // namespace

Hush::Hush(QuietWhile quiet_while, std::vector<Silence> silences,
           const std::vector<StoredMessage>& unfinished)
    : quiet_while_{std::move(quiet_while)}, silences_{std::move(silences)} {
  for (const auto& [row, event] : unfinished) {
    hear(event);
    note(row, event);
  }
}

void Hush::put(Silence silence) {
  std::erase_if(silences_, [&](const Silence& known) { return known.id == silence.id; });
  if (silence.ended == no_time) silences_.push_back(std::move(silence));
}

std::vector<Silence> Hush::silences(Timestamp now) const {
  std::vector<Silence> in_force;
  std::ranges::copy_if(silences_, std::back_inserter(in_force),
                       [&](const Silence& silence) { return live(silence, now); });
  return in_force;
}

void Hush::put_in_order(std::vector<AlertEvent>& events) const {
  std::vector<AlertEvent> ordered;
  for (auto from = events.begin(); from != events.end();) {
    const auto to = std::find_if(from, events.end(),
                                 [&](const AlertEvent& event) { return event.time != from->time; });
    for (const bool spoken_for : {false, true})
      std::copy_if(from, to, std::back_inserter(ordered), [&](const AlertEvent& event) {
        return quiet_while_.contains(event.rule) == spoken_for;
      });
    from = to;
  }
  events = std::move(ordered);
}

void Hush::hear(const AlertEvent& event) {
  if (event.episode.empty()) return;
  if (event.kind == AlertKind::resolve) {
    const auto voice = voices_.find(event.rule);
    if (voice != voices_.end() && voice->second.episode == event.episode) voices_.erase(voice);
    std::erase_if(held_, [&](const auto& held) {
      return held.event.episode == event.episode && tells_of_truth(held.event);
    });
  } else if (tells_of_truth(event)) {
    auto& voice = voices_[event.rule];
    if (voice.episode == event.episode) return;
    voice = {.episode = event.episode, .told = {}};
    // A rule has one episode at a time: one that never got its end is over all the same.
    std::erase_if(held_, [&](const auto& held) {
      return held.event.rule == event.rule && tells_of_truth(held.event);
    });
  }
}

std::optional<OutboxState> Hush::reason(const AlertEvent& event, const std::string& channel,
                                        Timestamp now) const {
  if (silenced(event, now) || takes_back(event, channel)) return OutboxState::silenced;
  if (spoken_for(event, channel)) return OutboxState::quiet;
  return std::nullopt;
}

bool Hush::takes_back(const AlertEvent& event, const std::string& channel) const {
  if (!of_trouble(event.kind)) return false;
  return std::ranges::any_of(held_, [&](const StoredMessage& held) {
    return same_place(held, channel, event) && matter_of(held.event).over != matter_of(event).over;
  });
}

bool Hush::silenced(const AlertEvent& event, Timestamp now) const {
  return std::ranges::any_of(silences_, [&](const Silence& silence) {
    return live(silence, now) && covers(silence, event);
  });
}

bool Hush::spoken_for(const AlertEvent& event, const std::string& channel) const {
  if (!tells_of_truth(event) || !event.tier) return false;
  const auto other = quiet_while_.find(event.rule);
  if (other == quiet_while_.end()) return false;
  const auto voice = voices_.find(other->second);
  if (voice == voices_.end()) return false;
  const auto told = voice->second.told.find(channel);
  return told != voice->second.told.end() && told->second >= *event.tier;
}

void Hush::note(const OutboxRow& row, const AlertEvent& event) {
  if (!goes_on(event) || row.state == OutboxState::dropped) return;
  const bool nothing_left = takes_back(event, row.channel) || known(row.channel, event);
  std::erase_if(held_,
                [&](const StoredMessage& held) { return same_place(held, row.channel, event); });
  if (!hushed(row.state)) {
    tell(row.channel, event);
  } else if (!nothing_left) {
    held_.push_back({.row = row, .event = event});
  }
}

/// The trouble is back, or again: the reader was told of it and never that it was over.
bool Hush::known(const std::string& channel, const AlertEvent& event) const {
  const auto matter = matter_of(event);
  return !matter.over && troubled_.contains({channel, matter.key});
}

void Hush::tell(const std::string& channel, const AlertEvent& event) {
  if (of_trouble(event.kind)) {
    auto matter = matter_of(event);
    Place place{channel, std::move(matter.key)};
    if (matter.over) {
      troubled_.erase(place);
    } else {
      troubled_.insert(std::move(place));
    }
    return;
  }
  const auto voice = voices_.find(event.rule);
  if (!tells_of_truth(event) || !event.tier || voice == voices_.end() ||
      voice->second.episode != event.episode)
    return;
  auto& told = voice->second.told.try_emplace(channel, *event.tier).first->second;
  told = std::max(told, *event.tier);
}

std::vector<StoredMessage> Hush::look(Timestamp now) {
  std::erase_if(silences_, [&](const Silence& silence) { return !live(silence, now); });
  std::vector<StoredMessage> changed;
  // One silence may have held both a rule and the one that speaks for it.
  release(false, now, changed);
  release(true, now, changed);
  return changed;
}

void Hush::release(bool spoken_for_rules, Timestamp now, std::vector<StoredMessage>& changed) {
  for (auto& held : held_) {
    if (quiet_while_.contains(held.event.rule) != spoken_for_rules) continue;
    const auto state = reason(held.event, held.row.channel, now).value_or(OutboxState::pending);
    if (state == held.row.state) continue;
    held.row.state = state;
    changed.push_back(held);
    if (!hushed(state)) tell(held.row.channel, held.event);
  }
  std::erase_if(held_, [](const StoredMessage& held) { return !hushed(held.row.state); });
}

std::optional<Timestamp> Hush::next() const {
  if (silences_.empty()) return std::nullopt;
  return std::ranges::min_element(silences_, {}, &Silence::until)->until;
}

}  // namespace foghorn
