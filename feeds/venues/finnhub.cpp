// Finnhub, trades of stocks, forex and crypto. https://finnhub.io/docs/api/websocket-trades
//
//   {"data":[{"c":null,"p":7296.89,"s":"BINANCE:BTCUSDT","t":1575526691134,"v":0.011467}],
//    "type":"trade"}
//   {"type":"ping"}                                                      needs no answer
//
//   -> {"type":"subscribe","symbol":"BINANCE:BTCUSDT"}                    never acknowledged
//   <- {"msg":"Subscribing to too many symbols","type":"error"}           says not which
//
// The key stands in the URL: wss://ws.finnhub.io/?token=…. What the venue calls a trade is, of
// forex and metals (OANDA:XAU_USD), a price update without a volume. There are no ids and no sides.
// The past is for paying customers, by another path for each class of symbol: it is not asked for.
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;

constexpr std::string_view venue_name = "finnhub";

class FinnhubDecoder final : public wire::JsonDecoder {
 public:
  explicit FinnhubDecoder(SourceTable& sources) : symbols_{sources, venue_name} {}

 private:
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto type = root.optional_name("type");
    if (type == "trade") return read_trades(root, out);
    if (type == "ping") return control(ControlKind::ping);
    if (type == "error") return control(ControlKind::error, root.optional_text("msg"));
    return ignored(type.empty() ? "a frame without type" : type);
  }

  FrameReport read_trades(Fields& root, std::vector<Event>& out) {
    wire::each_object(root, "data", [&](Fields& row) {
      const double price = row.number("p");
      const auto symbol = row.symbol("s");
      const auto time = row.time("t");
      const double volume = row.number("v");
      if (row.failed()) return;
      const auto* known = symbols_.find(symbol);
      if (!known) return void(lacks_room());
      out.push_back(Tick{.source = known->source,
                         .kind = PriceKind::trade,
                         .price = price,
                         .size = volume > 0 ? volume : no_size,
                         .event_time = time});
    });
    if (root.failed()) return malformed_in("trade");
    return data(StreamKind::trades);
  }

  wire::Symbols<> symbols_;
};

class Finnhub final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [symbol, kind] : request.prices) {
      if (has_price(kind))
        add_once(topics, {wire::make_resting_stream(StreamKind::trades, symbol), symbol});
    }
    const auto url = wire::with_query(wire::or_default(request.url, "wss://ws.finnhub.io/"),
                                      "token", request.key.reveal());
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(topics), wire::streams_per_connection)) {
      Connection connection{.url = url, .subscribe = {}, .streams = {}};
      for (const auto& [stream, symbol] : part) {
        connection.streams.push_back(stream);
        connection.subscribe.push_back(R"({"type":"subscribe","symbol":)" + wire::quoted(symbol) +
                                       "}");
      }
      result.push_back(std::move(connection));
    }
    return result;
  }

  bool has_price(PriceKind kind) const override { return kind == PriceKind::trade; }
  bool needs_key() const override { return true; }
  KeepAlive keep_alive() const override { return {}; }

  // The venue answers a storm of connects with 429. Of texts no limit is known.
  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::seconds{2},
            .message_spacing = std::chrono::milliseconds{20}};
  }
  Liquidations liquidations() const override { return Liquidations::none; }

  std::vector<std::string> caveats(const FeedRequest& request) const override {
    std::vector<std::string> sentences{
        "whether a key may hold a second connection is not checked: while one is replaced before "
        "its end, the venue may refuse the other"};
    if (request.prices.size() > free_symbols) {
      sentences.emplace_back("a free key is told of 50 symbols at most; this feed asks for more");
    }
    for (const auto& price : request.prices) {
      if (!price.symbol.starts_with("OANDA:")) continue;
      sentences.emplace_back(
          "whether a free key is sent OANDA's symbols is not checked; a symbol that is not sent is "
          "silent, not refused");
      break;
    }
    return sentences;
  }

  std::string_view rest_url() const override { return "https://finnhub.io"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<FinnhubDecoder>(sources);
  }

 private:
  static constexpr std::size_t free_symbols = 50;
};

}  // namespace

const Venue& finnhub() {
  static const Finnhub venue;
  return venue;
}

}  // namespace foghorn
