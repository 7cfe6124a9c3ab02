// HTX (Huobi), swaps and futures settled in USDT: three sockets, each with a protocol of its own.
// Every frame is gzip, in a binary message. https://www.htx.com/en-us/opend/newApiPages/?type=2
//
// Liquidations, wss://api.hbdm.com/linear-swap-notification:
//   {"op":"notify","topic":"public.ETH-USDT.liquidation_orders","ts":1789670297217,"data":[
//    {"symbol":"ETH","contract_code":"ETH-USDT","direction":"buy","offset":"close","volume":500,
//    "price":2446.26,"created_at":1789670297212,"amount":5,"trade_turnover":12231.3,
//    "contract_type":"swap","pair":"ETH-USDT","business_type":"swap","trade_partition":"USDT"}]}
//   -> {"op":"sub","cid":"1","topic":"public.*.liquidation_orders"}
//   <- {"op":"sub","cid":"1","topic":"public.*.liquidation_orders","ts":1670903745088,"err-code":0}
//   <- {"op":"ping","ts":"1492420473058"}         -> {"op":"pong","ts":"1492420473058"}   as it
//   came
//   <- {"op":"close","ts":1492420473059}
//
// Prices, wss://api.hbdm.com/linear-swap-ws; marks, wss://api.hbdm.com/ws_index:
//   {"ch":"market.BTC-USDT.trade.detail","ts":1603708208346,"tick":{"id":131602265,
//    "ts":1603708208335,"data":[{"amount":2,"ts":1603708208335,"id":1316022650000,"price":13073.3,
//    "direction":"buy","quantity":0.002,"trade_turnover":26.1466}]}}
//   {"ch":"market.BTC-USDT.detail","ts":1603707870528,"tick":{"id":1603707840,"mrid":131599205,
//    "open":12916.2,"close":13065.8,"high":13065.8,"low":12916.2,…}}
//   {"ch":"market.BTC-USDT.bbo","ts":1603707934525,"tick":{"mrid":131599726,"id":1603707934,
//    "bid":[13064,38],"ask":[13072.3,205],"ts":1603707934525,"version":131599726,"ch":"…"}}
//   {"ch":"market.BTC-USDT.mark_price.1min","ts":1489474082831,"tick":{"id":1529898780,
//    "open":"9800.12","close":"9800.12","high":"9800.12","low":"9800.12",…}}
//   -> {"sub":"market.BTC-USDT.bbo","id":"market.BTC-USDT.bbo"}
//   <- {"id":"market.BTC-USDT.bbo","status":"ok","subbed":"market.BTC-USDT.bbo","ts":1603707934525}
//   <- {"status":"error","ts":1603707934526,"id":"…","err-code":"bad-request","err-msg":"…"}
//   <- {"ping":1492420473027}                     -> {"pong":1492420473027}
//
// Who does not answer the pings is cut off after about 30 s. A liquidation's direction is the
// order's: sell closes a long position; price is the bankruptcy price, amount coins, volume
// contracts, trade_turnover USDT.
#include <array>
#include <cmath>

#include "feeds/venues/answer.hpp"
#include "feeds/venues/gunzip.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "htx";
constexpr std::string_view channel_prefix = "market.";
constexpr std::string_view mark_suffix = ".mark_price.1min";

class HtxText final : public wire::JsonDecoder {
 public:
  explicit HtxText(SourceTable& sources) : symbols_{sources, venue_name} { reply_.reserve(128); }

 private:
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto channel = root.optional_name("ch");
    if (!channel.empty()) return read_market(root, channel, out);
    const auto op = root.optional_name("op");
    if (!op.empty()) return read_notification(root, op, out);
    if (root.optional("ping")) return answer_to(root, "ping", R"({"pong":)");
    return read_answer(root);
  }

  FrameReport read_notification(Fields& root, std::string_view op, std::vector<Event>& out) {
    if (op == "ping") return answer_to(root, "ts", R"({"op":"pong","ts":)");
    if (op == "notify") {
      const auto topic = root.text("topic");
      if (!topic.ends_with(".liquidation_orders")) return ignored(topic);
      wire::each_object(root, "data", [&](Fields& row) { read_liquidation(row, out); });
      return root.failed() ? malformed_in("liquidation_orders") : data(StreamKind::liquidations);
    }
    if (op == "sub" || op == "unsub" || op == "error") {
      const auto topic = root.optional_text("topic");
      const auto code = root.optional_text("err-code");
      const auto message = root.optional_text("err-msg");
      const bool refused = op == "error" || (!code.empty() && code != "0");
      return control(refused ? ControlKind::error : ControlKind::ack, message, topic);
    }
    if (op == "close") {
      auto report = control(ControlKind::notice, op);
      report.leaving = true;
      return report;
    }
    return ignored(op);
  }

  /// A ping's own letters go back, in quotes where it had them.
  FrameReport answer_to(Fields& root, std::string_view key, std::string_view reply) {
    constexpr std::size_t longest = 64;
    const auto found = root.required(key);
    const auto letters = found ? wire::token(*found) : wire::Token{};
    const bool number =
        letters.form == wire::Token::Form::bare && wire::parse_decimal(letters.text);
    if (!(number || letters.quoted()) || letters.text.size() > longest) {
      root.fail(key, "is neither a number nor a text");
      return malformed_in("ping");
    }
    const std::string_view quote = letters.quoted() ? "\"" : "";
    reply_.assign(reply).append(quote).append(letters.text).append(quote).append("}");
    auto report = control(ControlKind::ping);
    report.reply = reply_;
    return report;
  }

  void read_liquidation(Fields& row, std::vector<Event>& out) {
    const auto contract = row.symbol("contract_code");
    const auto direction = direction_in(row);
    const double price = row.number("price");
    const auto time = row.time("created_at");
    const double amount = row.size("amount");
    const double turnover = row.number("trade_turnover");
    if (row.failed()) return;
    const auto* known = symbols_.find(contract);
    if (!known) return void(lacks_room());
    const bool in_dollars = contract.find("-USD") != std::string_view::npos;
    out.push_back(Liquidation{
        .source = known->source,
        .position = direction == Side::sell ? Position::long_side : Position::short_side,
        .unit = QuantityUnit::base,
        .price = price,
        .quantity = amount,
        .notional = in_dollars ? usd(turnover) : std::nullopt,
        .event_time = time});
  }

  static Side direction_in(Fields& row) {
    const auto direction = row.text("direction");
    if (direction != "buy" && direction != "sell") {
      row.fail("direction", "is neither buy nor sell");
    }
    return direction == "buy" ? Side::buy : Side::sell;
  }

  /// "market.BTC-USDT.trade.detail": the contract, and what of it.
  FrameReport read_market(Fields& root, std::string_view channel, std::vector<Event>& out) {
    if (!channel.starts_with(channel_prefix)) return ignored(channel);
    const auto rest = channel.substr(channel_prefix.size());
    const auto contract = rest.substr(0, rest.find('.'));
    const auto what = rest.substr(contract.size());
    const bool of_use =
        what == ".trade.detail" || what == ".detail" || what == ".bbo" || what == mark_suffix;
    if (!of_use) return ignored(channel);
    if (!wire::is_symbol(contract)) root.fail("ch", "names no symbol");
    const auto time = root.time("ts");
    auto tick = root.object("tick");
    if (root.failed()) return malformed_in("market");
    const auto* known = symbols_.find(contract);
    if (!known) return lacks_room();
    const auto source = known->source;

    if (what == ".trade.detail") {
      wire::each_object(tick, "data", [&](Fields& row) { read_trade(source, row, out); });
      return root.failed() ? malformed_in("trade.detail") : data(StreamKind::trades);
    }
    if (what == ".bbo") {
      read_best(source, tick, out);
      return root.failed() ? malformed_in("bbo") : data(StreamKind::book);
    }
    const bool mark = what == mark_suffix;
    const double close = tick.number("close");
    if (root.failed()) return malformed_in(mark ? "mark_price" : "detail");
    out.push_back(Tick{.source = source,
                       .kind = mark ? PriceKind::mark : PriceKind::last,
                       .price = close,
                       .event_time = time});
    return data(mark ? StreamKind::mark : StreamKind::ticker);
  }

  static void read_trade(SourceId source, Fields& row, std::vector<Event>& out) {
    const auto time = row.time("ts");
    const auto id = row.id("id");
    const double price = row.number("price");
    const auto side = direction_in(row);
    const double quantity = row.size("quantity");
    if (row.failed()) return;
    out.push_back(Tick{.source = source,
                       .kind = PriceKind::trade,
                       .side = side,
                       .id = id,
                       .price = price,
                       .size = quantity,
                       .event_time = time});
  }

  static void read_best(SourceId source, Fields& tick, std::vector<Event>& out) {
    const double bid = price_of_level(tick, "bid");
    const double ask = price_of_level(tick, "ask");
    const auto time = tick.time("ts");
    if (tick.failed()) return;
    if (!wire::has_quote(bid, ask)) return void(out.push_back(Alive{source}));
    out.push_back(Tick{.source = source,
                       .kind = PriceKind::mid,
                       .price = wire::mid_of(bid, ask),
                       .event_time = time});
  }

  /// The price of [13064,38]; no_number of an empty side, which is null.
  static double price_of_level(Fields& tick, std::string_view key) {
    const auto fail = [&] { return tick.fail(key, "is not a level"), wire::no_number; };
    const auto found = tick.required(key);
    if (!found) return wire::no_number;
    if (wire::token(*found).is_null()) return wire::no_number;
    auto value = *found;
    od::array level;
    if (value.get_array().get(level)) return fail();
    std::optional<double> price;
    for (auto element : level) {
      od::value number;
      if (element.get(number)) return fail();
      if (!price) price = wire::number_of(number);
      if (!price) return fail();
    }
    return price ? *price : fail();
  }

  FrameReport read_answer(Fields& root) {
    const auto id = root.optional_text("id");
    const auto status = root.optional_text("status");
    if (status.empty()) return ignored("a frame without ch, op or status");
    if (status != "ok") return control(ControlKind::error, root.optional_text("err-msg"), id);
    const auto subbed = root.optional_text("subbed");
    return control(ControlKind::ack, {}, subbed.empty() ? id : subbed);
  }

  wire::Symbols<> symbols_;
  std::string reply_;
};

class HtxDecoder final : public Decoder {
 public:
  explicit HtxDecoder(SourceTable& sources) : text_{sources} {}

  // Plain text is read as well: it is what a capture of such frames holds.
  FrameReport decode(Frame frame, std::vector<Event>& out) override {
    const bool message = frame.kind == Frame::Kind::text || frame.kind == Frame::Kind::binary;
    if (!message || !wire::Gunzip::is_gzip(frame)) return text_.decode(frame, out);
    const auto inflated = gunzip_.inflate(frame);
    if (inflated) return text_.decode(*inflated, out);
    return {.frame_class = FrameClass::malformed,
            .text = "gzip that is broken, cut off or of more than 8 MiB"};
  }

 private:
  wire::Gunzip gunzip_;
  HtxText text_;
};

class Htx final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  // Where the feed has a URL of its own, all sockets are there.
  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> prices;
    std::vector<wire::Topic> marks;
    std::vector<wire::Topic> liquidations;
    for (const auto& [symbol, kind] : request.prices) {
      if (kind == PriceKind::mark) {
        wire::add_once(marks, market(StreamKind::mark, symbol, mark_suffix));
        continue;
      }
      if (kind == PriceKind::trade) {
        wire::add_once(prices, market(StreamKind::trades, symbol, ".trade.detail"));
        wire::add_once(prices, market(StreamKind::ticker, symbol, ".detail"));
      } else {
        wire::add_once(prices, market(StreamKind::book, symbol, ".bbo"));
      }
    }
    const bool all = wire::asks_for_all(request.liquidations);
    for (const auto& symbol : request.liquidations) {
      if (all && symbol != "*") continue;
      wire::add_once(liquidations, liquidations_of(symbol));
    }
    std::vector<Connection> result;
    connect(result, request, std::move(prices), "wss://api.hbdm.com/linear-swap-ws");
    connect(result, request, std::move(marks), "wss://api.hbdm.com/ws_index");
    connect(result, request, std::move(liquidations),
            "wss://api.hbdm.com/linear-swap-notification");
    return result;
  }

  KeepAlive keep_alive() const override { return {}; }

  // https://www.htx.com/en-us/opend/newApiPages/?id=8cb73b79-77b5-11ed-9966-0242ac110003
  VenueLimits limits() const override {
    return {.message_spacing = std::chrono::milliseconds{20}, .candles_per_answer = 2000};
  }

  Liquidations liquidations() const override { return Liquidations::market_wide; }

  std::vector<std::string> caveats(const FeedRequest& request) const override {
    if (request.prices.empty()) return {};
    return {
        "htx's prices are read as its documentation describes them; no live frame of its market "
        "sockets was at hand."};
  }

  // GET /linear-swap-ex/market/history/kline: {"ch":"market.BTC-USDT.kline.1min","status":"ok",
  // "data":[{"amount":0.004,"close":13076.8,"count":1,"high":13076.8,"id":1603695060,"low":13076.8,
  // "open":13076.8,"trade_turnover":52.3,"vol":4}],"ts":1603695099234}; id: the start in seconds.
  // Marks cannot be asked for by their time: none.
  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    if (request.kind == PriceKind::mark) return std::nullopt;
    return RestRequest{.path = "/linear-swap-ex/market/history/kline?contract_code=" +
                               wire::query_text(request.symbol) +
                               "&period=1min&from=" + wire::query_seconds(request.from) +
                               "&to=" + wire::query_seconds(request.to - std::chrono::seconds{1})};
  }

  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& out) {
      auto answer = root.object(wire::answer_key);
      wire::each_object(answer, "data", [&](Fields& row) {
        const double close = row.number("close");
        const double high = row.number("high");
        const double seconds = row.number("id");
        const double low = row.number("low");
        const double open = row.number("open");
        const bool sound = seconds >= 0 && seconds < 1e11;
        const auto start =
            sound ? from_unix_ms(static_cast<std::int64_t>(seconds) * 1000) : std::nullopt;
        if (!start) row.fail("id", "is not a time");
        if (row.failed()) return;
        out.push_back({.start = *start, .open = open, .high = high, .low = low, .close = close});
      });
      if (answer.text("status") != "ok") answer.fail("status", "is not ok");
    });
  }

  std::string_view rest_url() const override { return "https://api.hbdm.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<HtxDecoder>(sources);
  }

 private:
  static wire::Topic market(StreamKind kind, const std::string& symbol, std::string_view what) {
    auto channel = std::string{channel_prefix} + symbol + std::string{what};
    auto text = R"({"sub":)" + wire::quoted(channel) + R"(,"id":)" + wire::quoted(channel) + "}";
    return {wire::make_stream(kind, symbol, channel), std::move(text)};
  }

  static wire::Topic liquidations_of(const std::string& symbol) {
    const auto topic = "public." + symbol + ".liquidation_orders";
    return {wire::make_stream(StreamKind::liquidations, symbol, topic),
            R"({"op":"sub","topic":)" + wire::quoted(topic) + "}"};
  }

  static void connect(std::vector<Connection>& result, const FeedRequest& request,
                      std::vector<wire::Topic> topics, std::string_view url) {
    for (const auto& part : wire::pieces(std::move(topics), wire::streams_per_connection)) {
      auto& connection = result.emplace_back(
          Connection{.url = wire::or_default(request.url, url), .subscribe = {}, .streams = {}});
      for (const auto& [stream, text] : part) {
        connection.subscribe.push_back(text);
        connection.streams.push_back(stream);
      }
    }
  }
};

}  // namespace

const Venue& htx() {
  static const Htx venue;
  return venue;
}

}  // namespace foghorn
