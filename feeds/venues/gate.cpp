// Gate, WebSocket v4 of futures settled in USDT.
// https://www.gate.com/docs/developers/futures/ws/en/
//
//   {"time":1677629168,"time_ms":1677629168840,"channel":"futures.trades","event":"update",
//    "result":[{"size":-108,"id":27753479,"create_time":1545136464,"create_time_ms":1545136464123,
//    "price":"96.4","contract":"BTC_USDT","is_internal":true}]}
//   {"time":1677629168,"time_ms":1677629168840,"channel":"futures.tickers","event":"update",
//    "result":[{"contract":"BTC_USDT","last":"23160.2",…,"mark_price":"23175.64",…}]}
//   {"time":1684930167,"time_ms":1684930167329,"channel":"futures.book_ticker","event":"update",
//    "result":{"t":1684930167313,"u":536375574,"s":"WOO_USDT","b":"0.21","B":3319,"a":"0.2103",
//    "A":5247}}
//   {"channel":"futures.public_liquidates","event":"update","time":1541505434,
//    "time_ms":1541505434123,"result":[{"price":"215.1","size":"-124.5","time":1541486601123,
//    "contract":"BTC_USDT"}]}
//   {"time":1780992412,"time_ms":1780992412642,"channel":"futures.system","event":"update",
//    "result":{"type":"upgrade","msg":"The connection will soon be closed for a service upgrade.
//    …"}}
//   {"time":1619093543,"channel":"spot.trades","event":"update","result":{"id":816995772,
//    "create_time":1619093543,"create_time_ms":"1619093543708.2642","side":"sell",
//    "currency_pair":"DIS_USDT","amount":"0.2010000000","price":"121.5800000000"}}
//
//   -> {"time":123456,"channel":"futures.trades","event":"subscribe","payload":["BTC_USDT"]}
//   <- {"time":1791444122,"time_ms":1791444122760,"channel":"futures.trades","event":"subscribe",
//       "payload":["BTC_USDT"],"result":{"status":"success"}}
//   <- {…,"event":"subscribe","error":{"code":2,"message":"unknown contract BTC_USDT_20220318"}}
//   -> {"time":123456,"channel":"futures.ping"}                  <- {…,"channel":"futures.pong",…}
//
// The request's time is a constant in the venue's own examples too. A result is one object, a list
// of them, or, in tickers of 2021, a list of such lists. Sizes are contracts, in decimals where the
// header X-Gate-Size-Decimal asks for them; a trade's sign is the taker's side. A trade that
// is_internal is the takeover of a liquidation by the insurance fund or by ADL: "not a normal
// matching on the market depth, the transaction price may deviate, and it will not be recorded in
// the K-line", so it is no price here either, only a sign of life.
//
// Liquidations: all of them since 2026-08-20, in lists and in milliseconds; before, one a second
// and contract, in seconds, with or without time_ms. Whose sign their size has nobody has shown:
// the REST interface calls it "Position size". See FeedRequest::liquidation_size_is_order.
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

constexpr std::string_view venue_name = "gate";

/// Seconds before the year 5138, and milliseconds after 1973.
constexpr bool are_seconds(double time) {
  return time < 1e11;
}

/// A time in seconds or in milliseconds, whichever it must be; nullopt for none.
std::optional<Timestamp> time_of(double time) {
  const double micros = time * (are_seconds(time) ? 1e6 : 1e3);
  if (!(micros >= 0) || !(micros < 9e15)) return std::nullopt;
  const Timestamp result{Duration{static_cast<Duration::rep>(micros)}};
  return from_unix_ms(to_unix_ms(result)) ? std::optional{result} : std::nullopt;
}

class GateDecoder final : public wire::JsonDecoder {
 public:
  GateDecoder(SourceTable& sources, const Contracts& contracts, bool size_is_order)
      : symbols_{sources, venue_name}, contracts_{contracts}, size_is_order_{size_is_order} {}

 private:
  using Entry = wire::Symbols<>::Entry;

  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const double seconds = root.optional_quote("time");
    const double ms = root.optional_quote("time_ms");
    const auto channel = root.optional_name("channel");
    if (channel.empty()) return ignored("a frame without channel");
    const auto event = root.optional_name("event");
    if (event == "update" || event == "all") {
      return read_update(root, channel, time_of(ms > 0 ? ms : seconds).value_or(no_time), out);
    }
    if (channel == "futures.pong" || channel == "spot.pong") return control(ControlKind::pong);
    return read_answer(root, channel, event);
  }

  FrameReport read_update(Fields& root, std::string_view channel, Timestamp time,
                          std::vector<Event>& out) {
    const auto rows = [&](StreamKind stream, auto read) {
      each_row(root, read);
      return root.failed() ? malformed_in(channel) : data(stream);
    };
    if (channel == "futures.trades") {
      return rows(StreamKind::trades, [&](Fields& row) { read_trade(row, out); });
    }
    if (channel == "futures.tickers") {
      return rows(StreamKind::ticker, [&](Fields& row) { read_ticker(row, time, out); });
    }
    if (channel == "futures.book_ticker") {
      return rows(StreamKind::book, [&](Fields& row) { read_best(row, out); });
    }
    if (channel == "futures.public_liquidates") {
      return rows(StreamKind::liquidations, [&](Fields& row) { read_liquidation(row, out); });
    }
    if (channel == "spot.trades") {
      return rows(StreamKind::trades, [&](Fields& row) { read_spot_trade(row, out); });
    }
    if (channel == "futures.system") return read_notice(root);
    return ignored(channel);
  }

  /// Calls `read` with each object of the result, which lies up to two lists deep.
  template <class Read>
  static void each_row(Fields& root, Read& read) {
    if (const auto result = root.required("result")) each_row(root, *result, read, 2);
  }

  template <class Read>
  static void each_row(Fields& root, od::value rows, Read& read, int lists) {
    const auto fail = [&] { root.fail("result", "is neither an object nor a list of them"); };
    od::json_type type{};
    if (rows.type().get(type)) return fail();
    if (type == od::json_type::object) {
      od::object object;
      if (rows.get_object().get(object)) return fail();
      Fields row{object, root.failure()};
      return read(row);
    }
    od::array array;
    if (type != od::json_type::array || lists == 0 || rows.get_array().get(array)) return fail();
    for (auto element : array) {
      od::value value;
      if (element.get(value)) return fail();
      each_row(root, value, read, lists - 1);
      if (root.failed()) return;
    }
  }

  /// What one row of futures.trades says.
  struct Trade {
    std::string_view contract;
    double size{wire::no_number};  ///< signed
    double price{wire::no_number};
    double seconds{wire::no_number};
    double ms{wire::no_number};
    std::optional<std::uint64_t> id;
    bool internal{};
  };

  void read_trade(Fields& row, std::vector<Event>& out) {
    Trade trade;
    read_trade_fields(row, trade);
    if (!wire::is_symbol(trade.contract)) row.fail("contract", "is missing or not a symbol");
    if (std::isnan(trade.price)) row.fail("price", "is missing");
    if (!trade.id) row.fail("id", "is missing or not a number");
    if (!(std::abs(trade.size) > 0)) row.fail("size", "is missing or zero");
    const auto time = time_of(std::isnan(trade.ms) ? trade.seconds : trade.ms);
    if (!time) row.fail("create_time", "is missing or not a time");
    if (row.failed()) return;
    const auto* known = symbols_.find(trade.contract);
    if (!known) return void(lacks_room());
    if (trade.internal) return void(out.push_back(Alive{known->source}));
    out.push_back(Tick{.source = known->source,
                       .kind = PriceKind::trade,
                       .side = trade.size > 0 ? Side::buy : Side::sell,
                       .id = *trade.id,
                       .price = trade.price,
                       .size = std::abs(trade.size),
                       .event_time = *time});
  }

  /// Goes through the fields once: two of them are there at times.
  static void read_trade_fields(Fields& row, Trade& trade) {
    for (auto field : row.raw()) {
      od::raw_json_string key;
      od::value value;
      if (field.key().get(key) || field.value().get(value))
        return row.fail("result", "is not JSON");
      const auto number = [&](const char* name, double& into) {
        if (!key.unsafe_is_equal(name)) return;
        const auto found = wire::number_of(value);
        if (!found) return row.fail(name, "is not a number");
        into = *found;
      };
      switch (*key.raw()) {
        case 's': number("size", trade.size); break;
        case 'p': number("price", trade.price); break;
        case 'i':
          if (key.unsafe_is_equal("id")) {
            trade.id = wire::parse_whole(wire::token(value).text);
          } else if (key.unsafe_is_equal("is_internal")) {
            if (value.get_bool().get(trade.internal))
              row.fail("is_internal", "is not true or false");
          }
          break;
        case 'c':
          if (key.unsafe_is_equal("contract")) {
            trade.contract = wire::text_of(value).value_or("");
            break;
          }
          number("create_time_ms", trade.ms);
          number("create_time", trade.seconds);
          break;
        default: break;
      }
      if (row.failed()) return;
    }
  }

  void read_ticker(Fields& row, Timestamp time, std::vector<Event>& out) {
    const auto contract = row.symbol("contract");
    const double last = row.quote("last");
    const double mark = row.quote("mark_price");
    if (time == no_time) row.fail("time", "is missing or not a time");
    if (row.failed()) return;
    const auto* known = symbols_.find(contract);
    if (!known) return void(lacks_room());
    const auto before = out.size();
    if (!std::isnan(last)) out.push_back(tick(*known, PriceKind::last, last, time));
    if (!std::isnan(mark)) out.push_back(tick(*known, PriceKind::mark, mark, time));
    if (out.size() == before) out.push_back(Alive{known->source});
  }

  void read_best(Fields& row, std::vector<Event>& out) {
    const auto time = row.time("t");
    const auto contract = row.symbol("s");
    const double bid = row.quote("b");
    const double ask = row.quote("a");
    if (row.failed()) return;
    const auto* known = symbols_.find(contract);
    if (!known) return void(lacks_room());
    if (!wire::has_quote(bid, ask)) return void(out.push_back(Alive{known->source}));
    out.push_back(tick(*known, PriceKind::mid, wire::mid_of(bid, ask), time));
  }

  void read_liquidation(Fields& row, std::vector<Event>& out) {
    const double price = row.number("price");
    const double size = row.number("size");
    const double told = row.number("time");
    const double ms = are_seconds(told) ? row.optional_quote("time_ms") : wire::no_number;
    const auto contract = row.symbol("contract");
    const auto time = time_of(std::isnan(ms) ? told : ms);
    if (!(std::abs(size) > 0)) row.fail("size", "is zero");
    if (!time) row.fail("time", "is not a time");
    if (row.failed()) return;
    const auto* known = symbols_.find(contract);
    if (!known) return void(lacks_room());
    const bool is_long = (size > 0) != size_is_order_;
    out.push_back(Liquidation{
        .source = known->source,
        .position = is_long ? Position::long_side : Position::short_side,
        .unit = QuantityUnit::contracts,
        .price = price,
        .quantity = std::abs(size),
        .notional = wire::contract_notional(contracts_, known->symbol, std::abs(size), price),
        .event_time = *time});
  }

  void read_spot_trade(Fields& row, std::vector<Event>& out) {
    const auto id = row.id("id");
    const auto time = time_of(row.number("create_time_ms"));
    const auto side = row.text("side");
    const auto pair = row.symbol("currency_pair");
    const double size = row.size("amount");
    const double price = row.number("price");
    if (side != "buy" && side != "sell") row.fail("side", "is neither buy nor sell");
    if (!time) row.fail("create_time_ms", "is not a time");
    if (row.failed()) return;
    const auto* known = symbols_.find(pair);
    if (!known) return void(lacks_room());
    out.push_back(Tick{.source = known->source,
                       .kind = PriceKind::trade,
                       .side = side == "buy" ? Side::buy : Side::sell,
                       .id = id,
                       .price = price,
                       .size = size,
                       .event_time = *time});
  }

  static Tick tick(const Entry& known, PriceKind kind, double price, Timestamp time) {
    return {.source = known.source, .kind = kind, .price = price, .event_time = time};
  }

  FrameReport read_notice(Fields& root) {
    auto result = root.object("result");
    const auto type = result.text("type");
    auto report = control(ControlKind::notice, result.optional_text("msg"));
    report.leaving = type == "upgrade";
    return report;
  }

  FrameReport read_answer(Fields& root, std::string_view channel, std::string_view event) {
    const auto symbol = first_of_payload(root);
    if (const auto error = root.optional("error"); error && !wire::token(*error).is_null()) {
      auto value = *error;
      od::object object;
      if (value.get_object().get(object)) root.fail("error", "is not an object");
      Fields what{object, root.failure()};
      const auto message = what.optional_text("message");
      return control(ControlKind::error, message,
                     subject_of(channel, symbol.empty() ? contract_in(message) : symbol));
    }
    if (event != "subscribe" && event != "unsubscribe") {
      return ignored(event.empty() ? "a frame without event" : event);
    }
    auto result = root.object("result");
    const bool succeeded = result.text("status") == "success";
    return control(succeeded ? ControlKind::ack : ControlKind::error, {},
                   subject_of(channel, symbol));
  }

  /// Empty where the answer does not repeat what was asked for.
  static std::string_view first_of_payload(Fields& root) {
    const auto fail = [&] {
      return root.fail("payload", "is not a list of texts"), std::string_view{};
    };
    const auto payload = root.optional("payload");
    if (!payload) return {};
    auto list = *payload;
    od::array names;
    if (list.get_array().get(names)) return fail();
    std::string_view first;
    for (auto element : names) {
      od::value name;
      if (element.get(name)) return fail();
      const auto text = wire::text_of(name);
      if (!text) return fail();
      if (first.empty()) first = *text;
    }
    return first;
  }

  /// "unknown contract NOPE_USDT" -> "NOPE_USDT".
  static std::string_view contract_in(std::string_view message) {
    constexpr std::string_view label = "unknown contract ";
    return message.starts_with(label) ? message.substr(label.size()) : std::string_view{};
  }

  std::string_view subject_of(std::string_view channel, std::string_view symbol) {
    return symbol.empty() ? std::string_view{} : joined(channel, symbol);
  }

  wire::Symbols<> symbols_;
  const Contracts& contracts_;
  const bool size_is_order_;
};

class Gate final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [symbol, kind] : request.prices) {
      if (kind == PriceKind::trade) {
        wire::add_once(topics, topic(StreamKind::trades, "futures.trades", symbol));
      }
      if (kind == PriceKind::mid) {
        wire::add_once(topics, topic(StreamKind::book, "futures.book_ticker", symbol));
      } else {
        wire::add_once(topics, topic(StreamKind::ticker, "futures.tickers", symbol));
      }
    }
    const bool all = wire::asks_for_all(request.liquidations);
    for (const auto& symbol : request.liquidations) {
      if (all && symbol != "*") continue;
      wire::add_once(topics, topic(StreamKind::liquidations, "futures.public_liquidates", symbol));
    }
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(topics), wire::streams_per_connection)) {
      result.push_back(
          connection(part, wire::or_default(request.url, "wss://fx-ws.gateio.ws/v4/ws/usdt")));
    }
    return result;
  }

  KeepAlive keep_alive() const override {
    return {R"({"time":123456,"channel":"futures.ping"})", std::chrono::seconds{15}};
  }

  // 300 connections an address; 2000 candles.
  // https://www.gate.com/docs/developers/apiv4/#futures-market-k-line-chart
  VenueLimits limits() const override {
    return {.message_spacing = std::chrono::milliseconds{20}, .candles_per_answer = 2000};
  }

  Liquidations liquidations() const override { return Liquidations::market_wide; }
  LiquidationCoverage coverage() const override { return LiquidationCoverage::complete; }
  bool doubts_liquidation_size() const override { return true; }

  std::vector<std::string> caveats(const FeedRequest& request) const override {
    if (request.liquidations.empty()) return {};
    std::string sign =
        "gate does not say whose sign the size of a liquidation has, and nobody has shown it: ";
    sign += request.liquidation_size_is_order
                ? "it is taken for the order's, as liquidation_size asks (above zero: "
                  "bought, a short was closed)."
                : "it is taken for the position's (above zero: a long was closed); "
                  "liquidation_size = \"order\" takes it for the order's.";
    return {std::move(sign),
            "gate does not say whether the price of a liquidation is the order's or that of its "
            "fill; no live frame of these liquidations was at hand, only the documentation's."};
  }

  // GET /api/v4/futures/usdt/candlesticks: [{"t":1539852480,"v":97151,"c":"1.032","h":"1.032",
  // "l":"1.032","o":"1.032","sum":"3580"}], t in seconds; of marks where "mark_" stands before the
  // contract.
  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    const std::string mark = request.kind == PriceKind::mark ? "mark_" : "";
    return RestRequest{.path = "/api/v4/futures/usdt/candlesticks?contract=" + mark +
                               wire::query_text(request.symbol) +
                               "&interval=1m&from=" + wire::query_seconds(request.from) +
                               "&to=" + wire::query_seconds(request.to - std::chrono::seconds{1})};
  }

  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& out) {
      wire::each_object(root, wire::answer_key, [&](Fields& row) {
        const double seconds = row.number("t");
        const double close = row.number("c");
        const double high = row.number("h");
        const double low = row.number("l");
        const double open = row.number("o");
        const auto start = time_of(seconds);
        if (!start) row.fail("t", "is not a time");
        if (row.failed()) return;
        out.push_back({.start = *start, .open = open, .high = high, .low = low, .close = close});
      });
    });
  }

  // [{"name":"BTC_USDT","type":"direct","quanto_multiplier":"0.0001",…}]
  std::string_view rest_url() const override { return "https://api.gateio.ws"; }
  std::string_view contracts_path() const override { return "/api/v4/futures/usdt/contracts"; }
  Result<Contracts> parse_contracts(std::string_view body) const override {
    Contracts contracts;
    const auto done = wire::read_answer(body, [&](Fields& root) {
      wire::each_object(root, wire::answer_key, [&](Fields& row) {
        const auto name = row.symbol("name");
        const auto type = row.text("type");
        const double multiplier = row.quote("quanto_multiplier");
        if (row.failed() || !(multiplier > 0)) return;
        contracts[std::string{name}] = {.multiplier = multiplier, .inverse = type == "inverse"};
      });
    });
    if (!done) return done.error();
    return contracts;
  }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts& contracts,
                                        const FeedRequest& request) const override {
    return std::make_unique<GateDecoder>(sources, contracts, request.liquidation_size_is_order);
  }

 private:
  static wire::Topic topic(StreamKind kind, const std::string& channel, const std::string& symbol) {
    const std::string wire_name = symbol == "*" ? "!all" : symbol;
    return {wire::make_stream(kind, symbol, channel + ":" + wire_name),
            R"({"time":123456,"channel":)" + wire::quoted(channel) +
                R"(,"event":"subscribe","payload":[)" + wire::quoted(wire_name) + "]}"};
  }

  // One request for each: an unknown contract refuses all that it was asked for with.
  static Connection connection(const std::vector<wire::Topic>& topics, const std::string& url) {
    Connection result{
        .url = url, .subscribe = {}, .streams = {}, .headers = {{"X-Gate-Size-Decimal", "1"}}};
    for (const auto& [stream, word] : topics) {
      result.subscribe.push_back(word);
      result.streams.push_back(stream);
    }
    return result;
  }
};

}  // namespace

const Venue& gate() {
  static const Gate venue;
  return venue;
}

}  // namespace foghorn
