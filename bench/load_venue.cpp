#include "bench/load_venue.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cmath>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace foghorn::bench {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

/// What was subscribed to: the words of a client's text that stand between `before` and `after`.
void find_symbols(std::string_view text, std::string_view before, std::string_view after,
                  std::vector<std::string>& symbols) {
  for (auto end = text.find(after); end != std::string_view::npos;
       end = text.find(after, end + 1)) {
    const auto head = text.substr(0, end);
    const auto at = head.rfind(before);
    if (at == std::string_view::npos) continue;
    const auto word = head.substr(at + before.size());
    if (!word.empty() && word.find('"') == std::string_view::npos) symbols.emplace_back(word);
  }
}

double base_price(std::string_view symbol) {
  const auto names = [symbol](std::string_view part) {
    return symbol.find(part) != std::string_view::npos;
  };
  if (names("BTC") || names("btc")) return 78'000;
  if (names("XAU") || names("xau") || names("GOLD")) return 4'800;
  if (names("QQQ") || names("qqq") || names("XYZ100")) return 600;
  if (names("BZ") || names("bz") || names("BRENT")) return 94;
  return 90;
}

/// A client's venue, by the path it asked for, and its trades.
class Talk {
 public:
  Talk(std::string path, std::uint64_t connection)
      : path_{std::move(path)}, id_{connection << 40} {}

  /// Takes note of a subscription; what to answer, or nothing.
  std::string hear(std::string_view text) {
    if (text == "ping") return "pong";
    if (text.find(R"("op":"ping")") != std::string_view::npos)
      return R"({"success":true,"ret_msg":"pong","op":"ping"})";
    if (path_.starts_with("/bybit")) {
      find_symbols(text, "publicTrade.", "\"", symbols_);
      std::vector<std::string> ids;
      find_symbols(text, R"("req_id":")", "\"", ids);
      return fmt::format(
          R"({{"success":true,"ret_msg":"","conn_id":"1","req_id":"{}","op":"subscribe"}})",
          ids.empty() ? "" : ids.front());
    }
    if (path_.starts_with("/okx"))
      find_symbols(text, R"("channel":"trades","instId":")", "\"", symbols_);
    if (path_.starts_with("/hyperliquid")) {
      if (text.find(R"("type":"trades")") != std::string_view::npos)
        find_symbols(text, R"("coin":")", "\"", symbols_);
    }
    if (path_.starts_with("/binance")) find_symbols(text, "\"", "@aggTrade", symbols_);
    return {};
  }

  bool subscribed() const { return !symbols_.empty(); }

  std::string next() {
    const auto& symbol = symbols_[step_ % symbols_.size()];
    const auto id = id_ + ++step_;
    const auto ms = now_ms();
    const double price =
        base_price(symbol) * (1 + 0.003 * std::sin(static_cast<double>(ms) / 30'000.0));
    // A symbol's ticker is asked for beside its trades: without one its stream would count as mute.
    if (path_.starts_with("/bybit") && (step_ / symbols_.size()) % 10 == 0)
      return fmt::format(
          R"({{"topic":"tickers.{0}","type":"delta","data":{{"symbol":"{0}","lastPrice":"{2:.2f}"}},"cs":{3},"ts":{1}}})",
          symbol, ms, price, id);
    if (path_.starts_with("/bybit"))
      return fmt::format(
          R"({{"topic":"publicTrade.{0}","type":"snapshot","ts":{1},"data":[{{"T":{1},"s":"{0}","S":"Buy","v":"12.5","p":"{2:.2f}","L":"PlusTick","i":"{3}","BT":false,"RPI":false,"seq":{3}}}]}})",
          symbol, ms, price, id);
    if (path_.starts_with("/okx"))
      return fmt::format(
          R"({{"arg":{{"channel":"trades","instId":"{0}"}},"data":[{{"instId":"{0}","tradeId":"{3}","px":"{2:.2f}","sz":"5","side":"buy","ts":"{1}","count":"1","source":"0","seqId":{3}}}]}})",
          symbol, ms, price, id);
    if (path_.starts_with("/hyperliquid"))
      return fmt::format(
          R"({{"channel":"trades","data":[{{"coin":"{0}","side":"A","px":"{2:.2f}","sz":"0.42","time":{1},"hash":"0xab7ac612399342b1acf4041c880dcd011800ddf7d49661834f437164f8971c9c","tid":{3},"users":["0x1111111111111111111111111111111111111111","0x2222222222222222222222222222222222222222"]}}]}})",
          symbol, ms, price, id);
    std::string upper;
    for (const char c : symbol)
      upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return fmt::format(
        R"({{"stream":"{0}@aggTrade","data":{{"e":"aggTrade","E":{1},"a":{3},"s":"{4}","p":"{2:.2f}","q":"0.016","nq":"0.016","f":{3},"l":{3},"T":{1},"m":true,"st":1}}}})",
        symbol, ms, price, id, upper);
  }

 private:
  std::string path_;
  std::vector<std::string> symbols_;
  std::uint64_t id_;
  std::uint64_t step_{};
};

}  // namespace

bool LoadVenue::speaks(std::string_view venue) {
  return venue == "bybit" || venue == "okx" || venue == "hyperliquid" || venue == "binance-futures";
}

LoadVenue::LoadVenue(const sim::Credentials& credentials, Load load, std::uint16_t port)
    : tls_{credentials.certificate_pem, credentials.key_pem}, load_{load}, listener_{port} {}

void LoadVenue::serve() {
  for (;;) {
    const int client = listener_.accept();
    std::thread{[this, client] { serve_one(client); }}.detach();
  }
}

void LoadVenue::serve_one(int socket) {
  try {
    test::BlockingLine line{tls_, socket};
    Talk talk{line.upgrade(), ++connections_};
    const auto hear = [&](std::string_view text) {
      const auto answer = talk.hear(text);
      if (!answer.empty()) line.say(answer);
    };
    while (!talk.subscribed() || line.readable(std::chrono::milliseconds{200})) line.listen(hear);
    const auto began = Clock::now();
    for (std::uint64_t i = 0; i < load_.messages; ++i) {
      if (load_.rate > 0) {
        const std::chrono::duration<double> since{static_cast<double>(i) / load_.rate};
        std::this_thread::sleep_until(began + std::chrono::duration_cast<Clock::duration>(since));
      }
      line.say(talk.next());
      ++sent_;
      if (i % 256 == 0 && line.readable({})) line.listen(hear);
    }
    for (;;) line.listen(hear);
  } catch (const test::Hangup&) {
  }
  ::close(socket);
}

}  // namespace foghorn::bench
