// Twelve Data, quotes of forex, metals, stocks and crypto.
// https://twelvedata.com/docs/llms/websocket/ws-overview.md
//
//   {"event":"price","symbol":"BTC/USD","currency_base":"Bitcoin","currency_quote":"US Dollar",
//    "exchange":"Binance","type":"Digital Currency","timestamp":1600595462,"price":10964.8,
//    "day_volume":38279}                                       forex: with "bid" and "ask"
//
//   -> {"action":"subscribe","params":{"symbols":"BTC/USD"}}
//   <- {"event":"subscribe-status","status":"ok","success":[{"symbol":"BTC/USD",…}],"fails":null}
//   <- {"event":"subscribe-status","status":"warning","success":[…],
//       "fails":[{"symbol":"1211","message":"You are not authorized to access XHKG data."}]}
//   <- {"event":"subscribe-status","status":"error","messages":["Cant parse message"]}
//   -> {"action":"heartbeat"}                                                  every 10 s
//   <- {"event":"heartbeat","status":"ok"}
//
// The key stands in the URL. Each symbol is asked for by a message of its own, so that a status is
// about one symbol. Times are whole seconds. A price is the venue's last, of no trade's size. The
// past by REST wants the key in each request: it is not asked for.
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "twelvedata";

class TwelveDataDecoder final : public wire::JsonDecoder {
 public:
  explicit TwelveDataDecoder(SourceTable& sources) : symbols_{sources, venue_name} {}

 private:
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto event = root.optional_name("event");
    if (event == "price") return read_price(root, out);
    if (event == "heartbeat") return control(ControlKind::heartbeat);
    if (event == "subscribe-status") return read_status(root);
    if (!event.empty()) return ignored(event);
    if (root.optional_text("status") != "error") return ignored("a frame without event");
    return control(ControlKind::error, root.optional_text("message"));
  }

  FrameReport read_price(Fields& root, std::vector<Event>& out) {
    const auto symbol = root.symbol("symbol");
    const auto time = root.seconds("timestamp");
    const double price = root.number("price");
    const double bid = root.optional_quote("bid");
    const double ask = root.optional_quote("ask");
    if (root.failed()) return malformed_in("price");
    const auto* known = symbols_.find(symbol);
    if (!known) return lacks_room();
    out.push_back(
        Tick{.source = known->source, .kind = PriceKind::last, .price = price, .event_time = time});
    if (wire::has_quote(bid, ask)) {
      out.push_back(Tick{.source = known->source,
                         .kind = PriceKind::mid,
                         .price = wire::mid_of(bid, ask),
                         .event_time = time});
    }
    return data(StreamKind::ticker);
  }

  /// Who is told of: the first that failed, else the only one that did not.
  struct Answered {
    std::string_view symbol{};
    std::string_view message{};
    std::size_t count{};
  };

  FrameReport read_status(Fields& root) {
    const auto status = root.text("status");
    const auto accepted = read_answered("success", root);
    const auto failed = read_answered("fails", root);
    if (status == "ok" && failed.count == 0) {
      return control(ControlKind::ack, {}, accepted.count == 1 ? accepted.symbol : "");
    }
    const auto message = failed.message.empty() ? first_message(root) : failed.message;
    return control(ControlKind::error, message, failed.symbol);
  }

  /// The rows of `key`, which may be null or lacking.
  static Answered read_answered(std::string_view key, Fields& root) {
    Answered result;
    const auto list = root.optional(key);
    if (!list || wire::token(*list).is_null()) return result;
    wire::each_object(root, key, *list, [&](Fields& row) {
      const auto symbol = row.symbol("symbol");
      const auto message = row.optional_text("message");
      if (++result.count == 1) {
        result.symbol = symbol;
        result.message = message;
      }
    });
    return result;
  }

  static std::string_view first_message(Fields& root) {
    auto messages = root.optional("messages");
    if (!messages || wire::token(*messages).is_null()) return root.optional_text("message");
    od::array list;
    if (messages->get_array().get(list)) return root.fail("messages", "is not a list"), "";
    std::string_view first;
    for (auto element : list) {
      od::value value;
      if (element.get(value)) return root.fail("messages", "cannot be read"), "";
      const auto text = wire::text_of(value);
      if (!text) return root.fail("messages", "does not hold texts alone"), "";
      if (first.empty()) first = *text;
    }
    return first;
  }

  wire::Symbols<> symbols_;
};

class TwelveData final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [symbol, kind] : request.prices) {
      if (has_price(kind))
        add_once(topics, {wire::make_resting_stream(StreamKind::ticker, symbol, symbol), symbol});
    }
    const auto url =
        wire::with_query(wire::or_default(request.url, "wss://ws.twelvedata.com/v1/quotes/price"),
                         "apikey", request.key.reveal());
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(topics), wire::streams_per_connection)) {
      Connection connection{.url = url, .subscribe = {}, .streams = {}};
      for (const auto& [stream, symbol] : part) {
        connection.streams.push_back(stream);
        connection.subscribe.push_back(R"({"action":"subscribe","params":{"symbols":)" +
                                       wire::quoted(symbol) + "}}");
      }
      result.push_back(std::move(connection));
    }
    return result;
  }

  bool has_price(PriceKind kind) const override { return kind != PriceKind::mark; }
  bool needs_key() const override { return true; }
  KeepAlive keep_alive() const override {
    return {R"({"action":"heartbeat"})", std::chrono::seconds{10}};
  }

  // The server takes 100 texts of a client; that it counts them by the minute is read into its
  // page. Six of a minute's are heartbeats. Of more than 3 connections the oldest is closed.
  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::seconds{1},
            .message_spacing = std::chrono::milliseconds{650}};
  }
  Liquidations liquidations() const override { return Liquidations::none; }

  std::vector<std::string> caveats(const FeedRequest& request) const override {
    std::vector<std::string> sentences{
        "keys of the plans Basic and Grow are told of 8 symbols of a list at most; others are "
        "refused",
        "the names of crude oil (WTI/USD, XBR/USD) are not checked: what the venue refuses is "
        "logged"};
    for (const auto& price : request.prices) {
      if (price.kind != PriceKind::mid) continue;
      sentences.emplace_back("bid and ask come for forex and metals only; others have no mid");
      break;
    }
    return sentences;
  }

  std::string_view rest_url() const override { return "https://api.twelvedata.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<TwelveDataDecoder>(sources);
  }
};

}  // namespace

const Venue& twelvedata() {
  static const TwelveData venue;
  return venue;
}

}  // namespace foghorn
