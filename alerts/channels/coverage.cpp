#include "alerts/channels/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "alerts/channels/numbers.hpp"

namespace foghorn {
namespace {

constexpr std::size_t most_named = 6;

// Less than this missing of a window does not change what may be said of it (as in rules).
constexpr double nearly_all = 0.99;

using Venues = std::vector<const VenueCoverage*>;

template <class Wanted>
Venues those(const AlertEvent& event, Wanted wanted) {
  Venues found;
  for (const auto& venue : event.venues)
    if (wanted(venue)) found.push_back(&venue);
  return found;
}

/// "bybit、okx", the first few of many.
std::string named(const Venues& venues, bool zh) {
  std::string text;
  for (std::size_t i = 0; i < std::min(venues.size(), most_named); ++i) {
    if (i > 0) text += zh ? "、" : ", ";
    text += venues[i]->venue;
  }
  if (venues.size() > most_named) {
    text += zh ? fmt::format(" 等 {} 家", venues.size())
               : fmt::format(" and {} more", venues.size() - most_named);
  }
  return text;
}

/// `who` before what it does: a space parts Latin letters from words, and in Chinese nothing parts
/// 家 from them.
std::string subject(std::string who, bool zh) {
  const bool latin = static_cast<unsigned char>(who.back()) < 0x80;
  return latin || !zh ? std::move(who) + " " : who;
}

/// Venues that went missing together are told together.
void add_missing(const AlertEvent& event, const RenderOptions& options,
                 std::vector<std::string>& parts) {
  std::vector<Timestamp> told;
  for (const auto& venue : event.venues) {
    const auto since = venue.missing_since;
    if (!since || std::find(told.begin(), told.end(), *since) != told.end()) continue;
    told.push_back(*since);
    const auto together = those(event, [&](const VenueCoverage& other) {
      return other.missing_since == venue.missing_since;
    });
    const auto when = since_text(*since, event.time, options.language, options.zone);
    const bool zh = options.language == Language::zh;
    parts.push_back(subject(named(together, zh), zh) +
                    (zh ? fmt::format("自 {} 起缺失", when) : "missing since " + when));
  }
}

/// A venue that is back, but was away: not where all were, which the sum itself says.
void add_partly_seen(const AlertEvent& event, bool zh, std::vector<std::string>& parts) {
  const bool all_alike =
      std::all_of(event.venues.begin(), event.venues.end(), [&](const VenueCoverage& venue) {
        return !venue.missing_since && venue.seen == event.venues.front().seen;
      });
  if (all_alike) return;
  for (const auto& venue : event.venues) {
    if (venue.missing_since || venue.seen > nearly_all) continue;
    const double percent = std::floor(venue.seen * 1000) / 10;
    parts.push_back(zh ? fmt::format("{} 仅覆盖 {:g}% 的时段", venue.venue, percent)
                       : fmt::format("{} seen {:g}% of the time", venue.venue, percent));
  }
}

void add_withheld(const AlertEvent& event, bool zh, std::vector<std::string>& parts) {
  const auto with = [&](LiquidationCoverage coverage) {
    return those(event, [&](const VenueCoverage& venue) { return venue.coverage == coverage; });
  };
  const auto sampled = with(LiquidationCoverage::one_per_second);
  if (!sampled.empty()) {
    const bool all = sampled.size() == event.venues.size() && sampled.size() > 1;
    const auto who = all ? std::string{zh ? "各家均为" : "each "} : subject(named(sampled, zh), zh);
    const auto* publish = sampled.size() > 1 && !all ? "publish" : "publishes";
    parts.push_back(who +
                    (zh ? "每合约每秒至多公布一笔"
                        : fmt::format("{} at most one order per contract per second", publish)));
  }
  const auto unsaid = with(LiquidationCoverage::unknown);
  if (!unsaid.empty())
    parts.push_back(subject(named(unsaid, zh), zh) +
                    (zh ? "公布比例不详" : "does not say how many it publishes"));
}

}  // namespace

std::string coverage_text(const AlertEvent& event, const RenderOptions& options) {
  if (event.venues.empty()) return {};
  const bool zh = options.language == Language::zh;
  const auto all = those(event, [](const VenueCoverage&) { return true; });
  std::vector<std::string> parts{named(all, zh)};
  add_missing(event, options, parts);
  add_partly_seen(event, zh, parts);
  add_withheld(event, zh, parts);
  if (event.unsummed > 0) {
    parts.push_back(zh ? fmt::format("另有 {} 笔金额不详，未计入", event.unsummed)
                       : fmt::format("{} more of unknown amount, not added", event.unsummed));
  }
  return zh ? fmt::format("来源：{}", fmt::join(parts, "；"))
            : fmt::format("Venues: {}", fmt::join(parts, "; "));
}

}  // namespace foghorn
