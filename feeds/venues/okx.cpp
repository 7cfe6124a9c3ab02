// OKX v5, public WebSocket. https://www.okx.com/docs-v5/en/#overview-websocket,
// #public-data-websocket and #order-book-trading-market-data-ws.
//
//   {"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[{"instId":"BTC-USDT-SWAP",
//    "tradeId":"2978601964","px":"83725.9","sz":"5","side":"buy","ts":"1791369350776","count":"1",
//    "source":"0","seqId":344430848209}]}
//   {"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instType":"SPOT",
//    "instId":"BTC-USDT","last":"30243.5","lastSz":"0.00000062","askPx":"30243.5","askSz":"0.003",
//    "bidPx":"30243.4","bidSz":"0.337","open24h":"29700.4",…,"ts":"1652459226240"}]}
//   {"arg":{"channel":"mark-price","instId":"CL-USDT-SWAP"},"data":[{"instId":"CL-USDT-SWAP",
//    "instType":"SWAP","markPx":"2.1729","ts":"1640131259180"}]}
//   {"arg":{"channel":"bbo-tbt","instId":"BTC-USDT-SWAP"},"data":[{"asks":[[
//    "38632.4","727","0","22"]],"bids":[["38632.3","990","0","22"]],"ts":"1651761120004"}]}
//   {"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[{"details":[{"bkLoss":"0",
//    "bkPx":"82655.7","ccy":"","posSide":"long","side":"sell","sz":"8.55","ts":"1791565600771"}],
//    "instFamily":"BTC-USDT","instId":"BTC-USDT-SWAP","instType":"SWAP","uly":"BTC-USDT"}]}
//
//   -> {"id":"1","op":"subscribe","args":[{"channel":"tickers","instId":"CL-USDT-SWAP"}]}
//   <- {"event":"subscribe","arg":{"channel":"tickers","instId":"CL-USDT-SWAP"},"connId":"26c9"}
//   <- {"event":"error","msg":"Wrong URL or channel:tickers, instId:NOPE-USDT-SWAP doesn't exist.
//       Please use the correct URL, …","code":"60018","connId":"94d38802"}
//   <- {"event":"notice","msg":"The connection will soon be closed for a service upgrade. Please
//       reconnect.","code":"64008","connId":"8517149b"}
//   -> ping                                                          text, within 30 s of silence
//   <- pong                                                          text, no JSON
//
// GET /api/v5/market/history-candles?instId=BTC-USDT-SWAP&bar=1m&after=…&before=…&limit=100, and
// /api/v5/market/history-mark-price-candles; newest first, older than `after` and newer than
// `before`, neither included:
//   {"code":"0","msg":"","data":[["1597026383085","3.721","3.743","3.677","3.708","8422410",
//    "22698348.04828491","12698348.04828491","1"],…]}       without the three volumes for marks
//
// Each arg is acknowledged or refused for itself. Derivatives are counted in contracts, also in
// parts of one ("8.55"). An empty text is no quote. Liquidations come for all of an instType at
// once: for a list of symbols the same stream is subscribed, and intake drops the others'.
#include <cmath>

#include "feeds/venues/answer.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/notional.hpp"
#include "feeds/venues/okx_contracts.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "okx";

/// "channel:books,instId:NOPE-USDT doesn't exist" -> "books", "NOPE-USDT". Empty where the text
/// names none.
std::string_view named_in(std::string_view message, std::string_view label) {
  const auto at = message.find(label);
  if (at == std::string_view::npos) return {};
  const auto rest = message.substr(at + label.size());
  return rest.substr(0, rest.find_first_of(", "));
}

class OkxDecoder final : public wire::JsonDecoder {
 public:
  OkxDecoder(SourceTable& sources, const Contracts& contracts)
      : symbols_{sources, venue_name}, contracts_{contracts} {}

 private:
  using Entry = wire::Symbols<>::Entry;

  FrameReport read_plain(std::string_view text) override {
    return text == "pong" ? control(ControlKind::pong) : JsonDecoder::read_plain(text);
  }

  // A data frame begins with its arg and has data; whatever else the venue says has an event.
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto arg = root.optional("arg");
    if (!arg) return read_event(root);
    auto value = *arg;
    od::object object;
    if (value.get_object().get(object)) root.fail("arg", "is not an object");
    Fields names{object, root.failure()};
    const auto channel = names.text("channel");
    const auto symbol = channel == "bbo-tbt" ? names.symbol("instId") : std::string_view{};
    const auto data = root.optional("data");
    if (!data) return read_event(root);

    const auto each = [&](StreamKind stream, auto read) {
      wire::each_object(root, "data", *data, read);
      return root.failed() ? malformed_in(channel) : JsonDecoder::data(stream);
    };
    if (channel == "trades") {
      return each(StreamKind::trades, [&](Fields& row) { read_trade(row, out); });
    }
    if (channel == "tickers") {
      return each(StreamKind::ticker, [&](Fields& row) { read_ticker(row, out); });
    }
    if (channel == "mark-price") {
      return each(StreamKind::mark, [&](Fields& row) { read_mark(row, out); });
    }
    if (channel == "bbo-tbt") {
      return each(StreamKind::book, [&](Fields& row) { read_best(symbol, row, out); });
    }
    if (channel == "liquidation-orders") {
      return each(StreamKind::liquidations, [&](Fields& row) { read_liquidations(row, out); });
    }
    return ignored(channel);
  }

  void read_trade(Fields& row, std::vector<Event>& out) {
    const auto symbol = row.symbol("instId");
    const auto id = row.id("tradeId");
    const double price = row.number("px");
    const double size = row.size("sz");
    const auto side = row.text("side");
    const auto time = row.time("ts");
    if (side != "buy" && side != "sell") row.fail("side", "is neither buy nor sell");
    if (row.failed()) return;
    const auto* known = symbols_.find(symbol);
    if (!known) return void(lacks_room());
    out.push_back(Tick{.source = known->source,
                       .kind = PriceKind::trade,
                       .side = side == "buy" ? Side::buy : Side::sell,
                       .id = id,
                       .price = price,
                       .size = size,
                       .event_time = time});
  }

  void read_ticker(Fields& row, std::vector<Event>& out) {
    const auto symbol = row.symbol("instId");
    const double last = row.quote("last");
    const double ask = row.quote("askPx");
    const double bid = row.quote("bidPx");
    const auto time = row.time("ts");
    if (row.failed()) return;
    const auto* known = symbols_.find(symbol);
    if (!known) return void(lacks_room());
    const bool has_last = !std::isnan(last);
    const bool has_mid = wire::has_quote(bid, ask);
    if (has_last) out.push_back(tick(*known, PriceKind::last, last, time));
    if (has_mid) out.push_back(tick(*known, PriceKind::mid, wire::mid_of(bid, ask), time));
    if (!has_last && !has_mid) out.push_back(Alive{known->source});
  }

  void read_mark(Fields& row, std::vector<Event>& out) {
    const auto symbol = row.symbol("instId");
    const double mark = row.number("markPx");
    const auto time = row.time("ts");
    if (row.failed()) return;
    const auto* known = symbols_.find(symbol);
    if (!known) return void(lacks_room());
    out.push_back(tick(*known, PriceKind::mark, mark, time));
  }

  void read_best(std::string_view symbol, Fields& row, std::vector<Event>& out) {
    const double ask = best_of(row, "asks");
    const double bid = best_of(row, "bids");
    const auto time = row.time("ts");
    if (row.failed()) return;
    const auto* known = symbols_.find(symbol);
    if (!known) return void(lacks_room());
    if (wire::has_quote(bid, ask)) {
      out.push_back(tick(*known, PriceKind::mid, wire::mid_of(bid, ask), time));
    } else {
      out.push_back(Alive{known->source});
    }
  }

  /// The price of the first level, [["38632.4","727","0","22"]]; no_number where the side is empty.
  static double best_of(Fields& row, std::string_view side) {
    const auto fail = [&] { return row.fail(side, "is not a list of levels"), wire::no_number; };
    auto levels = row.list(side);
    if (!levels) return wire::no_number;
    std::optional<double> best;
    for (auto element : *levels) {
      od::array level;
      if (element.get_array().get(level)) return fail();
      if (best) continue;
      for (auto price : level) {
        od::value value;
        if (price.get(value)) return fail();
        if (!best) best = wire::number_of(value);
        if (!best) return fail();
      }
      if (!best) return fail();
    }
    return best.value_or(wire::no_number);
  }

  // The orders come before the name of their instrument, as this venue writes its keys.
  void read_liquidations(Fields& row, std::vector<Event>& out) {
    const auto first = out.size();
    wire::each_object(row, "details", [&](Fields& order) { read_order(order, out); });
    const auto symbol = row.symbol("instId");
    if (row.failed()) return;
    const auto* known = symbols_.find(symbol);
    if (!known) return void(lacks_room());
    for (auto i = first; i < out.size(); ++i) {
      auto& liquidation = std::get<Liquidation>(out[i]);
      liquidation.source = known->source;
      liquidation.notional = notional(*known, liquidation);
    }
    if (out.size() == first) out.push_back(Alive{known->source});
  }

  static void read_order(Fields& order, std::vector<Event>& out) {
    const double price = order.number("bkPx");
    const auto position = order.text("posSide");
    const auto side = order.text("side");
    const double quantity = order.size("sz");
    const auto time = order.time("ts");
    if (side != "buy" && side != "sell") order.fail("side", "is neither buy nor sell");
    // "net" is an account that holds one position, whichever way it points: what the order sold was
    // long.
    const bool is_long = position == "long" || (position == "net" && side == "sell");
    if (!is_long && position != "short" && position != "net") {
      order.fail("posSide", "is none of long, short, net");
    }
    if (order.failed()) return;
    out.push_back(Liquidation{.position = is_long ? Position::long_side : Position::short_side,
                              .unit = QuantityUnit::contracts,
                              .price = price,
                              .quantity = quantity,
                              .event_time = time});
  }

  /// "BTC-USDT-SWAP" and "BTC-USD-SWAP" are priced in dollars; what is not has no notional in USD.
  std::optional<UsdMicros> notional(const Entry& known, const Liquidation& liquidation) const {
    const std::string_view symbol = known.symbol;
    const auto dash = symbol.find('-');
    if (dash == std::string_view::npos || !symbol.substr(dash + 1).starts_with("USD")) {
      return std::nullopt;
    }
    return wire::contract_notional(contracts_, known.symbol, liquidation.quantity,
                                   liquidation.price);
  }

  static Tick tick(const Entry& known, PriceKind kind, double price, Timestamp time) {
    return {.source = known.source, .kind = kind, .price = price, .event_time = time};
  }

  FrameReport read_event(Fields& root) {
    const auto event = root.optional_name("event");
    if (event.empty()) {
      if (root.optional("arg")) root.fail("data", "is missing");
      return ignored("a frame without arg or event");
    }
    if (event == "subscribe" || event == "unsubscribe") return read_ack(root);
    const auto message = root.optional_text("msg");
    const auto id = root.optional_text("id");
    if (event == "error") return control(ControlKind::error, message, subject_of(message, id));
    if (event == "notice") {
      auto report = control(ControlKind::notice, message);
      report.leaving = root.optional_text("code") == "64008";
      return report;
    }
    if (event == "channel-conn-count") return control(ControlKind::status, event);
    if (event == "channel-conn-count-error") return control(ControlKind::error, event);
    return ignored(event);
  }

  FrameReport read_ack(Fields& root) {
    auto arg = root.object("arg");
    const auto channel = arg.text("channel");
    auto what = arg.optional_text("instId");
    if (what.empty()) what = arg.optional_text("instType");
    return control(ControlKind::ack, {}, joined(channel, what));
  }

  /// An error names its arg only in its text, and not in every text; the id is the request's.
  std::string_view subject_of(std::string_view message, std::string_view id) {
    const auto channel = named_in(message, "channel:");
    if (channel.empty()) return id;
    auto what = named_in(message, "instId:");
    if (what.empty()) what = named_in(message, "instType:");
    return joined(channel, what);
  }

  wire::Symbols<> symbols_;
  const Contracts& contracts_;
};

class Okx final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [symbol, kind] : request.prices) {
      if (kind == PriceKind::trade) {
        wire::add_once(topics, topic(StreamKind::trades, "trades", "instId", symbol));
      }
      if (kind == PriceKind::mark) {
        wire::add_once(topics, topic(StreamKind::mark, "mark-price", "instId", symbol));
      } else {
        wire::add_once(topics, topic(StreamKind::ticker, "tickers", "instId", symbol));
      }
    }
    if (!request.liquidations.empty()) {
      auto all = topic(StreamKind::liquidations, "liquidation-orders", "instType", "SWAP");
      all.stream.name = "liquidations *";
      all.stream.symbol = "*";
      topics.push_back(std::move(all));
    }
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(topics), wire::streams_per_connection)) {
      result.push_back(
          connection(part, wire::or_default(request.url, "wss://ws.okx.com:8443/ws/v5/public")));
    }
    return result;
  }

  KeepAlive keep_alive() const override { return {"ping", std::chrono::seconds{20}}; }
  Liquidations liquidations() const override { return Liquidations::market_wide; }
  std::string_view canary() const override { return "BTC-USDT-SWAP"; }
  // "At most one order per contract is pushed in a second."
  LiquidationCoverage coverage() const override { return LiquidationCoverage::one_per_second; }

  // 3 connects a second, 20 candle requests in 2 s. Of the 480 subscribe requests that a connection
  // may send in an hour, plan() needs two.
  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::milliseconds{350},
            .rest_spacing = std::chrono::milliseconds{120},
            .candles_per_answer = 100};
  }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    const auto name =
        request.kind == PriceKind::mark ? "history-mark-price-candles" : "history-candles";
    return RestRequest{.path = std::string{"/api/v5/market/"} + name +
                               "?instId=" + wire::query_text(request.symbol) +
                               "&bar=1m&after=" + wire::query_ms(request.to) + "&before=" +
                               wire::query_ms(request.from - Duration{1}) + "&limit=100"};
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& candles) {
      auto answer = root.object(wire::answer_key);
      if (answer.optional_text("code") != "0") answer.fail("code", "is not 0");
      wire::read_candle_rows(answer, "data", candles);
    });
  }

  std::string_view rest_url() const override { return "https://www.okx.com"; }
  std::string_view contracts_path() const override {
    return "/api/v5/public/instruments?instType=SWAP";
  }
  Result<Contracts> parse_contracts(std::string_view body) const override {
    return wire::parse_okx_contracts(body);
  }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts& contracts,
                                        const FeedRequest&) const override {
    return std::make_unique<OkxDecoder>(sources, contracts);
  }

 private:
  static wire::Topic topic(StreamKind kind, const std::string& channel, std::string_view by,
                           const std::string& symbol) {
    return {wire::make_stream(kind, symbol, channel + ":" + symbol),
            R"({"channel":)" + wire::quoted(channel) + "," + wire::quoted(by) + ":" +
                wire::quoted(symbol) + "}"};
  }

  // One bad arg does not refuse the others, and requests are counted (480 an hour): many args go
  // into one.
  static Connection connection(const std::vector<wire::Topic>& topics, const std::string& url) {
    constexpr std::size_t args_per_request = 100;
    Connection result{.url = url, .subscribe = {}, .streams = {}};
    for (const auto& part : wire::pieces(topics, args_per_request)) {
      std::string args;
      for (const auto& [stream, word] : part) {
        args += (args.empty() ? "" : ",") + word;
        result.streams.push_back(stream);
      }
      const auto id = std::to_string(result.subscribe.size() + 1);
      result.subscribe.push_back(R"({"id":")" + id + R"(","op":"subscribe","args":[)" + args +
                                 "]}");
    }
    return result;
  }
};

}  // namespace

const Venue& okx() {
  static const Okx venue;
  return venue;
}

}  // namespace foghorn
