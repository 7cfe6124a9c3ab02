// Gate's frames, of futures and, of spot, the trades.
// https://www.gate.com/docs/developers/futures/ws/en/
//
//   {"time":1677629168,"time_ms":1677629168840,"channel":"futures.trades","event":"update",
//    "result":[{"size":-108,"id":27753479,"create_time":1545136464,"create_time_ms":1545136464123,
//    "price":"96.4","contract":"BTC_USDT","is_internal":true}]}
//   {"time":1677629168,"time_ms":1677629168840,"channel":"futures.tickers","event":"update",
//    "result":[{"contract":"BTC_USDT","last":"23160.2",…,"mark_price":"23175.64",…}]}
//   {"time":1684930167,"time_ms":1684930167329,"channel":"futures.book_ticker","event":"update",
//    "result":{"t":1684930167313,"u":536375574,"s":"WOO_USDT","b":"0.21","B":3319,"a":"0.2103",
//    "A":5247}}
//   {"channel":"futures.public_liquidates","event":"update","time":1541505434,
//    "time_ms":1541505434123,"result":[{"price":"215.1","size":"-124.5","time":1541486601123,
//    "contract":"BTC_USDT"}]}
//   {"time":1780992412,"time_ms":1780992412642,"channel":"futures.system","event":"update",
//    "result":{"type":"upgrade","msg":"The connection will soon be closed for a service upgrade.
//    …"}}
//   {"time":1619093543,"channel":"spot.trades","event":"update","result":{"id":816995772,
//    "create_time":1619093543,"create_time_ms":"1619093543708.2642","side":"sell",
//    "currency_pair":"DIS_USDT","amount":"0.2010000000","price":"121.5800000000"}}
//   {…,"channel":"futures.trades","event":"subscribe","payload":["BTC_USDT"],
//    "result":{"status":"success"}}
//   {…,"event":"subscribe","error":{"code":2,"message":"unknown contract BTC_USDT_20220318"}}
//
// A result is one object, a list of them, or, in tickers of 2021, a list of such lists. Sizes are
// contracts, as numbers or as texts; a trade's sign is the taker's side. A trade that is_internal
// is the takeover of a liquidation by the insurance fund or by ADL: "not a normal matching on the
// market depth, the transaction price may deviate, and it will not be recorded in the K-line", so
// it is no price here either, only a sign of life.
//
// Liquidations: all of them since 2026-08-20, in lists and in milliseconds; before, one a second
// and contract, in seconds, with or without time_ms. Whose sign their size has nobody has shown:
// the REST interface calls it "Position size". See FeedRequest::liquidation_size_is_order.
#include "feeds/venues/gate_decoder.hpp"

#include <cmath>

#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/notional.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn::wire {
namespace {

/// Seconds before the year 5138, and milliseconds after 1973.
constexpr bool are_seconds(double time) {
  return time < 1e11;
}

/// A time in seconds or in milliseconds, whichever it must be; nullopt for none.
std::optional<Timestamp> time_of(double time) {
  const double micros = time * (are_seconds(time) ? 1e6 : 1e3);
  if (!(micros >= 0) || !(micros < 9e15)) return std::nullopt;
  const Timestamp result{Duration{static_cast<Duration::rep>(micros)}};
  return from_unix_ms(to_unix_ms(result)) ? std::optional{result} : std::nullopt;
}

class GateDecoder final : public JsonDecoder {
 public:
  GateDecoder(std::string_view venue, SourceTable& sources, const Contracts& contracts,
              bool size_is_order)
      : symbols_{sources, venue}, contracts_{contracts}, size_is_order_{size_is_order} {}

 private:
  using Entry = Symbols<>::Entry;

  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const double seconds = root.optional_quote("time");
    const double ms = root.optional_quote("time_ms");
    const auto channel = root.optional_name("channel");
    if (channel.empty()) return ignored("a frame without channel");
    const auto event = root.optional_name("event");
    if (event == "update" || event == "all") {
      return read_update(root, channel, time_of(ms > 0 ? ms : seconds).value_or(no_time), out);
    }
    if (channel == "futures.pong" || channel == "spot.pong") return control(ControlKind::pong);
    return read_answer(root, channel, event);
  }

  FrameReport read_update(Fields& root, std::string_view channel, Timestamp time,
                          std::vector<Event>& out) {
    const auto rows = [&](StreamKind stream, auto read) {
      each_row(root, read);
      return root.failed() ? malformed_in(channel) : data(stream);
    };
    if (channel == "futures.trades") {
      return rows(StreamKind::trades, [&](Fields& row) { read_trade(row, out); });
    }
    if (channel == "futures.tickers") {
      return rows(StreamKind::ticker, [&](Fields& row) { read_ticker(row, time, out); });
    }
    if (channel == "futures.book_ticker") {
      return rows(StreamKind::book, [&](Fields& row) { read_best(row, out); });
    }
    if (channel == "futures.public_liquidates") {
      return rows(StreamKind::liquidations, [&](Fields& row) { read_liquidation(row, out); });
    }
    if (channel == "spot.trades") {
      return rows(StreamKind::trades, [&](Fields& row) { read_spot_trade(row, out); });
    }
    if (channel == "futures.system") return read_notice(root);
    return ignored(channel);
  }

  /// Calls `read` with each object of the result, which lies up to two lists deep.
  template <class Read>
  static void each_row(Fields& root, Read& read) {
    if (const auto result = root.required("result")) each_row(root, *result, read, 2);
  }

  template <class Read>
  static void each_row(Fields& root, od::value rows, Read& read, int lists) {
    const auto fail = [&] { root.fail("result", "is neither an object nor a list of them"); };
    od::json_type type{};
    if (rows.type().get(type)) return fail();
    if (type == od::json_type::object) {
      od::object object;
      if (rows.get_object().get(object)) return fail();
      Fields row{object, root.failure()};
      return read(row);
    }
    od::array array;
    if (type != od::json_type::array || lists == 0 || rows.get_array().get(array)) return fail();
    for (auto element : array) {
      od::value value;
      if (element.get(value)) return fail();
      each_row(root, value, read, lists - 1);
      if (root.failed()) return;
    }
  }

  /// What one row of futures.trades says.
  struct Trade {
    std::string_view contract;
    double size{no_number};  ///< signed
    double price{no_number};
    double seconds{no_number};
    double ms{no_number};
    std::optional<std::uint64_t> id;
    bool internal{};
  };

  void read_trade(Fields& row, std::vector<Event>& out) {
    Trade trade;
    read_trade_fields(row, trade);
    if (!is_symbol(trade.contract)) row.fail("contract", "is missing or not a symbol");
    if (std::isnan(trade.price)) row.fail("price", "is missing");
    if (!trade.id) row.fail("id", "is missing or not a number");
    if (!(std::abs(trade.size) > 0)) row.fail("size", "is missing or zero");
    const auto time = time_of(std::isnan(trade.ms) ? trade.seconds : trade.ms);
    if (!time) row.fail("create_time", "is missing or not a time");
    if (row.failed()) return;
    const auto* known = symbols_.find(trade.contract);
    if (!known) return void(lacks_room());
    if (trade.internal) return void(out.push_back(Alive{known->source}));
    out.push_back(Tick{.source = known->source,
                       .kind = PriceKind::trade,
                       .side = trade.size > 0 ? Side::buy : Side::sell,
                       .id = *trade.id,
                       .price = trade.price,
                       .size = std::abs(trade.size),
                       .event_time = *time});
  }

  /// Goes through the fields once: two of them are there at times.
  static void read_trade_fields(Fields& row, Trade& trade) {
    for (auto field : row.raw()) {
      od::raw_json_string key;
      od::value value;
      if (field.key().get(key) || field.value().get(value))
        return row.fail("result", "is not JSON");
      const auto number = [&](const char* name, double& into) {
        if (!key.unsafe_is_equal(name)) return;
        const auto found = number_of(value);
        if (!found) return row.fail(name, "is not a number");
        into = *found;
      };
      switch (*key.raw()) {
        case 's': number("size", trade.size); break;
        case 'p': number("price", trade.price); break;
        case 'i':
          if (key.unsafe_is_equal("id")) {
            trade.id = parse_whole(token(value).text);
          } else if (key.unsafe_is_equal("is_internal")) {
            if (value.get_bool().get(trade.internal))
              row.fail("is_internal", "is not true or false");
          }
          break;
        case 'c':
          if (key.unsafe_is_equal("contract")) {
            trade.contract = text_of(value).value_or("");
            break;
          }
          number("create_time_ms", trade.ms);
          number("create_time", trade.seconds);
          break;
        default: break;
      }
      if (row.failed()) return;
    }
  }

  void read_ticker(Fields& row, Timestamp time, std::vector<Event>& out) {
    const auto contract = row.symbol("contract");
    const double last = row.quote("last");
    const double mark = row.quote("mark_price");
    if (time == no_time) row.fail("time", "is missing or not a time");
    if (row.failed()) return;
    const auto* known = symbols_.find(contract);
    if (!known) return void(lacks_room());
    const auto before = out.size();
    if (!std::isnan(last)) out.push_back(tick(*known, PriceKind::last, last, time));
    if (!std::isnan(mark)) out.push_back(tick(*known, PriceKind::mark, mark, time));
    if (out.size() == before) out.push_back(Alive{known->source});
  }

  void read_best(Fields& row, std::vector<Event>& out) {
    const auto time = row.time("t");
    const auto contract = row.symbol("s");
    const double bid = row.quote("b");
    const double ask = row.quote("a");
    if (row.failed()) return;
    const auto* known = symbols_.find(contract);
    if (!known) return void(lacks_room());
    if (!has_quote(bid, ask)) return void(out.push_back(Alive{known->source}));
    out.push_back(tick(*known, PriceKind::mid, mid_of(bid, ask), time));
  }

  void read_liquidation(Fields& row, std::vector<Event>& out) {
    const double price = row.number("price");
    const double size = row.number("size");
    const double told = row.number("time");
    const double ms = are_seconds(told) ? row.optional_quote("time_ms") : no_number;
    const auto contract = row.symbol("contract");
    const auto time = time_of(std::isnan(ms) ? told : ms);
    if (!(std::abs(size) > 0)) row.fail("size", "is zero");
    if (!time) row.fail("time", "is not a time");
    if (row.failed()) return;
    const auto* known = symbols_.find(contract);
    if (!known) return void(lacks_room());
    const bool is_long = (size > 0) != size_is_order_;
    out.push_back(
        Liquidation{.source = known->source,
                    .position = is_long ? Position::long_side : Position::short_side,
                    .unit = QuantityUnit::contracts,
                    .price = price,
                    .quantity = std::abs(size),
                    .notional = contract_notional(contracts_, known->symbol, std::abs(size), price),
                    .event_time = *time});
  }

  void read_spot_trade(Fields& row, std::vector<Event>& out) {
    const auto id = row.id("id");
    const auto time = time_of(row.number("create_time_ms"));
    const auto side = row.text("side");
    const auto pair = row.symbol("currency_pair");
    const double size = row.size("amount");
    const double price = row.number("price");
    if (side != "buy" && side != "sell") row.fail("side", "is neither buy nor sell");
    if (!time) row.fail("create_time_ms", "is not a time");
    if (row.failed()) return;
    const auto* known = symbols_.find(pair);
    if (!known) return void(lacks_room());
    out.push_back(Tick{.source = known->source,
                       .kind = PriceKind::trade,
                       .side = side == "buy" ? Side::buy : Side::sell,
                       .id = id,
                       .price = price,
                       .size = size,
                       .event_time = *time});
  }

  static Tick tick(const Entry& known, PriceKind kind, double price, Timestamp time) {
    return {.source = known.source, .kind = kind, .price = price, .event_time = time};
  }

  FrameReport read_notice(Fields& root) {
    auto result = root.object("result");
    const auto type = result.text("type");
    auto report = control(ControlKind::notice, result.optional_text("msg"));
    report.leaving = type == "upgrade";
    return report;
  }

  FrameReport read_answer(Fields& root, std::string_view channel, std::string_view event) {
    const auto symbol = first_of_payload(root);
    if (const auto error = root.optional("error"); error && !token(*error).is_null()) {
      auto value = *error;
      od::object object;
      if (value.get_object().get(object)) root.fail("error", "is not an object");
      Fields what{object, root.failure()};
      const auto message = what.optional_text("message");
      return control(ControlKind::error, message,
                     subject_of(channel, symbol.empty() ? contract_in(message) : symbol));
    }
    if (event != "subscribe" && event != "unsubscribe") {
      return ignored(event.empty() ? "a frame without event" : event);
    }
    auto result = root.object("result");
    const bool succeeded = result.text("status") == "success";
    return control(succeeded ? ControlKind::ack : ControlKind::error, {},
                   subject_of(channel, symbol));
  }

  /// Empty where the answer does not repeat what was asked for.
  static std::string_view first_of_payload(Fields& root) {
    const auto fail = [&] {
      return root.fail("payload", "is not a list of texts"), std::string_view{};
    };
    const auto payload = root.optional("payload");
    if (!payload) return {};
    auto list = *payload;
    od::array names;
    if (list.get_array().get(names)) return fail();
    std::string_view first;
    for (auto element : names) {
      od::value name;
      if (element.get(name)) return fail();
      const auto text = text_of(name);
      if (!text) return fail();
      if (first.empty()) first = *text;
    }
    return first;
  }

  /// "unknown contract NOPE_USDT" -> "NOPE_USDT".
  static std::string_view contract_in(std::string_view message) {
    constexpr std::string_view label = "unknown contract ";
    return message.starts_with(label) ? message.substr(label.size()) : std::string_view{};
  }

  std::string_view subject_of(std::string_view channel, std::string_view symbol) {
    return symbol.empty() ? std::string_view{} : joined(channel, symbol);
  }

  Symbols<> symbols_;
  const Contracts& contracts_;
  const bool size_is_order_;
};

}  // namespace

std::unique_ptr<Decoder> make_gate_decoder(std::string_view venue, SourceTable& sources,
                                           const Contracts& contracts, bool size_is_order) {
  return std::make_unique<GateDecoder>(venue, sources, contracts, size_is_order);
}

}  // namespace foghorn::wire
