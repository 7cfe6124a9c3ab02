// Binance USD-margined futures, routed market streams.
// https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
//
//   {"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1791391082024,"a":3478018549,
//    "s":"BTCUSDT","p":"83434.40","q":"0.016","nq":"0.016","f":8154045700,"l":8154045704,
//    "T":1791391081874,"m":true,"st":1}}
//   {"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":1768644498002,
//    "s":"BTCUSDT","p":"95209.55336957","P":"95252.48","i":"95252.46","r":"0.00005383",
//    "T":1768665600000}}
//   {"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":11730346419457,"s":"BTCUSDT",
//    "ps":"BTCUSDT","b":"84788.20","B":"5.923","a":"84788.30","A":"2.824","T":1791091007473,
//    "E":1791091007473,"st":1}}
//   {"stream":"!forceOrder@arr","data":{"e":"forceOrder","E":1791391083124,"o":{"s":"ILVUSDT",
//    "S":"SELL","o":"LIMIT","f":"IOC","q":"116.5","p":"3.80300","ap":"3.85642","X":"FILLED",
//    "l":"25.2","z":"116.5","T":1791391082119,"ps":"ILVUSDT","st":1}}}
//
// Tickers, answers and what the events' fields mean: feeds/venues/binance.cpp.
//
// All but bookTicker is served under /market, bookTicker under /public; a stream asked for under
// the wrong path is acknowledged and stays silent.
//
// A forced order's S is the order's side: SELL closes a long position. What counts is its fill: z
// at ap. "Only the largest one liquidation order within 1000ms will be pushed" for each symbol. The
// two futures exchanges share their streams since 2026-06: st = 2 marks an order in coin-margined
// contracts.
//
// GET /fapi/v1/klines?symbol=…&interval=1m&startTime=…&endTime=…&limit=…, and
// /fapi/v1/markPriceKlines.
#include <algorithm>

#include "feeds/venues/binance.hpp"
#include "feeds/venues/notional.hpp"

namespace foghorn {
namespace {

using wire::Fields;

constexpr std::string_view venue_name = "binance-futures";

/// "BTCUSDT" of "BTCUSDT_251226".
std::string_view pair_of(std::string_view symbol) {
  return symbol.substr(0, symbol.find('_'));
}

/// Whether a symbol of a frame without `st` (before 2026-06) is coin-margined: BTCUSD_PERP,
/// BTCUSD_200925.
bool looks_coin_margined(std::string_view symbol) {
  const auto pair = pair_of(symbol);
  return pair.size() < symbol.size() &&
         (symbol.ends_with("_PERP") || (pair.ends_with("USD") && !pair.ends_with("BUSD")));
}

bool is_in_dollars(std::string_view symbol) {
  const auto pair = pair_of(symbol);
  return pair.ends_with("USDT") || pair.ends_with("USDC");
}

class BinanceFuturesDecoder final : public wire::BinanceDecoder {
 public:
  BinanceFuturesDecoder(SourceTable& sources, const Contracts& contracts,
                        const FeedRequest& request)
      : BinanceDecoder{sources, venue_name},
        contracts_{contracts},
        elsewhere_{request.liquidations_elsewhere},
        all_elsewhere_{wire::asks_for_all(elsewhere_)} {}

 private:
  FrameReport read_event(std::string_view kind, Fields& event, std::vector<Event>& out) override {
    if (kind == "forceOrder") return read_forced(event, out);
    return read_futures_event(kind, event, out);
  }

  FrameReport read_forced(Fields& event, std::vector<Event>& out) {
    auto [symbol, exchange, order] = forced_order(event);
    if (event.failed()) return malformed_in("forceOrder");
    if (order.quantity == 0) return ignored("forceOrder without a fill");
    const bool coin_margined = exchange.empty() ? looks_coin_margined(symbol) : exchange == "2";
    if (coin_margined && is_told_elsewhere(symbol)) {
      return ignored("forceOrder that binance-coinm tells itself");
    }
    const auto* known = symbols_.find(symbol);
    if (!known) return lacks_room();

    order.source = known->source;
    if (coin_margined) {
      order.unit = QuantityUnit::contracts;
      order.notional =
          wire::contract_notional(contracts_, known->symbol, order.quantity, order.price);
    } else if (is_in_dollars(symbol)) {
      order.notional = usd(order.quantity * order.price);
    }
    out.push_back(order);
    return data(StreamKind::liquidations);
  }

  bool is_told_elsewhere(std::string_view symbol) const {
    return all_elsewhere_ ||
           std::find(elsewhere_.begin(), elsewhere_.end(), symbol) != elsewhere_.end();
  }

  const Contracts& contracts_;
  std::vector<std::string> elsewhere_;  ///< coin-margined symbols of binance-coinm's own feed
  bool all_elsewhere_;
};

class BinanceFutures final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    return wire::plan_binance_futures(
        request, wire::or_default(request.url, "wss://fstream.binance.com/market/stream"));
  }

  KeepAlive keep_alive() const override { return {}; }
  VenueLimits limits() const override { return wire::binance_limits(10); }
  bool numbers_trades() const override { return true; }

  Liquidations liquidations() const override { return Liquidations::market_wide; }
  std::string_view canary() const override { return "BTCUSDT"; }
  LiquidationCoverage coverage() const override { return LiquidationCoverage::one_per_second; }

  std::vector<std::string> caveats(const FeedRequest& request) const override {
    if (!wire::asks_for_all(request.liquidations) ||
        wire::asks_for_all(request.liquidations_elsewhere)) {
      return {};
    }
    return {
        "its market-wide liquidations hold those of coin-margined contracts, which are counted but "
        "not summed: a feed of binance-coinm that asks for them knows what they are worth"};
  }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    return wire::binance_candles(
        request.kind == PriceKind::mark ? "/fapi/v1/markPriceKlines" : "/fapi/v1/klines", request);
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_binance_candles(body);
  }

  std::string_view rest_url() const override { return "https://fapi.binance.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts& contracts,
                                        const FeedRequest& request) const override {
    return std::make_unique<BinanceFuturesDecoder>(sources, contracts, request);
  }
};

}  // namespace

const Venue& binance_futures() {
  static const BinanceFutures venue;
  return venue;
}

}  // namespace foghorn
