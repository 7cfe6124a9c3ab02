// The wrapping, the events and the answers are those of
// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams and of the pages
// that the exchanges' own files name:
//
//   {"stream":"btcusdt@ticker","data":{"e":"24hrTicker","E":1568693103467,"s":"BTCUSDT",
//    "p":"-88.17","P":"-0.855","w":"10223.98","c":"10223.74","Q":"2.097",…,"O":1568606704662,
//    "C":1568693103463,"F":148927,"L":181349,"n":32423}}
//   {"e":"24hrMiniTicker","E":1672515782136,"s":"BNBBTC","c":"0.0025","o":"0.0010","h":"0.0025",
//    "l":"0.0010","v":"10000","q":"18"}
//   {"e":"serverShutdown","E":1770123456789}                                    before a restart
//
//   -> {"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}
//   <- {"result":null,"id":1}
//   <- {"error":{"code":2,"msg":"Invalid request: invalid stream"},"id":1}       also bare
//
// The streams stand in the URL and are subscribed again by message, which is harmless: only a
// message is answered. A stream that does not exist is acknowledged and stays silent.
//
// An event's time is that of the fact where the venue tells it apart from the message's (E): T of a
// trade or a quote, C, the end of its statistics, of a ticker's last price. A mark's T is the next
// funding, so a mark has E. A trade's m says that its buyer was the maker: the taker sold.
#include "feeds/venues/binance.hpp"

#include <utility>

#include "feeds/venues/answer.hpp"

namespace foghorn::wire {
namespace {

/// Whether a stream's name promises a kind of event that we read: "btcusdt@markPrice@1s".
bool is_known_stream(std::string_view stream) {
  const auto at = stream.find('@');
  if (at == std::string_view::npos) return false;
  const auto kind = stream.substr(at + 1);
  for (const std::string_view known : {"aggTrade", "trade", "ticker", "miniTicker", "markPrice",
                                       "markPrice@1s", "bookTicker", "forceOrder"}) {
    if (kind == known) return true;
  }
  return stream == "!forceOrder@arr";
}

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

Connection connection(const std::vector<Topic>& topics, const std::string& url) {
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

std::string under_public(std::string url) {
  constexpr std::string_view market = "/market/";
  if (const auto at = url.find(market); at != std::string::npos) {
    url.replace(at, market.size(), "/public/");
  }
  return url;
}

Side taker(bool buyer_was_maker) {
  return buyer_was_maker ? Side::sell : Side::buy;
}

}  // namespace

FrameReport BinanceDecoder::read(Fields& root, std::vector<Event>& out) {
  // Where every event has its name, its stream's need not be read.
  const auto stream = nameless_.empty() ? "" : root.optional_name("stream");
  const auto wrapped = root.optional("data");
  if (!wrapped) return read_bare(root, out);
  auto value = *wrapped;
  od::object object;
  if (value.get_object().get(object)) return read_no_object(value, root);
  Fields event{object, root.failure()};
  if (!stream.empty() && stream.ends_with(nameless_)) return read_nameless(stream, event, out);
  const auto kind = event.optional_name("e");
  if (!kind.empty()) return read_event(kind, event, out);
  return read_unknown(root, "e", "a frame without stream");
}

/// Lists come from streams of the whole market ("!ticker@arr"), which we do not ask for.
FrameReport BinanceDecoder::read_no_object(od::value data, Fields& root) {
  od::array list;
  const bool is_list = !data.get_array().get(list);
  const auto stream = root.optional_text("stream");
  if (!is_list || is_known_stream(stream)) root.fail("data", "is not an object");
  return ignored(stream);
}

/// What comes without a wrapping: answers to our requests, and events where the endpoint ends in
/// /ws.
FrameReport BinanceDecoder::read_bare(Fields& root, std::vector<Event>& out) {
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
  if (root.optional("stream")) return read_unknown(root, "data", "a frame without e");
  return read_nameless({}, root, out);
}

/// A frame that lacks `key`: a stream that we read must send what its name promises.
FrameReport BinanceDecoder::read_unknown(Fields& root, std::string_view key,
                                         std::string_view otherwise) {
  const auto stream = root.optional_text("stream");
  if (is_known_stream(stream)) return root.fail(key, "is missing"), malformed_in(stream);
  return ignored(stream.empty() ? otherwise : stream);
}

FrameReport BinanceDecoder::read_nameless(std::string_view, Fields&, std::vector<Event>&) {
  return ignored("a frame without e");
}

FrameReport BinanceDecoder::read_ticker(Fields& event, std::vector<Event>& out) {
  Tick tick{.kind = PriceKind::last};
  const auto symbol = event.symbol("s");
  tick.price = event.number("c");
  tick.event_time = event.time("C");
  return add("24hrTicker", StreamKind::ticker, event, symbol, tick, out);
}

FrameReport BinanceDecoder::read_mini_ticker(Fields& event, std::vector<Event>& out) {
  Tick tick{.kind = PriceKind::last};
  tick.event_time = event.time("E");
  const auto symbol = event.symbol("s");
  tick.price = event.number("c");
  return add("24hrMiniTicker", StreamKind::ticker, event, symbol, tick, out);
}

FrameReport BinanceDecoder::read_shutdown(std::string_view kind) {
  auto report = control(ControlKind::notice, kind);
  report.leaving = true;
  return report;
}

FrameReport BinanceDecoder::read_futures_event(std::string_view kind, Fields& event,
                                               std::vector<Event>& out) {
  if (kind == "aggTrade") return read_futures_aggregate(event, out);
  if (kind == "bookTicker") return read_futures_best(event, out);
  if (kind == "markPriceUpdate") return read_mark(event, out);
  if (kind == "24hrTicker") return read_ticker(event, out);
  if (kind == "trade") return read_futures_trade(event, out);
  if (kind == "24hrMiniTicker") return read_mini_ticker(event, out);
  if (kind == "serverShutdown") return read_shutdown(kind);
  return ignored(kind);
}

FrameReport BinanceDecoder::read_futures_aggregate(Fields& event, std::vector<Event>& out) {
  Tick tick{.kind = PriceKind::trade};
  tick.id = event.id("a");
  const auto symbol = event.symbol("s");
  tick.price = event.number("p");
  tick.size = event.size("q");
  tick.event_time = event.time("T");
  tick.side = taker(event.flag("m"));
  return add("aggTrade", StreamKind::trades, event, symbol, tick, out);
}

FrameReport BinanceDecoder::read_futures_trade(Fields& event, std::vector<Event>& out) {
  Tick tick{.kind = PriceKind::trade};
  tick.event_time = event.time("T");
  const auto symbol = event.symbol("s");
  tick.id = event.id("t");
  tick.price = event.number("p");
  tick.size = event.size("q");
  tick.side = taker(event.flag("m"));
  return add("trade", StreamKind::trades, event, symbol, tick, out);
}

FrameReport BinanceDecoder::read_mark(Fields& event, std::vector<Event>& out) {
  Tick tick{.kind = PriceKind::mark};
  tick.event_time = event.time("E");
  const auto symbol = event.symbol("s");
  tick.price = event.number("p");
  return add("markPriceUpdate", StreamKind::mark, event, symbol, tick, out);
}

FrameReport BinanceDecoder::read_futures_best(Fields& event, std::vector<Event>& out) {
  const auto symbol = event.symbol("s");
  const double bid = event.quote("b");
  const double ask = event.quote("a");
  const auto time = event.time("T");
  return add_best(event, symbol, bid, ask, time, out);
}

BinanceDecoder::ForcedOrder BinanceDecoder::forced_order(Fields& event) {
  auto order = event.object("o");
  ForcedOrder forced;
  forced.symbol = order.symbol("s");
  const auto side = order.text("S");
  forced.liquidation.price = order.number("ap");
  forced.liquidation.quantity = order.number("z");
  forced.liquidation.event_time = order.time("T");
  forced.exchange = order.optional_text("st");
  if (forced.liquidation.quantity < 0) order.fail("z", "is below zero");
  if (side != "BUY" && side != "SELL") order.fail("S", "is neither BUY nor SELL");
  forced.liquidation.position = side == "SELL" ? Position::long_side : Position::short_side;
  return forced;
}

FrameReport BinanceDecoder::add(std::string_view kind, StreamKind stream, const Fields& event,
                                std::string_view symbol, Tick tick, std::vector<Event>& out) {
  if (event.failed()) return malformed_in(kind);
  const auto* known = symbols_.find(symbol);
  if (!known) return lacks_room();
  tick.source = known->source;
  out.push_back(tick);
  return data(stream);
}

FrameReport BinanceDecoder::add_best(const Fields& event, std::string_view symbol, double bid,
                                     double ask, Timestamp time, std::vector<Event>& out) {
  if (event.failed()) return malformed_in("bookTicker");
  const auto* known = symbols_.find(symbol);
  if (!known) return lacks_room();
  if (has_quote(bid, ask)) {
    out.push_back(Tick{.source = known->source,
                       .kind = PriceKind::mid,
                       .price = mid_of(bid, ask),
                       .event_time = time});
  } else {
    out.push_back(Alive{known->source});
  }
  return data(StreamKind::book);
}

Topic binance_topic(StreamKind kind, const std::string& symbol, std::string_view suffix) {
  return {make_stream(kind, symbol), lower(symbol).append(suffix)};
}

void add_binance_connections(std::vector<Connection>& connections, std::vector<Topic> topics,
                             const std::string& url) {
  for (const auto& part : pieces(std::move(topics), streams_per_connection)) {
    connections.push_back(connection(part, url));
  }
}

std::vector<Connection> plan_binance_futures(const FeedRequest& request,
                                             const std::string& market_url) {
  std::vector<Topic> market;
  std::vector<Topic> quotes;
  for (const auto& [symbol, kind] : request.prices) {
    if (kind == PriceKind::mid) {
      add_once(quotes, binance_topic(StreamKind::book, symbol, "@bookTicker"));
    } else if (kind == PriceKind::mark) {
      add_once(market, binance_topic(StreamKind::mark, symbol, "@markPrice@1s"));
    } else {
      add_once(market, binance_topic(StreamKind::trades, symbol, "@aggTrade"));
      add_once(market, binance_topic(StreamKind::ticker, symbol, "@ticker"));
    }
  }
  if (asks_for_all(request.liquidations)) {
    market.push_back({make_stream(StreamKind::liquidations, "*"), "!forceOrder@arr"});
  } else {
    for (const auto& symbol : request.liquidations) {
      add_once(market, binance_topic(StreamKind::liquidations, symbol, "@forceOrder"));
    }
  }

  std::vector<Connection> result;
  add_binance_connections(result, std::move(market), market_url);
  add_binance_connections(result, std::move(quotes), under_public(market_url));
  return result;
}

VenueLimits binance_limits(int messages_per_second) {
  // One message a second is left to pongs. Of a minute's REST weight, 2400 at the least, a
  // thousand candles cost 5.
  return {.connect_spacing = std::chrono::seconds{1},
          .message_spacing = Duration{std::chrono::seconds{1}} / (messages_per_second - 1),
          .lifetime = std::chrono::hours{24},
          .candles_per_answer = 1000};
}

RestRequest binance_candles(std::string_view path, const CandleRequest& request) {
  return {.path = std::string{path} + "?symbol=" + query_text(request.symbol) +
                  "&interval=1m&startTime=" + query_ms(request.from) + "&endTime=" +
                  query_ms(request.to - std::chrono::milliseconds{1}) + "&limit=1000"};
}

Result<std::vector<Candle>> parse_binance_candles(std::string_view body) {
  return parse_candles(body, [](Fields& root, std::vector<Candle>& candles) {
    read_candle_rows(root, answer_key, candles);
  });
}

}  // namespace foghorn::wire
