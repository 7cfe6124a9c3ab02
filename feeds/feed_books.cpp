#include "feeds/feed_books.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace foghorn {
namespace {

StreamState best_of(const std::vector<StreamStatus>& streams) {
  for (const auto state : {StreamState::live, StreamState::mute, StreamState::quiet}) {
    if (std::ranges::any_of(streams, [&](const StreamStatus& s) { return s.state == state; }))
      return state;
  }
  return StreamState::dead;
}

}  // namespace

FeedBooks::FeedBooks(const Venue& venue, FeedOptions options, BooksEnvironment environment,
                     StreamPolicy policy)
    : venue_{venue},
      options_{std::move(options)},
      environment_{std::move(environment)},
      policy_{policy},
      intake_{environment_.intake, intake_request(), environment_.engine, environment_.sink},
      coverage_{[this](bool complete, Timestamp at) { coverage_changed(complete, at); }} {
  auto connections = venue_.plan(options_.request);
  links_.reserve(connections.size());
  for (std::size_t i = 0; i < connections.size(); ++i) {
    add_link(std::move(connections[i]), i + 1, connections.size());
  }
}

IntakeRequest FeedBooks::intake_request() const {
  IntakeRequest request{.prices = {},
                        .liquidations = {},
                        .all_liquidations = false,
                        .delayed = options_.delayed,
                        .positive_prices = options_.positive_prices,
                        .numbers_trades = venue_.numbers_trades()};
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

void FeedBooks::add_link(Connection connection, std::size_t number, std::size_t of) {
  auto url = parse_url(connection.url);
  if (!url) {
    throw std::invalid_argument{"feed " + options_.name + ": its connection " +
                                std::to_string(number) +
                                " has a URL that is none; write wss://host/path"};
  }
  auto log_name = options_.name;
  if (of > 1) log_name += " connection=" + std::to_string(number);
  StreamTable streams{connection.streams, venue_.name(), environment_.sources, policy_};
  std::vector<std::size_t> coverage(connection.streams.size());
  for (std::size_t i = 0; i < coverage.size(); ++i) {
    if (connection.streams[i].kind == StreamKind::liquidations) coverage[i] = coverage_.add();
  }
  links_.push_back({std::move(connection),
                    std::move(*url),
                    SessionJournal{std::move(log_name), counts_, environment_.voice},
                    std::move(coverage),
                    {.serial = 0, .streams = std::move(streams)}});
}

Result<std::size_t> FeedBooks::contracts(std::string_view body, Timestamp) {
  auto known = venue_.parse_contracts(body);
  if (!known) return known.error();
  contracts_ = std::move(*known);  // in place: decoders hold on to it
  return contracts_.size();
}

Result<std::size_t> FeedBooks::candles(std::string_view symbol, std::string_view body,
                                       Timestamp t) {
  const auto minutes = venue_.parse_candles(body);
  if (!minutes) return minutes.error();
  const auto source = environment_.sources.intern(venue_.name(), symbol);
  if (source && environment_.candles && !minutes->empty())
    environment_.candles(*source, *minutes, intake_.engine_time(t));
  return minutes->size();
}

void FeedBooks::coverage_changed(bool complete, Timestamp at) {
  if (environment_.coverage)
    environment_.coverage(venue_.name(), complete, intake_.engine_time(at));
}

FeedStatus FeedBooks::status(Timestamp now) const {
  FeedStatus status{.name = options_.name, .state = StreamState::dead, .streams = {}};
  for (const auto& link : links_) link.line.streams.append_status(status.streams, now);
  status.state = best_of(status.streams);
  return status;
}

}  // namespace foghorn
