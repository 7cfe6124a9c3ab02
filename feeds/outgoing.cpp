#include "feeds/outgoing.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

using Clock = asio::steady_timer::clock_type;

constexpr std::size_t most_waiting = 64;

}  // namespace

asio::awaitable<Result<void>> quietly(asio::awaitable<Result<void>> operation) {
  try {
    co_return co_await std::move(operation);
  } catch (const boost::system::system_error& failure) {
    co_return failure.code();
  }
}

Outgoing::Outgoing(asio::any_io_executor executor, WsStream& stream, OutgoingPolicy policy)
    : stream_{stream}, policy_{std::move(policy)}, wake_{std::move(executor)} {}

void Outgoing::say(std::string text, std::function<void()> sent) {
  texts_.push_back({std::move(text), std::move(sent)});
  wake_.cancel();
}

void Outgoing::answer(std::string_view text) {
  if (answers_.size() >= most_waiting) return;
  answers_.emplace_back(text);
  wake_.cancel();
}

Outgoing::Text Outgoing::take() {
  Text next;
  if (answers_.empty()) {
    next = std::move(texts_.front());
    texts_.pop_front();
  } else {
    next.text = std::move(answers_.front());
    answers_.pop_front();
  }
  return next;
}

void Outgoing::keep_alive() {
  if (policy_.keep_alive.text.empty()) {
    stream_.ping();
  } else {
    answer(policy_.keep_alive.text);
  }
}

asio::awaitable<Result<void>> Outgoing::run() {
  auto keep_at = Clock::now() + policy_.keep_alive.every;
  auto free_at = Clock::time_point::min();
  for (;;) {
    if (Clock::now() >= keep_at) {
      keep_at = Clock::now() + policy_.keep_alive.every;
      keep_alive();
    }
    if (!idle() && Clock::now() >= free_at) {
      auto next = take();
      const auto sent =
          co_await with_timeout(quietly(stream_.write(std::move(next.text))), policy_.write_limit);
      if (!sent) co_return sent.error();
      if (next.sent) next.sent();
      free_at = Clock::now() + policy_.spacing;
      continue;
    }
    wake_.expires_at(idle() ? keep_at : std::min(keep_at, free_at));
    boost::system::error_code woken;  // by say(), or by our own end, which the next await notices
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

}  // namespace foghorn
