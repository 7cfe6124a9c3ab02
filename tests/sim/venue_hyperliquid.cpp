// Hyperliquid: /ws. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket
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

class HyperliquidSession final : public VenueSession {
 public:
  explicit HyperliquidSession(const VenueMarket& market) : market_{market} {}

  Reply text(std::string_view message) override {
    boost::system::error_code bad;
    const auto value = json::parse(message, bad);
    const auto* object = bad ? nullptr : value.if_object();
    if (object == nullptr)
      return error("Error parsing JSON into valid websocket request: " + std::string{message});
    const auto method = text_at(*object, "method");
    if (method == "ping") return {{R"({"channel":"pong"})"}};
    const auto* subscription = object->if_contains("subscription");
    if (method != "subscribe" || subscription == nullptr || !subscription->is_object())
      return error("Error parsing JSON into valid websocket request: " + std::string{message});
    return subscribe(subscription->get_object());
  }

  void prices(const std::vector<Quote>& quotes, Frames& out) override {
    for (const auto& q : quotes) {
      if (subscribed("ticker", q.symbol)) out.push_back(context(q));
      if (subscribed("book", q.symbol)) out.push_back(best(q));
    }
    for (const auto& q : quotes)
      if (subscribed("trades", q.symbol)) out.push_back(trades({q}));
  }

  // No public feed tells forced closes.
  void liquidations(const std::vector<Order>&, Timestamp, Frames&) override {}

 private:
  Reply subscribe(const json::object& subscription) {
    const auto type = text_at(subscription, "type");
    const auto coin = text_at(subscription, "coin");
    const auto* quote = market_.quote(coin);
    // A coin that was never listed, wrong case included, ends the whole socket without a word.
    if (quote == nullptr) return {{}, true};

    std::string kind;
    if (type == "trades")
      kind = "trades";
    else if (type == "activeAssetCtx")
      kind = "ticker";
    else if (type == "bbo")
      kind = "book";
    else
      return error("Invalid subscription " + json::serialize(subscription));
    if (!streams_.insert(kind + " " + coin).second)
      return error("Already subscribed: " + json::serialize(subscription));

    Reply reply{{fmt::format(
        R"({{"channel":"subscriptionResponse","data":{{"method":"subscribe","subscription":{}}}}})",
        json::serialize(subscription))}};
    if (kind == "trades") {
      if (const auto recent = market_.recent_trades(coin); !recent.empty())
        reply.frames.push_back(trades(recent));
    } else {
      reply.frames.push_back(kind == "ticker" ? context(*quote) : best(*quote));
    }
    return reply;
  }

  static Reply error(const std::string& text) {
    return {{fmt::format(R"({{"channel":"error","data":{}}})",
                         json::serialize(json::value(json::string{text})))}};
  }

  static std::string trades(const std::vector<Quote>& quotes) {
    std::string rows;
    for (const auto& q : quotes)
      rows += fmt::format(
          R"({}{{"coin":"{}","side":"{}","px":"{}","sz":"{:.3f}","time":{},"hash":"0x{:064x}","tid":{},"users":["0x{:040x}","0x{:040x}"]}})",
          rows.empty() ? "" : ",", q.symbol, q.taker_buys ? "B" : "A", q.written(q.price), q.size,
          to_unix_ms(q.time), 0, q.trade_id, 0x7684, 0xbb05);
    return fmt::format(R"({{"channel":"trades","data":[{}]}})", rows);
  }

  // Carries no time of its own.
  static std::string context(const Quote& q) {
    return fmt::format(
        R"({{"channel":"activeAssetCtx","data":{{"coin":"{0}","ctx":{{"funding":"0.0000018952","openInterest":"36585.31848","prevDayPx":"{1}","dayNtlVlm":"4161029539.6949653625","premium":"-0.0006413454","oraclePx":"{1}","markPx":"{1}","midPx":"{1}","impactPxs":["{2}","{3}"],"dayBaseVlm":"49116.08533"}}}}}})",
        q.symbol, q.written(q.price), q.written(q.bid()), q.written(q.ask()));
  }

  static std::string best(const Quote& q) {
    return fmt::format(
        R"({{"channel":"bbo","data":{{"coin":"{}","time":{},"bbo":[{{"px":"{}","sz":"1.2","n":3}},{{"px":"{}","sz":"0.9","n":2}}]}}}})",
        q.symbol, to_unix_ms(q.time), q.written(q.bid()), q.written(q.ask()));
  }

  const VenueMarket& market_;
};

}  // namespace

std::unique_ptr<VenueSession> make_hyperliquid_session(const VenueMarket& market,
                                                       std::string_view target) {
  if (target != "/ws") return nullptr;
  return std::make_unique<HyperliquidSession>(market);
}

}  // namespace foghorn::sim
