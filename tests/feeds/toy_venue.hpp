#pragma once
// A venue whose wire is words: "trade CL 77.5 12 1500" is trade 12 at 1.5 s, "liq BTC 100 2 1500",
// "alive CL", "ack X", "error X no such thing", "ping 7" wants "pong 7", "junk" is malformed;
// "welcome" answers a login, "leaving" says goodbye; any other first word is ignored. "#7 alive CL"
// is frame 7 of its connection.

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feeds/venues/venue.hpp"
#include "tests/support/time.hpp"

namespace foghorn::test {

class ToyDecoder final : public Decoder {
 public:
  explicit ToyDecoder(SourceTable& sources, const Contracts& contracts)
      : sources_{sources}, contracts_{contracts} {}

  FrameReport decode(Frame frame, std::vector<Event>& out) override {
    rest_ = frame.text();
    std::uint64_t sequence = 0;
    if (rest_.starts_with('#')) {
      rest_.remove_prefix(1);
      sequence = static_cast<std::uint64_t>(number());
    }
    auto report = read(out);
    report.sequence = sequence;
    return report;
  }

 private:
  FrameReport read(std::vector<Event>& out) {
    const auto word = next();
    if (word == "welcome")
      return {.frame_class = FrameClass::control, .control = ControlKind::welcome};
    if (word == "leaving")
      return {.frame_class = FrameClass::control, .control = ControlKind::notice, .leaving = true};
    if (word == "junk") return {.frame_class = FrameClass::malformed, .text = "junk"};
    if (word == "ack")
      return {.frame_class = FrameClass::control, .control = ControlKind::ack, .subject = rest_};
    if (word == "error") {
      const auto subject = next();
      return {.frame_class = FrameClass::control,
              .control = ControlKind::error,
              .text = rest_,
              .subject = subject};
    }
    if (word == "ping")
      return {.frame_class = FrameClass::control, .control = ControlKind::ping, .reply = pong()};
    if (word == "pong") return {.frame_class = FrameClass::control, .control = ControlKind::pong};
    if (word == "trade") return tick(StreamKind::trades, PriceKind::trade, out);
    if (word == "last") return tick(StreamKind::ticker, PriceKind::last, out);
    if (word == "alive") {
      out.emplace_back(Alive{source()});
      return {.frame_class = FrameClass::data, .stream = StreamKind::ticker};
    }
    if (word == "liq") return liquidation(out);
    return {.frame_class = FrameClass::ignored, .text = word};
  }

  std::string_view next() {
    const auto space = rest_.find(' ');
    const auto word = rest_.substr(0, space);
    rest_ = space == std::string_view::npos ? std::string_view{} : rest_.substr(space + 1);
    return word;
  }
  double number() {
    double value{};
    const auto word = next();
    std::from_chars(word.data(), word.data() + word.size(), value);
    return value;
  }
  SourceId source() { return *sources_.intern("toy", next()); }
  Timestamp time() {
    return rest_.empty() ? no_time : at(Duration{static_cast<Duration::rep>(number() * 1000)});
  }
  std::string_view pong() {
    reply_ = "pong ";
    reply_ += rest_;
    return reply_;
  }

  FrameReport tick(StreamKind stream, PriceKind kind, std::vector<Event>& out) {
    Tick tick{.source = source(), .kind = kind, .price = number()};
    if (kind == PriceKind::trade) tick.id = static_cast<std::uint64_t>(number());
    tick.event_time = time();
    out.emplace_back(tick);
    return {.frame_class = FrameClass::data, .stream = stream};
  }
  FrameReport liquidation(std::vector<Event>& out) {
    const auto symbol = rest_.substr(0, rest_.find(' '));
    Liquidation order{.source = source(),
                      .unit = QuantityUnit::contracts,
                      .price = number(),
                      .quantity = number()};
    if (const auto size = contracts_.find(std::string{symbol}); size != contracts_.end()) {
      order.notional = usd(order.price * order.quantity * size->second.multiplier);
    }
    order.event_time = time();
    out.emplace_back(order);
    return {.frame_class = FrameClass::data, .stream = StreamKind::liquidations};
  }

  SourceTable& sources_;
  const Contracts& contracts_;
  std::string_view rest_;
  std::string reply_;
};

class ToyVenue : public Venue {
 public:
  std::vector<Connection> connections;
  KeepAlive keeps{};
  std::string contracts;  ///< the path; empty: none
  VenueLimits allows{};
  bool numbered{};
  bool among_trades{};
  std::optional<Login> wants_login{};

  std::string_view name() const override { return "toy"; }
  std::vector<Connection> plan(const FeedRequest&) const override { return connections; }
  KeepAlive keep_alive() const override { return keeps; }
  VenueLimits limits() const override { return allows; }
  bool numbers_trades() const override { return numbered; }
  bool liquidations_among_trades() const override { return among_trades; }
  std::optional<Login> login(const FeedRequest&) const override { return wants_login; }
  /// "77 78": two minutes, from midnight on.
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    std::vector<Candle> minutes;
    for (std::size_t from = 0; from < body.size(); from = body.find(' ', from) + 1) {
      double price{};
      if (std::from_chars(body.data() + from, body.data() + body.size(), price).ec != std::errc{})
        return Errc::bad_protocol;
      const auto start = at(std::chrono::minutes{minutes.size()});
      minutes.push_back({start, price, price, price, price});
      if (body.find(' ', from) == std::string_view::npos) break;
    }
    return minutes;
  }
  Liquidations liquidations() const override { return Liquidations::market_wide; }
  std::string_view rest_url() const override { return "https://toy.example"; }
  std::string_view contracts_path() const override { return contracts; }

  /// "BTC 0.01": one contract.
  Result<Contracts> parse_contracts(std::string_view body) const override {
    const auto space = body.find(' ');
    double multiplier{};
    if (space == std::string_view::npos) return Errc::bad_protocol;
    std::from_chars(body.data() + space + 1, body.data() + body.size(), multiplier);
    return Contracts{{std::string{body.substr(0, space)}, {multiplier, false}}};
  }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts& sizes,
                                        const FeedRequest&) const override {
    ++decoders;
    return std::make_unique<ToyDecoder>(sources, sizes);
  }

  mutable std::size_t decoders{};  ///< made so far
};

/// Trades and ticker of CL, and all liquidations; acknowledged as T, K and L.
inline Connection toy_connection() {
  return {.url = "wss://toy.example/ws",
          .subscribe = {"sub T K", "sub L"},
          .streams = {{"trades CL", StreamKind::trades, "CL", "T"},
                      {"ticker CL", StreamKind::ticker, "CL", "K"},
                      {"liquidations *", StreamKind::liquidations, "*", "L", true}}};
}

}  // namespace foghorn::test
