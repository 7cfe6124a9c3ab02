#include "feeds/session.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <optional>
#include <utility>

#include "feeds/listener.hpp"

namespace foghorn {
namespace {

using Step = SessionAction::Step;

asio::awaitable<void> pause(Duration duration) {
  if (duration <= Duration{}) co_return;
  asio::steady_timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<WsConnected> connect(SessionContext& context) {
  co_await pause(context.pacer.reserve(context.clock.now()));
  auto& books = context.books.books();
  books.journal(context.link).connecting();
  co_return co_await context.connect(books.url(context.link), context.options);
}

SessionOutcome turned_away(const WsConnected& refused) {
  return {
      .failed = true,
      .turned_away = refused.error == Errc::rate_limited || refused.error == Errc::unavailable_here,
      .retry_after = refused.retry_after};
}

std::string status_of(const WsConnected& refused) {
  return refused.http_status == 0 ? "" : " status=" + std::to_string(refused.http_status);
}

}  // namespace

asio::awaitable<void> run_session(SessionContext context) {
  const auto executor = co_await asio::this_coro::executor;
  SessionFsm fsm{context.policy.backoff};
  std::unique_ptr<WsStream> stream;
  std::optional<Listener> listener;

  for (auto action = fsm.begin();;) {
    SessionOutcome outcome;
    boost::system::error_code error;
    std::string detail;

    switch (action.step) {
      case Step::connect: {
        auto connected = co_await connect(context);
        error = connected.error;
        if (error) {
          outcome = turned_away(connected);
          detail = status_of(connected);
        } else {
          stream = std::move(connected.stream);
          listener.emplace(executor, context, *stream);
        }
        break;
      }
      case Step::subscribe: {
        const auto sent = co_await listener->subscribe();
        error = sent ? boost::system::error_code{} : sent.error();
        break;
      }
      case Step::listen: {
        const auto ended = co_await listener->listen();
        error = ended.error();
        outcome.had_data = context.books.books().had_data(context.link, listener->serial());
        break;
      }
      case Step::wait: co_await pause(action.wait); break;
    }
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) co_return;

    outcome.failed = static_cast<bool>(error);
    action = fsm.next(outcome, context.random());
    if (!error) continue;
    if (listener) {
      context.books.ended(context.link, listener->serial(),
                          error == Errc::silent ? LinkEnd::silent : LinkEnd::lost,
                          context.clock.now());
    }
    context.books.books().journal(context.link).lost(error, action.wait, detail);
    listener.reset();
    stream.reset();
  }
}

}  // namespace foghorn
