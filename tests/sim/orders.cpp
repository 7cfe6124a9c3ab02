#include "tests/sim/orders.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <tuple>

namespace foghorn::sim {
namespace {

using namespace std::chrono_literals;

double normal(std::uint64_t& state) {  // Box and Muller
  const double radius = std::sqrt(-2 * std::log(1 - next_unit(state)));
  return radius * std::cos(2 * std::numbers::pi * next_unit(state));
}

/// In an order that leaves nothing to the sorting algorithm.
void sort_by_time(std::vector<Order>& orders) {
  std::sort(orders.begin(), orders.end(), [](const Order& a, const Order& b) {
    return std::tie(a.time, a.symbol, a.quantity, a.price) <
           std::tie(b.time, b.symbol, b.quantity, b.price);
  });
}

const std::string& drawn_venue(const Wave& wave, std::uint64_t& state) {
  double total = 0;
  for (const auto& venue : wave.venues) total += venue.weight;
  double left = next_unit(state) * total;
  for (const auto& venue : wave.venues)
    if ((left -= venue.weight) < 0) return venue.name;
  return wave.venues.back().name;
}

const SimSource* source_at(const SimInstrument& instrument, const std::string& venue) {
  for (const auto& source : instrument.sources)
    if (source.source.venue == venue) return &source;
  return nullptr;
}

/// The wave's orders by venue, each in the order of time.
std::map<std::string, std::vector<Order>> orders_of(const Wave& wave,
                                                    const SimInstrument& instrument,
                                                    std::uint64_t seed) {
  std::map<std::string, std::vector<Order>> orders;
  const double span = static_cast<double>((wave.to - wave.from).count());
  for (int i = 0; i < wave.orders; ++i) {
    const double when = (next_unit(seed) + next_unit(seed)) / 2;
    const auto time = std::chrono::floor<std::chrono::milliseconds>(
        wave.from + Duration{static_cast<Duration::rep>(when * span)});
    const double usd = wave.median_usd * std::exp(wave.spread * normal(seed));
    const auto position =
        next_unit(seed) < wave.long_share ? Position::long_side : Position::short_side;
    const auto& venue = drawn_venue(wave, seed);
    const auto* source = source_at(instrument, venue);
    if (source == nullptr) continue;
    const double price = instrument.path.at(time) * (1 + source->basis);
    const double quantity = std::max(0.001, std::round(usd / price * 1000) / 1000);
    orders[venue].push_back({source->source.symbol, position, price, quantity, time});
  }
  for (auto& [venue, list] : orders) sort_by_time(list);
  return orders;
}

void keep_largest_per_symbol(std::vector<Order>& orders) {
  std::vector<Order> kept;
  for (auto& order : orders) {
    const auto same = std::find_if(kept.begin(), kept.end(),
                                   [&](const Order& k) { return k.symbol == order.symbol; });
    if (same == kept.end())
      kept.push_back(std::move(order));
    else if (order.quantity > same->quantity)
      *same = std::move(order);
  }
  orders = std::move(kept);
}

}  // namespace

std::vector<Push> pushes_of(const Scenario& scenario) {
  std::map<std::pair<Timestamp, std::string>, std::vector<Order>> by_time;
  std::uint64_t seed = seed_of(scenario.seed, "liquidations");
  for (const auto& wave : scenario.waves) {
    const auto instrument =
        std::find_if(scenario.instruments.begin(), scenario.instruments.end(),
                     [&](const SimInstrument& i) { return i.id == wave.instrument; });
    for (auto& [venue, orders] : orders_of(wave, *instrument, next_random(seed))) {
      const Duration every = venue == "bybit" ? Duration{500ms} : Duration{1s};
      for (auto& order : orders) {
        const auto slot = order.time.time_since_epoch() / every + 1;
        by_time[{Timestamp{slot * every}, venue}].push_back(std::move(order));
      }
    }
  }

  std::vector<Push> pushes;
  for (auto& [key, orders] : by_time) {
    auto& push = pushes.emplace_back(Push{key.first, key.second, std::move(orders)});
    sort_by_time(push.orders);
    if (push.venue != "bybit") keep_largest_per_symbol(push.orders);
  }
  return pushes;
}

}  // namespace foghorn::sim
