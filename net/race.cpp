#include "net/race.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <list>
#include <memory>
#include <optional>
#include <utility>

namespace foghorn {
namespace {

using asio::ip::tcp;
using boost::system::error_code;
using Clock = asio::steady_timer::clock_type;

/// Shared with the attempts under way, which may outlive the race by the moment it takes to be
/// cancelled.
class Race : public std::enable_shared_from_this<Race> {
 public:
  explicit Race(asio::any_io_executor executor) : executor_{executor}, news_{std::move(executor)} {}

  void start(const tcp::endpoint& endpoint) {
    auto& socket = sockets_.emplace_back(executor_);
    ++running_;
    socket.async_connect(endpoint, [self = shared_from_this(), &socket](error_code error) {
      self->ended(socket, error);
    });
  }

  /// Until an attempt ends or `deadline` passes.
  asio::awaitable<void> wait(Clock::time_point deadline) {
    news_.expires_at(deadline);
    error_code ignored;  // cancelled by an attempt; if by somebody else, the next co_await throws
    co_await news_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  void close() {
    error_code ignored;
    for (auto& socket : sockets_) socket.close(ignored);
  }

  std::size_t running() const { return running_; }
  std::optional<tcp::socket> take_winner() { return std::exchange(winner_, std::nullopt); }
  bool won() const { return winner_.has_value(); }
  error_code last_error() const { return last_error_; }

 private:
  void ended(tcp::socket& socket, error_code error) {
    --running_;
    if (error) {
      last_error_ = error;
    } else if (!winner_) {
      winner_ = std::move(socket);
    }
    news_.cancel();
  }

  asio::any_io_executor executor_;
  asio::steady_timer news_;  // used as a condition variable
  std::list<tcp::socket> sockets_;
  std::size_t running_{};
  std::optional<tcp::socket> winner_;
  error_code last_error_;
};

/// However the race is left, nobody runs on.
struct Closing {
  Race& race;
  ~Closing() { race.close(); }
};

}  // namespace

Endpoints interleaved(const Endpoints& endpoints) {
  Endpoints first;
  Endpoints second;
  for (const auto& endpoint : endpoints) {
    const bool like_first = endpoint.protocol() == endpoints.front().protocol();
    (like_first ? first : second).push_back(endpoint);
  }
  Endpoints mixed;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) mixed.push_back(first[i]);
    if (i < second.size()) mixed.push_back(second[i]);
  }
  return mixed;
}

asio::awaitable<Result<tcp::socket>> race(Endpoints endpoints, RaceLimits limits) {
  const auto race = std::make_shared<Race>(co_await asio::this_coro::executor);
  const Closing closing{*race};
  auto next = endpoints.begin();
  auto started = Clock::now();
  for (;;) {
    if (race->won()) {
      auto socket = *race->take_winner();
      error_code ignored;  // slower without, not wrong
      socket.set_option(tcp::no_delay{true}, ignored);
      co_return std::move(socket);
    }
    const bool more = next != endpoints.end();
    if (!more && race->running() == 0) co_return race->last_error();
    const auto due = started + (more ? limits.next_after : limits.connect);
    if (more && (race->running() == 0 || Clock::now() >= due)) {
      race->start(*next++);
      started = Clock::now();
    } else if (Clock::now() >= due) {
      co_return Errc::timed_out;
    } else {
      co_await race->wait(due);
    }
  }
}

}  // namespace foghorn
