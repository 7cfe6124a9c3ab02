// The visible part of the liquidations, added up: orders, never people.
#include <algorithm>
#include <map>
#include <set>

#include "report/parts.hpp"

namespace foghorn {
namespace {

constexpr std::size_t most_assets = 10;

void add(LiquidationSum& sum, const LiquidationMinute& row) {
  sum.orders += row.orders;
  sum.unsummed += row.unsummed;
  sum.usd += row.usd.dollars();
}

double sum_of(const LiquidationSum& longs, const LiquidationSum& shorts) {
  return longs.usd + shorts.usd;
}

/// What of the window no stretch shows as seen.
void add_seen(LiquidationVenue& venue, const SheetInput& input) {
  std::vector<Gap> seen;
  for (const auto& s : input.streams) {
    const Gap part{std::max(s.since, input.from), std::min(s.until, input.to)};
    if (s.venue == venue.venue && s.seen && part.from < part.to) seen.push_back(part);
  }
  const std::vector<Gap> window{{input.from, input.to}};
  venue.gaps = without(window, joined(std::move(seen)));
  std::chrono::duration<double> lost{};
  for (const auto& gap : venue.gaps) lost += gap.to - gap.from;
  venue.seen = 1.0 - lost / std::chrono::duration<double>(input.to - input.from);
}

}  // namespace

LiquidationFacts liquidation_facts(const SheetInput& input) {
  LiquidationFacts facts;
  facts.name = input.liquidations_name;
  std::set<std::string> watched;
  for (const auto& s : input.streams)
    if (s.since < input.to && s.until > input.from) watched.insert(s.venue);
  for (const auto& row : input.liquidations) watched.insert(row.venue);

  std::map<std::string, LiquidationVenue> venues;
  for (const auto& name : watched) {
    auto& venue = venues[name];
    venue.venue = name;
    const auto known = std::ranges::find(input.venues, name, &VenueInput::name);
    if (known != input.venues.end()) {
      venue.coverage = known->coverage;
      venue.repeats = known->repeats;
    }
    add_seen(venue, input);
  }

  std::map<std::string, AssetLiquidations> assets;
  for (const auto& row : input.liquidations) {
    auto& venue = venues[row.venue];
    const bool is_long = row.position == Position::long_side;
    add(is_long ? venue.longs : venue.shorts, row);
    if (venue.repeats) continue;
    add(is_long ? facts.longs : facts.shorts, row);
    auto& asset = assets[row.asset];
    asset.asset = row.asset;
    add(is_long ? asset.longs : asset.shorts, row);
    if (row.largest.value > 0 && (!facts.largest || row.largest.dollars() > facts.largest->usd)) {
      facts.largest = LargestLiquidation{.venue = row.venue,
                                         .asset = row.asset,
                                         .position = row.position,
                                         .usd = row.largest.dollars(),
                                         .at = row.largest_time};
    }
  }

  const auto by_sum = [](const auto& a, const auto& b) {
    return sum_of(a.longs, a.shorts) > sum_of(b.longs, b.shorts);
  };
  bool any = false;
  for (auto& [name, venue] : venues) {
    if (!venue.repeats) facts.seen = any ? std::min(facts.seen, venue.seen) : venue.seen;
    any = any || !venue.repeats;
    facts.venues.push_back(std::move(venue));
  }
  for (auto& [name, asset] : assets) facts.assets.push_back(std::move(asset));
  std::sort(facts.venues.begin(), facts.venues.end(), [&](const auto& a, const auto& b) {
    return by_sum(a, b) || (!by_sum(b, a) && a.venue < b.venue);
  });
  std::sort(facts.assets.begin(), facts.assets.end(), [&](const auto& a, const auto& b) {
    return by_sum(a, b) || (!by_sum(b, a) && a.asset < b.asset);
  });
  if (facts.assets.size() > most_assets) facts.assets.resize(most_assets);
  return facts;
}

}  // namespace foghorn
