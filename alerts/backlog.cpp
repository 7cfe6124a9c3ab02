#include "alerts/backlog.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace foghorn {
namespace {

int rank_of(const std::optional<Tier>& tier) {
  return tier ? static_cast<int>(*tier) : 0;
}

/// Of one episode. What one commit brought is in the order of its events; at one time of these an
/// episode begins before it rises, and rises before it ends.
bool came_before(const Waiting& a, const Waiting& b) {
  const auto order = [](const Waiting& it) {
    return std::tuple{it.row.created, it.event.time, it.event.kind};
  };
  return order(a) < order(b);
}

}  // namespace

bool Bundle::critical() const {
  return rank() == rank_of(Tier::critical);
}

int Bundle::rank() const {
  if (digest_only()) return -1;
  int highest = 0;
  for (const auto& waiting : rows) highest = std::max(highest, rank_of(waiting.row.tier));
  return highest;
}

Bundle& Backlog::add(Waiting waiting) {
  ++rows_;
  // What is for digests only is no part of an episode that is told as it happens.
  const auto episode =
      waiting.row.state == OutboxState::for_digest ? std::string{} : waiting.row.episode;
  auto known = by_episode_.find(episode);
  if (known == by_episode_.end()) {
    bundles_.emplace_back();
    if (!episode.empty()) by_episode_.emplace(episode, std::prev(bundles_.end()));
    bundles_.back().rows.push_back(std::move(waiting));
    return bundles_.back();
  }
  known->second->rows.push_back(std::move(waiting));
  return *known->second;
}

void Backlog::insert(Waiting waiting) {
  auto& bundle = add(std::move(waiting));
  const auto from = bundle.rows.begin() + static_cast<std::ptrdiff_t>(bundle.on_the_line);
  const auto added = std::prev(bundle.rows.end());
  const auto later =
      std::find_if(from, added, [&](const Waiting& other) { return came_before(*added, other); });
  std::rotate(later, added, bundle.rows.end());
}

std::optional<Waiting> Backlog::take(const std::string& row) {
  for (auto bundle = bundles_.begin(); bundle != bundles_.end(); ++bundle) {
    auto& rows = bundle->rows;
    const auto from = rows.begin() + static_cast<std::ptrdiff_t>(bundle->on_the_line);
    const auto found = std::find_if(from, rows.end(),
                                    [&](const Waiting& waiting) { return waiting.row.id == row; });
    if (found == rows.end()) continue;
    auto taken = std::move(*found);
    rows.erase(found);
    --rows_;
    if (!rows.empty()) return taken;
    if (!taken.row.episode.empty())
      if (const auto known = by_episode_.find(taken.row.episode);
          known != by_episode_.end() && known->second == bundle)
        by_episode_.erase(known);
    bundles_.erase(bundle);
    return taken;
  }
  return std::nullopt;
}

void Backlog::forget_settled(Place bundle) {
  const auto before = bundle->rows.size();
  const auto episode = bundle->rows.front().row.episode;
  std::erase_if(bundle->rows, [](const Waiting& waiting) { return !open(waiting.row.state); });
  const auto gone = before - bundle->rows.size();
  rows_ -= gone;
  bundle->on_the_line = 0;
  if (bundle->rows.empty()) {
    forget(bundle, episode);
  } else if (gone > 0) {
    *bundle = {.rows = std::move(bundle->rows),
               .alone = bundle->alone,
               .singly = bundle->singly,
               .left_behind = bundle->left_behind};
  }
}

std::vector<Waiting> Backlog::take_below(const std::optional<Tier>& tier) {
  auto least = bundles_.end();
  for (auto it = bundles_.begin(); it != bundles_.end(); ++it) {
    if (it->on_the_line > 0 || it->rank() >= rank_of(tier)) continue;
    if (stands_in(it->rows.front().row)) continue;  // none of the outbox
    if (least == bundles_.end() || it->rank() < least->rank()) least = it;
  }
  if (least == bundles_.end()) return {};
  auto taken = std::move(least->rows);
  rows_ -= taken.size();
  forget(least, taken.front().row.episode);
  return taken;
}

void Backlog::forget(Place bundle, const std::string& episode) {
  const auto known = by_episode_.find(episode);
  if (known != by_episode_.end() && known->second == bundle) by_episode_.erase(known);
  bundles_.erase(bundle);
}

void Backlog::each_calling(const std::function<void(const Waiting&)>& visit) const {
  for (const auto& bundle : bundles_)
    if (!bundle.digest_only())
      for (const auto& waiting : bundle.rows)
        if (!stands_in(waiting.row)) visit(waiting);
}

}  // namespace foghorn
