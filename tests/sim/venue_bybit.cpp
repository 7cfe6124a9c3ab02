// Bybit v5, linear perpetuals: /v5/public/linear.
// https://bybit-exchange.github.io/docs/v5/ws/connect
#include <fmt/format.h>
#include <boost/json.hpp>

#include <map>

#include "tests/sim/venue.hpp"

namespace foghorn::sim {
namespace {

namespace json = boost::json;

struct Topic {
  std::string kind;  ///< as streams_ names it
  std::string symbol;
};

class BybitSession final : public VenueSession {
 public:
  explicit BybitSession(const VenueMarket& market) : market_{market} {}

  Reply text(std::string_view message) override {
    boost::system::error_code bad;
    const auto value = json::parse(message, bad);
    const auto* object = bad ? nullptr : value.if_object();
    const auto* op = object != nullptr ? object->if_contains("op") : nullptr;
    if (op == nullptr || !op->is_string())
      return {{fmt::format(
          R"({{"success":false,"ret_msg":"error:invalid op","conn_id":"{}","request":{{"op":"","args":null}}}})",
          connection_)}};

    const auto* id = object->if_contains("req_id");
    const std::string req_id =
        id != nullptr && id->is_string() ? std::string{id->get_string()} : "";
    if (op->get_string() == "ping")
      return {{fmt::format(
          R"({{"success":true,"ret_msg":"pong","conn_id":"{}","req_id":"{}","op":"ping"}})",
          connection_, req_id)}};
    const auto* args = object->if_contains("args");
    if (op->get_string() == "subscribe" && args != nullptr && args->is_array())
      return subscribe(args->get_array(), req_id);
    return {{fmt::format(
        R"({{"success":false,"ret_msg":"error:invalid op","conn_id":"{}","req_id":"{}"}})",
        connection_, req_id)}};
  }

  void prices(const std::vector<Quote>& quotes, Frames& out) override {
    for (const auto& quote : quotes)
      if (subscribed("ticker", quote.symbol)) out.push_back(ticker_delta(quote));
    for (const auto& quote : quotes)
      if (subscribed("trades", quote.symbol)) out.push_back(trade(quote));
  }

  void liquidations(const std::vector<Order>& orders, Timestamp time, Frames& out) override {
    std::map<std::string, std::string> rows;
    for (const auto& order : orders) {
      if (!subscribed("liquidations", order.symbol)) continue;
      auto& list = rows[order.symbol];
      // S is the side of the position: Buy, a long was closed.
      list += fmt::format(R"({}{{"T":{},"s":"{}","S":"{}","v":"{:.3f}","p":"{}"}})",
                          list.empty() ? "" : ",", to_unix_ms(order.time), order.symbol,
                          order.position == Position::long_side ? "Buy" : "Sell", order.quantity,
                          market_.quote(order.symbol)->written(order.price));
    }
    for (const auto& [symbol, list] : rows)
      out.push_back(
          fmt::format(R"({{"topic":"allLiquidation.{}","type":"snapshot","ts":{},"data":[{}]}})",
                      symbol, to_unix_ms(time), list));
  }

 private:
  // One bad topic refuses the whole request.
  Reply subscribe(const json::array& args, const std::string& req_id) {
    std::vector<Topic> topics;
    for (const auto& arg : args) {
      const std::string name = arg.is_string() ? std::string{arg.get_string()} : "";
      auto topic = topic_of(name);
      if (!topic)
        return {{fmt::format(
            R"({{"success":false,"ret_msg":"error:handler not found,topic:{}","conn_id":"{}","req_id":"{}","op":"subscribe"}})",
            name, connection_, req_id)}};
      topics.push_back(std::move(*topic));
    }
    Reply reply{{fmt::format(
        R"({{"success":true,"ret_msg":"","conn_id":"{}","req_id":"{}","op":"subscribe"}})",
        connection_, req_id)}};
    for (const auto& [kind, symbol] : topics) {
      streams_.insert(kind + " " + symbol);
      if (kind == "ticker") reply.frames.push_back(ticker_snapshot(*market_.quote(symbol)));
    }
    return reply;
  }

  std::optional<Topic> topic_of(const std::string& name) const {
    const auto dot = name.find('.');
    if (dot == std::string::npos) return {};
    Topic topic{{}, name.substr(dot + 1)};
    const auto channel = name.substr(0, dot);
    if (channel == "tickers")
      topic.kind = "ticker";
    else if (channel == "publicTrade")
      topic.kind = "trades";
    else if (channel == "allLiquidation")
      topic.kind = "liquidations";
    if (topic.kind.empty() || market_.quote(topic.symbol) == nullptr) return {};
    return topic;
  }

  static std::string trade(const Quote& q) {
    return fmt::format(
        R"({{"topic":"publicTrade.{0}","type":"snapshot","ts":{1},"data":[{{"T":{1},"s":"{0}","S":"{2}","v":"{3:.3f}","p":"{4}","L":"PlusTick","i":"{5:08x}-{6}","BT":false,"RPI":false,"seq":{5}}}]}})",
        q.symbol, to_unix_ms(q.time), q.taker_buys ? "Buy" : "Sell", q.size, q.written(q.price),
        q.trade_id, "5a1e-5b2f-8c3d-4e5f60718293");
  }

  std::string ticker_snapshot(const Quote& q) {
    last_[q.symbol] = q.written(q.price);
    return fmt::format(
        R"({{"topic":"tickers.{0}","type":"snapshot","data":{{"symbol":"{0}","tickDirection":"PlusTick","price24hPcnt":"0.001","lastPrice":"{1}","prevPrice24h":"{1}","highPrice24h":"{1}","lowPrice24h":"{1}","prevPrice1h":"{1}","markPrice":"{1}","indexPrice":"{1}","openInterest":"36585.3","openInterestValue":"2531312784.42","turnover24h":"3391168773.5801","volume24h":"123331.4080","nextFundingTime":"{5}","fundingRate":"0.0001","bid1Price":"{2}","bid1Size":"1.305","ask1Price":"{3}","ask1Size":"22.439"}},"cs":{4},"ts":{5}}})",
        q.symbol, q.written(q.price), q.written(q.bid()), q.written(q.ask()), ++sequence_,
        to_unix_ms(q.time));
  }

  // A field that did not change is left out; an unchanged price leaves only the size at the bid.
  std::string ticker_delta(const Quote& q) {
    const auto written = q.written(q.price);
    std::string changed;
    if (auto& last = last_[q.symbol]; last != written) {
      last = written;
      changed =
          fmt::format(R"("lastPrice":"{0}","markPrice":"{0}","bid1Price":"{1}","ask1Price":"{2}",)",
                      written, q.written(q.bid()), q.written(q.ask()));
    }
    ++sequence_;
    return fmt::format(
        R"({{"topic":"tickers.{0}","type":"delta","data":{{"symbol":"{0}",{1}"bid1Size":"{2}.302"}},"cs":{3},"ts":{4}}})",
        q.symbol, changed, sequence_ % 9 + 1, sequence_, to_unix_ms(q.time));
  }

  const VenueMarket& market_;
  std::string connection_{fresh_hex()};
  std::map<std::string, std::string> last_;  ///< the price each ticker last told
  std::uint64_t sequence_{820'163'808'303};
};

}  // namespace

std::unique_ptr<VenueSession> make_bybit_session(const VenueMarket& market,
                                                 std::string_view target) {
  if (target != "/v5/public/linear") return nullptr;
  return std::make_unique<BybitSession>(market);
}

}  // namespace foghorn::sim
