// Coinbase Exchange, the public channels of its WebSocket feed.
// https://docs.cdp.coinbase.com/exchange/websocket-feed/channels
//
//   {"type":"match","trade_id":10,"maker_order_id":"ac928c66-ca53-498f-9c13-a110027a60e8",
//    "taker_order_id":"132fb6ae-456b-4654-b4e0-d681ac05cea1","side":"sell","size":"5.23512",
//    "price":"400.23","product_id":"BTC-USD","sequence":50,"time":"2014-11-07T08:19:27.028459Z"}
//   {"type":"last_match",…}                                   the last trade before the
//   subscription
//   {"type":"ticker","sequence":37475248783,"product_id":"ETH-USD","price":"1285.22",
//    "open_24h":"1310.79","volume_24h":"245532.79269678","low_24h":"1280.52","high_24h":"1313.8",
//    "volume_30d":"9788783.60117027","best_bid":"1285.04","best_bid_size":"0.46688654",
//    "best_ask":"1285.27","best_ask_size":"1.56637040","side":"buy",
//    "time":"2022-10-19T23:28:22.061769Z","trade_id":370843401,"last_size":"11.4396987"}
//   {"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD",
//    "time":"2014-11-07T08:19:28.464459Z"}                                         every second
//
//   -> {"type":"subscribe","channels":[{"name":"matches","product_ids":["BTC-USD"]}]}   within 5 s
//   <- {"type":"subscriptions","channels":[{"name":"matches","product_ids":["BTC-USD"]}]}
//   <- {"type":"error","message":"Failed to subscribe","reason":"X is not a valid product"}
//
// A match's side is the maker's: "sell" is a trade that a buyer took. A ticker's side is the
// taker's. A ticker comes with each match, so that a market without trades is silent but for its
// heartbeat. `sequence` counts what only a full subscription sees; trade_id has no holes. A product
// that does not exist is refused before the others are acknowledged, all in one answer.
//
// GET /products/BTC-USD/candles?granularity=60&start=…&end=…, both ends included, newest first, at
// most 300 and without the minutes of no trade; some may lie before `start`:
//   [[1415398768,0.32,4.2,0.35,4.2,12.3],…]                    time, low, high, open, close, volume
#include "feeds/venues/answer.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;

constexpr std::string_view venue_name = "coinbase";

class CoinbaseDecoder final : public wire::JsonDecoder {
 public:
  explicit CoinbaseDecoder(SourceTable& sources) : symbols_{sources, venue_name} {}

 private:
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto type = root.optional_name("type");
    if (type == "match") return read_match(false, root, out);
    if (type == "ticker") return read_ticker(root, out);
    if (type == "heartbeat") return control(ControlKind::heartbeat);
    if (type == "last_match") return read_match(true, root, out);
    if (type == "subscriptions") return control(ControlKind::ack);
    if (type == "error") return read_error(root);
    return ignored(type.empty() ? "a frame without type" : type);
  }

  FrameReport read_match(bool history, Fields& root, std::vector<Event>& out) {
    Tick tick{.kind = PriceKind::trade, .history = history};
    tick.id = root.id("trade_id");
    tick.side = side_of("side", root);
    if (tick.side != Side::none) tick.side = tick.side == Side::buy ? Side::sell : Side::buy;
    tick.size = root.size("size");
    tick.price = root.number("price");
    const auto symbol = root.symbol("product_id");
    tick.event_time = root.rfc3339("time");
    if (root.failed()) return malformed_in(history ? "last_match" : "match");
    const auto* known = symbols_.find(symbol);
    if (!known) return lacks_room();
    tick.source = known->source;
    out.push_back(tick);
    return data(StreamKind::trades);
  }

  FrameReport read_ticker(Fields& root, std::vector<Event>& out) {
    const auto symbol = root.symbol("product_id");
    const double price = root.number("price");
    const double bid = root.quote("best_bid");
    const double ask = root.quote("best_ask");
    const auto side = side_of("side", root);
    const auto time = root.rfc3339("time");
    const double size = root.number("last_size");
    if (root.failed()) return malformed_in("ticker");
    const auto* known = symbols_.find(symbol);
    if (!known) return lacks_room();
    out.push_back(Tick{.source = known->source,
                       .kind = PriceKind::last,
                       .side = side,
                       .price = price,
                       .size = size > 0 ? size : no_size,
                       .event_time = time});
    if (wire::has_quote(bid, ask)) {
      out.push_back(Tick{.source = known->source,
                         .kind = PriceKind::mid,
                         .price = wire::mid_of(bid, ask),
                         .event_time = time});
    }
    return data(StreamKind::ticker);
  }

  static Side side_of(std::string_view key, Fields& root) {
    const auto side = root.text(key);
    if (side == "buy") return Side::buy;
    if (side == "sell") return Side::sell;
    root.fail(key, "is neither buy nor sell");
    return Side::none;
  }

  /// Names the product where it is the reason.
  static FrameReport read_error(Fields& root) {
    constexpr std::string_view unknown = " is not a valid product";
    const auto message = root.optional_text("message");
    const auto reason = root.optional_text("reason");
    if (reason.empty()) return control(ControlKind::error, message);
    const auto product =
        reason.ends_with(unknown) ? reason.substr(0, reason.size() - unknown.size()) : "";
    return control(ControlKind::error, reason, product);
  }

  wire::Symbols<> symbols_;
};

class Coinbase final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [symbol, kind] : request.prices) {
      if (kind == PriceKind::trade) add_once(topics, topic(StreamKind::trades, "matches", symbol));
      if (has_price(kind)) add_once(topics, topic(StreamKind::ticker, "ticker", symbol));
    }
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(topics), wire::streams_per_connection)) {
      result.push_back(
          connection(part, wire::or_default(request.url, "wss://ws-feed.exchange.coinbase.com/")));
    }
    return result;
  }

  // Spot has no mark. Quotes come with the ticker.
  bool has_price(PriceKind kind) const override { return kind != PriceKind::mark; }
  KeepAlive keep_alive() const override { return {}; }

  // 8 connects a second, 100 texts a second, 10 REST requests a second.
  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::milliseconds{130},
            .message_spacing = std::chrono::milliseconds{10},
            .rest_spacing = std::chrono::milliseconds{150},
            .candles_per_answer = 300};
  }
  bool numbers_trades() const override { return true; }
  Liquidations liquidations() const override { return Liquidations::none; }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    if (!has_price(request.kind)) return std::nullopt;
    const auto last = request.to - std::chrono::minutes{1};
    return RestRequest{
        .path = "/products/" + wire::query_text(request.symbol) +
                "/candles?granularity=60&start=" + wire::query_text(format_utc(request.from)) +
                "&end=" + wire::query_text(format_utc(last))};
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& candles) {
      wire::read_candle_rows(
          root, wire::answer_key, candles,
          {.time = 0, .open = 3, .high = 2, .low = 1, .close = 4, .unit = std::chrono::seconds{1}});
    });
  }

  std::string_view rest_url() const override { return "https://api.exchange.coinbase.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<CoinbaseDecoder>(sources);
  }

 private:
  static wire::Topic topic(StreamKind kind, std::string_view channel, const std::string& symbol) {
    return {wire::make_stream(kind, symbol, symbol), std::string{channel} + " " + symbol};
  }

  static Connection connection(const std::vector<wire::Topic>& topics, std::string url) {
    Connection result{.url = std::move(url), .subscribe = {}, .streams = {}};
    std::string matches;
    std::string tickers;
    for (const auto& [stream, word] : topics) {
      auto& products = stream.kind == StreamKind::trades ? matches : tickers;
      if (!products.empty()) products += ',';
      products += wire::quoted(stream.symbol);
      result.streams.push_back(stream);
    }
    // A heartbeat for each ticker: the line of a market without trades is seen to live.
    result.subscribe.push_back(R"({"type":"subscribe","channels":[)" + channel("matches", matches) +
                               channel("ticker", tickers) + channel("heartbeat", tickers));
    result.subscribe.back().back() = ']';
    result.subscribe.back() += '}';
    return result;
  }

  /// Ends with a comma; empty where no product is.
  static std::string channel(std::string_view name, const std::string& products) {
    if (products.empty()) return {};
    return R"({"name":)" + wire::quoted(name) + R"(,"product_ids":[)" + products + "]},";
  }
};

}  // namespace

const Venue& coinbase() {
  static const Coinbase venue;
  return venue;
}

}  // namespace foghorn
