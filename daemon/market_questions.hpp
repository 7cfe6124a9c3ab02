#pragma once
// Questions and orders to the market thread, from coroutines of another one.

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "daemon/market_side.hpp"

namespace foghorn {

/// The answer comes back to the asking thread, after what the market side handed over before it.
/// Null where that thread did not answer in time. Outlives neither thread's io_context.
class MarketQuestions {
 public:
  MarketQuestions(asio::io_context& market, MarketSide& side) : market_{market}, side_{side} {}

  asio::awaitable<std::shared_ptr<const Snapshot>> ask() {
    return put<Snapshot>([](MarketSide& side) { return side.snapshot(); }, patience);
  }

  asio::awaitable<std::shared_ptr<const ExplainAnswer>> explain(std::string rule) {
    return put<ExplainAnswer>(
        [rule = std::move(rule)](MarketSide& side) { return side.explain(rule); }, patience);
  }

  asio::awaitable<std::shared_ptr<const PageSnapshot>> page(bool with_past) {
    return put<PageSnapshot>(
        [with_past](MarketSide& side) { return side.page_snapshot(with_past); }, patience);
  }

  /// The market side goes on with another config: see MarketSide::reload(). Null or false: it was
  /// stopped before.
  asio::awaitable<std::shared_ptr<const bool>> reload(MarketChange change) {
    // What is posted must be copied; a change is moved.
    auto once = std::make_shared<MarketChange>(std::move(change));
    return put<bool>(
        [this, once](MarketSide& side) {
          if (stopped_) return false;
          side.reload(std::move(*once));
          return true;
        },
        std::chrono::hours{24});  // it does answer, or systemd's watchdog ends the process
  }

  /// On the market thread: from now on there is no reload.
  void stop() { stopped_ = true; }

 private:
  static constexpr std::chrono::steady_clock::duration patience = std::chrono::seconds{2};

  template <class Answer>
  asio::awaitable<std::shared_ptr<const Answer>> put(std::function<Answer(MarketSide&)> look,
                                                     std::chrono::steady_clock::duration at_most) {
    struct Box {
      Box(const asio::any_io_executor& executor, std::chrono::steady_clock::duration wait)
          : answered{executor, wait} {}
      asio::steady_timer answered;
      std::shared_ptr<const Answer> answer;
    };
    const auto here = co_await asio::this_coro::executor;
    const auto box = std::make_shared<Box>(here, at_most);
    auto question = [this, here, box, look = std::move(look)] {
      auto seen = std::make_shared<const Answer>(look(side_));
      auto answer = [box, seen = std::move(seen)]() mutable {
        box->answer = std::move(seen);
        box->answered.cancel();
      };
      asio::post(here, std::move(answer));
    };
    asio::post(market_, std::move(question));
    boost::system::error_code ignored;  // cancelled: answered; expired: it is not going to be
    co_await box->answered.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_return box->answer;
  }

  asio::io_context& market_;
  MarketSide& side_;
  bool stopped_{};  // the market thread's
};

}  // namespace foghorn
