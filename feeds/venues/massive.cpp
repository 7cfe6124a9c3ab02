// Massive (Polygon.io until October 2025), WebSocket of one cluster of markets.
// https://massive.com/docs/websocket/quickstart and its pages on stocks, crypto, forex, indices and
// futures
//
// A frame is a list, of events of any kind:
//   [{"ev":"T","sym":"AAPL","i":"5096","x":10,"p":161.87,"s":300,"c":[14,41],"t":1651684192462,
//     "q":4009402,"z":3}]
//   [{"ev":"XT","pair":"BTC-USD","p":33021.9,"t":1610462007425,"s":0.01616617,"c":[0],
//     "i":"14272084","x":3,"r":1610462007576}]
//   [{"ev":"Q","sym":"MSFT","bx":4,"bp":114.125,"bs":100,"ax":7,"ap":114.128,"as":160,"c":0,
//     "t":1536036818784,"q":50385480,"z":3}]
//   [{"ev":"XQ","pair":"BTC-USD","bp":33052.79,"bs":0.48,"ap":33073.19,"as":0.601,
//     "t":1610462411115,"x":1,"r":1610462411128}]
//   [{"ev":"C","p":"USD/CNH","x":44,"a":6.83366,"b":6.83363,"t":1536036818784}]
//   [{"ev":"V","val":3988.5,"T":"I:SPX","t":1678220098130}]
//
//   <- [{"ev":"status","status":"connected","message":"Connected Successfully"}]
//   -> {"action":"auth","params":"KEY"}
//   <- [{"ev":"status","status":"auth_success","message":"authenticated"}]         or auth_failed
//   -> {"action":"subscribe","params":"XT.BTC-USD"}
//   <- [{"ev":"status","status":"success","message":"subscribed to: XT.BTC-USD"}]
//
// A symbol is the venue's own word for the subscription: what is wanted, and of which instrument
// (XT.BTC-USD, C.XAU/USD, V.I:NDX, T.AAPL). That also tells the cluster: /crypto, /forex, /indices
// or /stocks. Futures speak of T and Q as stocks do; their feed has `url` end in /futures/nymex or
// /futures/comex, and thereby a feed of its own. The delayed host is wss://delayed.massive.com.
#include <cmath>

#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "massive";

std::string_view cluster_of(std::string_view word) {
  if (word.starts_with("X")) return "crypto";
  if (word.starts_with("C")) return "forex";
  if (word.starts_with("V.")) return "indices";
  return "stocks";
}

class MassiveDecoder final : public wire::JsonDecoder {
 public:
  explicit MassiveDecoder(SourceTable& sources) : symbols_{sources, venue_name} {
    word_.reserve(SourceTable::longest_symbol + 8);
  }

 private:
  FrameReport read(Fields& root, std::vector<Event>&) override {
    const auto event = root.optional_name("ev");
    return ignored(event.empty() ? "a frame without a list" : event);
  }

  // Data stands for the frame before what the venue says of itself, and that before what is of no
  // use to us.
  FrameReport read_list(od::array& list, wire::Failure& failure, std::vector<Event>& out) override {
    FrameReport report = malformed("an empty list");
    for (auto element : list) {
      od::object object;
      if (element.get_object().get(object)) {
        return malformed("a list that does not hold objects alone");
      }
      Fields row{object, failure};
      const auto one = read_event(row, out);
      if (failure) return malformed_in("event");
      report = both(report, one);
    }
    return report;
  }

  static FrameReport both(FrameReport first, const FrameReport& second) {
    const auto weight = [](const FrameReport& report) {
      switch (report.frame_class) {
        case FrameClass::data: return 5;
        case FrameClass::control:
          if (report.control == ControlKind::welcome) return 4;  // the subscriptions wait for it
          return report.control == ControlKind::error ? 3 : 2;
        case FrameClass::ignored: return 1;
        case FrameClass::malformed: break;
      }
      return 0;
    };
    // Several acknowledgements in one frame: of all that was asked for.
    if (weight(first) == weight(second)) first.subject = {};
    return weight(second) > weight(first) ? second : first;
  }

  FrameReport read_event(Fields& row, std::vector<Event>& out) {
    const auto event = row.text("ev");
    if (event == "T") return read_trade(row, event, row.symbol("sym"), out);
    if (event == "XT") return read_trade(row, event, row.symbol("pair"), out);
    if (event == "Q") return read_quote(row, event, row.symbol("sym"), "bp", "ap", out);
    if (event == "XQ") return read_quote(row, event, row.symbol("pair"), "bp", "ap", out);
    if (event == "C") return read_quote(row, event, row.symbol("p"), "b", "a", out);
    if (event == "V") return read_value(row, event, out);
    if (event == "status") return read_status(row);
    return ignored(event);
  }

  FrameReport read_trade(Fields& row, std::string_view event, std::string_view symbol,
                         std::vector<Event>& out) {
    const double price = row.number("p");
    const double size = row.number("s");
    const auto time = time_of(row);
    const auto id = id_of(row);
    const auto* known = find(row, event, symbol);
    if (!known) return {};
    out.push_back(Tick{.source = known->source,
                       .kind = PriceKind::trade,
                       .id = id,
                       .price = price,
                       .size = size > 0 ? size : no_size,  // parts of a share are told as 0
                       .event_time = time});
    return data(StreamKind::ticker);
  }

  FrameReport read_quote(Fields& row, std::string_view event, std::string_view symbol,
                         std::string_view bid_key, std::string_view ask_key,
                         std::vector<Event>& out) {
    const double bid = row.quote(bid_key);
    const double ask = row.quote(ask_key);
    const auto time = time_of(row);
    const auto* known = find(row, event, symbol);
    if (!known) return {};
    if (wire::has_quote(bid, ask)) {
      out.push_back(Tick{.source = known->source,
                         .kind = PriceKind::mid,
                         .price = wire::mid_of(bid, ask),
                         .event_time = time});
    } else {
      out.push_back(Alive{known->source});
    }
    return data(StreamKind::ticker);
  }

  FrameReport read_value(Fields& row, std::string_view event, std::vector<Event>& out) {
    const double value = row.number("val");
    const auto index = row.symbol("T");
    const auto time = time_of(row);
    const auto* known = find(row, event, index);
    if (!known) return {};
    out.push_back(
        Tick{.source = known->source, .kind = PriceKind::last, .price = value, .event_time = time});
    return data(StreamKind::ticker);
  }

  /// The entry of "T.AAPL"; null where the row has failed or there is no room.
  const wire::Symbols<>::Entry* find(Fields& row, std::string_view event, std::string_view symbol) {
    word_.assign(event).append(".").append(symbol);
    if (!wire::is_symbol(word_)) row.fail("ev", "and symbol are too long for a symbol");
    if (row.failed()) return nullptr;
    const auto* known = symbols_.find(word_);
    if (!known) lacks_room();
    return known;
  }

  /// Milliseconds, and in case of futures perhaps nanoseconds: told apart by their size.
  static Timestamp time_of(Fields& row) {
    constexpr std::uint64_t year_33658 = 1'000'000'000'000'000;  // in milliseconds
    auto ms = row.count("t");
    if (ms >= year_33658) ms /= 1'000'000;
    const auto time = ms < year_33658 ? from_unix_ms(static_cast<std::int64_t>(ms)) : std::nullopt;
    if (!time) row.fail("t", "is not a time");
    return time.value_or(no_time);
  }

  /// Ids are an exchange's own: two exchanges may have the same. 0 where there is none.
  static std::uint64_t id_of(Fields& row) {
    const auto id = row.optional_text("i");
    std::uint64_t exchange = 0;
    if (const auto found = row.optional("x")) {
      const auto whole = wire::parse_whole(wire::token(*found).text);
      if (!whole) row.fail("x", "is not a whole number");
      exchange = whole.value_or(0) + 1;
    }
    return id.empty() ? 0 : wire::hash_text(id) + exchange * 0x9e37'79b9'7f4a'7c15u;
  }

  static FrameReport read_status(Fields& row) {
    constexpr std::string_view subscribed = "subscribed to: ";
    const auto status = row.text("status");
    const auto message = row.optional_text("message");
    if (status == "auth_success") return control(ControlKind::welcome, message);
    if (status == "connected") return control(ControlKind::status, message);
    if (status != "success") return control(ControlKind::error, message);
    if (!message.starts_with(subscribed)) return control(ControlKind::status, message);
    return control(ControlKind::ack, {}, message.substr(subscribed.size()));
  }

  wire::Symbols<> symbols_;
  std::string word_;
};

class Massive final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<std::pair<std::string, std::vector<wire::Topic>>> clusters;
    for (const auto& [word, kind] : request.prices) {
      if (!has_price(kind)) continue;
      const auto url = wire::or_default(
          request.url, "wss://socket.massive.com/" + std::string{cluster_of(word)});
      auto cluster = clusters.begin();
      while (cluster != clusters.end() && cluster->first != url) ++cluster;
      if (cluster == clusters.end()) cluster = clusters.insert(cluster, {url, {}});
      wire::add_once(cluster->second,
                     {wire::make_resting_stream(StreamKind::ticker, word, word), word});
    }
    std::vector<Connection> result;
    for (auto& [url, topics] : clusters) {
      for (const auto& part : wire::pieces(std::move(topics), wire::streams_per_connection)) {
        result.push_back(connection(part, url, request.key.reveal()));
      }
    }
    return result;
  }

  bool has_price(PriceKind kind) const override { return kind != PriceKind::mark; }
  bool needs_key() const override { return true; }
  KeepAlive keep_alive() const override { return {}; }
  Liquidations liquidations() const override { return Liquidations::none; }

  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::seconds{1},
            .message_spacing = std::chrono::milliseconds{20}};
  }

  std::vector<std::string> caveats(const FeedRequest&) const override {
    return {
        "Massive is said to allow a key one connection to each cluster, and to drop one that "
        "reads too slowly; neither has been checked.",
        "Massive's frames of crypto, forex, indices and futures are read from its pages: only "
        "stocks and the login have been seen.",
        "A Massive symbol C.… or Q.… or XQ.… brings quotes alone: its feed wants price = \"mid\"."};
  }

  std::string_view rest_url() const override { return "https://api.massive.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<MassiveDecoder>(sources);
  }

 private:
  static Connection connection(const std::vector<wire::Topic>& topics, const std::string& url,
                               const std::string& key) {
    Connection result{.url = url, .subscribe = {}, .streams = {}};
    result.login = R"({"action":"auth","params":)" + wire::quoted(key) + "}";
    for (const auto& [stream, word] : topics) {
      result.streams.push_back(stream);
      result.subscribe.push_back(R"({"action":"subscribe","params":)" + wire::quoted(word) + "}");
    }
    return result;
  }
};

}  // namespace

const Venue& massive() {
  static const Massive venue;
  return venue;
}

}  // namespace foghorn
