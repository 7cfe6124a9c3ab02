// Gate, WebSocket v4 of futures settled in USDT: what is asked for; what comes, gate_decoder.cpp
// reads. https://www.gate.com/docs/developers/futures/ws/en/
//
//   -> {"time":123456,"channel":"futures.trades","event":"subscribe","payload":["BTC_USDT"]}
//   <- {"time":1791444122,"time_ms":1791444122760,"channel":"futures.trades","event":"subscribe",
//       "payload":["BTC_USDT"],"result":{"status":"success"}}
//   <- {…,"event":"subscribe","error":{"code":2,"message":"unknown contract BTC_USDT_20220318"}}
//   -> {"time":123456,"channel":"futures.ping"}                  <- {…,"channel":"futures.pong",…}
//
// The request's time is a constant in the venue's own examples too. The header X-Gate-Size-Decimal
// asks for sizes that are exact.
#include "feeds/venues/answer.hpp"
#include "feeds/venues/gate_decoder.hpp"
#include "feeds/venues/plan.hpp"

namespace foghorn {
namespace {

using wire::Fields;

constexpr std::string_view venue_name = "gate";

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
  std::string_view canary() const override { return "BTC_USDT"; }
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
        const bool sound = seconds >= 0 && seconds < 1e11;
        const auto start =
            sound ? from_unix_ms(static_cast<std::int64_t>(seconds) * 1000) : std::nullopt;
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
    return wire::make_gate_decoder(venue_name, sources, contracts,
                                   request.liquidation_size_is_order);
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
