// Deribit, JSON-RPC over WebSocket, v2. https://docs.deribit.com/subscriptions/trades/
// tradesinstrument_nameinterval, /market-data/tickerinstrument_nameinterval and
// /quoteinstrument_name;
// https://docs.deribit.com/api-reference/session-management/public-set_heartbeat
//
//   {"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.BTC-PERPETUAL.100ms",
//    "data":[{"timestamp":1584058044032,"price":4469.5,"amount":1120.0,"direction":"sell",
//    "index_price":4805.41,"instrument_name":"BTC-PERPETUAL","trade_seq":40781986,"mark_price":4470.1,
//    "tick_direction":3,"contracts":112.0,"liquidation":"T","trade_id":"66460463"}]}}
//   {"jsonrpc":"2.0","method":"subscription","params":{"channel":"ticker.BTC-PERPETUAL.100ms",
//    "data":{"timestamp":1765541474086,"state":"open","stats":{…},"index_price":92263.55,
//    "instrument_name":"BTC-PERPETUAL","last_price":92283.5,…,"mark_price":92281.78,…,
//    "best_ask_price":92284.0,"best_bid_price":92283.5,…}}}         prices may be null
//   {"jsonrpc":"2.0","method":"subscription","params":{"channel":"quote.BTC-PERPETUAL","data":{
//    "timestamp":1567296000183,"instrument_name":"BTC-PERPETUAL","best_bid_price":9600.5,…}}}
//
//   -> {"jsonrpc":"2.0","id":12,"method":"public/subscribe","params":{"channels":[…]}}
//   <-
//   {"jsonrpc":"2.0","id":12,"result":["trades.BTC-PERPETUAL.100ms","ticker.BTC-PERPETUAL.100ms"],
//       "usIn":1626993723846980,"usOut":1626993723847561,"usDiff":581,"testnet":false}
//   <- {"jsonrpc":"2.0","id":12,"error":{"code":10028,"message":"too_many_requests"}}
//   -> {"jsonrpc":"2.0","id":0,"method":"public/set_heartbeat","params":{"interval":30}}
//   <- {"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}}
//   <- {"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}    must be answered:
//   -> {"jsonrpc":"2.0","id":9,"method":"public/test","params":{}}
//   <- {"jsonrpc":"2.0","id":9,"result":{"version":"1.2.26"},…}
//
// `result` names the channels that were accepted; others are missing from it, and nothing else says
// so. A request is therefore for one instrument, whose channels stand or fall together, and the
// last digit of its id is how many they are: an answer that names fewer refuses the instrument.
//
// A trade's direction is the taker's; `liquidation` says who was closed in it: T the taker, M the
// maker, MT both. trade_seq counts an instrument's trades. The amount is in USD for inverse futures
// (BTC-PERPETUAL, BTC-26DEC25), in coins for linear ones (PAXG_USDC-PERPETUAL) and for options,
// whose prices are in coins too.
//
// GET /api/v2/public/get_tradingview_chart_data?instrument_name=…&start_timestamp=…
// &end_timestamp=…&resolution=1, both ends included:
//   {"jsonrpc":"2.0","result":{"volume":[19.00,…],"ticks":[1554373800000,…],"status":"ok",
//    "open":[4963.42,…],"low":[4728.94,…],"high":[5043.45,…],"cost":[…],"close":[5003.86,…]}}
#include <algorithm>
#include <cmath>

#include "feeds/venues/answer.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "deribit";

constexpr std::string_view heartbeat_request =
    R"({"jsonrpc":"2.0","id":0,"method":"public/set_heartbeat","params":{"interval":30}})";
constexpr std::string_view test_request =
    R"({"jsonrpc":"2.0","id":9,"method":"public/test","params":{}})";

/// BTC-PERPETUAL and BTC-26DEC25: two parts, and no other coin than the first.
bool is_inverse(std::string_view instrument) {
  return instrument.find('_') == std::string_view::npos && std::ranges::count(instrument, '-') == 1;
}

/// PAXG_USDC-PERPETUAL, BTC_USDT-26DEC25.
bool is_linear_in_dollars(std::string_view instrument) {
  return instrument.find("_USD") != std::string_view::npos &&
         std::ranges::count(instrument, '-') == 1;
}

class DeribitDecoder final : public wire::JsonDecoder {
 public:
  explicit DeribitDecoder(SourceTable& sources) : symbols_{sources, venue_name} {}

 private:
  struct Trade {
    std::string_view instrument;
    std::string_view direction;
    std::string_view liquidation;
    std::optional<std::uint64_t> sequence;
    double price{wire::no_number};
    double amount{wire::no_number};
    Timestamp time{no_time};
  };

  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto method = root.optional_name("method");
    if (method == "subscription") return read_channel(root, out);
    if (method == "heartbeat") return read_heartbeat(root);
    if (!method.empty()) return ignored(method);
    return read_answer(root);
  }

  FrameReport read_channel(Fields& root, std::vector<Event>& out) {
    auto params = root.object("params");
    const auto channel = params.text("channel");
    if (channel.starts_with("trades.")) {
      wire::each_object(params, "data", [&](Fields& row) { read_trade(row, out); });
      return root.failed() ? malformed_in("trades") : data(StreamKind::trades);
    }
    if (channel.starts_with("ticker.")) return read_ticker(params, out);
    if (channel.starts_with("quote.")) return read_quote(params, out);
    return ignored(channel);
  }

  void read_trade(Fields& row, std::vector<Event>& out) {
    Trade trade;
    read_trade_fields(row, trade);
    if (row.failed()) return;
    const auto* known = symbols_.find(trade.instrument);
    if (!known) return void(lacks_room());
    const bool buys = trade.direction == "buy";
    out.push_back(Tick{.source = known->source,
                       .kind = PriceKind::trade,
                       .side = buys ? Side::buy : Side::sell,
                       .id = *trade.sequence,
                       .price = trade.price,
                       .size = trade.amount,
                       .event_time = trade.time});
    const auto add = [&](bool sold) { out.push_back(liquidation(known->source, trade, sold)); };
    if (trade.liquidation.find('T') != std::string_view::npos) add(!buys);
    if (trade.liquidation.find('M') != std::string_view::npos) add(buys);
  }

  /// Of the side that sold, or bought: who sells to be closed was long.
  static Liquidation liquidation(SourceId source, const Trade& trade, bool sold) {
    const bool inverse = is_inverse(trade.instrument);
    return {.source = source,
            .position = sold ? Position::long_side : Position::short_side,
            .unit = inverse ? QuantityUnit::quote : QuantityUnit::base,
            .price = trade.price,
            .quantity = trade.amount,
            .notional = inverse                                  ? usd(trade.amount)
                        : is_linear_in_dollars(trade.instrument) ? usd(trade.amount * trade.price)
                                                                 : std::nullopt,
            .event_time = trade.time};
  }

  /// Goes through the fields once: whether a trade has a `liquidation` shows only at its end.
  static void read_trade_fields(Fields& row, Trade& trade) {
    for (auto field : row.raw()) {
      od::raw_json_string key;
      od::value value;
      if (field.key().get(key) || field.value().get(value)) return row.fail("data", "is not JSON");
      const auto take_text = [&](const char* name, std::string_view& text) {
        if (key.unsafe_is_equal(name)) text = wire::text_of(value).value_or("");
      };
      const auto take_number = [&](const char* name, double& number) {
        if (key.unsafe_is_equal(name)) number = wire::number_of(value).value_or(wire::no_number);
      };
      switch (*key.raw()) {
        case 'a': take_number("amount", trade.amount); break;
        case 'd': take_text("direction", trade.direction); break;
        case 'i': take_text("instrument_name", trade.instrument); break;
        case 'l':
          if (!key.unsafe_is_equal("liquidation") || wire::token(value).is_null()) break;
          trade.liquidation = wire::text_of(value).value_or("?");
          break;
        case 'p': take_number("price", trade.price); break;
        case 't':
          if (key.unsafe_is_equal("timestamp")) {
            const auto ms = wire::parse_whole(wire::token(value).text);
            if (ms && *ms <= INT64_MAX) {
              trade.time = from_unix_ms(static_cast<std::int64_t>(*ms)).value_or(no_time);
            }
          } else if (key.unsafe_is_equal("trade_seq")) {
            trade.sequence = wire::parse_whole(wire::token(value).text);
          }
          break;
        default: break;
      }
    }
    check(row, trade);
  }

  static void check(Fields& row, const Trade& trade) {
    const auto& of = trade.liquidation;
    if (trade.time == no_time) row.fail("timestamp", "is missing or not a time in milliseconds");
    if (!std::isfinite(trade.price)) row.fail("price", "is missing or not a number");
    if (!(trade.amount > 0)) row.fail("amount", "is missing or not above zero");
    if (!wire::is_symbol(trade.instrument)) row.fail("instrument_name", "is not a symbol");
    if (!trade.sequence) row.fail("trade_seq", "is missing or not a whole number");
    if (trade.direction != "buy" && trade.direction != "sell") {
      row.fail("direction", "is neither buy nor sell");
    }
    if (!of.empty() && of != "T" && of != "M" && of != "MT" && of != "TM") {
      row.fail("liquidation", "is none of T, M, MT");
    }
  }

  FrameReport read_ticker(Fields& params, std::vector<Event>& out) {
    auto ticker = params.object("data");
    const auto time = ticker.time("timestamp");
    const auto instrument = ticker.symbol("instrument_name");
    const double last = ticker.quote("last_price");
    const double mark = ticker.number("mark_price");
    const double ask = ticker.quote("best_ask_price");
    const double bid = ticker.quote("best_bid_price");
    if (params.failed()) return malformed_in("ticker");
    const auto* known = symbols_.find(instrument);
    if (!known) return lacks_room();
    const auto add = [&](PriceKind kind, double price) {
      out.push_back(
          Tick{.source = known->source, .kind = kind, .price = price, .event_time = time});
    };
    if (!std::isnan(last)) add(PriceKind::last, last);
    add(PriceKind::mark, mark);
    if (wire::has_quote(bid, ask)) add(PriceKind::mid, wire::mid_of(bid, ask));
    return data(StreamKind::ticker);
  }

  FrameReport read_quote(Fields& params, std::vector<Event>& out) {
    auto quote = params.object("data");
    const auto time = quote.time("timestamp");
    const auto instrument = quote.symbol("instrument_name");
    const double ask = quote.quote("best_ask_price");
    const double bid = quote.quote("best_bid_price");
    if (params.failed()) return malformed_in("quote");
    const auto* known = symbols_.find(instrument);
    if (!known) return lacks_room();
    if (wire::has_quote(bid, ask)) {
      out.push_back(Tick{.source = known->source,
                         .kind = PriceKind::mid,
                         .price = wire::mid_of(bid, ask),
                         .event_time = time});
    } else {
      out.push_back(Alive{known->source});
    }
    return data(StreamKind::book);
  }

  static FrameReport read_heartbeat(Fields& root) {
    auto params = root.object("params");
    if (params.text("type") != "test_request") return control(ControlKind::heartbeat);
    auto report = control(ControlKind::ping);
    report.reply = test_request;
    return report;
  }

  static FrameReport read_answer(Fields& root) {
    const auto id = root.optional_text("id");
    if (root.optional("error")) {
      auto error = root.object("error");
      return control(ControlKind::error, error.optional_text("message"), id);
    }
    auto result = root.optional("result");
    if (!result) return ignored("a frame without method or result");
    if (wire::token(*result).form != wire::Token::Form::none) {
      return control(ControlKind::ack, {}, id);  // "ok", to set_heartbeat
    }
    od::array channels;
    if (result->get_array().get(channels)) return control(ControlKind::pong);  // {"version":…}
    std::size_t count = 0;
    for (auto channel : channels) {
      od::value value;
      if (channel.get(value)) return malformed("result: is not JSON");
      ++count;
    }
    if (count < asked_for(id))
      return control(ControlKind::error, "not every channel was accepted", id);
    return control(ControlKind::ack, {}, id);
  }

  /// How many channels the request of that id was for.
  static std::size_t asked_for(std::string_view id) {
    return wire::parse_whole(id).value_or(0) % 10;
  }

  wire::Symbols<> symbols_;
};

class Deribit final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  // Liquidations are marked trades: their stream is that channel.
  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<std::vector<wire::Topic>> groups;
    for (const auto& [instrument, kind] : request.prices) {
      auto& group = wire::group_of(groups, instrument);
      if (kind == PriceKind::trade) {
        wire::add_once(group, topic(StreamKind::trades, "trades.", instrument));
      }
      wire::add_once(group, topic(StreamKind::ticker, "ticker.", instrument));
    }
    for (const auto& instrument : request.liquidations) {
      if (instrument == "*") continue;
      wire::add_once(wire::group_of(groups, instrument),
                     topic(StreamKind::liquidations, "trades.", instrument));
    }
    // A request costs 3000 of 30,000 points that come back at 10,000 a second: so few that all are
    // out within 20 s.
    constexpr std::size_t most = 100;
    std::vector<Connection> result;
    for (const auto& part : wire::packed(std::move(groups), most)) {
      result.push_back(
          connection(part, wire::or_default(request.url, "wss://www.deribit.com/ws/api/v2")));
    }
    return result;
  }

  KeepAlive keep_alive() const override { return {{}, std::chrono::seconds{30}}; }
  Liquidations liquidations() const override { return Liquidations::per_symbol; }
  std::string_view canary() const override { return "BTC-PERPETUAL"; }
  // They are marked trades, and every trade is told.
  LiquidationCoverage coverage() const override { return LiquidationCoverage::complete; }
  bool numbers_trades() const override { return true; }
  bool liquidations_among_trades() const override { return true; }

  VenueLimits limits() const override {
    return {.message_spacing = std::chrono::milliseconds{350},
            .rest_spacing = std::chrono::milliseconds{250},
            .candles_per_answer = 1440};
  }

  std::vector<std::string> caveats(const FeedRequest&) const override {
    return {
        "Deribit is said to allow some 32 connections from one address; the number has not been "
        "checked."};
  }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    if (request.kind == PriceKind::mark) return std::nullopt;
    return RestRequest{.path = "/api/v2/public/get_tradingview_chart_data?instrument_name=" +
                               wire::query_text(request.symbol) +
                               "&start_timestamp=" + wire::query_ms(request.from) +
                               "&end_timestamp=" + wire::query_ms(request.to - Duration{1}) +
                               "&resolution=1"};
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& candles) {
      auto answer = root.object(wire::answer_key);
      auto result = answer.object("result");
      std::vector<double> columns[5];
      std::size_t i = 0;
      for (const auto* name : {"ticks", "open", "high", "low", "close"}) {
        read_column(result, name, columns[i++]);
      }
      const auto rows = columns[0].size();
      for (const auto& column : columns) {
        if (column.size() != rows) result.fail("result", "has columns of different length");
      }
      if (result.failed()) return;
      for (std::size_t row = 0; row < rows; ++row) {
        const double ms = columns[0][row];
        const auto start =
            ms >= 0 && ms < 1e15 ? from_unix_ms(static_cast<std::int64_t>(ms)) : std::nullopt;
        if (!start) return result.fail("ticks", "holds what is no time");
        candles.push_back({.start = *start,
                           .open = columns[1][row],
                           .high = columns[2][row],
                           .low = columns[3][row],
                           .close = columns[4][row]});
      }
    });
  }

  std::string_view rest_url() const override { return "https://www.deribit.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<DeribitDecoder>(sources);
  }

 private:
  static void read_column(Fields& result, std::string_view key, std::vector<double>& out) {
    auto list = result.list(key);
    if (!list) return;
    for (auto element : *list) {
      od::value value;
      std::optional<double> number;
      if (!element.get(value)) number = wire::number_of(value);
      if (!number) return result.fail(key, "does not hold numbers alone");
      out.push_back(*number);
    }
  }

  static wire::Topic topic(StreamKind kind, std::string_view prefix,
                           const std::string& instrument) {
    return {wire::make_stream(kind, instrument), std::string{prefix} + instrument + ".100ms"};
  }

  static Connection connection(const std::vector<std::vector<wire::Topic>>& groups,
                               const std::string& url) {
    Connection result{.url = url, .subscribe = {}, .streams = {}};
    for (const auto& group : groups) {
      const auto words = wire::quoted_words(group);
      const auto id = std::to_string(10 * (result.subscribe.size() + 1) + distinct(group));
      for (const auto& topic : group) {
        result.streams.push_back(topic.stream);
        result.streams.back().ack = id;
      }
      result.subscribe.push_back(R"({"jsonrpc":"2.0","id":)" + id +
                                 R"(,"method":"public/subscribe","params":{"channels":[)" + words +
                                 "]}}");
    }
    result.subscribe.emplace_back(heartbeat_request);
    return result;
  }

  static std::size_t distinct(const std::vector<wire::Topic>& group) {
    std::size_t count = 0;
    for (auto topic = group.begin(); topic != group.end(); ++topic) {
      const auto same = [&](const wire::Topic& known) { return known.wire == topic->wire; };
      if (std::none_of(group.begin(), topic, same)) ++count;
    }
    return count;
  }
};

}  // namespace

const Venue& deribit() {
  static const Deribit venue;
  return venue;
}

}  // namespace foghorn
