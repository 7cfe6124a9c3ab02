// Coinbase Advanced Trade, market data channels without a key.
// https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels
//
//   {"channel":"market_trades","client_id":"","timestamp":"2023-02-09T20:19:35.39625135Z",
//    "sequence_num":0,"events":[{"type":"snapshot","trades":[{"product_id":"ETH-USD",
//     "trade_id":"000000000","price":"1260.01","size":"0.3","side":"BUY",
//     "time":"2019-08-14T20:42:27.265Z"}]}]}
//   {"channel":"ticker","client_id":"","timestamp":"2023-02-09T20:30:37.167359596Z",
//    "sequence_num":0,"events":[{"type":"snapshot","tickers":[{"type":"ticker",
//     "product_id":"BTC-USD","price":"21932.98","volume_24_h":"16038.28770938",…,
//     "best_bid":"21931.98","best_bid_quantity":"8000.21","best_ask":"21933.98",
//     "best_ask_quantity":"8038.07770938"}]}]}              ticker_batch: without the best four
//   {"channel":"heartbeats","client_id":"","timestamp":"2023-06-23T20:31:26.122969572Z",
//    "sequence_num":0,"events":[{"current_time":"2023-06-23 20:31:56.121961769 +0000 UTC
//     m=+91717.525857105","heartbeat_counter":"3049"}]}                            every second
//
//   -> {"type":"subscribe","product_ids":["BTC-USD"],"channel":"ticker"}   one channel, within 5 s
//   <- {"channel":"subscriptions",…,"sequence_num":0,"events":[{"subscriptions":{
//       "ticker":["BTC-USD"]}}]}                                           all that there are so
//       far
//   <- {"type":"error","message":"authentication failure"}
//
// sequence_num counts the messages of a connection over all channels, from 0 and without holes. A
// trade's side is the maker's, against what its page says: the same trades have the same side in
// Exchange's matches. The first trades are a snapshot of recent ones, newest first; of tickers the
// first is one, too. Tickers have no time of their own but the message's, in nanoseconds. Without
// heartbeats the venue closes what has been quiet for 60 to 90 s.
//
// GET /api/v3/brokerage/market/products/BTC-USD/candles?start=…&end=…&granularity=ONE_MINUTE, times
// in seconds, both included, newest first, at most 350:
//   {"candles":[{"start":"1639508050","low":"140.21","high":"140.21","open":"140.21",
//     "close":"140.21","volume":"56437345"}]}
#include "feeds/venues/answer.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;

constexpr std::string_view venue_name = "coinbase-advanced";

class CoinbaseAdvancedDecoder final : public wire::JsonDecoder {
 public:
  explicit CoinbaseAdvancedDecoder(SourceTable& sources) : symbols_{sources, venue_name} {}

 private:
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto channel = root.optional_name("channel");
    if (channel.empty()) return read_bare(root);
    const auto time = root.rfc3339("timestamp");
    const auto sequence = root.count("sequence_num");
    auto report = read_channel(channel, time, root, out);
    report.sequence = sequence + 1;
    return report;
  }

  FrameReport read_channel(std::string_view channel, Timestamp time, Fields& root,
                           std::vector<Event>& out) {
    if (channel == "market_trades") return read_trades(root, out);
    if (channel == "ticker" || channel == "ticker_batch") return read_tickers(time, root, out);
    if (root.failed()) return malformed_in(channel);
    if (channel == "heartbeats") return control(ControlKind::heartbeat);
    if (channel == "subscriptions") return control(ControlKind::ack);
    return ignored(channel);
  }

  FrameReport read_bare(Fields& root) {
    const auto type = root.optional_name("type");
    if (type == "error") return control(ControlKind::error, root.optional_text("message"));
    return ignored(type.empty() ? "a frame without channel" : type);
  }

  FrameReport read_trades(Fields& root, std::vector<Event>& out) {
    wire::each_object(root, "events", [&](Fields& event) {
      const bool history = event.text("type") == "snapshot";
      wire::each_object(event, "trades", [&](Fields& row) { read_trade(history, row, out); });
    });
    if (root.failed()) return malformed_in("market_trades");
    return data(StreamKind::trades);
  }

  void read_trade(bool history, Fields& row, std::vector<Event>& out) {
    Tick tick{.kind = PriceKind::trade, .history = history};
    const auto symbol = row.symbol("product_id");
    tick.id = row.id("trade_id");
    tick.price = row.number("price");
    tick.size = row.size("size");
    tick.event_time = row.rfc3339("time");
    const auto maker = row.text("side");
    if (maker != "BUY" && maker != "SELL") row.fail("side", "is neither BUY nor SELL");
    tick.side = maker == "BUY" ? Side::sell : Side::buy;
    if (row.failed()) return;
    const auto* known = symbols_.find(symbol);
    if (!known) return void(lacks_room());
    tick.source = known->source;
    out.push_back(tick);
  }

  FrameReport read_tickers(Timestamp time, Fields& root, std::vector<Event>& out) {
    wire::each_object(root, "events", [&](Fields& event) {
      const bool history = event.text("type") == "snapshot";
      wire::each_object(event, "tickers",
                        [&](Fields& row) { read_ticker(history, time, row, out); });
    });
    if (root.failed()) return malformed_in("ticker");
    return data(StreamKind::ticker);
  }

  void read_ticker(bool history, Timestamp time, Fields& row, std::vector<Event>& out) {
    const auto symbol = row.symbol("product_id");
    const double price = row.number("price");
    const double bid = row.optional_quote("best_bid");
    const double ask = row.optional_quote("best_ask");
    if (row.failed()) return;
    const auto* known = symbols_.find(symbol);
    if (!known) return void(lacks_room());
    Tick tick{.source = known->source,
              .kind = PriceKind::last,
              .history = history,
              .price = price,
              .event_time = time};
    out.push_back(tick);
    if (!wire::has_quote(bid, ask)) return;
    tick.kind = PriceKind::mid;
    tick.price = wire::mid_of(bid, ask);
    out.push_back(tick);
  }

  wire::Symbols<> symbols_;
};

class CoinbaseAdvanced final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [symbol, kind] : request.prices) {
      if (kind == PriceKind::trade) add_once(topics, topic(StreamKind::trades, symbol));
      if (has_price(kind)) add_once(topics, topic(StreamKind::ticker, symbol));
    }
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(topics), wire::streams_per_connection)) {
      result.push_back(
          connection(part, wire::or_default(request.url, "wss://advanced-trade-ws.coinbase.com/")));
    }
    return result;
  }

  // Marks are told of no product without a key. Quotes come with the ticker.
  bool has_price(PriceKind kind) const override { return kind != PriceKind::mark; }
  KeepAlive keep_alive() const override { return {}; }

  // 8 connects and 8 texts a second, 10 REST requests a second.
  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::milliseconds{130},
            .message_spacing = std::chrono::milliseconds{130},
            .rest_spacing = std::chrono::milliseconds{150},
            .candles_per_answer = 350};
  }
  bool newest_first() const override { return true; }
  Liquidations liquidations() const override { return Liquidations::none; }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    if (!has_price(request.kind)) return std::nullopt;
    return RestRequest{.path = "/api/v3/brokerage/market/products/" +
                               wire::query_text(request.symbol) +
                               "/candles?start=" + wire::query_seconds(request.from) +
                               "&end=" + wire::query_seconds(request.to - Duration{1}) +
                               "&granularity=ONE_MINUTE&limit=350"};
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& candles) {
      auto answer = root.object(wire::answer_key);
      wire::each_object(answer, "candles", [&](Fields& row) {
        Candle candle{};
        candle.start = row.seconds("start");
        candle.low = row.number("low");
        candle.high = row.number("high");
        candle.open = row.number("open");
        candle.close = row.number("close");
        candles.push_back(candle);
      });
    });
  }

  std::string_view rest_url() const override { return "https://api.coinbase.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<CoinbaseAdvancedDecoder>(sources);
  }

 private:
  static std::string_view channel_of(StreamKind kind) {
    return kind == StreamKind::trades ? "market_trades" : "ticker";
  }

  static wire::Topic topic(StreamKind kind, const std::string& symbol) {
    const auto channel = channel_of(kind);
    return {wire::make_stream(kind, symbol, channel), std::string{channel} + " " + symbol};
  }

  /// Heartbeats last: what is acknowledged first are prices.
  static Connection connection(const std::vector<wire::Topic>& topics, std::string url) {
    Connection result{.url = std::move(url), .subscribe = {}, .streams = {}};
    for (const auto kind : {StreamKind::trades, StreamKind::ticker}) {
      std::string products;
      for (const auto& [stream, word] : topics) {
        if (stream.kind != kind) continue;
        if (!products.empty()) products += ',';
        products += wire::quoted(stream.symbol);
        result.streams.push_back(stream);
      }
      if (products.empty()) continue;
      result.subscribe.push_back(R"({"type":"subscribe","product_ids":[)" + products +
                                 R"(],"channel":")" + std::string{channel_of(kind)} + R"("})");
    }
    result.subscribe.emplace_back(R"({"type":"subscribe","channel":"heartbeats"})");
    return result;
  }
};

}  // namespace

const Venue& coinbase_advanced() {
  static const CoinbaseAdvanced venue;
  return venue;
}

}  // namespace foghorn
