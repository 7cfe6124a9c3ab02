#include "tests/sim/market.hpp"

#include <fmt/format.h>

#include <cmath>

namespace foghorn::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kept_trades = 5;
constexpr std::size_t kept_orders = 4;

}  // namespace

double Quote::bid() const {
  return price - std::pow(10.0, -decimals);
}
double Quote::ask() const {
  return price + std::pow(10.0, -decimals);
}
std::string Quote::written(double value) const {
  return fmt::format("{:.{}f}", value, decimals);
}

VenueMarket::VenueMarket(const Scenario& scenario, std::string venue)
    : scenario_{scenario}, venue_{std::move(venue)}, seed_{seed_of(scenario.seed, venue_.c_str())} {
  for (const auto& instrument : scenario.instruments)
    for (const auto& source : instrument.sources)
      if (source.source.venue == venue_) {
        listings_.push_back({&instrument, &source});
        quotes_.push_back({.symbol = source.source.symbol,
                           .decimals = instrument.decimals,
                           .contract = source.contract});
      }
  for (const auto before : {3min, 2min, 1min, 0min}) move(scenario.start - before);
  for (const auto& quote : quotes_)
    if (recent_orders_.size() < 2)
      recent_orders_.push_back(
          {quote.symbol, Position::long_side, quote.price, quote.contract, scenario.start - 90s});
}

double VenueMarket::price_at(const Listing& listing, Timestamp t) const {
  const auto& [instrument, source] = listing;
  double price =
      instrument->path.at(t) *
      (1 + source->basis + instrument->path.noise() / 20 * smooth_noise(source->seed, t, 30s));
  for (const auto& fault : scenario_.faults)
    if (fault.kind == Fault::Kind::bad_print && fault.venue == venue_ &&
        fault.symbol == source->source.symbol && fault.from <= t &&
        (t < fault.to || t == fault.from))
      price *= fault.factor;
  const double step = std::pow(10.0, instrument->decimals);
  return std::round(price * step) / step;
}

void VenueMarket::fill(std::size_t i, Timestamp t) {
  auto& quote = quotes_[i];
  quote.time = t;
  quote.price = price_at(listings_[i], t);
  quote.size = std::max(0.001, std::round(listings_[i].instrument->trade_size *
                                          (0.2 + 1.6 * next_unit(seed_)) * 1000) /
                                   1000);
  quote.taker_buys = next_random(seed_) % 2 == 0;
  quote.trade_id = next_trade_id_++;
}

void VenueMarket::move(Timestamp t) {
  if (now_ != Timestamp{}) {
    earlier_.push_back(quotes_);
    if (earlier_.size() > kept_trades) earlier_.pop_front();
  }
  now_ = t;
  for (std::size_t i = 0; i < quotes_.size(); ++i) fill(i, t);
}

void VenueMarket::repeat() {
  for (auto& quote : quotes_) quote.trade_id = next_trade_id_++;
}

void VenueMarket::publish(const std::vector<Order>& orders) {
  for (const auto& order : orders) {
    recent_orders_.push_back(order);
    if (recent_orders_.size() > kept_orders) recent_orders_.pop_front();
  }
}

const Quote* VenueMarket::quote(std::string_view symbol) const {
  for (const auto& quote : quotes_)
    if (quote.symbol == symbol) return &quote;
  return nullptr;
}

std::vector<Quote> VenueMarket::recent_trades(std::string_view symbol) const {
  std::vector<Quote> trades;
  for (const auto& quotes : earlier_)
    for (const auto& quote : quotes)
      if (quote.symbol == symbol) trades.push_back(quote);
  return trades;
}

Quote VenueMarket::quote_at(std::string_view symbol, Timestamp t) {
  for (std::size_t i = 0; i < quotes_.size(); ++i)
    if (quotes_[i].symbol == symbol) {
      Quote past = quotes_[i];
      past.time = t;
      past.price = price_at(listings_[i], t);
      past.trade_id = next_trade_id_++;
      return past;
    }
  return {};
}

}  // namespace foghorn::sim
