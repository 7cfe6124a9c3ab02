#include "feeds/feed.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace foghorn {
namespace {

/// Where only the venue's own pings keep a connection open, nothing else need come on one of sparse
/// streams: two of the rarest pings we know of are waited for, Binance futures' every three
/// minutes.
/// https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
StreamPolicy stream_policy(StreamPolicy policy, const KeepAlive& keep_alive) {
  constexpr Duration two_pings = std::chrono::minutes{7};
  if (keep_alive.text.empty()) policy.idle_limit = std::max(policy.idle_limit, two_pings);
  return policy;
}

StreamState best_of(const std::vector<StreamStatus>& streams) {
  for (const auto state : {StreamState::live, StreamState::mute, StreamState::quiet}) {
    if (std::ranges::any_of(streams, [&](const StreamStatus& s) { return s.state == state; }))
      return state;
  }
  return StreamState::dead;
}

}  // namespace

Feed::Feed(const Venue& venue, FeedOptions options, FeedEnvironment environment, FeedPolicy policy)
    : venue_{venue},
      options_{std::move(options)},
      environment_{std::move(environment)},
      policy_{policy},
      intake_{environment_.intake, intake_request(), environment_.engine, environment_.sink},
      pacer_{policy.connect_spacing} {
  auto connections = venue_.plan(options_.request);
  for (std::size_t i = 0; i < connections.size(); ++i) {
    add_link(std::move(connections[i]), i + 1, connections.size());
  }
}

IntakeRequest Feed::intake_request() const {
  IntakeRequest request{.prices = {},
                        .liquidations = {},
                        .all_liquidations = false,
                        .delayed = options_.delayed,
                        .positive_prices = options_.positive_prices};
  auto& sources = environment_.sources;
  for (const auto& [symbol, kind] : options_.request.prices) {
    if (const auto source = sources.intern(venue_.name(), symbol))
      request.prices.push_back({*source, kind});
  }
  for (const auto& symbol : options_.request.liquidations) {
    if (symbol == "*") {
      request.all_liquidations = true;
    } else if (const auto source = sources.intern(venue_.name(), symbol)) {
      request.liquidations.push_back(*source);
    }
  }
  return request;
}

void Feed::add_link(Connection connection, std::size_t number, std::size_t of) {
  auto url = parse_url(connection.url);
  if (!url) {
    throw std::invalid_argument{"feed " + options_.name + ": " + connection.url +
                                " is not a URL; write wss://host/path"};
  }
  auto log_name = options_.name;
  if (of > 1) log_name += " connection=" + std::to_string(number);
  StreamTable streams{connection.streams, venue_.name(), environment_.sources,
                      stream_policy(policy_.streams, venue_.keep_alive())};
  liquidation_streams_ += static_cast<std::size_t>(
      std::ranges::count(connection.streams, StreamKind::liquidations, &Stream::kind));
  open_.push_back({std::move(connection), std::move(*url), std::move(streams),
                   SessionJournal{std::move(log_name), links_}});
}

std::string Feed::contracts_url() const {
  const auto path = venue_.contracts_path();
  const auto base = options_.rest_url ? std::string_view{*options_.rest_url} : venue_.rest_url();
  if (path.empty() || base.empty()) return {};
  const bool doubled = base.ends_with('/') && path.starts_with('/');
  return std::string{base.substr(0, base.size() - (doubled ? 1 : 0))} + std::string{path};
}

void Feed::liquidations_seen(bool seen, Timestamp at) {
  const bool before = covered();
  if (seen) {
    ++liquidation_streams_seen_;
  } else {
    --liquidation_streams_seen_;
  }
  tell_coverage(before, at);
}

/// One refused stream must not keep the others' sums incomplete for ever.
void Feed::liquidations_refused(bool refused, Timestamp at) {
  const bool before = covered();
  if (refused) {
    --liquidation_streams_;
  } else {
    ++liquidation_streams_;
  }
  tell_coverage(before, at);
}

bool Feed::covered() const {
  return liquidation_streams_ > 0 && liquidation_streams_seen_ == liquidation_streams_;
}

void Feed::tell_coverage(bool before, Timestamp at) {
  if (covered() == before || !environment_.coverage) return;
  environment_.coverage(venue_.name(), covered(), intake_.engine_time(at));
}

double Feed::random() {
  return std::uniform_real_distribution<double>{0, 1}(random_);
}

void Feed::start(TaskGroup& tasks) {
  WsOptions options;
  options.ca_file = options_.ca_file;
  for (std::size_t i = 0; i < open_.size(); ++i) {
    auto& link = open_[i];
    SessionContext context{
        .venue = venue_,
        .request = options_.request,
        .connection = link.connection,
        .sources = environment_.sources,
        .contracts = contracts_,
        .clock = environment_.clock,
        .intake = intake_,
        .streams = link.streams,
        .pacer = pacer_,
        .journal = link.journal,
        .connect = environment_.connect,
        .url = link.url,
        .options = options,
        .random = [this] { return random(); },
        .liquidations_seen = [this](const Stream&, bool seen,
                                    Timestamp at) { liquidations_seen(seen, at); },
        .liquidations_refused = [this](const Stream&, bool refused,
                                       Timestamp at) { liquidations_refused(refused, at); },
        .policy = policy_.session};
    tasks.spawn("feed " + options_.name + " " + std::to_string(i + 1),
                run_session(std::move(context)));
  }
  auto url = contracts_url();
  if (url.empty()) return;
  HttpOptions http;
  http.ca_file = options_.ca_file;
  ContractsContext context{.feed = options_.name,
                           .venue = venue_,
                           .contracts = contracts_,
                           .clock = environment_.clock,
                           .url = std::move(url),
                           .options = std::move(http),
                           .fetch = environment_.fetch,
                           .random = [this] { return random(); },
                           .policy = policy_.contracts};
  tasks.spawn("contracts " + options_.name, run_contracts(std::move(context)));
}

FeedStatus Feed::status() const {
  FeedStatus status{.name = options_.name, .state = StreamState::dead, .streams = {}};
  const auto now = environment_.clock.now();
  for (const auto& link : open_) link.streams.append_status(status.streams, now);
  status.state = best_of(status.streams);
  return status;
}

}  // namespace foghorn
