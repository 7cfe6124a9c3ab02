// Binance spot, combined streams.
// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
//
//   {"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1768627409826,"s":"BTCUSDT",
//    "a":3814332932,"p":"95311.64000000","q":"0.00084000","f":5782154285,"l":5782154285,
//    "T":1768627409825,"m":false,"M":true}}
//   {"e":"trade","E":1672515782136,"s":"BNBBTC","t":12345,"p":"0.001","q":"100",
//    "T":1672515782136,"m":true,"M":true}
//   {"stream":"btcusdt@bookTicker","data":{"u":400900217,"s":"BNBUSDT","b":"25.35190000",
//    "B":"31.21000000","a":"25.36520000","A":"40.66000000"}}
//
// Tickers, answers and what the events' fields mean: feeds/venues/binance.cpp. Here bookTicker has
// neither an e nor a time, and a is the best ask: it is told by its stream, and where that is not
// said, by its u. There are no marks and no liquidations. Port 443 instead of 9443, because proxies
// let it through.
//
// GET /api/v3/klines?symbol=…&interval=1m&startTime=…&endTime=…&limit=…
#include "feeds/venues/binance.hpp"

namespace foghorn {
namespace {

using wire::Fields;

constexpr std::string_view venue_name = "binance-spot";

class BinanceSpotDecoder final : public wire::BinanceDecoder {
 public:
  explicit BinanceSpotDecoder(SourceTable& sources)
      : BinanceDecoder{sources, venue_name, "@bookTicker"} {}

 private:
  FrameReport read_event(std::string_view kind, Fields& event, std::vector<Event>& out) override {
    if (kind == "aggTrade") return read_trade(kind, "a", event, out);
    if (kind == "trade") return read_trade(kind, "t", event, out);
    if (kind == "24hrTicker") return read_ticker(event, out);
    if (kind == "24hrMiniTicker") return read_mini_ticker(event, out);
    if (kind == "serverShutdown") return read_shutdown(kind);
    return ignored(kind);
  }

  FrameReport read_nameless(std::string_view stream, Fields& event,
                            std::vector<Event>& out) override {
    if (stream.empty() && !event.optional("u")) return ignored("a frame without e");
    const auto symbol = event.symbol("s");
    const double bid = event.quote("b");
    const double ask = event.quote("a");
    return add_best(event, symbol, bid, ask, no_time, out);
  }

  FrameReport read_trade(std::string_view kind, std::string_view id, Fields& event,
                         std::vector<Event>& out) {
    Tick tick{.kind = PriceKind::trade};
    const auto symbol = event.symbol("s");
    tick.id = event.id(id);
    tick.price = event.number("p");
    tick.size = event.size("q");
    tick.event_time = event.time("T");
    tick.side = event.flag("m") ? Side::sell : Side::buy;  // m: the buyer was the maker
    return add(kind, StreamKind::trades, event, symbol, tick, out);
  }
};

class BinanceSpot final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [symbol, kind] : request.prices) {
      if (kind == PriceKind::mid) {
        add_once(topics, wire::binance_topic(StreamKind::book, symbol, "@bookTicker"));
      } else if (has_price(kind)) {
        add_once(topics, wire::binance_topic(StreamKind::trades, symbol, "@aggTrade"));
        add_once(topics, wire::binance_topic(StreamKind::ticker, symbol, "@ticker"));
      }
    }
    std::vector<Connection> result;
    wire::add_binance_connections(
        result, std::move(topics),
        wire::or_default(request.url, "wss://stream.binance.com:443/stream"));
    return result;
  }

  bool has_price(PriceKind kind) const override { return kind != PriceKind::mark; }
  KeepAlive keep_alive() const override { return {}; }
  VenueLimits limits() const override { return wire::binance_limits(5); }
  bool numbers_trades() const override { return true; }
  Liquidations liquidations() const override { return Liquidations::none; }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    if (!has_price(request.kind)) return std::nullopt;
    return wire::binance_candles("/api/v3/klines", request);
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_binance_candles(body);
  }

  std::string_view rest_url() const override { return "https://api.binance.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<BinanceSpotDecoder>(sources);
  }
};

}  // namespace

const Venue& binance_spot() {
  static const BinanceSpot venue;
  return venue;
}

}  // namespace foghorn
