#include "tests/faults/imposter_venue.hpp"

#include <fmt/format.h>

namespace foghorn::test {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string acknowledgement(std::string_view text) {
  if (text.find(R"("op":"ping")") != std::string_view::npos)
    return R"({"success":true,"ret_msg":"pong","conn_id":"1","op":"ping"})";
  constexpr std::string_view key = R"("req_id":")";
  const auto begin = text.find(key) + key.size();
  const auto id = text.substr(begin, text.find('"', begin) - begin);
  return fmt::format(
      R"({{"success":true,"ret_msg":"","conn_id":"1","req_id":"{}","op":"subscribe"}})", id);
}

}  // namespace

ImposterVenue::ImposterVenue(const Certificate& certificate, Script script, Welcome welcome)
    : tls_{certificate.certificate, certificate.key},
      script_{std::move(script)},
      welcome_{std::move(welcome)},
      acceptor_{[this] { run(); }} {}

ImposterVenue::~ImposterVenue() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  over_.notify_all();
  listener_.stop();
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  for (const int socket : sockets_) ::close(socket);
}

int ImposterVenue::connections() const {
  const std::lock_guard lock{mutex_};
  return static_cast<int>(times_.size());
}

std::vector<Clock::time_point> ImposterVenue::times() const {
  const std::lock_guard lock{mutex_};
  return times_;
}

void ImposterVenue::run() {
  try {
    for (;;) {
      const int socket = listener_.accept();
      const std::lock_guard lock{mutex_};
      sockets_.push_back(socket);
      times_.push_back(Clock::now());
      if (stopping_) return;
      const auto number = static_cast<int>(times_.size());
      threads_.emplace_back([this, socket, number] { play(socket, number); });
    }
  } catch (const Hangup&) {
  }
}

void ImposterVenue::play(int socket, int number) {
  try {
    if (!welcome_ || !welcome_(*this, socket, number)) {
      BlockingLine line{tls_, socket};
      script_(*this, line, number);
    }
  } catch (const Hangup&) {
  }
  ::shutdown(socket, SHUT_RDWR);
}

void ImposterVenue::serve(BlockingLine& line, const std::function<void()>& speak,
                          std::chrono::milliseconds every, std::chrono::milliseconds length) {
  const auto end = length.count() == 0 ? Clock::time_point::max() : Clock::now() + length;
  const auto answer = [&](std::string_view text) { line.say(acknowledgement(text)); };
  bool asked = false;
  while (Clock::now() < end) {
    if (line.readable(every)) {
      line.listen(answer);
      asked = true;
    } else if (asked) {
      speak();
    }
  }
}

void ImposterVenue::freeze() {
  std::unique_lock lock{mutex_};
  over_.wait(lock, [this] { return stopping_; });
  throw Hangup{};
}

std::string bybit_trade(const std::string& symbol, std::uint64_t id,
                        std::chrono::milliseconds shift) {
  return fmt::format(
      R"({{"topic":"publicTrade.{0}","type":"snapshot","ts":{1},"data":[{{"T":{1},"s":"{0}","S":"Buy","v":"12.5","p":"{2:.2f}","L":"PlusTick","i":"{3}","BT":false,"RPI":false,"seq":{3}}}]}})",
      symbol, now_ms() + shift.count(), 85.0 + static_cast<double>(id % 100) / 100, id);
}

std::string bybit_ticker(const std::string& symbol) {
  return fmt::format(
      R"({{"topic":"tickers.{0}","type":"delta","data":{{"symbol":"{0}","lastPrice":"85.00","markPrice":"85.01"}},"cs":1,"ts":{1}}})",
      symbol, now_ms());
}

std::string bybit_liquidations(std::uint64_t first, std::uint64_t rows) {
  const auto ms = now_ms();
  std::string data;
  for (auto i = first; i < first + rows; ++i) {
    data += fmt::format(R"({}{{"T":{},"s":"BTCUSDT","S":"Buy","v":"0.{:06}","p":"78000.10"}})",
                        data.empty() ? "" : ",", ms, i % 1'000'000 + 1);
  }
  return fmt::format(
      R"({{"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":{},"data":[{}]}})", ms, data);
}

}  // namespace foghorn::test
