// Binance coin-margined futures, routed market streams.
// https://developers.binance.com/docs/derivatives/coin-margined-futures/websocket-market-streams
//
//   {"stream":"btcusd_perp@aggTrade","data":{"e":"aggTrade","E":1591261134288,"a":424951,
//    "s":"BTCUSD_200626","p":"9643.5","q":"2","f":606073,"l":606073,"T":1591261134199,"m":false}}
//   {"e":"markPriceUpdate","E":1596095725000,"s":"BTCUSD_201225","p":"10934.62615417",
//    "P":"10962.17178236","i":"10933.62615417","r":"","T":0}
//   {"e":"bookTicker","u":17242169,"s":"BTCUSD_200626","ps":"BTCUSD","b":"9548.1","B":"52",
//    "a":"9548.5","A":"11","T":1591268628155,"E":1591268628166}
//   {"e":"forceOrder","E":1591154240950,"o":{"s":"BTCUSD_200925","ps":"BTCUSD","S":"SELL",
//    "o":"LIMIT","f":"IOC","q":"1","p":"9425.5","ap":"9496.5","X":"FILLED","l":"1","z":"1",
//    "T":1591154240949}}
//
// Tickers, answers and what the events' fields mean: feeds/venues/binance.cpp. Paths as at
// binance-futures, with which it shares its streams since 2026-06: a forced order whose st is 1 is
// in coins and that exchange's, and must not be counted here. Quantities are contracts of so many
// dollars:
//
// GET /dapi/v1/exchangeInfo
//   {"symbols":[{…,"symbol":"BTCUSD_200925","pair":"BTCUSD",…,"contractSize":100,…}],…}
// GET /dapi/v1/klines?symbol=…&interval=1m&startTime=…&endTime=…&limit=…, and
// /dapi/v1/markPriceKlines.
#include "feeds/venues/answer.hpp"
#include "feeds/venues/binance.hpp"
#include "feeds/venues/notional.hpp"

namespace foghorn {
namespace {

using wire::Fields;

constexpr std::string_view venue_name = "binance-coinm";

class BinanceCoinmDecoder final : public wire::BinanceDecoder {
 public:
  BinanceCoinmDecoder(SourceTable& sources, const Contracts& contracts)
      : BinanceDecoder{sources, venue_name}, contracts_{contracts} {}

 private:
  FrameReport read_event(std::string_view kind, Fields& event, std::vector<Event>& out) override {
    if (kind == "forceOrder") return read_forced(event, out);
    return read_futures_event(kind, event, out);
  }

  FrameReport read_forced(Fields& event, std::vector<Event>& out) {
    auto [symbol, exchange, order] = forced_order(event);
    if (event.failed()) return malformed_in("forceOrder");
    if (order.quantity == 0) return ignored("forceOrder without a fill");
    if (exchange == "1") return ignored("forceOrder of the USD-margined exchange");
    const auto* known = symbols_.find(symbol);
    if (!known) return lacks_room();

    order.source = known->source;
    order.unit = QuantityUnit::contracts;
    order.notional =
        wire::contract_notional(contracts_, known->symbol, order.quantity, order.price);
    out.push_back(order);
    return data(StreamKind::liquidations);
  }

  const Contracts& contracts_;
};

/// A symbol that states no size is left out.
void add_contract(Fields& row, Contracts& contracts) {
  const auto symbol = row.symbol("symbol");
  const double size = row.optional_quote("contractSize");
  if (row.failed() || !(size > 0)) return;
  contracts[std::string{symbol}] = {.multiplier = size, .inverse = true};
}

class BinanceCoinm final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    return wire::plan_binance_futures(
        request, wire::or_default(request.url, "wss://dstream.binance.com/market/stream"));
  }

  KeepAlive keep_alive() const override { return {}; }
  VenueLimits limits() const override { return wire::binance_limits(10); }
  bool numbers_trades() const override { return true; }

  Liquidations liquidations() const override { return Liquidations::market_wide; }
  std::string_view canary() const override { return "BTCUSD_PERP"; }
  LiquidationCoverage coverage() const override { return LiquidationCoverage::one_per_second; }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    return wire::binance_candles(
        request.kind == PriceKind::mark ? "/dapi/v1/markPriceKlines" : "/dapi/v1/klines", request);
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_binance_candles(body);
  }

  std::string_view rest_url() const override { return "https://dapi.binance.com"; }
  std::string_view contracts_path() const override { return "/dapi/v1/exchangeInfo"; }
  Result<Contracts> parse_contracts(std::string_view body) const override {
    Contracts contracts;
    const auto read = wire::read_answer(body, [&](Fields& root) {
      auto answer = root.object(wire::answer_key);
      wire::each_object(answer, "symbols", [&](Fields& row) { add_contract(row, contracts); });
    });
    if (!read) return read.error();
    return contracts;
  }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts& contracts,
                                        const FeedRequest&) const override {
    return std::make_unique<BinanceCoinmDecoder>(sources, contracts);
  }
};

}  // namespace

const Venue& binance_coinm() {
  static const BinanceCoinm venue;
  return venue;
}

}  // namespace foghorn
