// Binance USD-M futures: /market/stream, /market/ws, /public/stream, /public/ws.
// https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>

#include "tests/sim/venue.hpp"

namespace foghorn::sim {
namespace {

namespace json = boost::json;

std::string upper(std::string text) {
  for (auto& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string lower(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

class BinanceSession final : public VenueSession {
 public:
  /// `category`: "market", "public", or empty for the old unrouted paths, which take any
  /// subscription and send nothing. `wrapped`: data comes as {"stream":…,"data":…}.
  BinanceSession(const VenueMarket& market, std::string category, bool wrapped)
      : market_{market}, category_{std::move(category)}, wrapped_{wrapped} {}

  void subscribe(const std::string& stream) {
    if (category_ == "market" && stream == "!forceOrder@arr") {
      streams_.insert("liquidations *");
      return;
    }
    // An unlisted symbol or a stream of the other category is taken, and stays silent.
    const auto at = stream.find('@');
    if (at == std::string::npos) return;
    const auto symbol = upper(stream.substr(0, at));
    const auto channel = stream.substr(at + 1);
    if (market_.quote(symbol) == nullptr || stream.substr(0, at) != lower(symbol)) return;
    if (category_ == "market") {
      if (channel == "aggTrade") streams_.insert("trades " + symbol);
      if (channel == "ticker") streams_.insert("ticker " + symbol);
      if (channel == "markPrice" || channel == "markPrice@1s") {
        streams_.insert("mark " + symbol);
        mark_suffix_ = channel;
      }
      if (channel == "forceOrder") streams_.insert("liquidations " + symbol);
    } else if (category_ == "public" && channel == "bookTicker") {
      streams_.insert("book " + symbol);
    }
  }

  Reply text(std::string_view message) override {
    boost::system::error_code bad;
    const auto value = json::parse(message, bad);
    const auto* object = bad ? nullptr : value.if_object();
    const auto* method = object != nullptr ? object->if_contains("method") : nullptr;
    const auto* params = object != nullptr ? object->if_contains("params") : nullptr;
    const auto* id = object != nullptr ? object->if_contains("id") : nullptr;
    const auto id_text = id != nullptr ? json::serialize(*id) : "null";
    const bool understood = method != nullptr && method->is_string() &&
                            method->get_string() == "SUBSCRIBE" && params != nullptr &&
                            params->is_array();
    if (!understood)
      return {{fmt::format(
          R"({{"error":{{"code":2,"msg":"Invalid request: streams must be an array"}},"id":{}}})",
          id_text)}};
    const auto& names = params->get_array();
    const auto plain = [](const json::value& name) {
      return name.is_string() && name.get_string().find('@') != json::string::npos;
    };
    if (!std::all_of(names.begin(), names.end(), plain))
      return {{fmt::format(
          R"({{"error":{{"code":2,"msg":"Invalid request: invalid stream"}},"id":{}}})", id_text)}};
    for (const auto& name : names) subscribe(std::string{name.get_string()});
    return {{fmt::format(R"({{"result":null,"id":{}}})", id_text)}};
  }

  void prices(const std::vector<Quote>& quotes, Frames& out) override {
    for (const auto& q : quotes) {
      if (subscribed("ticker", q.symbol)) out.push_back(worded(q, "ticker", ticker(q)));
      if (subscribed("mark", q.symbol)) out.push_back(worded(q, mark_suffix_, mark(q)));
      if (subscribed("book", q.symbol)) out.push_back(worded(q, "bookTicker", book(q)));
    }
    for (const auto& q : quotes)
      if (subscribed("trades", q.symbol)) out.push_back(worded(q, "aggTrade", trade(q)));
  }

  void liquidations(const std::vector<Order>& orders, Timestamp time, Frames& out) override {
    for (const auto& order : orders) {
      if (subscribed("liquidations", "*"))
        out.push_back(wrapped("!forceOrder@arr", forced(order, time)));
      if (subscribed("liquidations", order.symbol))
        out.push_back(wrapped(lower(order.symbol) + "@forceOrder", forced(order, time)));
    }
  }

 private:
  std::string wrapped(const std::string& stream, std::string data) const {
    return wrapped_ ? fmt::format(R"({{"stream":"{}","data":{}}})", stream, data) : data;
  }

  std::string worded(const Quote& q, const std::string& channel, std::string data) const {
    return wrapped(lower(q.symbol) + "@" + channel, std::move(data));
  }

  // m: the buyer was the maker, so the taker sold.
  static std::string trade(const Quote& q) {
    return fmt::format(
        R"({{"e":"aggTrade","E":{0},"a":{1},"s":"{2}","p":"{3}","q":"{4:.3f}","nq":"{4:.3f}","f":{1},"l":{1},"T":{0},"m":{5},"st":1}})",
        to_unix_ms(q.time), q.trade_id, q.symbol, q.written(q.price), q.size, !q.taker_buys);
  }

  static std::string ticker(const Quote& q) {
    return fmt::format(
        R"({{"e":"24hrTicker","E":{0},"s":"{1}","p":"0","P":"0","w":"{2}","c":"{2}","Q":"2.097","o":"{2}","h":"{2}","l":"{2}","v":"20248.900","q":"207024349.13","O":{3},"C":{0},"F":148927,"L":181349,"n":32423,"st":1}})",
        to_unix_ms(q.time), q.symbol, q.written(q.price), to_unix_ms(q.time) - 86'400'000);
  }

  static std::string mark(const Quote& q) {
    return fmt::format(
        R"({{"e":"markPriceUpdate","E":{0},"s":"{1}","p":"{2}","ap":"{2}","P":"{2}","i":"{2}","r":"0.00005383","T":{0},"st":1}})",
        to_unix_ms(q.time), q.symbol, q.written(q.price));
  }

  static std::string book(const Quote& q) {
    return fmt::format(
        R"({{"e":"bookTicker","u":{0},"s":"{1}","ps":"{1}","b":"{2}","B":"5.923","a":"{3}","A":"2.824","T":{4},"E":{4},"st":1}})",
        q.trade_id, q.symbol, q.written(q.bid()), q.written(q.ask()), to_unix_ms(q.time));
  }

  // S is the order's side: SELL closes a long. Not an array, whatever the stream is called.
  std::string forced(const Order& order, Timestamp time) const {
    const auto& q = *market_.quote(order.symbol);
    const double limit = order.price * (order.position == Position::long_side ? 0.996 : 1.004);
    return fmt::format(
        R"({{"e":"forceOrder","E":{0},"o":{{"s":"{1}","S":"{2}","o":"LIMIT","f":"IOC","q":"{3:.3f}","p":"{4}","ap":"{5}","X":"FILLED","l":"{3:.3f}","z":"{3:.3f}","T":{6},"ps":"{1}","st":1}}}})",
        to_unix_ms(time), order.symbol, order.position == Position::long_side ? "SELL" : "BUY",
        order.quantity, q.written(limit), q.written(order.price), to_unix_ms(order.time));
  }

  const VenueMarket& market_;
  std::string category_;
  bool wrapped_;
  std::string mark_suffix_{"markPrice"};
};

}  // namespace

std::unique_ptr<VenueSession> make_binance_session(const VenueMarket& market,
                                                   std::string_view target) {
  const auto question = target.find('?');
  auto path = target.substr(0, question);
  std::string category;
  for (const std::string_view known : {"/market", "/public"})
    if (path.starts_with(known)) {
      category = known.substr(1);
      path.remove_prefix(known.size());
      break;
    }
  const bool stream = path == "/stream" || path == "/stream/";
  if (!stream && path != "/ws" && !path.starts_with("/ws/")) return nullptr;

  auto session = std::make_unique<BinanceSession>(market, category, stream);
  std::string_view names;
  if (!stream && path.size() > 4) names = path.substr(4);
  if (stream && question != std::string_view::npos &&
      target.substr(question + 1).starts_with("streams="))
    names = target.substr(question + 9);
  while (!names.empty()) {
    const auto slash = names.find('/');
    session->subscribe(std::string{names.substr(0, slash)});
    names.remove_prefix(slash == std::string_view::npos ? names.size() : slash + 1);
  }
  return session;
}

}  // namespace foghorn::sim
