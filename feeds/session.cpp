#include "feeds/session.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "feeds/listener.hpp"
#include "feeds/relay.hpp"

namespace foghorn {
namespace {

using Step = SessionAction::Step;

asio::awaitable<void> pause(Duration duration) {
  if (duration <= Duration{}) co_return;
  asio::steady_timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait(asio::use_awaitable);
}

/// What came of a try to connect, the login before it included.
struct Connected {
  std::unique_ptr<WsStream> stream{};
  Tokens tokens{};
  boost::system::error_code error{};
  bool at_login{};
  std::string detail{};
  SessionOutcome outcome{};
};

// A key that is not accepted will hardly be in a second; and who tries it often is locked out.
constexpr Duration denied_wait = std::chrono::minutes{1};

bool denies(int http_status) {
  return http_status == 401 || http_status == 403;
}

SessionOutcome outcome_of(boost::system::error_code error, int http_status, Duration retry_after) {
  return {.failed = static_cast<bool>(error),
          .turned_away = error == Errc::rate_limited || error == Errc::unavailable_here,
          .retry_after = denies(http_status) ? std::max(retry_after, denied_wait) : retry_after};
}

std::string detail_of(int http_status, const std::string& more) {
  auto text = http_status == 0 ? std::string{} : " status=" + std::to_string(http_status);
  if (denies(http_status))
    text += " meaning=\"the venue does not let this key, or this place, in\"";
  if (!more.empty()) text += " detail=\"" + printable(more) + '"';
  return text;
}

/// One of the two who keep a link up.
class Runner {
 public:
  Runner(asio::any_io_executor executor, SessionContext& context, Relay& relay, std::size_t number)
      : executor_{std::move(executor)}, context_{context}, relay_{relay}, number_{number} {}

  asio::awaitable<void> run() {
    for (;;) {
      co_await relay_.duty(number_);
      co_await serve();
    }
  }

 private:
  /// Connects, listens, and does it again, for as long as that is this runner's duty.
  asio::awaitable<void> serve() {
    SessionFsm fsm{context_.policy.backoff};
    Connected line;
    for (auto action = fsm.begin(); relay_.on_duty(number_);) {
      switch (action.step) {
        case Step::connect:
          line = co_await connect();
          action = fsm.next(line.outcome, context_.random());
          if (line.error) tell_failed(line, action.wait);
          break;
        case Step::listen: {
          Listener listener{executor_, context_, relay_, *line.stream, line.tokens};
          const auto ended = co_await listener.listen();
          const auto cancellation = co_await asio::this_coro::cancellation_state;
          if (cancellation.cancelled() != asio::cancellation_type::none) co_return;
          if (ended) {
            retire(listener.serial());
            co_await line.stream->close();
            co_return;
          }
          const SessionOutcome lost{.failed = true, .had_data = had_data(listener.serial())};
          action = fsm.next(lost, context_.random());
          lose(listener.serial(), ended.error(), line.stream->farewell(), action.wait);
          line = {};
          break;
        }
        case Step::wait:
          co_await pause(action.wait);
          action = fsm.next({}, context_.random());
          break;
      }
    }
  }

  asio::awaitable<Connected> connect() {
    Connected result;
    co_await pause(context_.pacer.reserve(context_.clock.now()));
    auto& books = context_.books.books();
    books.journal(context_.link).connecting();
    if (context_.log_in) {
      auto login = co_await context_.log_in();
      result.tokens = std::move(login.tokens);
      result.error = login.error;
      result.at_login = true;
      result.outcome = outcome_of(login.error, login.http_status, login.retry_after);
      result.detail = detail_of(login.http_status, {});
      if (login.error) co_return result;
    }
    auto connected = co_await context_.connect(books.url(context_.link), context_.options);
    result.stream = std::move(connected.stream);
    result.error = connected.error;
    result.at_login = false;
    result.outcome = outcome_of(connected.error, connected.http_status, connected.retry_after);
    result.detail = detail_of(connected.http_status, connected.detail);
    co_return result;
  }

  bool had_data(std::uint32_t serial) const {
    return context_.books.books().had_data(context_.link, serial);
  }

  void tell_failed(const Connected& line, Duration retry_in) {
    auto& journal = context_.books.books().journal(context_.link);
    if (!relay_.carries(number_)) {
      journal.not_replaced(line.error, retry_in, line.detail);
    } else if (line.at_login) {
      journal.login_failed(line.error, retry_in, line.detail);
    } else {
      journal.lost(line.error, retry_in, line.detail);
    }
  }

  /// Whoever was to take over carries on at once, wherever it has got to.
  void lose(std::uint32_t serial, boost::system::error_code error, const std::string& farewell,
            Duration retry_in) {
    auto& books = context_.books.books();
    auto& journal = books.journal(context_.link);
    const auto successor = books.successor(context_.link);
    const bool relieved =
        serial == books.carrier(context_.link) && books.had_data(context_.link, successor);
    const auto how = error == Errc::silent ? LinkEnd::silent : LinkEnd::lost;
    context_.books.ended(context_.link, serial, how, context_.clock.now());
    const auto detail = farewell.empty() ? farewell : ' ' + farewell;
    if (!relay_.carries(number_)) {
      journal.not_replaced(error, retry_in, detail);
      return;
    }
    if (relieved) {
      journal.relieved(error, detail);
    } else {
      journal.lost(error, relay_.relieving() ? Duration{} : retry_in, detail);
    }
    if (relay_.relieving()) relay_.hand_over();
  }

  void retire(std::uint32_t serial) {
    context_.books.ended(context_.link, serial, LinkEnd::retired, context_.clock.now());
    context_.books.books().journal(context_.link).replaced();
    relay_.hand_over();
  }

  asio::any_io_executor executor_;
  SessionContext& context_;
  Relay& relay_;
  std::size_t number_;
};

/// Two that end by cancellation would end their pair by an exception of its own.
asio::awaitable<void> until_cancelled(asio::awaitable<void> task) {
  try {
    co_await std::move(task);
  } catch (const boost::system::system_error& end) {
    if (end.code() != asio::error::operation_aborted) throw;
  }
}

}  // namespace

asio::awaitable<void> run_session(SessionContext context) {
  using namespace asio::experimental::awaitable_operators;

  const auto executor = co_await asio::this_coro::executor;
  Relay relay{executor, context.policy.ask_again};
  Runner first{executor, context, relay, 0};
  Runner second{executor, context, relay, 1};
  co_await (until_cancelled(first.run()) && until_cancelled(second.run()));
}

}  // namespace foghorn
