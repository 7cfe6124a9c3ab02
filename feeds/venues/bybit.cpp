// Bybit v5, public streams of derivatives. https://bybit-exchange.github.io/docs/v5/ws/connect and
// its pages on public trades, tickers and all liquidations.
//
//   {"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[
//    {"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","L":"PlusTick",
//     "i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false}]}
//   {"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","lastPrice":"17216.00",
//    "markPrice":"17217.33","bid1Price":"17215.50","bid1Size":"84.489","ask1Price":"17216.00",
//    "ask1Size":"83.020"},"cs":24987956059,"ts":1673272861686}
//   {"topic":"allLiquidation.ROSEUSDT","type":"snapshot","ts":1739502303204,"data":[
//    {"T":1739502302929,"s":"ROSEUSDT","S":"Sell","v":"20000","p":"0.04499"}]}
//
//   -> {"req_id":"1","op":"subscribe","args":["tickers.CLUSDT"]}     at most 10; one refuses all
//   <- {"success":true,"ret_msg":"","conn_id":"2ef1dd44","req_id":"1","op":"subscribe"}
//   -> {"op":"ping"}                                                 every 20 s
//   <- {"success":true,"ret_msg":"pong","conn_id":"0970e817","op":"ping"}
//   <- {"op":"pong","args":["1672916271846"]}                        elsewhere
//
// GET /v5/market/kline?category=linear&symbol=BTCUSDT&interval=1&start=…&end=…&limit=1000, and
// /v5/market/mark-price-kline, whose rows end with the close; both newest first, both ends
// included:
//   {"retCode":0,"retMsg":"OK","result":{"symbol":"BTCUSDT","category":"linear","list":[
//    ["1670608800000","17071","17073","17027","17055.5","268611","15.74462667"],…]}}
//
// Every trade and liquidation comes as type "snapshot", which marks no history here. A ticker's
// delta holds only what changed. A liquidation's S is the side of the position that was closed: Buy
// is a long one; its p is the bankruptcy price. The older topic liquidation.{symbol} has ended.
#include <cmath>

#include "feeds/venues/answer.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/notional.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "bybit";

/// Whether quantities of `symbol` are contracts, of 1 USD each: BTCUSD, and dated BTCUSDU26.
bool is_inverse(std::string_view symbol) {
  if (symbol.size() > 3) {
    const auto end = symbol.substr(symbol.size() - 3);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (is_digit(end[1]) && is_digit(end[2]) &&
        std::string_view{"HMUZ"}.find(end[0]) != std::string_view::npos) {
      symbol.remove_suffix(3);
    }
  }
  return symbol.ends_with("USD");
}

/// Whether a linear contract is settled in USDT or USDC. BTCPERP and BTC-26DEC25 are, in USDC.
bool is_in_dollars(std::string_view symbol) {
  return symbol.ends_with("USDT") || symbol.ends_with("USDC") || symbol.ends_with("PERP") ||
         symbol.find('-') != std::string_view::npos;
}

class BybitDecoder final : public wire::JsonDecoder {
 public:
  BybitDecoder(SourceTable& sources, const Contracts& contracts)
      : symbols_{sources, venue_name}, contracts_{contracts} {}

 private:
  /// The best quotes as the deltas so far have left them.
  struct Book {
    double bid{wire::no_number};
    double ask{wire::no_number};
  };

  /// What one ticker frame says; no_number where it is silent.
  struct Ticker {
    std::string_view symbol;
    double last{wire::no_number};
    double mark{wire::no_number};
    double bid{wire::no_number};
    double ask{wire::no_number};
    bool has_bid{};
    bool has_ask{};
  };

  /// What this frame's ticker leaves behind, remembered once the frame is known to be whole.
  struct Told {
    wire::Symbols<Book>::Entry* of{};
    Book book;
  };

  FrameReport read(Fields& root, std::vector<Event>& out) override {
    told_ = {};
    const auto topic = root.optional_name("topic");
    if (topic.empty()) return read_control(root);
    if (topic.starts_with("publicTrade.")) return read_trades(root, out);
    if (topic.starts_with("tickers.")) return read_ticker(root, out);
    if (topic.starts_with("allLiquidation.")) return read_liquidations(root, out);
    return ignored(topic);
  }

  void remember() override {
    if (told_.of) told_.of->memory = told_.book;
  }

  FrameReport read_trades(Fields& root, std::vector<Event>& out) {
    wire::each_object(root, "data", [&](Fields& row) {
      const auto time = row.time("T");
      const auto symbol = row.symbol("s");
      const auto side = row.text("S");
      const double size = row.size("v");
      const double price = row.number("p");
      const auto id = row.id("i");
      if (side != "Buy" && side != "Sell") row.fail("S", "is neither Buy nor Sell");
      if (row.failed()) return;
      const auto* known = symbols_.find(symbol);
      if (!known) return void(lacks_room());
      out.push_back(Tick{.source = known->source,
                         .kind = PriceKind::trade,
                         .side = side == "Buy" ? Side::buy : Side::sell,
                         .id = id,
                         .price = price,
                         .size = size,
                         .event_time = time});
    });
    if (root.failed()) return malformed_in("publicTrade");
    return data(StreamKind::trades);
  }

  FrameReport read_liquidations(Fields& root, std::vector<Event>& out) {
    wire::each_object(root, "data", [&](Fields& row) {
      const auto time = row.time("T");
      const auto symbol = row.symbol("s");
      const auto side = row.text("S");
      const double quantity = row.size("v");
      const double price = row.number("p");
      if (side != "Buy" && side != "Sell") row.fail("S", "is neither Buy nor Sell");
      if (row.failed()) return;
      const auto* known = symbols_.find(symbol);
      if (!known) return void(lacks_room());
      const bool inverse = is_inverse(symbol);
      out.push_back(Liquidation{
          .source = known->source,
          .position = side == "Buy" ? Position::long_side : Position::short_side,
          .unit = inverse ? QuantityUnit::contracts : QuantityUnit::base,
          .price = price,
          .quantity = quantity,
          .notional = inverse ? wire::contract_notional(contracts_, known->symbol, quantity, price)
                      : is_in_dollars(symbol) ? usd(quantity * price)
                                              : std::nullopt,
          .event_time = time});
    });
    if (root.failed()) return malformed_in("allLiquidation");
    return data(StreamKind::liquidations);
  }

  FrameReport read_ticker(Fields& root, std::vector<Event>& out) {
    const auto type = root.text("type");
    if (type != "snapshot" && type != "delta") root.fail("type", "is neither snapshot nor delta");
    auto fields = root.object("data");
    Ticker ticker;
    read_ticker_fields(fields, ticker);
    const auto time = root.time("ts");
    if (root.failed()) return malformed_in("tickers");

    auto* known = symbols_.find(ticker.symbol);
    if (!known) return lacks_room();
    auto book = type == "snapshot" ? Book{} : known->memory;
    if (ticker.has_bid) book.bid = ticker.bid;
    if (ticker.has_ask) book.ask = ticker.ask;
    told_ = {known, book};

    const auto before = out.size();
    const auto add = [&](PriceKind kind, double price) {
      out.push_back(
          Tick{.source = known->source, .kind = kind, .price = price, .event_time = time});
    };
    if (!std::isnan(ticker.last)) add(PriceKind::last, ticker.last);
    if (!std::isnan(ticker.mark)) add(PriceKind::mark, ticker.mark);
    if ((ticker.has_bid || ticker.has_ask) && wire::has_quote(book.bid, book.ask)) {
      add(PriceKind::mid, wire::mid_of(book.bid, book.ask));
    }
    if (out.size() == before) out.push_back(Alive{known->source});
    return data(StreamKind::ticker);
  }

  /// Goes through the fields once: which of them a delta holds differs from frame to frame.
  static void read_ticker_fields(Fields& fields, Ticker& ticker) {
    if (fields.failed()) return;
    for (auto field : fields.raw()) {
      od::raw_json_string key;
      od::value value;
      if (field.key().get(key) || field.value().get(value)) {
        return fields.fail("data", "is not JSON");
      }
      const auto read_price = [&](const char* name, double& price, bool* has_price = nullptr) {
        if (!key.unsafe_is_equal(name)) return;
        if (has_price) *has_price = true;
        const auto number = wire::number_or_none(value);
        if (!number) return fields.fail(name, "is not a number");
        price = *number;
      };
      switch (*key.raw()) {
        case 's':
          if (!key.unsafe_is_equal("symbol")) break;
          ticker.symbol = wire::text_of(value).value_or("");
          break;
        case 'l': read_price("lastPrice", ticker.last); break;
        case 'm': read_price("markPrice", ticker.mark); break;
        case 'b': read_price("bid1Price", ticker.bid, &ticker.has_bid); break;
        case 'a': read_price("ask1Price", ticker.ask, &ticker.has_ask); break;
        default: break;
      }
      if (fields.failed()) return;
    }
    if (!wire::is_symbol(ticker.symbol)) fields.fail("symbol", "is missing or not a symbol");
  }

  FrameReport read_control(Fields& root) {
    const bool answers = root.optional("success").has_value();
    const bool succeeded = answers && root.flag("success");
    const auto message = root.optional_text("ret_msg");
    const auto request = root.optional_text("req_id");
    const auto op = root.optional_text("op");
    if (message == "pong" || op == "pong") return control(ControlKind::pong, message, request);
    if (answers) {
      if (!succeeded) return control(ControlKind::error, message, request);
      const auto refused = refused_topics(root);
      if (!refused.empty()) return control(ControlKind::error, refused, request);
      return control(ControlKind::ack, message, request);
    }
    if (const auto code = root.optional_text("retCode"); !code.empty()) {
      const auto kind = code == "0" ? ControlKind::ack : ControlKind::error;
      return control(kind, root.optional_text("retMsg"), request);
    }
    if (root.optional("pong")) return control(ControlKind::pong);
    return ignored(op.empty() ? "a frame without topic or op" : op);
  }

  /// Where options are served, an acknowledgement lists what it does not acknowledge:
  /// {"success":true,"conn_id":"46","data":{"failTopics":["tickers.X"],"successTopics":[]},"type":"COMMAND_RESP"}
  static std::string_view refused_topics(Fields& root) {
    if (root.optional_text("type") != "COMMAND_RESP") return {};
    auto lists = root.object("data");
    auto topics = lists.list("failTopics");
    std::size_t count = 0;
    std::string_view text;
    if (!topics || topics->count_elements().get(count) || topics->raw_json().get(text)) {
      root.fail("data", "lists no failTopics");
    }
    return count == 0 ? std::string_view{} : text;
  }

  wire::Symbols<Book> symbols_;
  Told told_;
  const Contracts& contracts_;
};

class Bybit final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  // One request for each symbol's prices and one for its liquidations: what is refused costs only
  // itself.
  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<std::vector<wire::Topic>> groups;
    for (const auto& price : request.prices) {
      auto& group = wire::group_of(groups, price.symbol);
      if (price.kind == PriceKind::trade) {
        wire::add_once(group, topic(StreamKind::trades, "publicTrade.", price.symbol));
      }
      wire::add_once(group, topic(StreamKind::ticker, "tickers.", price.symbol));
    }
    std::vector<wire::Topic> liquidations;
    for (const auto& symbol : request.liquidations) {
      if (symbol == "*") continue;
      wire::add_once(liquidations, topic(StreamKind::liquidations, "allLiquidation.", symbol));
    }
    for (auto& one : wire::pieces(std::move(liquidations), 1)) groups.push_back(std::move(one));
    return connections(std::move(groups),
                       wire::or_default(request.url, "wss://stream.bybit.com/v5/public/linear"));
  }

  KeepAlive keep_alive() const override { return {R"({"op":"ping"})", std::chrono::seconds{20}}; }

  // "allLiquidation.{symbol}" only: there is no topic for all symbols.
  Liquidations liquidations() const override { return Liquidations::per_symbol; }
  std::string_view canary() const override { return "BTCUSDT"; }
  // "This topic pushes all liquidations that occur on Bybit."
  LiquidationCoverage coverage() const override { return LiquidationCoverage::complete; }

  // At most 500 connections in 5 minutes, and 600 requests in 5 s.
  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::milliseconds{650},
            .rest_spacing = std::chrono::milliseconds{50},
            .candles_per_answer = 1000};
  }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    const auto kline = request.kind == PriceKind::mark ? "mark-price-kline" : "kline";
    return RestRequest{.path = std::string{"/v5/market/"} + kline +
                               "?category=" + (is_inverse(request.symbol) ? "inverse" : "linear") +
                               "&symbol=" + wire::query_text(request.symbol) +
                               "&interval=1&start=" + wire::query_ms(request.from) +
                               "&end=" + wire::query_ms(request.to - Duration{1}) + "&limit=1000"};
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& candles) {
      auto answer = root.object(wire::answer_key);
      if (answer.optional_text("retCode") != "0") answer.fail("retCode", "is not 0");
      auto result = answer.object("result");
      wire::read_candle_rows(result, "list", candles);
    });
  }

  std::string_view rest_url() const override { return "https://api.bybit.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts& contracts,
                                        const FeedRequest&) const override {
    return std::make_unique<BybitDecoder>(sources, contracts);
  }

 private:
  static wire::Topic topic(StreamKind kind, std::string_view prefix, const std::string& symbol) {
    return {wire::make_stream(kind, symbol), std::string{prefix} + symbol};
  }

  static std::vector<Connection> connections(std::vector<std::vector<wire::Topic>> groups,
                                             const std::string& url) {
    std::vector<Connection> result;
    for (const auto& part : wire::packed(std::move(groups), wire::streams_per_connection)) {
      auto& connection =
          result.emplace_back(Connection{.url = url, .subscribe = {}, .streams = {}});
      for (const auto& group : part) {
        const auto id = std::to_string(connection.subscribe.size() + 1);
        for (const auto& topic : group) {
          connection.streams.push_back(topic.stream);
          connection.streams.back().ack = id;
        }
        connection.subscribe.push_back(R"({"req_id":")" + id + R"(","op":"subscribe","args":[)" +
                                       wire::quoted_words(group) + "]}");
      }
    }
    return result;
  }
};

}  // namespace

const Venue& bybit() {
  static const Bybit venue;
  return venue;
}

}  // namespace foghorn
