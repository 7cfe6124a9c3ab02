#include "daemon/reload.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemon/reload_notice.hpp"
#include "daemon/systemd.hpp"
#include "net/clock.hpp"

namespace foghorn {
namespace {

constexpr std::size_t most_lines = 100;  // of the log, for one config's mistakes

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

}  // namespace

Reload::Reload(asio::any_io_executor executor, ReloadSteps steps)
    : steps_{std::move(steps)}, news_{std::move(executor)} {
  if (!steps_.clock) steps_.clock = wall_now;
  counts_.taken_up = steps_.clock();
}

void Reload::ask() {
  asked_ = true;
  news_.cancel();
}

asio::awaitable<void> Reload::run() {
  for (;;) {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return;
    if (std::exchange(asked_, false)) {
      co_await reload();
      continue;
    }
    boost::system::error_code ignored;
    news_.expires_at(asio::steady_timer::time_point::max());
    co_await news_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

asio::awaitable<void> Reload::reload() {
  const auto began = std::chrono::steady_clock::now();
  systemd::reloading();
  auto next = co_await steps_.load();
  const auto loaded = std::chrono::steady_clock::now();
  if (!next.ready) {
    refuse(next);
    systemd::ready();
    co_return;
  }
  const auto changes = counts_text(next.difference);
  for (const auto& warning : next.config->warnings) spdlog::warn("{}", to_line(warning));
  if (!co_await steps_.take(std::move(next))) co_return;
  const auto seconds = [](auto from, auto to) {
    return std::chrono::duration<double>(to - from).count();
  };
  const auto done = std::chrono::steady_clock::now();
  counts_.last_successful = true;
  counts_.taken_up = steps_.clock();
  ++counts_.successes;
  spdlog::info("reloaded changes={} took_s={:.3f} of_it_reading_s={:.3f}",
               changes == "none" ? changes : "\"" + changes + "\"", seconds(began, done),
               seconds(began, loaded));
  if (!std::exchange(told_, {}).empty()) steps_.tell(reload_works_again(steps_.clock()));
  systemd::status("running, the config was reloaded");
  systemd::ready();
}

void Reload::refuse(const NextConfig& next) {
  const auto at = steps_.clock();
  counts_.last_successful = false;
  ++counts_.failures;
  std::string wrong;
  for (const auto& mistake : next.mistakes) wrong += to_line(mistake) + "\n";
  if (next.mistakes.empty()) {
    wrong = restart_needed(next.difference);
    spdlog::error("reload refused consequence=old_config_goes_on detail=\"{}\"", wrong);
    systemd::status("running; the last reload was refused: " + wrong);
  } else {
    for (const auto& mistake :
         std::span{next.mistakes}.first(std::min(next.mistakes.size(), most_lines)))
      spdlog::error("{}", to_line(mistake));
    spdlog::error("reload failed mistakes={} consequence=old_config_goes_on", next.mistakes.size());
    systemd::status(fmt::format("running by the config of before: the last reload found {}; {}",
                                counted(next.mistakes.size(), "mistake"),
                                to_line(next.mistakes.front())));
  }
  // Who reloads again and again, with the same mistakes, has been told.
  if (wrong == told_) return;
  told_ = wrong;
  steps_.tell(next.mistakes.empty() ? reload_wants_restart(next.difference.needs_restart(), at)
                                    : reload_failed(next.mistakes, at));
}

}  // namespace foghorn
