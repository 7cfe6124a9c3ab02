#include "tests/sim/exchange.hpp"

namespace foghorn::sim {

Exchange::Exchange(asio::any_io_executor executor, const Credentials& credentials,
                   const Scenario& scenario, std::string venue)
    : market_{scenario, std::move(venue)}, server_{std::move(executor), credentials, *this} {
  if (tells_recent_orders(market_.venue())) earlier_orders_ = market_.recent_orders().size();
}

void Exchange::move(Timestamp t) {
  market_.move(t);
  tell_prices();
}

void Exchange::repeat() {
  market_.repeat();
  tell_prices();
}

void Exchange::tell_prices() {
  newcomers_ = false;
  if (!speaks()) return;
  for (auto& [peer, session] : clients_) {
    Frames frames;
    session->prices(market_.quotes(), frames);
    send(*peer, std::move(frames));
  }
}

void Exchange::publish(const Push& push) {
  market_.publish(push.orders);
  if (!speaks()) return;
  const auto heard = streams();
  for (const auto& order : push.orders)
    if (heard.contains("liquidations *") || heard.contains("liquidations " + order.symbol))
      ++published_orders_;
  for (auto& [peer, session] : clients_) {
    Frames frames;
    session->liquidations(push.orders, push.time, frames);
    send(*peer, std::move(frames));
  }
}

void Exchange::cut(bool by_reset) {
  down_ = true;
  for (auto& [peer, session] : clients_)
    if (by_reset)
      peer->reset();
    else
      peer->close();
}

void Exchange::restore() {
  down_ = false;
}

void Exchange::send_garbage() {
  // Cut short, of the wrong shape, of the wrong types, out of range, not UTF-8, nothing at all, and
  // a gateway's error page.
  const Frames garbage{
      R"({"topic":"tickers.BTCUSDT","type":"snap)",
      "[]",
      R"({"channel":"trades","data":"none"})",
      R"({"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[{"px":{},"sz":[],"ts":true}]})",
      R"({"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","s":"BTCUSDT","p":"1e999","q":"-1","T":-5}})",
      "\xff\xfe{\"op\":",
      "",
      "<html><head><title>502 Bad Gateway</title></head></html>"};
  for (auto& [peer, session] : clients_) send(*peer, garbage);
}

void Exchange::repeat_late(const std::string& symbol, Duration by) {
  const auto past = market_.quote_at(symbol, market_.now() - by);
  for (auto& [peer, session] : clients_) {
    Frames frames;
    session->prices({past}, frames);
    send(*peer, std::move(frames));
  }
}

std::set<std::string> Exchange::streams() const {
  std::set<std::string> all;
  for (const auto& [peer, session] : clients_)
    all.insert(session->streams().begin(), session->streams().end());
  return all;
}

Service::Admission Exchange::admits(std::string_view target) {
  if (down_) return {false, 503};
  return {make_session(market_, target) != nullptr, 404};
}

void Exchange::opened(WsPeer& peer, std::string_view target) {
  auto& session = clients_[&peer] = make_session(market_, target);
  if (market_.venue() == "binance-futures")
    peer.ping();  // the server asks for signs of life, in control frames
  newcomers_ = newcomers_ || !session->streams().empty();
  act(peer, session->opened());
}

void Exchange::text(WsPeer& peer, std::string_view message) {
  const auto found = clients_.find(&peer);
  if (found == clients_.end()) return;
  const auto before = found->second->streams().size();
  act(peer, found->second->text(message));
  newcomers_ = newcomers_ || found->second->streams().size() > before;
}

HttpPlan Exchange::http(const HttpCall& call) {
  auto body = call.method == "GET" ? rest_answer(market_, call.target) : std::string{};
  if (body.empty()) return {.status = 404, .body = R"({"code":"404","msg":"Not Found"})"};
  return {.body = std::move(body)};
}

void Exchange::act(WsPeer& peer, Reply reply) {
  send(peer, std::move(reply.frames));
  if (reply.drop) peer.reset();
}

void Exchange::send(WsPeer& peer, Frames frames) {
  for (auto& frame : frames) peer.send(std::move(frame));
}

}  // namespace foghorn::sim
