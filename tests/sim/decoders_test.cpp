// The simulator's words against the daemon's ears: what each venue's plan asks for, the simulated
// venue serves, and what it then says is decoded to the price it meant. Both sides were written
// from the venues' pages, not from each other.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <variant>

#include "feeds/venues/venue.hpp"
#include "net/url.hpp"
#include "tests/sim/small_scenario.hpp"
#include "tests/sim/venue.hpp"
#include "tests/support/frame.hpp"

namespace foghorn::test {
namespace {

using namespace std::chrono_literals;

/// All connections that a venue's plan opens, with their decoders.
struct Line {
  std::string name;
  sim::Scenario scenario{small_scenario()};
  sim::VenueMarket market{scenario, name};
  const Venue& venue{*find_venue(name)};
  SourceTable sources{};
  Contracts contracts{};
  struct Connected {
    Connection plan;
    std::unique_ptr<sim::VenueSession> session;
    std::unique_ptr<Decoder> decoder;
  };
  std::vector<Connected> connections{};
  std::vector<Event> events{};
  std::set<std::string> acknowledged{};

  explicit Line(std::string venue_name) : name{std::move(venue_name)} {
    FeedRequest request;
    for (const auto& quote : market.quotes())
      request.prices.push_back({quote.symbol, PriceKind::trade});
    if (venue.liquidations() == Venue::Liquidations::per_symbol) request.liquidations = {"BTCUSDT"};
    if (venue.liquidations() == Venue::Liquidations::market_wide) request.liquidations = {"*"};
    if (!venue.contracts_path().empty())
      contracts = *venue.parse_contracts(rest_answer(market, venue.contracts_path()));
    for (auto& plan : venue.plan(request)) {
      auto session = sim::make_session(market, parse_url(plan.url)->target);
      REQUIRE(session != nullptr);
      auto decoder = venue.make_decoder(sources, contracts, {});
      connections.push_back({std::move(plan), std::move(session), std::move(decoder)});
    }
    for (auto& c : connections) {
      for (const auto& stream : c.plan.streams)
        if (stream.ack.empty()) acknowledged.insert(stream.name);
      for (const auto& message : c.plan.subscribe) hear(c, c.session->text(message).frames);
    }
    events.clear();
  }

  void hear(Connected& c, const sim::Frames& frames) {
    for (const auto& text : frames) {
      const OwnedFrame frame{text};
      const auto report = c.decoder->decode(frame, events);
      CAPTURE(text, report.text);
      REQUIRE(
          (report.frame_class == FrameClass::data || report.frame_class == FrameClass::control));
      if (report.frame_class != FrameClass::control) continue;
      CHECK(report.control != ControlKind::error);
      if (report.control == ControlKind::ack)
        for (const auto& stream : c.plan.streams)
          if (report.subject.empty() || report.subject == stream.ack)
            acknowledged.insert(stream.name);
    }
  }

  void tell_prices() {
    for (auto& c : connections) {
      sim::Frames frames;
      c.session->prices(market.quotes(), frames);
      hear(c, frames);
    }
  }
};

std::string any_venue() {
  return GENERATE(as<std::string>{}, "bybit", "okx", "hyperliquid", "binance-futures");
}

TEST_CASE("every stream that a plan names is acknowledged and served under that name") {
  Line line{any_venue()};
  CAPTURE(line.name);
  for (const auto& c : line.connections)
    for (const auto& stream : c.plan.streams) {
      CAPTURE(stream.name);
      CHECK(line.acknowledged.contains(stream.name));
      CHECK(c.session->streams().contains(stream.name));
    }
}

TEST_CASE("every price that is told is decoded to the same price at the same time") {
  Line line{any_venue()};
  CAPTURE(line.name);
  for (auto since = 1min; since < 5min; ++since) {
    line.market.move(line.scenario.start + since);
    line.events.clear();
    line.tell_prices();
    for (const auto& quote : line.market.quotes()) {
      const auto source = *line.sources.find(line.name, quote.symbol);
      const auto trade =
          std::find_if(line.events.begin(), line.events.end(), [&](const Event& event) {
            const auto* tick = std::get_if<Tick>(&event);
            return tick != nullptr && tick->source == source && tick->kind == PriceKind::trade;
          });
      REQUIRE(trade != line.events.end());
      CHECK(std::get<Tick>(*trade).price == std::stod(quote.written(quote.price)));
      CHECK(std::get<Tick>(*trade).event_time == quote.time);
    }
  }
}

TEST_CASE("every liquidation that is told is decoded to its side and its worth") {
  Line line{any_venue()};
  if (line.venue.liquidations() == Venue::Liquidations::none) return;
  const auto symbol = line.name == "okx" ? "BTC-USDT-SWAP" : "BTCUSDT";
  const auto side = GENERATE(Position::long_side, Position::short_side);
  const auto t = line.market.now();
  for (auto& c : line.connections) {
    sim::Frames frames;
    c.session->liquidations({{symbol, side, 78000, 0.5, t}}, t, frames);
    line.hear(c, frames);
  }
  REQUIRE(line.events.size() == 1);
  const auto& order = std::get<Liquidation>(line.events.front());
  CHECK(order.position == side);
  CHECK(order.notional == usd(39000));
  CHECK(order.event_time == t);
}

TEST_CASE("the keep-alive of each venue is answered") {
  Line line{any_venue()};
  const auto ping = line.venue.keep_alive().text;
  if (ping.empty()) return;
  auto& c = line.connections.front();
  const auto frames = c.session->text(ping).frames;
  REQUIRE(frames.size() == 1);
  const OwnedFrame frame{frames.front()};
  CHECK(c.decoder->decode(frame, line.events).control == ControlKind::pong);
}

}  // namespace
}  // namespace foghorn::test
