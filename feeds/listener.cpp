#include "feeds/listener.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>
#include <variant>

#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

// A venue that pings us faster than it reads our answers gets no more of them.
constexpr std::size_t most_outgoing = 64;

/// What is raced must not throw: turns a failure, cancellation among them, into a result.
asio::awaitable<Result<void>> quietly(asio::awaitable<Result<void>> operation) {
  try {
    co_return co_await std::move(operation);
  } catch (const boost::system::system_error& failure) {
    co_return failure.code();
  }
}

}  // namespace

Listener::Listener(asio::any_io_executor executor, SessionContext& context, WsStream& stream)
    : context_{context}, stream_{stream}, wake_{std::move(executor)} {}

asio::awaitable<Result<void>> Listener::subscribe() {
  serial_ = context_.books.opened(context_.link, 0, context_.clock.now());
  for (const auto& text : context_.books.books().connection(context_.link).subscribe) {
    const auto sent = co_await send(text);
    if (!sent) co_return sent.error();
  }
  co_return Result<void>{};
}

asio::awaitable<Result<void>> Listener::listen() {
  using namespace asio::experimental::awaitable_operators;

  const auto ended = co_await (quietly(read()) || quietly(write()) || quietly(watch()));
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

void Listener::take(const Frame& frame, Timestamp arrival) {
  const auto answer = context_.books.frame(context_.link, serial_, frame, arrival);
  if (!answer.reply.empty()) queue(answer.reply);
}

void Listener::queue(std::string_view text) {
  if (outgoing_.size() >= most_outgoing) return;
  outgoing_.emplace_back(text);
  wake_.cancel();
}

/// The only one that writes once the subscriptions are out: answers at once, and what keeps the
/// connection open.
asio::awaitable<Result<void>> Listener::write() {
  using Clock = asio::steady_timer::clock_type;

  auto keep_alive = context_.books.books().venue().keep_alive();
  const auto& own = context_.books.books().connection(context_.link).keep_alive;
  if (!own.empty()) keep_alive.text = own;
  auto due = Clock::now() + keep_alive.every;
  for (;;) {
    while (!outgoing_.empty()) {
      auto text = std::move(outgoing_.front());
      outgoing_.pop_front();
      const auto sent = co_await send(std::move(text));
      if (!sent) co_return sent.error();
    }
    wake_.expires_at(due);
    boost::system::error_code woken;  // by queue(), or by our own end, which the next await notices
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (Clock::now() < due) continue;
    due = Clock::now() + keep_alive.every;
    if (keep_alive.text.empty()) {
      stream_.ping();
    } else {
      queue(keep_alive.text);
    }
  }
}

asio::awaitable<Result<void>> Listener::send(std::string text) {
  co_return co_await with_timeout(quietly(stream_.write(std::move(text))),
                                  context_.policy.write_limit);
}

asio::awaitable<Result<void>> Listener::watch() {
  asio::steady_timer timer{co_await asio::this_coro::executor};
  for (;;) {
    timer.expires_after(context_.policy.watch_every);
    co_await timer.async_wait(asio::use_awaitable);
    switch (context_.books.books().judge(context_.link, serial_, context_.clock.now())) {
      case StreamTable::Verdict::good: break;
      case StreamTable::Verdict::silent: co_return Errc::silent;
      case StreamTable::Verdict::refused: co_return Errc::refused;
    }
  }
}

}  // namespace foghorn
