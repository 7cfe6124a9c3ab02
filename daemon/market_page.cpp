// What the market side shows on the status page.

#include "daemon/explain_text.hpp"
#include "daemon/market_side.hpp"

namespace foghorn {
namespace {

std::optional<PageUnknown> unknown_of(const Explanation& told) {
  if (told.rungs.empty() || told.rungs.front().truth.known()) return std::nullopt;
  PageUnknown unknown;
  unknown.reason = told.rungs.front().truth.reason;
  for (const auto& part : told.when) {
    if (!part.series || part.values.empty() || part.values.front().known()) continue;
    unknown.text = part.text;
    unknown.says = value_text(part, part.values.front(), told);
    unknown.instrument = part.series->instrument;
    unknown.window = part.series->window;
    unknown.seen = part.series->seen;
    unknown.known_since = part.series->known_since;
    break;
  }
  return unknown;
}

PageRule page_rule(Explanation told) {
  PageRule rule;
  rule.unknown = unknown_of(told);
  rule.title = std::move(told.title);
  if (!told.when.empty()) rule.when = std::move(told.when.front().text);
  rule.began = told.began;
  rule.announced = told.announced;
  rule.cooldown_until = told.cooldown_until;
  rule.hold = told.hold;
  rule.keep = told.keep;
  rule.kept = told.kept;
  rule.tier_type = std::move(told.tier_type);
  rule.rungs = std::move(told.rungs);
  return rule;
}

}  // namespace

PageSnapshot MarketSide::page_snapshot(bool with_past) {
  PageSnapshot shot;
  shot.market = snapshot();
  const auto& market = engine_->market();
  const auto now = engine_->now();
  for (std::size_t i = 0; i < market.size(); ++i) {
    const auto& spec = market.spec(i);
    shot.instruments.push_back(
        {.name = spec.name,
         .min_sources = spec.consensus.min_sources,
         .underlying_closed = now != no_time && !is_open(spec.underlying_hours.get(), now),
         .disagreeing_since = market.disagreeing_since(i),
         .sources = market.source_views(i)});
    if (!with_past) continue;
    const auto minute = now == no_time ? now : std::chrono::floor<std::chrono::minutes>(now);
    shot.pasts.push_back({minute, market.past(i, minute, page_past_step, page_past_count)});
  }
  for (const auto& rule : shot.market.rules) {
    auto told = engine_->explain(rule.id);
    shot.rules.push_back(told ? page_rule(std::move(*told)) : PageRule{});
  }
  return shot;
}

}  // namespace foghorn
