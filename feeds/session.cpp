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
  context.journal.connecting();
  co_return co_await context.connect(context.url, context.options);
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

/// Whatever was seen of liquidations was seen for as long as there was something to hear, not up to
/// when we noticed.
void tell_unseen(SessionContext& context, bool silent) {
  if (!context.streams.connected()) return;
  const auto until = context.streams.heard_until(silent);
  const auto streams = context.streams.streams();
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (streams[i].kind != StreamKind::liquidations) continue;
    if (context.streams.is_acknowledged(i)) context.liquidations_seen(streams[i], false, until);
    if (context.streams.was_refused(i)) context.liquidations_refused(streams[i], false, until);
  }
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
        outcome.had_data = context.streams.has_data();
        break;
      }
      case Step::wait: co_await pause(action.wait); break;
    }
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) co_return;

    outcome.failed = static_cast<bool>(error);
    action = fsm.next(outcome, context.random());
    if (!error) continue;
    const bool silent = error == Errc::silent;
    tell_unseen(context, silent);
    context.streams.lost(silent);
    context.journal.lost(error, outcome.had_data, action.wait, detail);
    listener.reset();
    stream.reset();
  }
}

}  // namespace foghorn
