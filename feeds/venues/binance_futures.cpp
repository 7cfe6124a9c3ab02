// Binance USD-margined futures, routed market streams.
// https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
//
//   {"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1791391082024,"a":3478018549,
//    "s":"BTCUSDT","p":"83434.40","q":"0.016","nq":"0.016","f":8154045700,"l":8154045704,
//    "T":1791391081874,"m":true,"st":1}}
//   {"stream":"btcusdt@ticker","data":{"e":"24hrTicker","E":1568693103467,"s":"BTCUSDT",
//    "p":"-88.17","P":"-0.855","w":"10223.98","c":"10223.74","Q":"2.097",…,"O":1568606704662,
//    "C":1568693103463,"F":148927,"L":181349,"n":32423}}
//   {"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":1768644498002,
//    "s":"BTCUSDT","p":"95209.55336957","P":"95252.48","i":"95252.46","r":"0.00005383",
//    "T":1768665600000}}
//   {"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":11730346419457,"s":"BTCUSDT",
//    "ps":"BTCUSDT","b":"84788.20","B":"5.923","a":"84788.30","A":"2.824","T":1791091007473,
//    "E":1791091007473,"st":1}}
//   {"stream":"!forceOrder@arr","data":{"e":"forceOrder","E":1791391083124,"o":{"s":"ILVUSDT",
//    "S":"SELL","o":"LIMIT","f":"IOC","q":"116.5","p":"3.80300","ap":"3.85642","X":"FILLED",
//    "l":"25.2","z":"116.5","T":1791391082119,"ps":"ILVUSDT","st":1}}}
//
//   -> {"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}
//   <- {"result":null,"id":1}
//   <- {"error":{"code":2,"msg":"Invalid request: invalid stream"},"id":1}       also bare
//
// All but bookTicker is served under /market, bookTicker under /public; a stream asked for under
// the wrong path is acknowledged and stays silent, as does a symbol that does not exist. The
// streams stand in the URL and are subscribed again by message, which is harmless: only a message
// is answered.
//
// An event's time is that of the fact where the venue tells it apart from the message's (E): T of a
// trade or a quote, C, the end of its statistics, of a ticker's last price. A mark's T is the next
// funding, so a mark has E. A forced order's S is the order's side: SELL closes a long position.
// What counts is its fill: z at ap. The two futures exchanges share their streams since 2026-06:
// st = 2 marks an order in coin-margined contracts.
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/notional.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "binance-futures";

/// "BTCUSDT" of "BTCUSDT_251226".
std::string_view pair_of(std::string_view symbol) {
  return symbol.substr(0, symbol.find('_'));
}

/// Whether a symbol of a frame without `st` (before 2026-06) is coin-margined: BTCUSD_PERP,
/// BTCUSD_200925.
bool looks_coin_margined(std::string_view symbol) {
  const auto pair = pair_of(symbol);
  return pair.size() < symbol.size() &&
         (symbol.ends_with("_PERP") || (pair.ends_with("USD") && !pair.ends_with("BUSD")));
}

bool is_in_dollars(std::string_view symbol) {
  const auto pair = pair_of(symbol);
  return pair.ends_with("USDT") || pair.ends_with("USDC");
}

/// Whether a stream's name promises a kind of event that we read: "btcusdt@markPrice@1s".
bool is_known_stream(std::string_view stream) {
  const auto at = stream.find('@');
  if (at == std::string_view::npos) return false;
  const auto kind = stream.substr(at + 1);
  for (const std::string_view known :
       {"aggTrade", "trade", "ticker", "markPrice", "markPrice@1s", "bookTicker", "forceOrder"}) {
    if (kind == known) return true;
  }
  return stream == "!forceOrder@arr";
}

class BinanceFuturesDecoder final : public wire::JsonDecoder {
 public:
  BinanceFuturesDecoder(SourceTable& sources, const Contracts& contracts)
      : symbols_{sources, venue_name}, contracts_{contracts} {}

 private:
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto wrapped = root.optional("data");
    if (!wrapped) return read_bare(root, out);
    auto value = *wrapped;
    od::object object;
    if (value.get_object().get(object)) return read_no_object(value, root);
    Fields event{object, root.failure()};
    const auto kind = event.optional_name("e");
    if (!kind.empty()) return read_event(kind, event, out);
    const auto stream = root.optional_text("stream");
    if (is_known_stream(stream)) return root.fail("e", "is missing"), malformed_in(stream);
    return ignored(stream.empty() ? "a frame without stream" : stream);
  }

  /// Lists come from streams of the whole market ("!ticker@arr"), which we do not ask for.
  FrameReport read_no_object(od::value data, Fields& root) {
    od::array list;
    const bool is_list = !data.get_array().get(list);
    const auto stream = root.optional_text("stream");
    if (!is_list || is_known_stream(stream)) root.fail("data", "is not an object");
    return ignored(stream);
  }

  /// What comes without a wrapping: answers to our requests, and events where the endpoint ends in
  /// /ws.
  FrameReport read_bare(Fields& root, std::vector<Event>& out) {
    const auto kind = root.optional_name("e");
    if (!kind.empty()) return read_event(kind, root, out);
    if (root.optional("error")) {
      const auto message = root.object("error").optional_text("msg");
      return control(ControlKind::error, message, root.optional_text("id"));
    }
    if (root.optional("result")) return control(ControlKind::ack, {}, root.optional_text("id"));
    if (root.optional("code")) {
      const auto message = root.optional_text("msg");
      return control(ControlKind::error, message, root.optional_text("id"));
    }
    const auto stream = root.optional_text("stream");
    if (is_known_stream(stream)) return root.fail("data", "is missing"), malformed_in(stream);
    return ignored(stream.empty() ? "a frame without e" : stream);
  }

  FrameReport read_event(std::string_view kind, Fields& event, std::vector<Event>& out) {
    if (kind == "aggTrade") return read_aggregate(event, out);
    if (kind == "bookTicker") return read_best(event, out);
    if (kind == "markPriceUpdate") return read_mark(event, out);
    if (kind == "24hrTicker") return read_ticker(event, out);
    if (kind == "forceOrder") return read_forced(event, out);
    if (kind == "trade") return read_trade(event, out);
    if (kind == "serverShutdown") return control(ControlKind::notice, kind);
    return ignored(kind);
  }

  FrameReport read_aggregate(Fields& event, std::vector<Event>& out) {
    Tick tick{.kind = PriceKind::trade};
    tick.id = event.id("a");
    const auto symbol = event.symbol("s");
    tick.price = event.number("p");
    tick.size = event.size("q");
    tick.event_time = event.time("T");
    tick.side = event.flag("m") ? Side::sell : Side::buy;  // m: the buyer was the maker
    return add("aggTrade", StreamKind::trades, event, symbol, tick, out);
  }

  FrameReport read_trade(Fields& event, std::vector<Event>& out) {
    Tick tick{.kind = PriceKind::trade};
    tick.event_time = event.time("T");
    const auto symbol = event.symbol("s");
    tick.id = event.id("t");
    tick.price = event.number("p");
    tick.size = event.size("q");
    tick.side = event.flag("m") ? Side::sell : Side::buy;
    return add("trade", StreamKind::trades, event, symbol, tick, out);
  }

  FrameReport read_ticker(Fields& event, std::vector<Event>& out) {
    Tick tick{.kind = PriceKind::last};
    const auto symbol = event.symbol("s");
    tick.price = event.number("c");
    tick.event_time = event.time("C");
    return add("24hrTicker", StreamKind::ticker, event, symbol, tick, out);
  }

  FrameReport read_mark(Fields& event, std::vector<Event>& out) {
    Tick tick{.kind = PriceKind::mark};
    tick.event_time = event.time("E");
    const auto symbol = event.symbol("s");
    tick.price = event.number("p");
    return add("markPriceUpdate", StreamKind::mark, event, symbol, tick, out);
  }

  FrameReport read_best(Fields& event, std::vector<Event>& out) {
    const auto symbol = event.symbol("s");
    const double bid = event.quote("b");
    const double ask = event.quote("a");
    const auto time = event.time("T");
    if (event.failed()) return malformed_in("bookTicker");
    const auto* known = symbols_.find(symbol);
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

  FrameReport read_forced(Fields& event, std::vector<Event>& out) {
    auto order = event.object("o");
    const auto symbol = order.symbol("s");
    const auto side = order.text("S");
    const double price = order.number("ap");
    const double quantity = order.size("z");
    const auto time = order.time("T");
    const auto exchange = order.optional_text("st");
    if (side != "BUY" && side != "SELL") order.fail("S", "is neither BUY nor SELL");
    if (order.failed()) return malformed_in("forceOrder");
    const auto* known = symbols_.find(symbol);
    if (!known) return lacks_room();

    const bool in_contracts = exchange.empty() ? looks_coin_margined(symbol) : exchange == "2";
    out.push_back(Liquidation{
        .source = known->source,
        .position = side == "SELL" ? Position::long_side : Position::short_side,
        .unit = in_contracts ? QuantityUnit::contracts : QuantityUnit::base,
        .price = price,
        .quantity = quantity,
        .notional = in_contracts
                        ? wire::contract_notional(contracts_, known->symbol, quantity, price)
                    : is_in_dollars(symbol) ? usd(quantity * price)
                                            : std::nullopt,
        .event_time = time});
    return data(StreamKind::liquidations);
  }

  FrameReport add(std::string_view kind, StreamKind stream, const Fields& event,
                  std::string_view symbol, Tick tick, std::vector<Event>& out) {
    if (event.failed()) return malformed_in(kind);
    const auto* known = symbols_.find(symbol);
    if (!known) return lacks_room();
    tick.source = known->source;
    out.push_back(tick);
    return data(stream);
  }

  wire::Symbols<> symbols_;
  const Contracts& contracts_;
};

/// ASCII only: the venue's streams are lower case where its symbols are upper case.
std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// A stream's name as it may stand in a query: symbols hold letters of any script.
void append_query(std::string& url, std::string_view stream) {
  static constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char c : stream) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && byte < 0x7f && c != '%' && c != '#' && c != '&') {
      url += c;
    } else {
      url += '%';
      url += hex[byte >> 4];
      url += hex[byte & 15];
    }
  }
}

class BinanceFutures final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> market;
    std::vector<wire::Topic> quotes;
    for (const auto& [symbol, kind] : request.prices) {
      if (kind == PriceKind::mid) {
        wire::add_once(quotes, topic(StreamKind::book, symbol, "@bookTicker"));
      } else if (kind == PriceKind::mark) {
        wire::add_once(market, topic(StreamKind::mark, symbol, "@markPrice@1s"));
      } else {
        wire::add_once(market, topic(StreamKind::trades, symbol, "@aggTrade"));
        wire::add_once(market, topic(StreamKind::ticker, symbol, "@ticker"));
      }
    }
    if (wire::asks_for_all(request.liquidations)) {
      market.push_back({wire::make_stream(StreamKind::liquidations, "*"), "!forceOrder@arr"});
    } else {
      for (const auto& symbol : request.liquidations) {
        wire::add_once(market, topic(StreamKind::liquidations, symbol, "@forceOrder"));
      }
    }

    const auto url = wire::or_default(request.url, "wss://fstream.binance.com/market/stream");
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(market), wire::streams_per_connection)) {
      result.push_back(connection(part, url));
    }
    for (const auto& part : wire::pieces(std::move(quotes), wire::streams_per_connection)) {
      result.push_back(connection(part, under_public(url)));
    }
    return result;
  }

  KeepAlive keep_alive() const override { return {}; }
  Liquidations liquidations() const override { return Liquidations::market_wide; }

  std::string_view rest_url() const override { return "https://fapi.binance.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts& contracts,
                                        const FeedRequest&) const override {
    return std::make_unique<BinanceFuturesDecoder>(sources, contracts);
  }

 private:
  static wire::Topic topic(StreamKind kind, const std::string& symbol, std::string_view suffix) {
    return {wire::make_stream(kind, symbol), lower(symbol).append(suffix)};
  }

  static std::string under_public(std::string url) {
    constexpr std::string_view market = "/market/";
    if (const auto at = url.find(market); at != std::string::npos) {
      url.replace(at, market.size(), "/public/");
    }
    return url;
  }

  static Connection connection(const std::vector<wire::Topic>& topics, const std::string& url) {
    Connection result{.url = url, .subscribe = {}, .streams = {}};
    result.url += url.find('?') == std::string::npos ? "?streams=" : "&streams=";
    std::string params;
    for (const auto& [stream, word] : topics) {
      if (!params.empty()) {
        params += ',';
        result.url += '/';
      }
      params += wire::quoted(word);
      append_query(result.url, word);
      result.streams.push_back(stream);
      result.streams.back().ack = "1";
    }
    result.subscribe.push_back(R"({"method":"SUBSCRIBE","params":[)" + params + R"(],"id":1})");
    return result;
  }
};

}  // namespace

const Venue& binance_futures() {
  static const BinanceFutures venue;
  return venue;
}

}  // namespace foghorn
