// Hyperliquid.
// https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
//
//   {"channel":"trades","data":[{"coin":"BTC","side":"B","px":"69998.0","sz":"0.00714",
//    "time":1730160007572,"hash":"0xb262…","tid":696560709859024,"users":["0x7684…","0xbb05…"]}]}
//   {"channel":"activeAssetCtx","data":{"coin":"BTC","ctx":{"funding":"0.0000018952",…,
//    "oraclePx":"84198.0","markPx":"84148.0","midPx":"84143.5","impactPxs":["84143.0","84144.0"],
//    "dayBaseVlm":"49116.08533"}}}                                   activeSpotAssetCtx for spot
//   {"channel":"bbo","data":{"coin":"BTC","time":1790232237145,"bbo":[{"px":"84143.0",
//    "sz":"10.25923","n":36},{"px":"84144.0","sz":"50.66422","n":18}]}}      a level may be null
//
//   -> {"method":"subscribe","subscription":{"type":"trades","coin":"xyz:CL"}}
//   <- {"channel":"subscriptionResponse","data":{"method":"subscribe",
//       "subscription":{"type":"trades","coin":"xyz:CL"}}}
//   <- {"channel":"error","data":"Already subscribed: {\"type\":\"trades\",\"coin\":\"BTC\"}"}
//   -> {"method":"ping"}                         the server hangs up 60 s after it last sent
//   <- {"channel":"pong"}
//
// POST /info
// {"type":"candleSnapshot","req":{"coin":"BTC","interval":"1m","startTime":…,"endTime":…}}, both
// ends included, of the last 5000 candles:
//   [{"t":1681923600000,"T":1681923659999,"s":"BTC","i":"1m","o":"29295.0","c":"29258.0","h":"29309.0",
//     "l":"29250.0","v":"0.98639","n":189}]
//
// A trade's side is the taker's: A (ask) sold, B (bid) bought. A coin that the venue does not know
// closes the whole connection within 100 ms and without a word, so that the coins of
// builder-deployed exchanges ("xyz:CL", HIP-3) have a connection of their own. There is no feed of
// liquidations.
#include <cmath>
#include <utility>

#include "feeds/venues/answer.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "hyperliquid";

/// The value of `key` in JSON that stands inside an error's text: {"type":"bbo","coin":"SOL"},
/// spaced or not.
std::string_view quoted_after(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + key.size());
  const auto open = text.find_first_not_of(": ");
  if (open == std::string_view::npos || text[open] != '"') return {};
  text.remove_prefix(open + 1);
  return text.substr(0, text.find('"'));
}

class HyperliquidDecoder final : public wire::JsonDecoder {
 public:
  explicit HyperliquidDecoder(SourceTable& sources) : symbols_{sources, venue_name} {}

 private:
  // A greeting that is no JSON; the venue's own Python SDK (hyperliquid/websocket_manager.py)
  // expects it.
  FrameReport read_plain(std::string_view text) override {
    if (text == "Websocket connection established.") return control(ControlKind::welcome, text);
    return JsonDecoder::read_plain(text);
  }

  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto channel = root.optional_name("channel");
    if (channel == "trades") return read_trades(root, out);
    if (channel == "activeAssetCtx" || channel == "activeSpotAssetCtx") {
      return read_context(root, out);
    }
    if (channel == "bbo") return read_best(root, out);
    if (channel == "pong") return control(ControlKind::pong);
    if (channel == "subscriptionResponse") return read_ack(root);
    if (channel == "error") return read_error(root);
    if (channel == "notification") {
      auto data = root.object("data");
      return control(ControlKind::notice, data.optional_text("notification"));
    }
    return ignored(channel.empty() ? "a frame without channel" : channel);
  }

  FrameReport read_trades(Fields& root, std::vector<Event>& out) {
    wire::each_object(root, "data", [&](Fields& row) {
      const auto coin = row.symbol("coin");
      const auto side = row.text("side");
      const double price = row.number("px");
      const double size = row.size("sz");
      const auto time = row.time("time");
      const auto id = row.id("tid");
      if (side != "A" && side != "B") row.fail("side", "is neither A nor B");
      if (row.failed()) return;
      const auto* known = symbols_.find(coin);
      if (!known) return void(lacks_room());
      out.push_back(Tick{.source = known->source,
                         .kind = PriceKind::trade,
                         .side = side == "B" ? Side::buy : Side::sell,
                         .id = id,
                         .price = price,
                         .size = size,
                         .event_time = time});
    });
    if (root.failed()) return malformed_in("trades");
    return data(StreamKind::trades);
  }

  FrameReport read_context(Fields& root, std::vector<Event>& out) {
    auto asset = root.object("data");
    const auto coin = asset.symbol("coin");
    auto context = asset.object("ctx");
    const double mark = context.number("markPx");
    const double mid = context.optional_quote("midPx");
    if (root.failed()) return malformed_in("activeAssetCtx");
    const auto* known = symbols_.find(coin);
    if (!known) return lacks_room();
    out.push_back(Tick{.source = known->source, .kind = PriceKind::mark, .price = mark});
    if (!std::isnan(mid)) {
      out.push_back(Tick{.source = known->source, .kind = PriceKind::mid, .price = mid});
    }
    return data(StreamKind::ticker);
  }

  FrameReport read_best(Fields& root, std::vector<Event>& out) {
    auto book = root.object("data");
    const auto coin = book.symbol("coin");
    const auto time = book.time("time");
    const auto [bid, ask] = read_levels(book);
    if (root.failed()) return malformed_in("bbo");
    const auto* known = symbols_.find(coin);
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

  /// The prices of [bid, ask]; no_number where a level is null.
  static std::pair<double, double> read_levels(Fields& book) {
    double prices[2]{wire::no_number, wire::no_number};
    std::size_t count = 0;
    auto levels = book.list("bbo");
    if (!levels) return {};
    for (auto element : *levels) {
      od::value level;
      od::object object;
      if (count == 2 || element.get(level)) {
        return book.fail("bbo", "is not a bid and an ask"), std::pair{0.0, 0.0};
      }
      auto& price = prices[count++];
      if (wire::token(level).is_null()) continue;
      if (level.get_object().get(object)) {
        return book.fail("bbo", "holds a level that is no object"), std::pair{0.0, 0.0};
      }
      price = Fields{object, book.failure()}.number("px");
      if (book.failed()) return {};
    }
    return {prices[0], prices[1]};
  }

  FrameReport read_ack(Fields& root) {
    auto data = root.object("data");
    auto subscription = data.object("subscription");
    const auto type = subscription.text("type");
    const auto coin = subscription.optional_text("coin");
    return control(ControlKind::ack, {}, joined(type, coin));
  }

  FrameReport read_error(Fields& root) {
    const auto text = root.text("data");
    const auto type = quoted_after(text, "\"type\"");
    const auto coin = quoted_after(text, "\"coin\"");
    return control(ControlKind::error, text,
                   type.empty() ? std::string_view{} : joined(type, coin));
  }

  wire::Symbols<> symbols_;
};

class Hyperliquid final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> main;
    std::vector<wire::Topic> deployed;
    for (const auto& [coin, kind] : request.prices) {
      auto& topics = coin.find(':') == std::string::npos ? main : deployed;
      if (kind == PriceKind::mid) {
        wire::add_once(topics, topic(StreamKind::book, "bbo", coin));
        continue;
      }
      if (kind == PriceKind::trade) {
        wire::add_once(topics, topic(StreamKind::trades, "trades", coin));
      }
      wire::add_once(topics, topic(StreamKind::ticker, "activeAssetCtx", coin));
    }
    std::vector<Connection> result;
    for (auto* topics : {&main, &deployed}) {
      for (const auto& part : wire::pieces(std::move(*topics), wire::streams_per_connection)) {
        result.push_back(
            connection(part, wire::or_default(request.url, "wss://api.hyperliquid.xyz/ws")));
      }
    }
    return result;
  }

  KeepAlive keep_alive() const override {
    return {R"({"method":"ping"})", std::chrono::seconds{50}};
  }
  Liquidations liquidations() const override { return Liquidations::none; }

  // 30 new connections and 2000 texts a minute; by REST 1200 points a minute, of which a request
  // for candles costs 20 and one more for every 60 of them.
  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::seconds{2},
            .message_spacing = std::chrono::milliseconds{30},
            .rest_spacing = std::chrono::milliseconds{2500},
            .candles_per_answer = 1440};
  }

  // Candles are of trades; of marks the venue keeps no past.
  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    if (request.kind == PriceKind::mark) return std::nullopt;
    return RestRequest{.path = "/info",
                       .method = "POST",
                       .headers = {{"Content-Type", "application/json"}},
                       .body = R"({"type":"candleSnapshot","req":{"coin":)" +
                               wire::quoted(request.symbol) + R"(,"interval":"1m","startTime":)" +
                               wire::query_ms(request.from) + R"(,"endTime":)" +
                               wire::query_ms(request.to - Duration{1}) + "}}"};
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& candles) {
      wire::each_object(root, wire::answer_key, [&](Fields& row) {
        const auto start = row.time("t");
        const double open = row.number("o");
        const double close = row.number("c");
        const double high = row.number("h");
        const double low = row.number("l");
        candles.push_back({.start = start, .open = open, .high = high, .low = low, .close = close});
      });
    });
  }

  std::string_view rest_url() const override { return "https://api.hyperliquid.xyz"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<HyperliquidDecoder>(sources);
  }

 private:
  static wire::Topic topic(StreamKind kind, const std::string& type, const std::string& coin) {
    return {wire::make_stream(kind, coin, type + ":" + coin),
            R"({"type":)" + wire::quoted(type) + R"(,"coin":)" + wire::quoted(coin) + "}"};
  }

  static Connection connection(const std::vector<wire::Topic>& topics, const std::string& url) {
    Connection result{.url = url, .subscribe = {}, .streams = {}};
    for (const auto& [stream, word] : topics) {
      result.subscribe.push_back(R"({"method":"subscribe","subscription":)" + word + "}");
      result.streams.push_back(stream);
    }
    return result;
  }
};

}  // namespace

const Venue& hyperliquid() {
  static const Hyperliquid venue;
  return venue;
}

}  // namespace foghorn
