#pragma once
// What the dispatcher's files share; nobody else includes it.

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "alerts/dispatcher.hpp"

namespace foghorn {

struct Dispatcher::Courier {
  Courier(asio::any_io_executor executor, const ChannelSpec& channel_spec,
          const std::vector<Timestamp>& sends, Timestamp now, CourierFsm::Random random)
      : spec{channel_spec},
        channel{*find_channel(channel_spec.type)},
        fsm{channel_spec.name, channel.facts().quota,  sends, now,
            std::move(random), channel.facts().telling},
        wake{executor} {}

  ChannelSpec spec;
  const Channel& channel;
  CourierFsm fsm;
  asio::steady_timer wake;  // cancelled when there is news
  std::string last_detail;  // of why the line failed, as it was told
};

/// Worth a second channel while the first is down.
inline bool matters(const AlertEvent& event) {
  return event.tier && *event.tier >= Tier::major;
}

/// Waits for the timer to expire or be cancelled.
inline asio::awaitable<void> wait_for(asio::steady_timer& timer) {
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace foghorn
