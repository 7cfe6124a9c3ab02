// Kraken spot, WebSocket v2. https://docs.kraken.com/api/docs/websocket-v2/trade, /ticker, /status,
// /heartbeat and /ping; REST: https://docs.kraken.com/api/docs/rest-api/get-ohlc-data
//
//   {"channel":"trade","type":"update","data":[{"symbol":"MATIC/USD","side":"sell","price":0.5117,
//    "qty":40.0,"ord_type":"market","trade_id":4665906,
//    "timestamp":"2023-09-25T07:49:37.708706Z"}]}
//   {"channel":"ticker","type":"update","data":[{"symbol":"ALGO/USD","bid":0.10025,"bid_qty":740.0,
//    "ask":0.10035,"ask_qty":740.0,"last":0.10035,…,"change_pct":-0.17,
//    "timestamp":"2023-09-25T09:04:31.742599Z"}]}                  older ones without the timestamp
//   {"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online",
//    "api_version":"v2","connection_id":12834461519036716113}]}            first of all
//   {"channel":"heartbeat"}                              once a second where nothing else is said
//
//   -> {"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]},"req_id":1}
//   <- {"method":"subscribe","result":{"channel":"trade","symbol":"BTC/USD","snapshot":true},
//       "success":true,"time_in":"2023-09-25T09:04:31.742599Z","time_out":"…","req_id":1}
//   <- {"error":"Currency pair not supported FOO/BAR","method":"subscribe","req_id":1,
//       "success":false,"symbol":"FOO/BAR","time_in":"…","time_out":"…"}
//   -> {"method":"ping"}                                 a connection idle for 60 s is closed
//   <- {"method":"pong","time_in":"2023-09-25T09:05:00.123456Z","time_out":"…"}
//
// Each symbol is acknowledged or refused for itself. The first frame of trades is a snapshot of the
// last 50; trade_id counts a symbol's trades. Tickers come with every change of the best quotes
// ("event_trigger":"bbo"). A book without orders says 0, at the beginning of 1970. Frames of the
// older interface (v1), which are lists, are told apart and ignored.
//
// GET /0/public/OHLC?pair=XBTUSD&interval=1&since=1776470399: the last 720 minutes at most, the
// last row being the minute that still goes on:
//   {"error":[],"result":{"XXBTZUSD":[[1688671200,"30306.1","30306.2","30305.7","30305.7","30306.1",
//    "3.39243896",23],…],"last":1688672160}}
#include <cmath>

#include "feeds/venues/answer.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "kraken";

// An answer says which symbol it refuses, but of the channel only the request's number.
constexpr std::string_view trade_request = "1";
constexpr std::string_view ticker_request = "2";

class KrakenDecoder final : public wire::JsonDecoder {
 public:
  explicit KrakenDecoder(SourceTable& sources) : symbols_{sources, venue_name} {}

 private:
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto channel = root.optional_name("channel");
    if (channel == "trade") return read_trades(root, out);
    if (channel == "ticker") return read_tickers(root, out);
    if (channel == "heartbeat") return control(ControlKind::heartbeat);
    if (channel == "status") return read_status(root);
    if (!channel.empty()) return ignored(channel);
    return read_answer(root);
  }

  /// v1: [993,[["354.11","0.89594024","1618678142.557535","s","l",""]],"trade","XMR/USD"]
  FrameReport read_list(od::array& list, wire::Failure&, std::vector<Event>&) override {
    std::string_view channel, pair;
    for (auto element : list) {
      od::value value;
      if (element.get(value)) return malformed("not JSON");
      const auto text = wire::text_of(value);
      if (!text) continue;
      channel = pair;
      pair = *text;
    }
    if (channel.empty()) return malformed("not a JSON object");
    return ignored(joined("v1", channel));
  }

  static bool is_snapshot(Fields& root) {
    const auto type = root.text("type");
    if (type != "snapshot" && type != "update") root.fail("type", "is neither snapshot nor update");
    return type == "snapshot";
  }

  FrameReport read_trades(Fields& root, std::vector<Event>& out) {
    const bool history = is_snapshot(root);
    wire::each_object(root, "data", [&](Fields& row) {
      const auto symbol = row.symbol("symbol");
      const auto side = row.text("side");
      const double price = row.number("price");
      const double size = row.size("qty");
      const auto id = row.count("trade_id");
      const auto time = row.rfc3339("timestamp");
      if (side != "buy" && side != "sell") row.fail("side", "is neither buy nor sell");
      if (row.failed()) return;
      const auto* known = symbols_.find(symbol);
      if (!known) return void(lacks_room());
      out.push_back(Tick{.source = known->source,
                         .kind = PriceKind::trade,
                         .side = side == "buy" ? Side::buy : Side::sell,
                         .history = history,
                         .id = id,
                         .price = price,
                         .size = size,
                         .event_time = time});
    });
    if (root.failed()) return malformed_in("trade");
    return data(StreamKind::trades);
  }

  // A ticker's snapshot is the market as it is: no history.
  FrameReport read_tickers(Fields& root, std::vector<Event>& out) {
    is_snapshot(root);
    wire::each_object(root, "data", [&](Fields& row) {
      const auto symbol = row.symbol("symbol");
      const double bid = row.quote("bid");
      const double ask = row.quote("ask");
      const double last = row.optional_quote("last");
      const auto time = row.optional_rfc3339("timestamp");
      if (row.failed()) return;
      const auto* known = symbols_.find(symbol);
      if (!known) return void(lacks_room());
      const auto before = out.size();
      const auto add = [&](PriceKind kind, double price) {
        out.push_back(
            Tick{.source = known->source, .kind = kind, .price = price, .event_time = time});
      };
      if (last > 0) add(PriceKind::last, last);
      if (wire::has_quote(bid, ask)) add(PriceKind::mid, wire::mid_of(bid, ask));
      if (out.size() == before) out.push_back(Alive{known->source});
    });
    if (root.failed()) return malformed_in("ticker");
    return data(StreamKind::ticker);
  }

  static FrameReport read_status(Fields& root) {
    std::string_view system;
    wire::each_object(root, "data", [&](Fields& row) { system = row.optional_text("system"); });
    return control(ControlKind::status, system);
  }

  FrameReport read_answer(Fields& root) {
    const auto method = root.optional_name("method");
    if (method == "pong") return control(ControlKind::pong);
    if (method == "subscribe" || method == "unsubscribe") {
      return root.flag("success") ? read_ack(root) : read_refusal(root);
    }
    if (!method.empty()) return ignored(method);
    // {"error":"Malformed request", …}
    if (const auto error = root.optional_text("error"); !error.empty()) {
      return control(ControlKind::error, error);
    }
    const auto event = root.optional_name("event");  // v1: {"event":"subscriptionStatus", …}
    return ignored(event.empty() ? "a frame without channel or method" : event);
  }

  FrameReport read_ack(Fields& root) {
    auto result = root.object("result");
    const auto channel = result.text("channel");
    return control(ControlKind::ack, {}, joined(channel, result.optional_text("symbol")));
  }

  FrameReport read_refusal(Fields& root) {
    const auto error = root.optional_text("error");
    const auto request = root.optional_text("req_id");
    const auto symbol = root.optional_text("symbol");
    if (symbol.empty() || (request != trade_request && request != ticker_request)) {
      return control(ControlKind::error, error);
    }
    return control(ControlKind::error, error,
                   joined(request == trade_request ? "trade" : "ticker", symbol));
  }

  wire::Symbols<> symbols_;
};

/// REST names a pair by its old name: "BTC/USD" is XBTUSD there.
std::string rest_pair(std::string_view symbol) {
  const auto slash = symbol.find('/');
  const auto base = symbol.substr(0, slash);
  const auto quote = slash == std::string_view::npos ? "" : symbol.substr(slash + 1);
  const auto old = base == "BTC" ? "XBT" : base == "DOGE" ? "XDG" : base;
  return wire::query_text(std::string{old} + std::string{quote});
}

class Kraken final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<std::vector<wire::Topic>> groups;
    for (const auto& [symbol, kind] : request.prices) {
      if (!has_price(kind)) continue;
      auto& group = wire::group_of(groups, symbol);
      if (kind == PriceKind::trade) wire::add_once(group, topic(StreamKind::trades, symbol));
      wire::add_once(group, topic(StreamKind::ticker, symbol));
    }
    std::vector<Connection> result;
    for (const auto& part : wire::packed(std::move(groups), wire::streams_per_connection)) {
      result.push_back(connection(part, wire::or_default(request.url, "wss://ws.kraken.com/v2")));
    }
    return result;
  }

  bool has_price(PriceKind kind) const override { return kind != PriceKind::mark; }
  KeepAlive keep_alive() const override {
    return {R"({"method":"ping"})", std::chrono::seconds{20}};
  }
  Liquidations liquidations() const override { return Liquidations::none; }
  bool numbers_trades() const override { return true; }

  // About 150 connects in 10 minutes, and a request a second.
  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::seconds{4},
            .rest_spacing = std::chrono::seconds{1},
            .candles_per_answer = 720};
  }

  std::vector<std::string> caveats(const FeedRequest&) const override {
    return {
        "Kraken's words for a refused subscription have not been seen on a live line: one that it "
        "does not name in a field is reported, but for no stream."};
  }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    if (!has_price(request.kind)) return std::nullopt;
    return RestRequest{.path =
                           "/0/public/OHLC?pair=" + rest_pair(request.symbol) +
                           "&interval=1&since=" + wire::query_seconds(request.from - Duration{1})};
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& candles) {
      auto answer = root.object(wire::answer_key);
      auto result = answer.object("result");
      if (answer.failed()) return;
      bool found = false;
      for (auto field : result.raw()) {
        od::value value;
        if (field.value().get(value)) return result.fail("result", "is not JSON");
        if (wire::token(value).form != wire::Token::Form::none) continue;  // "last"
        found = true;
        wire::read_candle_rows(result, "result", value, candles, {.unit = std::chrono::seconds{1}});
        if (result.failed()) return;
      }
      if (!found) return result.fail("result", "holds no rows");
      if (!candles.empty()) candles.pop_back();
    });
  }

  std::string_view rest_url() const override { return "https://api.kraken.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<KrakenDecoder>(sources);
  }

 private:
  static wire::Topic topic(StreamKind kind, const std::string& symbol) {
    const auto channel = kind == StreamKind::trades ? "trade" : "ticker";
    return {wire::make_stream(kind, symbol, std::string{channel} + ":" + symbol), symbol};
  }

  static Connection connection(const std::vector<std::vector<wire::Topic>>& groups,
                               const std::string& url) {
    Connection result{.url = url, .subscribe = {}, .streams = {}};
    std::vector<wire::Topic> trades, tickers;
    for (const auto& group : groups) {
      for (const auto& topic : group) {
        result.streams.push_back(topic.stream);
        (topic.stream.kind == StreamKind::trades ? trades : tickers).push_back(topic);
      }
    }
    const auto subscribe = [&](std::string_view params, std::string_view id,
                               const std::vector<wire::Topic>& topics) {
      if (topics.empty()) return;
      result.subscribe.push_back(R"({"method":"subscribe","params":{)" + std::string{params} +
                                 R"(,"symbol":[)" + wire::quoted_words(topics) + R"(]},"req_id":)" +
                                 std::string{id} + "}");
    };
    subscribe(R"("channel":"trade")", trade_request, trades);
    subscribe(R"("channel":"ticker","event_trigger":"bbo")", ticker_request, tickers);
    return result;
  }
};

}  // namespace

const Venue& kraken() {
  static const Kraken venue;
  return venue;
}

}  // namespace foghorn
