// OKX v5, public channels: /ws/v5/public. https://www.okx.com/docs-v5/en/
#include <fmt/format.h>
#include <boost/json.hpp>

#include "tests/sim/venue.hpp"

namespace foghorn::sim {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
}

class OkxSession final : public VenueSession {
 public:
  explicit OkxSession(const VenueMarket& market) : market_{market} {}

  Reply text(std::string_view message) override {
    if (message == "ping") return {{"pong"}};  // a bare text, not JSON
    boost::system::error_code bad;
    const auto value = json::parse(message, bad);
    const auto* object = bad ? nullptr : value.if_object();
    const auto* args = object != nullptr ? object->if_contains("args") : nullptr;
    if (args == nullptr || !args->is_array() || text_at(*object, "op") != "subscribe")
      return {{fmt::format(
          R"({{"event":"error","msg":"Illegal request: {}","code":"60012","connId":"{}"}})",
          escaped(message), connection_)}};

    // Each arg is answered on its own; a bad one does not cancel the others.
    const auto id = text_at(*object, "id");
    Reply reply;
    for (const auto& arg : args->get_array())
      if (arg.is_object())
        subscribe(arg.get_object(), id.empty() ? "" : fmt::format(R"("id":"{}",)", id), reply);
    return reply;
  }

  void prices(const std::vector<Quote>& quotes, Frames& out) override {
    for (const auto& q : quotes)
      if (subscribed("ticker", q.symbol)) out.push_back(ticker(q));
    for (const auto& q : quotes)
      if (subscribed("trades", q.symbol)) out.push_back(trade(q));
  }

  void liquidations(const std::vector<Order>& orders, Timestamp, Frames& out) override {
    if (!subscribed("liquidations", "*")) return;
    for (const auto& order : orders) out.push_back(liquidation(order));
  }

 private:
  void subscribe(const json::object& arg, const std::string& id, Reply& reply) {
    const auto channel = text_at(arg, "channel");
    const auto symbol = text_at(arg, "instId");
    const auto ack = fmt::format(R"({{{}"event":"subscribe","arg":{},"connId":"{}"}})", id,
                                 json::serialize(arg), connection_);

    if (channel == "liquidation-orders" && text_at(arg, "instType") == "SWAP") {
      streams_.insert("liquidations *");
      reply.frames.push_back(ack);
      // The first push after subscribing is recent history, in the shape of news.
      for (const auto& order : market_.recent_orders()) reply.frames.push_back(liquidation(order));
      return;
    }
    const auto* quote = market_.quote(symbol);
    if (quote == nullptr || (channel != "tickers" && channel != "trades")) {
      reply.frames.push_back(fmt::format(
          R"({{{}"event":"error","msg":"Wrong URL or channel:{},instId:{} doesn't exist. Please use the correct URL, channel and parameters referring to API document.","code":"60018","connId":"{}"}})",
          id, channel, symbol, connection_));
      return;
    }
    streams_.insert((channel == "tickers" ? "ticker " : "trades ") + symbol);
    reply.frames.push_back(ack);
    if (channel == "tickers") reply.frames.push_back(ticker(*quote));
  }

  static std::string trade(const Quote& q) {
    return fmt::format(
        R"({{"arg":{{"channel":"trades","instId":"{0}"}},"data":[{{"instId":"{0}","tradeId":"{1}","px":"{2}","sz":"{3:.2f}","side":"{4}","ts":"{5}","count":"1","source":"0","seqId":{1}}}]}})",
        q.symbol, q.trade_id, q.written(q.price), q.size / q.contract,
        q.taker_buys ? "buy" : "sell", to_unix_ms(q.time));
  }

  static std::string ticker(const Quote& q) {
    return fmt::format(
        R"({{"arg":{{"channel":"tickers","instId":"{0}"}},"data":[{{"instType":"SWAP","instId":"{0}","last":"{1}","lastSz":"5","askPx":"{3}","askSz":"168","bidPx":"{2}","bidSz":"2","open24h":"{1}","high24h":"{1}","low24h":"{1}","sodUtc0":"{1}","sodUtc8":"{1}","volCcy24h":"803940","vol24h":"803940","ts":"{4}"}}]}})",
        q.symbol, q.written(q.price), q.written(q.bid()), q.written(q.ask()), to_unix_ms(q.time));
  }

  std::string liquidation(const Order& order) const {
    const auto& q = *market_.quote(order.symbol);
    const bool closes_long = order.position == Position::long_side;
    const auto family = order.symbol.substr(0, order.symbol.rfind('-'));
    // sz counts contracts, and may be a fraction.
    return fmt::format(
        R"({{"arg":{{"channel":"liquidation-orders","instType":"SWAP"}},"data":[{{"details":[{{"bkLoss":"0","bkPx":"{0}","ccy":"","posSide":"{1}","side":"{2}","sz":"{3:.2f}","ts":"{4}"}}],"instFamily":"{5}","instId":"{6}","instType":"SWAP","uly":"{5}"}}]}})",
        q.written(order.price), closes_long ? "long" : "short", closes_long ? "sell" : "buy",
        order.quantity / q.contract, to_unix_ms(order.time), family, order.symbol);
  }

  static std::string escaped(std::string_view text) {
    auto quoted = json::serialize(json::value(json::string_view{text.data(), text.size()}));
    return quoted.substr(1, quoted.size() - 2);
  }

  const VenueMarket& market_;
  std::string connection_{fresh_hex().substr(0, 8)};
};

}  // namespace

std::unique_ptr<VenueSession> make_okx_session(const VenueMarket& market, std::string_view target) {
  if (target != "/ws/v5/public") return nullptr;
  return std::make_unique<OkxSession>(market);
}

}  // namespace foghorn::sim
