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

PageSnapshot MarketSide::page_snapshot() {
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
  }
  return shot;
}

std::vector<PageRule> MarketSide::page_rules(std::span<const std::string> rules) {
  std::vector<PageRule> shown;
  for (const auto& id : rules) {
    auto told = engine_->explain(id);
    shown.push_back(told ? page_rule(std::move(*told)) : PageRule{});
  }
  return shown;
}

std::vector<PagePast> MarketSide::page_pasts(std::span<const std::string> instruments) {
  const auto& market = engine_->market();
  auto last = engine_->now();
  if (last != no_time) last = std::chrono::floor<std::chrono::minutes>(last);
  std::vector<PagePast> pasts;
  for (const auto& id : instruments) {
    const auto i = market.find(id);
    pasts.push_back({last, i ? market.past(*i, last, page_past_step, page_past_count)
                             : std::vector<std::optional<double>>(page_past_count)});
  }
  return pasts;
}

}  // namespace foghorn
