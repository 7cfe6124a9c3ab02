#pragma once
// Keeps one connection of a venue up and its events flowing, until cancelled.

#include <boost/asio/awaitable.hpp>

#include <functional>

#include "feeds/connect_pacer.hpp"
#include "feeds/intake.hpp"
#include "feeds/session_fsm.hpp"
#include "feeds/session_journal.hpp"
#include "feeds/streams.hpp"
#include "feeds/venues/venue.hpp"
#include "net/clock.hpp"
#include "net/ws_stream.hpp"

namespace foghorn {

namespace asio = boost::asio;

struct SessionPolicy {
  BackoffPolicy backoff;
  Duration write_limit{std::chrono::seconds{10}};  ///< to send one text
  Duration watch_every{std::chrono::seconds{1}};   ///< how often silence is looked for
};

/// Told when a stream begins to be seen and when it stops. `at`: when it was acknowledged; when its
/// lost connection was last heard.
using OnStreamSeen = std::function<void(const Stream& stream, bool seen, Timestamp at)>;

/// Told when a stream is refused, and when its connection is lost: it will be asked for again.
using OnStreamRefused = std::function<void(const Stream& stream, bool refused, Timestamp at)>;

/// Everything a session needs. References are to what its Feed (or a test) owns, and outlive the
/// session.
struct SessionContext {
  const Venue& venue;
  const FeedRequest& request;
  const Connection& connection;
  SourceTable& sources;
  const Contracts& contracts;
  ArrivalClock& clock;
  Intake& intake;
  StreamTable& streams;
  ConnectPacer& pacer;
  SessionJournal& journal;
  WsConnector connect;
  Url url;
  WsOptions options;
  std::function<double()> random;        ///< uniform in [0, 1)
  OnStreamSeen liquidations_seen;        ///< of liquidation streams
  OnStreamRefused liquidations_refused;  ///< of liquidation streams
  SessionPolicy policy;
};

/// Never returns; ends by cancellation.
asio::awaitable<void> run_session(SessionContext context);

}  // namespace foghorn
