#pragma once
// What the dispatcher's files share; nobody else includes it.

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "alerts/dispatcher.hpp"
#include "alerts/firing.hpp"

namespace foghorn {

/// Where a message goes. An attempt keeps the one with which it began, whatever the config says
/// meanwhile.
struct Destination {
  Address to{};
  std::string ca_file{};
  ProxyChoice proxy{};
};

struct Dispatcher::Courier {
  /// `surroundings` outlive the courier.
  Courier(asio::any_io_executor executor, const ChannelSpec& channel_spec,
          const std::vector<Timestamp>& sends, Timestamp silent_until, Timestamp now,
          const DeliverySurroundings& surroundings);

  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// The channel as a new config has it, of the type that it was.
  void take(const ChannelSpec& changed, Timestamp now);

  Destination destination() const;

  /// What the FSM decides of a message, and what the reader's language and clock add to it.
  RenderOptions completed(RenderOptions options, Timestamp now) const;

  /// When the next message may go, as the FSM says; of what is firing also when nothing is new.
  std::optional<Timestamp> next(Timestamp now);

  ChannelSpec spec;
  const Channel& channel;
  const DeliverySurroundings& around;
  Address to;
  bool leaving{};  // the config has it no more: it ends when it has nothing on the line
  bool held{};     // it takes in and sends nothing yet: see Dispatcher::take_over()
  CourierFsm fsm;
  std::optional<Firing> firing;  // where the channel's telling is that
  asio::steady_timer wake;       // cancelled when there is news
  std::string last_detail;       // of why the line failed, as it was told
};

/// Whether both are reached in the same way.
inline bool same_line(const ChannelSpec& a, const ChannelSpec& b) {
  return a.url == b.url && a.secret == b.secret && a.chat_id == b.chat_id &&
         a.ca_file == b.ca_file && a.proxy == b.proxy;
}

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
