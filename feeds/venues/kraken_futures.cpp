// Kraken Futures, WebSocket v1. https://docs.kraken.com/api/docs/futures-api/websocket/trade,
// /ticker and /heartbeat; https://support.kraken.com/articles/360022635632 (keeping it open); REST:
// https://docs.kraken.com/api/docs/futures-api/charts/candles
//
//   {"feed":"trade","product_id":"PI_XBTUSD","uid":"05af78ac-a774-478c-a50c-8b9c234e071e",
//    "side":"sell","type":"fill","seq":653355,"time":1612266317519,"qty":15000,"price":34969.5}
//   {"feed":"trade_snapshot","product_id":"PI_XBTUSD","trades":[{"feed":"trade",…},…]}
//   {"time":1676393235406,"product_id":"PI_XBTUSD","funding_rate":-6.2604214e-11,…,"feed":"ticker",
//    "bid":21978.5,"ask":21987.0,"bid_size":2536.0,"ask_size":13948.0,"volume":31403908.0,…,
//    "last":21983.5,"change":1.9974017538161748,…,"markPrice":21979.68641534714,…}
//   {"event":"info","version":1}                                            first of all
//   {"feed":"heartbeat","time":1534262350627}
//
//   -> {"event":"subscribe","feed":"trade","product_ids":["PI_XBTUSD"]}
//   <- {"event":"subscribed","feed":"trade","product_ids":["PI_XBTUSD"]}
//   <- {"event":"error","message":"Invalid product id"}     says of nothing what it refuses
//   <- {"event":"alert","message":"Bad websocket message"}
//
// The client must ping, as WebSocket pings, at least every 60 s. A trade's side is the taker's; its
// type is fill, liquidation, termination, block or assignment. A liquidation's taker is who was
// closed: it sold a long position. Products by name: PI_ and FI_ are inverse, counted in contracts
// of 1 USD; PF_ and FF_ are linear, counted in coins; of others we do not know what a contract is.
//
// GET /api/charts/v1/trade/PF_XBTUSD/1m?from=1776470400&to=1776470579, in seconds, both included,
// and /mark/; 2000 minutes at most:
//   {"candles":[{"time":1620816960000,"open":"56250.00000000000","high":"56475.00000000000",
//    "low":"55935.00000000000","close":"56418.00000000000","volume":10824.00000000000},…],
//    "more_candles":false}
#include <cmath>

#include "feeds/venues/answer.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "kraken-futures";

bool is_inverse(std::string_view product) {
  return product.starts_with("PI_") || product.starts_with("FI_");
}

bool is_linear(std::string_view product) {
  return product.starts_with("PF_") || product.starts_with("FF_");
}

bool is_in_dollars(std::string_view product) {
  return product.find("USD", 3) != std::string_view::npos;
}

class KrakenFuturesDecoder final : public wire::JsonDecoder {
 public:
  explicit KrakenFuturesDecoder(SourceTable& sources) : symbols_{sources, venue_name} {}

 private:
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto feed = root.optional_name("feed");
    if (feed == "trade_snapshot") return read_snapshot(root, out);
    if (feed == "trade" || feed == "ticker") {
      // Answers to subscriptions name the feed as well, but list products.
      const auto product = root.optional_name("product_id");
      if (product.empty()) return read_event(root, feed, "product_id");
      return feed == "trade" ? read_trade(root, product, out) : read_ticker(root, product, out);
    }
    if (feed == "heartbeat" && root.optional("time")) return control(ControlKind::heartbeat);
    return read_event(root, feed, {});
  }

  FrameReport read_trade(Fields& root, std::string_view product, std::vector<Event>& out) {
    take_trade(root, product, false, out);
    if (root.failed()) return malformed_in("trade");
    return data(StreamKind::trades);
  }

  FrameReport read_snapshot(Fields& root, std::vector<Event>& out) {
    wire::each_object(root, "trades",
                      [&](Fields& row) { take_trade(row, row.symbol("product_id"), true, out); });
    if (root.failed()) return malformed_in("trade_snapshot");
    return data(StreamKind::trades);
  }

  void take_trade(Fields& row, std::string_view product, bool history, std::vector<Event>& out) {
    const auto side = row.text("side");
    const auto type = row.text("type");
    const auto id = row.count("seq");
    const auto time = row.time("time");
    const double size = row.size("qty");
    const double price = row.number("price");
    if (side != "buy" && side != "sell") row.fail("side", "is neither buy nor sell");
    if (!wire::is_symbol(product)) row.fail("product_id", "is not a symbol");
    if (row.failed()) return;
    const auto* known = symbols_.find(product);
    if (!known) return void(lacks_room());
    out.push_back(Tick{.source = known->source,
                       .kind = PriceKind::trade,
                       .side = side == "buy" ? Side::buy : Side::sell,
                       .history = history,
                       .id = id,
                       .price = price,
                       .size = size,
                       .event_time = time});
    if (type != "liquidation") return;
    const bool linear = is_linear(product);
    out.push_back(
        Liquidation{.source = known->source,
                    .position = side == "sell" ? Position::long_side : Position::short_side,
                    .unit = linear ? QuantityUnit::base : QuantityUnit::contracts,
                    .history = history,
                    .price = price,
                    .quantity = size,
                    .notional = notional(product, size, price),
                    .event_time = time});
  }

  static std::optional<UsdMicros> notional(std::string_view product, double size, double price) {
    if (!is_in_dollars(product)) return std::nullopt;
    if (is_inverse(product)) return usd(size);
    return is_linear(product) ? usd(size * price) : std::nullopt;
  }

  // The venue has written a ticker's fields in three orders, and leaves out what there is not.
  FrameReport read_ticker(Fields& root, std::string_view product, std::vector<Event>& out) {
    const double bid = root.optional_quote("bid");
    const double ask = root.optional_quote("ask");
    const double last = root.optional_quote("last");
    const double mark = root.optional_quote("markPrice");
    const auto time = root.time("time");
    if (!wire::is_symbol(product)) root.fail("product_id", "is not a symbol");
    if (root.failed()) return malformed_in("ticker");
    const auto* known = symbols_.find(product);
    if (!known) return lacks_room();
    const auto before = out.size();
    const auto add = [&](PriceKind kind, double price) {
      out.push_back(
          Tick{.source = known->source, .kind = kind, .price = price, .event_time = time});
    };
    if (!std::isnan(last)) add(PriceKind::last, last);
    if (!std::isnan(mark)) add(PriceKind::mark, mark);
    if (wire::has_quote(bid, ask)) add(PriceKind::mid, wire::mid_of(bid, ask));
    if (out.size() == before) out.push_back(Alive{known->source});
    return data(StreamKind::ticker);
  }

  /// `lacking` is what made the frame no data; empty: its feed.
  FrameReport read_event(Fields& root, std::string_view feed, std::string_view lacking) {
    const auto event = root.optional_name("event");
    if (event.empty() && !lacking.empty()) root.fail(lacking, "is missing");
    if (event.empty()) return ignored(feed.empty() ? "a frame without feed or event" : feed);
    if (event == "subscribed") return read_ack(root, feed);
    const auto message = root.optional_text("message");
    if (event == "error" || event == "alert") {
      return control(ControlKind::error, message);
    }
    if (event == "info") return control(ControlKind::status, event);
    return ignored(event);
  }

  /// Each of our requests is for one product.
  FrameReport read_ack(Fields& root, std::string_view feed) {
    auto products = root.list("product_ids");
    if (!products) return malformed_in("subscribed");
    std::string_view first;
    for (auto element : *products) {
      od::value value;
      const auto text = element.get(value) ? std::nullopt : wire::text_of(value);
      if (!text) return malformed("subscribed: product_ids does not hold names alone");
      if (first.empty()) first = *text;
    }
    return control(ControlKind::ack, {}, joined(feed, first));
  }

  wire::Symbols<> symbols_;
};

class KrakenFutures final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  // Liquidations come among a product's trades: their stream is that subscription.
  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<std::vector<wire::Topic>> groups;
    for (const auto& [product, kind] : request.prices) {
      auto& group = wire::group_of(groups, product);
      if (kind == PriceKind::trade) {
        wire::add_once(group, topic(StreamKind::trades, "trade", product));
      }
      wire::add_once(group, topic(StreamKind::ticker, "ticker", product));
    }
    for (const auto& product : request.liquidations) {
      if (product == "*") continue;
      wire::add_once(wire::group_of(groups, product),
                     topic(StreamKind::liquidations, "trade", product));
    }
    std::vector<Connection> result;
    for (const auto& part : wire::packed(std::move(groups), wire::streams_per_connection)) {
      result.push_back(
          connection(part, wire::or_default(request.url, "wss://futures.kraken.com/ws/v1")));
    }
    return result;
  }

  KeepAlive keep_alive() const override { return {{}, std::chrono::seconds{30}}; }
  Liquidations liquidations() const override { return Liquidations::per_symbol; }
  std::string_view canary() const override { return "PF_XBTUSD"; }
  // They are marked trades, and every trade is told.
  LiquidationCoverage coverage() const override { return LiquidationCoverage::complete; }

  // 100 requests a second on a connection.
  VenueLimits limits() const override {
    return {.message_spacing = std::chrono::milliseconds{20},
            .rest_spacing = std::chrono::milliseconds{250},
            .candles_per_answer = 1440};
  }

  std::vector<std::string> caveats(const FeedRequest& request) const override {
    std::vector<std::string> sentences{
        "Kraken Futures does not say which subscription it refuses: a wrong product shows as a "
        "stream that stays dead."};
    if (!request.liquidations.empty()) {
      sentences.push_back(
          "Kraken Futures: that the taker of a trade of type liquidation is the closed position "
          "is read from other clients; no page of the venue says so.");
    }
    return sentences;
  }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    const auto kind = request.kind == PriceKind::mark ? "mark/" : "trade/";
    return RestRequest{.path = std::string{"/api/charts/v1/"} + kind +
                               wire::query_text(request.symbol) +
                               "/1m?from=" + wire::query_seconds(request.from) +
                               "&to=" + wire::query_seconds(request.to - Duration{1})};
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& candles) {
      auto answer = root.object(wire::answer_key);
      wire::each_object(answer, "candles", [&](Fields& row) {
        const auto start = row.time("time");
        const double open = row.number("open");
        const double high = row.number("high");
        const double low = row.number("low");
        const double close = row.number("close");
        candles.push_back({.start = start, .open = open, .high = high, .low = low, .close = close});
      });
    });
  }

  std::string_view rest_url() const override { return "https://futures.kraken.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<KrakenFuturesDecoder>(sources);
  }

 private:
  static wire::Topic topic(StreamKind kind, const std::string& feed, const std::string& product) {
    return {
        wire::make_stream(kind, product, feed + ":" + product),
        R"("feed":)" + wire::quoted(feed) + R"(,"product_ids":[)" + wire::quoted(product) + "]"};
  }

  static Connection connection(const std::vector<std::vector<wire::Topic>>& groups,
                               const std::string& url) {
    Connection result{.url = url, .subscribe = {}, .streams = {}};
    for (const auto& group : groups) {
      for (const auto& [stream, word] : group) {
        const auto text = R"({"event":"subscribe",)" + word + "}";
        // The trades of a product may be a stream of prices and one of liquidations.
        const bool shared = stream.kind == StreamKind::liquidations && group.size() > 1 &&
                            group.front().wire == word;
        if (!shared) result.subscribe.push_back(text);
        result.streams.push_back(stream);
      }
    }
    return result;
  }
};

}  // namespace

const Venue& kraken_futures() {
  static const KrakenFutures venue;
  return venue;
}

}  // namespace foghorn
