// BitMEX, realtime WebSocket. https://www.bitmex.com/app/wsAPI; REST:
// https://www.bitmex.com/api/explorer
//
// Everything is a table: a `partial` with its rows, then `insert`, `update` (only what changed) and
// `delete` (only the keys).
//   {"table":"trade","action":"insert","data":[{"timestamp":"2020-01-30T17:31:40.160Z",
//    "symbol":"XBTUSD","side":"Sell","size":37412,"price":9521.5,"tickDirection":"ZeroMinusTick",
//    "trdMatchID":"a4bfc6bc-6cf1-1a11-622e-270eef8ca5c7","grossValue":392938236,
//    "homeNotional":3.92938236,"foreignNotional":37412}]}
//   {"table":"trade","action":"partial",…,"data":[{"timestamp":"2025-09-30T14:08:00.000Z",
//    "symbol":".BPENGUT_NEXT","side":"Buy","size":0,"price":0.027023,"tickDirection":"MinusTick",
//    "trdType":"Referential"}]}                                   an index's value, not a trade
//   {"table":"instrument","action":"update","data":[{"symbol":"XBTUSD","markPrice":9520.1,
//    "bidPrice":9521,"timestamp":"2020-01-30T17:31:40.000Z"}]}
//   {"table":"quote","action":"insert","data":[{"timestamp":"2021-07-22T22:36:21.050Z",
//    "symbol":"XBTUSD","bidSize":1562600,"bidPrice":32182,"askPrice":32182.5,"askSize":400}]}
//   {"table":"liquidation","action":"insert","data":[{"orderID":"63689d12-d539-45f9-977f-deafdf5d3c41",
//    "symbol":"XBTUSD","side":"Buy","price":88051.8,"leavesQty":1500}]}
//   {"table":"liquidation","action":"delete","data":[{"orderID":"63689d12-…","symbol":"XBTUSD"}]}
//
//   <- {"info":"Welcome to the BitMEX Realtime API.","version":"2.0.0","timestamp":"…","docs":"…",
//       "heartbeatEnabled":false,"limit":{"remaining":719}}
//   -> {"op":"subscribe","args":["trade:XBTUSD","instrument:XBTUSD"]}
//   <- {"success":true,"subscribe":"trade:XBTUSD","request":{"op":"subscribe","args":[…]}}   each
//   arg
//   <- {"status":400,"error":"Unrecognized request. …","meta":{},"request":{}}
//   <- {"status":429,"error":"Rate limit exceeded, retry in 1 seconds.","meta":{"retryAfter":1},…}
//   -> ping                                                             text, after 5 s of silence
//   <- pong
//
// A row of `liquidation` is an order that closes a position, while it lies in the book: its side is
// the order's (Sell closes a long position), it has no time, its price may be moved and its
// quantity falls; a delete does not say whether it was filled. So what counts is its insert. The
// rows of a partial were there before. Sizes are contracts: 1 USD each of XBTUSD; of linear ones a
// part of a coin; of quanto ones a sum of bitcoin for each dollar of price, of which we know no
// dollars.
//
// GET /api/v1/instrument/active:
//   [{"symbol":"XBTUSD",…,"quoteCurrency":"USD",…,"multiplier":-100000000,"settlCurrency":"XBt",
//     "underlyingToPositionMultiplier":null,…,"isQuanto":false,"isInverse":true,…},
//    {"symbol":"XBTUSDT",…,"quoteCurrency":"USDT",…,"multiplier":1,"settlCurrency":"USDt",
//     "underlyingToPositionMultiplier":1000000,…,"isQuanto":false,"isInverse":false,…}]
// GET
// /api/v1/trade/bucketed?binSize=1m&partial=false&symbol=XBTUSD&count=1000&startTime=…&endTime=…
// names a minute by its end, and opens it with the close of the one before:
//   [{"timestamp":"2020-01-30T17:32:00.000Z","symbol":"XBTUSD","open":9521.5,"high":9522,"low":9521.5,
//     "close":9522,…}]
#include <algorithm>
#include <chrono>
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

constexpr std::string_view venue_name = "bitmex";

class BitmexDecoder final : public wire::JsonDecoder {
 public:
  BitmexDecoder(SourceTable& sources, const Contracts& contracts)
      : symbols_{sources, venue_name}, contracts_{contracts} {}

 private:
  struct Book {
    double bid{wire::no_number};
    double ask{wire::no_number};
  };

  /// The best quotes of an instrument as its updates so far have left them; and where in `told_`
  /// the frame of that number has left others.
  struct Memory {
    Book book;
    std::uint64_t frame{};
    std::size_t told{};
  };
  using Entry = wire::Symbols<Memory>::Entry;

  /// What one row of `instrument` says; no_number where it is silent.
  struct Instrument {
    std::string_view symbol;
    Timestamp time{no_time};
    double last{wire::no_number};
    double mark{wire::no_number};
    double bid{wire::no_number};
    double ask{wire::no_number};
    bool has_bid{};
    bool has_ask{};
  };

  /// What a row leaves behind, remembered once its frame is known to be whole.
  struct Told {
    std::string_view symbol;
    Book book;
  };

  enum class Action : std::uint8_t { partial, insert, update, remove };

  FrameReport read_plain(std::string_view text) override {
    return text == "pong" ? control(ControlKind::pong) : JsonDecoder::read_plain(text);
  }

  FrameReport read(Fields& root, std::vector<Event>& out) override {
    told_.clear();
    ++frame_;
    const auto table = root.optional_name("table");
    if (table.empty()) return read_answer(root);
    const auto action = read_action(root);
    const auto each = [&](StreamKind stream, auto read) {
      wire::each_object(root, "data", read);
      return root.failed() ? malformed_in(table) : data(stream);
    };
    if (table == "trade") {
      const bool history = action == Action::partial;
      return each(StreamKind::trades, [&](Fields& row) { read_trade(row, history, out); });
    }
    if (table == "quote") {
      return each(StreamKind::book, [&](Fields& row) { read_quote(row, out); });
    }
    if (table == "instrument") {
      return each(StreamKind::ticker, [&](Fields& row) { read_instrument(row, action, out); });
    }
    if (table == "liquidation") {
      return each(StreamKind::liquidations,
                  [&](Fields& row) { read_liquidation(row, action, out); });
    }
    return ignored(table);
  }

  void remember() override {
    for (const auto& [symbol, book] : told_) {
      if (auto* known = symbols_.find(symbol)) known->memory.book = book;
    }
  }

  static Action read_action(Fields& root) {
    const auto action = root.text("action");
    if (action == "partial") return Action::partial;
    if (action == "update") return Action::update;
    if (action == "delete") return Action::remove;
    if (action != "insert") root.fail("action", "is none of partial, insert, update, delete");
    return Action::insert;
  }

  void read_trade(Fields& row, bool history, std::vector<Event>& out) {
    const auto time = row.rfc3339("timestamp");
    const auto symbol = row.symbol("symbol");
    const auto side = row.text("side");
    const double size = row.number("size");
    const double price = row.number("price");
    if (side != "Buy" && side != "Sell" && !side.empty()) {
      row.fail("side", "is neither Buy nor Sell");
    }
    if (size < 0) row.fail("size", "is below zero");
    if (row.failed()) return;
    // Nobody trades an index: its value has a size of nothing, and no match.
    const bool traded = size > 0;
    const auto id = traded ? row.id("trdMatchID") : 0;
    if (row.failed()) return;
    const auto* known = symbols_.find(symbol);
    if (!known) return void(lacks_room());
    out.push_back(Tick{.source = known->source,
                       .kind = traded ? PriceKind::trade : PriceKind::last,
                       .side = !traded         ? Side::none
                               : side == "Buy" ? Side::buy
                                               : Side::sell,
                       .history = history,
                       .id = id,
                       .price = price,
                       .size = traded ? size : no_size,
                       .event_time = time});
  }

  void read_quote(Fields& row, std::vector<Event>& out) {
    const auto time = row.rfc3339("timestamp");
    const auto symbol = row.symbol("symbol");
    const double bid = row.optional_quote("bidPrice");
    const double ask = row.optional_quote("askPrice");
    if (row.failed()) return;
    const auto* known = symbols_.find(symbol);
    if (!known) return void(lacks_room());
    add_mid(known->source, {bid, ask}, time, out);
    if (!wire::has_quote(bid, ask)) out.push_back(Alive{known->source});
  }

  static void add_mid(SourceId source, Book book, Timestamp time, std::vector<Event>& out) {
    if (!wire::has_quote(book.bid, book.ask)) return;
    out.push_back(Tick{.source = source,
                       .kind = PriceKind::mid,
                       .price = wire::mid_of(book.bid, book.ask),
                       .event_time = time});
  }

  void read_instrument(Fields& row, Action action, std::vector<Event>& out) {
    Instrument told;
    read_instrument_fields(row, told);
    if (row.failed()) return;
    auto* known = symbols_.find(told.symbol);
    if (!known) return void(lacks_room());
    const auto before = out.size();
    const auto add = [&](PriceKind kind, double price) {
      out.push_back(
          Tick{.source = known->source, .kind = kind, .price = price, .event_time = told.time});
    };
    if (!std::isnan(told.last)) add(PriceKind::last, told.last);
    if (!std::isnan(told.mark)) add(PriceKind::mark, told.mark);
    auto book = action == Action::partial ? Book{} : book_of(*known);
    if (told.has_bid) book.bid = told.bid;
    if (told.has_ask) book.ask = told.ask;
    if (told.has_bid || told.has_ask) add_mid(known->source, book, told.time, out);
    if (out.size() == before) out.push_back(Alive{known->source});
    known->memory.frame = frame_;
    known->memory.told = told_.size();
    told_.push_back({told.symbol, book});
  }

  /// With what earlier rows of the same frame have changed.
  Book book_of(const Entry& known) const {
    return known.memory.frame == frame_ ? told_[known.memory.told].book : known.memory.book;
  }

  /// Goes through the fields once: a partial has a hundred of them, an update two or three.
  static void read_instrument_fields(Fields& row, Instrument& told) {
    for (auto field : row.raw()) {
      od::raw_json_string key;
      od::value value;
      if (field.key().get(key) || field.value().get(value)) return row.fail("data", "is not JSON");
      const auto take_price = [&](const char* name, double& price, bool* has_price = nullptr) {
        if (!key.unsafe_is_equal(name)) return;
        if (has_price) *has_price = true;
        const auto number = wire::number_or_none(value);
        if (!number) return row.fail(name, "is not a number");
        price = *number;
      };
      switch (*key.raw()) {
        case 'a': take_price("askPrice", told.ask, &told.has_ask); break;
        case 'b': take_price("bidPrice", told.bid, &told.has_bid); break;
        case 'l': take_price("lastPrice", told.last); break;
        case 'm': take_price("markPrice", told.mark); break;
        case 's':
          if (key.unsafe_is_equal("symbol")) told.symbol = wire::text_of(value).value_or("");
          break;
        case 't':
          if (!key.unsafe_is_equal("timestamp") || wire::token(value).is_null()) break;
          if (const auto time = wire::parse_rfc3339(wire::token(value).text)) {
            told.time = *time;
          } else {
            return row.fail("timestamp", "is not a time");
          }
          break;
        default: break;
      }
      if (row.failed()) return;
    }
    if (!wire::is_symbol(told.symbol)) row.fail("symbol", "is missing or not a symbol");
  }

  void read_liquidation(Fields& row, Action action, std::vector<Event>& out) {
    const auto symbol = row.symbol("symbol");
    if (action == Action::update || action == Action::remove) {
      if (row.failed()) return;
      const auto* known = symbols_.find(symbol);
      if (!known) return void(lacks_room());
      return out.push_back(Alive{known->source});
    }
    const auto side = row.text("side");
    const double price = row.number("price");
    const double quantity = row.size("leavesQty");
    if (side != "Buy" && side != "Sell") row.fail("side", "is neither Buy nor Sell");
    if (row.failed()) return;
    const auto* known = symbols_.find(symbol);
    if (!known) return void(lacks_room());
    out.push_back(Liquidation{
        .source = known->source,
        .position = side == "Sell" ? Position::long_side : Position::short_side,
        .unit = QuantityUnit::contracts,
        .history = action == Action::partial,
        .price = price,
        .quantity = quantity,
        .notional = wire::contract_notional(contracts_, known->symbol, quantity, price)});
  }

  static FrameReport read_answer(Fields& root) {
    if (const auto info = root.optional_text("info"); !info.empty()) {
      return control(ControlKind::welcome, info);
    }
    if (const auto error = root.optional_text("error"); !error.empty()) {
      return control(ControlKind::error, error, refused_in(root));
    }
    const auto accepted = root.optional_text("subscribe");
    if (!accepted.empty() && root.flag("success")) return control(ControlKind::ack, {}, accepted);
    return ignored("a frame without table");
  }

  /// The first arg of the request that an error gives back; empty where it gives none.
  static std::string_view refused_in(Fields& root) {
    if (!root.optional("request")) return {};
    auto request = root.object("request");
    const auto args = request.optional("args");
    if (!args) return {};
    if (const auto one = wire::text_of(*args)) return *one;
    auto list = request.list("args");
    if (!list) return {};
    std::string_view first;
    for (auto element : *list) {
      od::value arg;
      const auto text = element.get(arg) ? std::nullopt : wire::text_of(arg);
      if (!text) return request.fail("args", "does not hold names alone"), first;
      if (first.empty()) first = *text;
    }
    return first;
  }

  wire::Symbols<Memory> symbols_;
  std::vector<Told> told_;
  std::uint64_t frame_{};
  const Contracts& contracts_;
};

class Bitmex final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  // One request for each symbol: whether a wrong one refuses the others of its request, no one
  // says.
  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<std::vector<wire::Topic>> groups;
    for (const auto& [symbol, kind] : request.prices) {
      auto& group = wire::group_of(groups, symbol);
      if (kind == PriceKind::mid) {
        wire::add_once(group, topic(StreamKind::book, "quote:", symbol));
        continue;
      }
      if (kind == PriceKind::trade) {
        wire::add_once(group, topic(StreamKind::trades, "trade:", symbol));
      }
      wire::add_once(group, topic(StreamKind::ticker, "instrument:", symbol));
    }
    if (wire::asks_for_all(request.liquidations)) {
      groups.push_back(
          {{wire::make_stream(StreamKind::liquidations, "*", "liquidation"), "liquidation"}});
    } else {
      for (const auto& symbol : request.liquidations) {
        wire::add_once(wire::group_of(groups, symbol),
                       topic(StreamKind::liquidations, "liquidation:", symbol));
      }
    }
    std::vector<Connection> result;
    for (const auto& part : wire::packed(std::move(groups), wire::streams_per_connection)) {
      result.push_back(
          connection(part, wire::or_default(request.url, "wss://ws.bitmex.com/realtime")));
    }
    return result;
  }

  KeepAlive keep_alive() const override { return {"ping", std::chrono::seconds{5}}; }
  Liquidations liquidations() const override { return Liquidations::market_wide; }
  std::string_view canary() const override { return "XBTUSD"; }

  // 720 connects and requests an hour; by REST 30 requests a minute without a key.
  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::seconds{5},
            .message_spacing = std::chrono::milliseconds{100},
            .rest_spacing = std::chrono::seconds{2},
            .candles_per_answer = 1000};
  }

  std::vector<std::string> caveats(const FeedRequest& request) const override {
    if (request.liquidations.empty()) return {};
    return {
        "BitMEX tells the orders that close positions, not their fills: one that is withdrawn "
        "counts as if it had been filled, at the price and size it came with.",
        "Liquidations of BitMEX's quanto contracts are counted without a sum in USD."};
  }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    if (request.kind == PriceKind::mark) return std::nullopt;
    return RestRequest{.path =
                           "/api/v1/trade/bucketed?binSize=1m&partial=false&count=1000&symbol=" +
                           wire::query_text(request.symbol) + "&startTime=" +
                           wire::query_text(format_utc(request.from + std::chrono::minutes{1})) +
                           "&endTime=" + wire::query_text(format_utc(request.to))};
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    return wire::parse_candles(body, [](Fields& root, std::vector<Candle>& candles) {
      wire::each_object(root, wire::answer_key, [&](Fields& row) {
        const auto end = row.rfc3339("timestamp");
        const double open = row.quote("open");
        const double high = row.quote("high");
        const double low = row.quote("low");
        const double close = row.quote("close");
        if (row.failed() || std::isnan(open + high + low + close))
          return;  // a minute without trades
        candles.push_back({.start = end - std::chrono::minutes{1},
                           .open = open,
                           .high = std::max(open, high),
                           .low = std::min(open, low),
                           .close = close});
      });
    });
  }

  std::string_view rest_url() const override { return "https://www.bitmex.com"; }
  std::string_view contracts_path() const override { return "/api/v1/instrument/active"; }
  Result<Contracts> parse_contracts(std::string_view body) const override {
    Contracts contracts;
    const auto read = wire::read_answer(body, [&](Fields& root) {
      wire::each_object(root, wire::answer_key, [&](Fields& row) { add_contract(row, contracts); });
    });
    if (!read) return read.error();
    return contracts;
  }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts& contracts,
                                        const FeedRequest&) const override {
    return std::make_unique<BitmexDecoder>(sources, contracts);
  }

 private:
  /// Those that are worth dollars; of the others no one can say how many.
  static void add_contract(Fields& row, Contracts& contracts) {
    constexpr double satoshis = 1e8;
    const auto symbol = row.symbol("symbol");
    const auto quote = row.optional_text("quoteCurrency");
    const double multiplier = row.optional_quote("multiplier");
    const auto settled_in = row.optional_text("settlCurrency");
    const double per_coin = row.optional_quote("underlyingToPositionMultiplier");
    const bool quanto = is_true(row, "isQuanto");
    const bool inverse = is_true(row, "isInverse");
    if (row.failed() || quanto || !quote.starts_with("USD")) return;
    if (inverse && settled_in == "XBt" && std::abs(multiplier) > 0) {
      contracts[std::string{symbol}] = {.multiplier = std::abs(multiplier) / satoshis,
                                        .inverse = true};
    } else if (!inverse && per_coin > 0) {
      contracts[std::string{symbol}] = {.multiplier = 1 / per_coin, .inverse = false};
    }
  }

  /// An index has neither.
  static bool is_true(Fields& row, std::string_view key) {
    const auto found = row.optional(key);
    return found && wire::token(*found).text == "true";
  }

  static wire::Topic topic(StreamKind kind, std::string_view table, const std::string& symbol) {
    const auto word = std::string{table} + symbol;
    return {wire::make_stream(kind, symbol, word), word};
  }

  static Connection connection(const std::vector<std::vector<wire::Topic>>& groups,
                               const std::string& url) {
    Connection result{.url = url, .subscribe = {}, .streams = {}};
    for (const auto& group : groups) {
      for (const auto& topic : group) result.streams.push_back(topic.stream);
      result.subscribe.push_back(R"({"op":"subscribe","args":[)" + wire::quoted_words(group) +
                                 "]}");
    }
    return result;
  }
};

}  // namespace

const Venue& bitmex() {
  static const Bitmex venue;
  return venue;
}

}  // namespace foghorn
