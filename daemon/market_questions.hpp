#pragma once
// Questions and orders to the market thread, from coroutines of another one.

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

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

  /// What the status page shows, with prices of the last hour where that is wanted. It is asked for
  /// in pieces of a millisecond or so, between which ticks are judged.
  asio::awaitable<std::shared_ptr<const PageSnapshot>> page(bool with_past) {
    std::function<PageSnapshot(MarketSide&)> first = [](MarketSide& side) {
      return side.page_snapshot();
    };
    const auto begun = co_await put(std::move(first), patience);
    if (!begun) co_return nullptr;
    auto page = std::make_shared<PageSnapshot>(*begun);

    std::vector<std::string> rules, instruments;
    for (const auto& rule : page->market.rules) rules.push_back(rule.id);
    for (const auto& instrument : page->market.instruments) instruments.push_back(instrument.id);
    if (!co_await in_pieces(std::move(rules), 40, &MarketSide::page_rules, page->rules))
      co_return nullptr;
    if (with_past &&
        !co_await in_pieces(std::move(instruments), 10, &MarketSide::page_pasts, page->pasts))
      co_return nullptr;
    co_return page;
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

  /// Asks of `names`, so many at a time. False: there was no answer.
  template <class Shown>
  asio::awaitable<bool> in_pieces(
      std::vector<std::string> names, std::size_t at_a_time,
      std::vector<Shown> (MarketSide::*look)(std::span<const std::string>),
      std::vector<Shown>& shown) {
    for (std::size_t from = 0; from < names.size(); from += at_a_time) {
      const auto piece = std::span{names}.subspan(from, std::min(at_a_time, names.size() - from));
      std::function<std::vector<Shown>(MarketSide&)> ask_piece =
          [look, some = std::vector<std::string>(piece.begin(), piece.end())](MarketSide& side) {
            return (side.*look)(some);
          };
      const auto answer = co_await put(std::move(ask_piece), patience);
      if (!answer) co_return false;
      shown.insert(shown.end(), answer->begin(), answer->end());
    }
    co_return true;
  }

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
