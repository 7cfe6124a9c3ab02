#include "feeds/listener.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>
#include <variant>

namespace foghorn {
namespace {

// A line on which nothing has come for so long is asked for a sign of life, and again after as
// long. It has time for an answer before it is taken for dead (StreamPolicy::idle_limit).
constexpr Duration ask_after = std::chrono::seconds{10};

OutgoingPolicy outgoing(const SessionContext& context, const Tokens& tokens) {
  const auto& books = context.books.books();
  OutgoingPolicy policy{.keep_alive = books.venue().keep_alive(),
                        .spacing = books.venue().limits().message_spacing,
                        .write_limit = context.policy.write_limit};
  const auto& own = books.connection(context.link).keep_alive;
  policy.keep_alive.text = filled(own.empty() ? policy.keep_alive.text : own, tokens);
  return policy;
}

}  // namespace

Listener::Listener(asio::any_io_executor executor, SessionContext& context, Relay& relay,
                   WsStream& stream, const Tokens& tokens)
    : context_{context},
      relay_{relay},
      stream_{stream},
      outgoing_{std::move(executor), stream, outgoing(context, tokens)},
      opened_{context.clock.now()} {
  auto& books = context.books.books();
  const auto& connection = books.connection(context.link);
  for (const auto& text : connection.subscribe) subscribe_.push_back(filled(text, tokens));
  const auto lifetime = books.venue().limits().lifetime;
  if (lifetime > Duration{}) renew_at_ = opened_ + renewal_age(lifetime, context.random());

  serial_ = context.books.opened(context.link, books.carrier(context.link), opened_);
  if (connection.login.empty()) {
    subscribe();
  } else {
    outgoing_.say(filled(connection.login, tokens));
  }
}

void Listener::subscribe() {
  for (std::size_t i = 0; i < subscribe_.size(); ++i) {
    std::function<void()> sent;
    if (i + 1 == subscribe_.size())
      sent = [this] { context_.books.books().sent(context_.link, serial_, context_.clock.now()); };
    outgoing_.say(std::move(subscribe_[i]), std::move(sent));
  }
  subscribe_.clear();
}

asio::awaitable<Result<void>> Listener::listen() {
  using namespace asio::experimental::awaitable_operators;

  const auto ended = co_await (quietly(read()) || quietly(outgoing_.run()) || quietly(watch()));
  co_return std::visit([](const Result<void>& result) { return result; }, ended);
}

asio::awaitable<Result<void>> Listener::read() {
  for (;;) {
    const auto batch = co_await stream_.read();
    if (!batch) co_return batch.error();
    const auto arrival = context_.clock.now();  // the one place where arrival is stamped
    for (const auto& frame : *batch) take(frame, arrival);
  }
}

/// The market thread's hot path: no allocation, no lock, no log line, no timer.
void Listener::take(const Frame& frame, Timestamp arrival) {
  const auto answer = context_.books.frame(context_.link, serial_, frame, arrival);
  if (!answer.reply.empty()) outgoing_.answer(answer.reply);
  if (answer.welcome) subscribe();
  leaving_ = leaving_ || answer.leaving;
}

/// Where the venue said that it leaves, or near the age at which it cuts.
bool Listener::wants_relief(Timestamp now) const {
  // Where a venue says goodbye to every newcomer, replacing them goes no faster than this.
  return now >= renew_at_ || (leaving_ && now - opened_ >= context_.policy.least_age);
}

/// Where a subscription was refused, be it for a moment: only a new connection asks anew.
bool Listener::asks_again(Timestamp now) {
  const auto age = now - opened_;
  if (!context_.books.books().refused_any(context_.link)) {
    if (age >= relay_.patience()) relay_.regain_patience();
    return false;
  }
  if (age < relay_.patience()) return false;
  relay_.lose_patience();
  return true;
}

void Listener::ask_for_life(Timestamp now) {
  const auto heard = context_.books.books().last_frame(context_.link, serial_);
  if (now - heard < ask_after || (asked_ != no_time && now - asked_ < ask_after)) return;
  asked_ = now;
  stream_.ping();
}

asio::awaitable<Result<void>> Listener::watch() {
  asio::steady_timer timer{co_await asio::this_coro::executor};
  auto& books = context_.books.books();
  for (;;) {
    timer.expires_after(context_.policy.watch_every);
    co_await timer.async_wait(asio::use_awaitable);
    const auto now = context_.clock.now();
    switch (books.judge(context_.link, serial_, now)) {
      case LineVerdict::good: break;
      case LineVerdict::silent: co_return Errc::silent;
      case LineVerdict::refused: co_return Errc::refused;
      case LineVerdict::unanswered: co_return Errc::timed_out;
    }
    ask_for_life(now);
    if (books.carrier(context_.link) != serial_) continue;
    if (!relay_.relieving() && (wants_relief(now) || asks_again(now))) relay_.relieve();
    if (books.may_hand_over(context_.link, now)) co_return Result<void>{};
  }
}

}  // namespace foghorn
