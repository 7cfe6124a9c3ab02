#pragma once
// A wire without a network: each connect meets the next of a list of fates; what was written is
// remembered.

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "net/ws_stream.hpp"
#include "tests/support/frame.hpp"

namespace foghorn::test {

/// What becomes of one connect.
struct Fate {
  boost::system::error_code refusal{};  ///< set: no connection
  int http_status{};                    ///< of the refusal
  Duration retry_after{};
  bool connect_hangs{};
  bool writes_hang{};
  bool answers_pings{};                             ///< once the batches are read
  std::vector<std::vector<std::string>> batches{};  ///< one per read; "<ping>", "<pong>": control
  boost::system::error_code end{};  ///< of the read after the last batch; none: it hangs
};

class FakeWire {
 public:
  std::deque<Fate>
      fates;  ///< of the connects to come; none left: connections on which nothing comes
  std::size_t connects{};
  std::size_t open{};                ///< streams that exist
  std::size_t closed{};              ///< with a goodbye
  std::vector<std::string> written;  ///< by all connections, in order
  std::vector<std::string> urls;     ///< host of each connect, in order

  WsConnector connector();
};

/// Waits until cancelled; then throws as Asio does.
inline asio::awaitable<void> hang() {
  asio::steady_timer never{co_await asio::this_coro::executor,
                           asio::steady_timer::time_point::max()};
  co_await never.async_wait(asio::use_awaitable);
}

class FakeWs final : public WsStream {
 public:
  FakeWs(FakeWire& wire, Fate fate) : wire_{wire}, fate_{std::move(fate)} { ++wire_.open; }
  ~FakeWs() override { --wire_.open; }

  asio::awaitable<Result<std::span<const Frame>>> read() override {
    if (served_ == fate_.batches.size()) {
      if (fate_.end) co_return fate_.end;
      if (!fate_.answers_pings) co_await hang();
      co_await pinged();
      fate_.batches.push_back({"<pong>"});
    }
    owned_.clear();
    frames_.clear();
    for (const auto& text : fate_.batches[served_++]) owned_.push_back(frame_of(text));
    for (const auto& frame : owned_) frames_.push_back(frame);
    co_return std::span<const Frame>{frames_};
  }

  asio::awaitable<Result<void>> write(std::string text) override {
    if (fate_.writes_hang) co_await hang();
    wire_.written.push_back(std::move(text));
    co_return Result<void>{};
  }

  void ping() override {
    wire_.written.push_back("<ping>");
    pings_ = true;
  }

  asio::awaitable<void> close() override {
    ++wire_.closed;
    co_return;
  }

 private:
  asio::awaitable<void> pinged() {
    asio::steady_timer poll{co_await asio::this_coro::executor};
    while (!std::exchange(pings_, false)) {
      poll.expires_after(std::chrono::milliseconds{1});
      co_await poll.async_wait(asio::use_awaitable);
    }
  }

  static OwnedFrame frame_of(std::string_view text) {
    if (text == "<ping>") return OwnedFrame{"", Frame::Kind::ping};
    if (text == "<pong>") return OwnedFrame{"", Frame::Kind::pong};
    return OwnedFrame{text};
  }

  FakeWire& wire_;
  Fate fate_;
  std::size_t served_{};
  bool pings_{};
  std::vector<OwnedFrame> owned_;
  std::vector<Frame> frames_;
};

inline asio::awaitable<WsConnected> connect_fake(FakeWire& wire, Url url) {
  ++wire.connects;
  wire.urls.push_back(url.host);
  Fate fate;
  if (!wire.fates.empty()) {
    fate = std::move(wire.fates.front());
    wire.fates.pop_front();
  }
  if (fate.connect_hangs) co_await hang();
  WsConnected connected;
  if (fate.refusal) {
    connected.error = fate.refusal;
    connected.http_status = fate.http_status;
    connected.retry_after = fate.retry_after;
  } else {
    connected.stream = std::make_unique<FakeWs>(wire, std::move(fate));
  }
  co_return connected;
}

inline WsConnector FakeWire::connector() {
  return [this](Url url, WsOptions) { return connect_fake(*this, std::move(url)); };
}

}  // namespace foghorn::test
