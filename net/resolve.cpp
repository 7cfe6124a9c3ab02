#include "net/resolve.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <charconv>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace foghorn {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

/// Shared by who asks and the thread that finds out, either of which may go first.
struct Inquiry {
  std::mutex mutex;
  std::optional<asio::any_io_executor> asker;  // guarded by mutex; empty once the asker has left

  // Touched on the asker's thread alone.
  asio::steady_timer* wake{};
  std::optional<Result<Endpoints>> answer;
};

void answer_asker(const std::shared_ptr<Inquiry>& inquiry, Result<Endpoints> answer) {
  const std::lock_guard lock{inquiry->mutex};
  if (!inquiry->asker) return;
  asio::post(*inquiry->asker, [inquiry, answer = std::move(answer)]() mutable {
    inquiry->answer = std::move(answer);
    if (inquiry->wake) inquiry->wake->cancel();
  });
}

/// While it lives, somebody waits for the answer.
class Asker {
 public:
  Asker(std::shared_ptr<Inquiry> inquiry, const asio::any_io_executor& executor)
      : inquiry_{std::move(inquiry)}, timer_{executor, asio::steady_timer::time_point::max()} {
    inquiry_->asker = executor;
    inquiry_->wake = &timer_;
  }
  ~Asker() {
    const std::lock_guard lock{inquiry_->mutex};
    inquiry_->asker.reset();
    inquiry_->wake = nullptr;
  }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  asio::awaitable<Result<Endpoints>> wait() {
    while (!inquiry_->answer) {
      error_code ignored;  // cancelled by the answer; if by somebody else, the next co_await throws
      co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return std::move(*inquiry_->answer);
  }

 private:
  std::shared_ptr<Inquiry> inquiry_;
  asio::steady_timer timer_;
};

std::optional<tcp::endpoint> as_address(const std::string& host, const std::string& port) {
  error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  std::uint16_t number{};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (not_an_address || error != std::errc{} || end != port.data() + port.size())
    return std::nullopt;
  return tcp::endpoint{address, number};
}

}  // namespace

Result<Endpoints> look_up(const std::string& host, const std::string& port) {
  asio::io_context io{1};
  tcp::resolver resolver{io};
  error_code error;
  const auto results = resolver.resolve(host, port, error);
  if (error) return error;
  Endpoints endpoints;
  for (const auto& result : results) endpoints.push_back(result.endpoint());
  return endpoints;
}

asio::awaitable<Result<Endpoints>> resolve(std::string host, std::string port, Lookup lookup) {
  if (const auto endpoint = as_address(host, port)) co_return Endpoints{*endpoint};

  const auto inquiry = std::make_shared<Inquiry>();
  Asker asker{inquiry, co_await asio::this_coro::executor};
  try {
    std::thread{[inquiry, host, port, lookup = std::move(lookup)] {
      answer_asker(inquiry, lookup(host, port));
    }}.detach();
  } catch (const std::system_error& no_thread) {
    co_return error_code{no_thread.code()};
  }
  auto found = co_await asker.wait();
  if (found && found->empty()) co_return asio::error::host_not_found;
  co_return found;
}

}  // namespace foghorn
