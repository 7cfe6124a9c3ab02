// Bitget, public streams of futures: the unified account's (v3), and the classic ones (v2), whose
// frames are read as well. https://www.bitget.com/api-doc/uta/websocket/public/Tickers-Channel,
// /New-Trades-Channel and /Liquidation-Channel;
// https://www.bitget.com/api-doc/common/websocket-intro
//
//   {"action":"update","arg":{"instType":"usdt-futures","topic":"publicTrade","symbol":"BTCUSDT"},
//    "data":[{"i":"1432912492051054592","p":"76631.3","v":"0.01","S":"buy","T":"1777358881008",
//    "L":"1432912492051054593","isRPI":"no"}],"ts":1777358881009}
//   {"action":"snapshot","arg":{"instType":"usdt-futures","topic":"ticker","symbol":"BTCUSDT"},
//    "data":[{"highPrice24h":"78237.7",…,"lastPrice":"76631.3",…,"bid1Price":"76631.2",
//    "ask1Price":"76631.3",…,"markPrice":"76631.3",…}],"ts":1777358880084}
//   {"action":"update","arg":{"instType":"usdt-futures","topic":"liquidation"},"data":[
//    {"symbol":"APEUSDT","side":"buy","price":"0.1649","amount":"13.70319","ts":"1777358886549"}],
//    "ts":1777358897167}
//   v2: {"action":"update","arg":{"instType":"USDT-FUTURES","channel":"trade","instId":"BTCUSDT"},
//    "data":[{"ts":"1730332858796","price":"72389.99","size":"0.001","side":"buy",
//    "tradeId":"1235671058980749319"}],"ts":1730332858805}
//   v2:
//   {"action":"snapshot","arg":{"instType":"USDT-FUTURES","channel":"ticker","instId":"BTCUSDT"},
//    "data":[{"instId":"BTCUSDT","lastPr":"43480.4","bidPr":"43476.3","askPr":"43476.8",…,
//    "markPrice":"43476.4",…,"ts":"1701843962811"}],"ts":1701843962812}
//
//   -> {"op":"subscribe","args":[{"instType":"usdt-futures","topic":"ticker","symbol":"CLUSDT"}]}
//   <- {"event":"subscribe","arg":{"instType":"usdt-futures","topic":"ticker","symbol":"CLUSDT"}}
//   <- {"event":"error","arg":{…},"code":30001,"msg":"…"}         the code is a number; arg may
//   lack
//   -> ping                                                       text, every 30 s; cut after 2 min
//   <- pong
//
// Every ticker is a "snapshot"; of trades, a snapshot is those from before the subscription. Spot
// has no mark price. A liquidation's side is that of the position: buy is a long one. Its amount
// is in the quote coin. Of each symbol and direction the largest of the second before is told,
// sometimes many seconds late.
#include <cmath>

#include "feeds/venues/answer.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;

constexpr std::string_view venue_name = "bitget";

bool is_in_dollars(std::string_view symbol) {
  return symbol.ends_with("USDT") || symbol.ends_with("USDC") || symbol.ends_with("PERP");
}

/// What the venue files a future under: BTCUSDT; BTCPERP and BTCUSDC, in USDC; BTCUSD and
/// BTCUSDZ26, in coins.
std::string_view category_of(std::string_view symbol) {
  if (symbol.ends_with("USDT")) return "usdt-futures";
  if (symbol.ends_with("PERP") || symbol.ends_with("USDC")) return "usdc-futures";
  return symbol.find("USD") == std::string_view::npos ? "usdt-futures" : "coin-futures";
}

class BitgetDecoder final : public wire::JsonDecoder {
 public:
  explicit BitgetDecoder(SourceTable& sources) : symbols_{sources, venue_name} {}

 private:
  using Entry = wire::Symbols<>::Entry;

  FrameReport read_plain(std::string_view text) override {
    return text == "pong" ? control(ControlKind::pong) : JsonDecoder::read_plain(text);
  }

  // A data frame begins with its action; whatever else the venue says has an event.
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto action = root.optional_name("action");
    if (action.empty()) return read_event(root);
    if (action != "snapshot" && action != "update") {
      root.fail("action", "is neither snapshot nor update");
    }
    auto arg = root.object("arg");
    const auto topic = arg.optional_name("topic");
    if (topic.empty()) return read_classic(root, arg, action == "snapshot", out);

    if (topic == "publicTrade") {
      return each(
          root, topic, StreamKind::trades, symbol_in(arg),
          [&](const Entry& of, Fields& row) { read_trade(of, row, action == "snapshot", out); });
    }
    if (topic == "ticker") return read_ticker(root, topic, symbol_in(arg), out);
    if (topic == "liquidation") {
      wire::each_object(root, "data", [&](Fields& row) { read_liquidation(row, out); });
      return root.failed() ? malformed_in(topic) : data(StreamKind::liquidations);
    }
    return ignored(topic);
  }

  FrameReport read_classic(Fields& root, Fields& arg, bool snapshot, std::vector<Event>& out) {
    const auto channel = arg.text("channel");
    if (channel == "trade") {
      return each(
          root, channel, StreamKind::trades, arg.symbol("instId"),
          [&](const Entry& of, Fields& row) { read_classic_trade(of, row, snapshot, out); });
    }
    if (channel == "ticker") {
      return each(root, channel, StreamKind::ticker, arg.symbol("instId"),
                  [&](const Entry& of, Fields& row) { read_classic_ticker(of, row, out); });
    }
    return ignored(channel);
  }

  /// Some of the venue's own examples name it as v2 does.
  static std::string_view symbol_in(Fields& arg) {
    const auto symbol = arg.optional_name("symbol");
    return symbol.empty() ? arg.symbol("instId") : symbol;
  }

  /// Calls `read` with each row of a frame that is all about one symbol.
  template <class Read>
  FrameReport each(Fields& root, std::string_view topic, StreamKind stream, std::string_view symbol,
                   Read&& read) {
    if (!wire::is_symbol(symbol)) root.fail("symbol", "is not a symbol");
    if (root.failed()) return malformed_in(topic);
    const auto* known = symbols_.find(symbol);
    if (!known) return lacks_room();
    wire::each_object(root, "data", [&](Fields& row) { read(*known, row); });
    return root.failed() ? malformed_in(topic) : data(stream);
  }

  static void read_trade(const Entry& of, Fields& row, bool history, std::vector<Event>& out) {
    const auto id = row.id("i");
    const double price = row.number("p");
    const double size = row.size("v");
    const auto side = side_in(row, "S");
    const auto time = row.time("T");
    if (row.failed()) return;
    out.push_back(Tick{.source = of.source,
                       .kind = PriceKind::trade,
                       .side = side,
                       .history = history,
                       .id = id,
                       .price = price,
                       .size = size,
                       .event_time = time});
  }

  static void read_classic_trade(const Entry& of, Fields& row, bool history,
                                 std::vector<Event>& out) {
    const auto time = row.time("ts");
    const double price = row.number("price");
    const double size = row.size("size");
    const auto side = side_in(row, "side");
    const auto id = row.id("tradeId");
    if (row.failed()) return;
    out.push_back(Tick{.source = of.source,
                       .kind = PriceKind::trade,
                       .side = side,
                       .history = history,
                       .id = id,
                       .price = price,
                       .size = size,
                       .event_time = time});
  }

  static Side side_in(Fields& row, std::string_view key) {
    const auto side = row.text(key);
    if (side != "buy" && side != "sell") row.fail(key, "is neither buy nor sell");
    return side == "buy" ? Side::buy : Side::sell;
  }

  // The rows of v3 have no time of their own; the frame's comes behind them.
  FrameReport read_ticker(Fields& root, std::string_view topic, std::string_view symbol,
                          std::vector<Event>& out) {
    const auto first = out.size();
    const auto report =
        each(root, topic, StreamKind::ticker, symbol, [&](const Entry& of, Fields& row) {
          const double last = row.quote("lastPrice");
          const double bid = row.quote("bid1Price");
          const double ask = row.quote("ask1Price");
          const double mark = row.optional_quote("markPrice");
          if (!row.failed()) add(of, last, mark, bid, ask, no_time, out);
        });
    if (report.frame_class != FrameClass::data) return report;
    const auto time = root.time("ts");
    if (root.failed()) return malformed_in(topic);
    for (auto i = first; i < out.size(); ++i) {
      if (auto* tick = std::get_if<Tick>(&out[i])) tick->event_time = time;
    }
    return report;
  }

  static void read_classic_ticker(const Entry& of, Fields& row, std::vector<Event>& out) {
    const double last = row.quote("lastPr");
    const double bid = row.quote("bidPr");
    const double ask = row.quote("askPr");
    const double mark = row.optional_quote("markPrice");
    const auto time = row.time("ts");
    if (!row.failed()) add(of, last, mark, bid, ask, time, out);
  }

  static void add(const Entry& of, double last, double mark, double bid, double ask, Timestamp time,
                  std::vector<Event>& out) {
    const auto before = out.size();
    const auto one = [&](PriceKind kind, double price) {
      out.push_back(Tick{.source = of.source, .kind = kind, .price = price, .event_time = time});
    };
    if (!std::isnan(last)) one(PriceKind::last, last);
    if (!std::isnan(mark)) one(PriceKind::mark, mark);
    if (wire::has_quote(bid, ask)) one(PriceKind::mid, wire::mid_of(bid, ask));
    if (out.size() == before) out.push_back(Alive{of.source});
  }

  void read_liquidation(Fields& row, std::vector<Event>& out) {
    const auto symbol = row.symbol("symbol");
    const auto side = row.text("side");
    const double price = row.number("price");
    const double amount = row.size("amount");
    const auto time = row.time("ts");
    if (side != "buy" && side != "sell") row.fail("side", "is neither buy nor sell");
    if (row.failed()) return;
    const auto* known = symbols_.find(symbol);
    if (!known) return void(lacks_room());
    out.push_back(
        Liquidation{.source = known->source,
                    .position = side == "buy" ? Position::long_side : Position::short_side,
                    .unit = QuantityUnit::quote,
                    .price = price,
                    .quantity = amount,
                    .notional = is_in_dollars(symbol) ? usd(amount) : std::nullopt,
                    .event_time = time});
  }

  FrameReport read_event(Fields& root) {
    const auto event = root.optional_name("event");
    if (event.empty()) return ignored("a frame without action or event");
    if (event == "login") return control(ControlKind::status, event);
    if (event != "subscribe" && event != "unsubscribe" && event != "error") return ignored(event);

    const auto subject = root.optional("arg") ? subject_of(root) : std::string_view{};
    const auto message = root.optional_text("msg");
    return control(event == "error" ? ControlKind::error : ControlKind::ack, message, subject);
  }

  /// "ticker:CLUSDT"; of a stream for all symbols, "liquidation:usdt-futures".
  std::string_view subject_of(Fields& root) {
    auto arg = root.object("arg");
    const auto category = arg.optional_text("instType");
    auto topic = arg.optional_text("topic");
    if (topic.empty()) topic = arg.optional_text("channel");
    auto symbol = arg.optional_text("symbol");
    if (symbol.empty()) symbol = arg.optional_text("instId");
    return joined(topic, symbol.empty() ? category : symbol);
  }

  wire::Symbols<> symbols_;
};

class Bitget final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  // The liquidations of all symbols of a category come in one stream; of a list of symbols, intake
  // drops the others'.
  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [symbol, kind] : request.prices) {
      if (kind == PriceKind::trade) {
        wire::add_once(topics, topic(StreamKind::trades, "publicTrade", symbol));
      }
      wire::add_once(topics, topic(StreamKind::ticker, "ticker", symbol));
    }
    for (const auto& symbol : request.liquidations) {
      if (symbol == "*") {
        wire::add_once(topics, liquidations_of("usdt-futures"));
        wire::add_once(topics, liquidations_of("usdc-futures"));
      } else {
        wire::add_once(topics, liquidations_of(category_of(symbol)));
      }
    }
    // More are allowed, but the venue calls connections of up to 50 the stable ones.
    constexpr std::size_t streams_per_connection = 50;
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(topics), streams_per_connection)) {
      result.push_back(
          connection(part, wire::or_default(request.url, "wss://ws.bitget.com/v3/ws/public")));
    }
    return result;
  }

  KeepAlive keep_alive() const override { return {"ping", std::chrono::seconds{30}}; }

  // 300 connects in five minutes, 10 messages a second, a cut every 24 hours; 1000 candles.
  // https://www.bitget.com/api-doc/common/websocket-intro
  // https://www.bitget.com/api-doc/contract/market/Get-Candle-Data
  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::seconds{1},
            .message_spacing = std::chrono::milliseconds{100},
            .rest_spacing = std::chrono::milliseconds{100},
            .lifetime = std::chrono::hours{24},
            .candles_per_answer = 1000};
  }

  Liquidations liquidations() const override { return Liquidations::market_wide; }
  std::string_view canary() const override { return "BTCUSDT"; }
  LiquidationCoverage coverage() const override { return LiquidationCoverage::one_per_second; }

  std::vector<std::string> caveats(const FeedRequest& request) const override {
    for (const auto& symbol : request.liquidations) {
      if (category_of(symbol) != "coin-futures") continue;
      return {"bitget counts liquidations in the quote coin; whether it does so for " + symbol +
              ", which is settled in coins, nobody has checked: they are counted, not summed."};
    }
    return {};
  }

  // GET /api/v2/mix/market/candles: {"code":"00000","msg":"success","data":[["1695835800000",
  // "26210.5","26210.5","26194.5","26194.5","26.26","687897.63"]]}: start, open, high, low, close.
  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    auto category = std::string{category_of(request.symbol)};
    const auto last = request.to - std::chrono::milliseconds{1};
    return RestRequest{
        .path = "/api/v2/mix/market/candles?symbol=" + wire::query_text(request.symbol) +
                "&productType=" + category + "&granularity=1m&startTime=" +
                wire::query_ms(request.from) + "&endTime=" + wire::query_ms(last) +
                "&limit=1000&kLineType=" + (request.kind == PriceKind::mark ? "MARK" : "MARKET")};
  }

  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& out) {
      auto answer = root.object(wire::answer_key);
      if (answer.text("code") != "00000") answer.fail("code", "is an error's");
      wire::read_candle_rows(answer, "data", out);
    });
  }

  std::string_view rest_url() const override { return "https://api.bitget.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<BitgetDecoder>(sources);
  }

 private:
  static wire::Topic topic(StreamKind kind, const std::string& topic, const std::string& symbol) {
    return {wire::make_stream(kind, symbol, topic + ":" + symbol),
            R"({"instType":)" + wire::quoted(category_of(symbol)) + R"(,"topic":)" +
                wire::quoted(topic) + R"(,"symbol":)" + wire::quoted(symbol) + "}"};
  }

  static wire::Topic liquidations_of(std::string_view category) {
    const std::string text{category};
    auto stream = wire::make_stream(StreamKind::liquidations, "*", "liquidation:" + text);
    if (category != "usdt-futures") stream.name += " " + text;
    return {std::move(stream),
            R"({"instType":)" + wire::quoted(text) + R"(,"topic":"liquidation"})"};
  }

  // A message may be 4096 bytes long, and a connection subscribe 240 times an hour.
  static Connection connection(const std::vector<wire::Topic>& topics, const std::string& url) {
    constexpr std::size_t args_per_request = 20;
    Connection result{.url = url, .subscribe = {}, .streams = {}};
    for (const auto& part : wire::pieces(topics, args_per_request)) {
      std::string args;
      for (const auto& [stream, word] : part) {
        args += (args.empty() ? "" : ",") + word;
        result.streams.push_back(stream);
      }
      result.subscribe.push_back(R"({"op":"subscribe","args":[)" + args + "]}");
    }
    return result;
  }
};

}  // namespace

const Venue& bitget() {
  static const Bitget venue;
  return venue;
}

}  // namespace foghorn
