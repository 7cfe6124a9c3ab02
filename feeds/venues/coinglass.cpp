// Coinglass v4: the liquidations of many exchanges in one stream, for a key.
// https://docs.coinglass.com/reference/ws-getting-started and /reference/ws-liquidation-order
//
//   {"channel":"liquidationOrders","data":[{"baseAsset":"BTC","exName":"Binance","price":56738.00,
//    "side":2,"symbol":"BTCUSDT","time":1725416318379,"volUsd":3858.18400}]}
//
//   wss://open-ws.coinglass.com/ws-api?cg-api-key={your key}
//   -> {"method":"subscribe","channels":["liquidationOrders"]}
//   -> ping                                                      text, every 20 s
//   <- pong
//
// Side 1 closed a long position, side 2 a short one. Of the size only its value in dollars is told:
// it is the quantity, too. Symbols are the exchanges' own and mean nothing without theirs: ours
// are "Binance:BTCUSDT". What a subscription or a wrong key is answered with is not documented.
#include "feeds/venues/answer.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;

constexpr std::string_view venue_name = "coinglass";

class CoinglassDecoder final : public wire::JsonDecoder {
 public:
  explicit CoinglassDecoder(SourceTable& sources) : symbols_{sources, venue_name} {
    symbol_.reserve(SourceTable::longest_symbol);
  }

 private:
  FrameReport read_plain(std::string_view text) override {
    return text == "pong" ? control(ControlKind::pong) : JsonDecoder::read_plain(text);
  }

  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto channel = root.optional_name("channel");
    if (channel.empty()) return ignored("a frame without channel");
    if (channel != "liquidationOrders") return ignored(channel);
    wire::each_object(root, "data", [&](Fields& row) { read_order(row, out); });
    return root.failed() ? malformed_in(channel) : data(StreamKind::liquidations);
  }

  void read_order(Fields& row, std::vector<Event>& out) {
    const auto exchange = row.symbol("exName");
    const double price = row.number("price");
    const double side = row.number("side");
    const auto symbol = row.symbol("symbol");
    const auto time = row.time("time");
    const double dollars = row.size("volUsd");
    if (side != 1 && side != 2) row.fail("side", "is neither 1 nor 2");
    if (exchange.size() + 1 + symbol.size() > SourceTable::longest_symbol) {
      row.fail("symbol", "is not a symbol");
    }
    if (row.failed()) return;
    symbol_.assign(exchange).append(":").append(symbol);
    const auto* known = symbols_.find(symbol_);
    if (!known) return void(lacks_room());
    out.push_back(Liquidation{.source = known->source,
                              .position = side == 1 ? Position::long_side : Position::short_side,
                              .unit = QuantityUnit::quote,
                              .price = price,
                              .quantity = dollars,
                              .notional = usd(dollars),
                              .event_time = time});
  }

  wire::Symbols<> symbols_;
  std::string symbol_;  ///< of the row that is read
};

class Coinglass final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  // One stream is all there is; of a list of symbols, intake drops the others'.
  std::vector<Connection> plan(const FeedRequest& request) const override {
    if (request.liquidations.empty()) return {};
    auto url = wire::or_default(request.url, "wss://open-ws.coinglass.com/ws-api");
    url += url.find('?') == std::string::npos ? "?" : "&";
    url += "cg-api-key=" + wire::query_text(request.key.reveal());
    return {{.url = std::move(url),
             .subscribe = {R"({"method":"subscribe","channels":["liquidationOrders"]})"},
             .streams = {wire::make_stream(StreamKind::liquidations, "*")}}};
  }

  KeepAlive keep_alive() const override { return {"ping", std::chrono::seconds{20}}; }

  Liquidations liquidations() const override { return Liquidations::market_wide; }
  // It reads the exchanges' own streams, most of which tell one a second.
  LiquidationCoverage coverage() const override { return LiquidationCoverage::one_per_second; }
  bool repeats_others() const override { return true; }

  bool needs_key() const override { return true; }
  bool has_price(PriceKind) const override { return false; }

  std::vector<std::string> caveats(const FeedRequest& request) const override {
    std::vector<std::string> result{
        "coinglass repeats what the exchanges' own feeds bring: LIQ leaves it out; write "
        "LIQ@coinglass for its orders.",
        "coinglass does not document how it answers a subscription or refuses a key: a wrong key "
        "may show as silence alone."};
    if (!request.prices.empty()) {
      result.emplace_back("coinglass has no prices: what is asked for them is not subscribed.");
    }
    return result;
  }

  std::string_view rest_url() const override { return "https://open-api-v4.coinglass.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<CoinglassDecoder>(sources);
  }
};

}  // namespace

const Venue& coinglass() {
  static const Coinglass venue;
  return venue;
}

}  // namespace foghorn
