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

bool is_liquidations(const StreamTable& streams, std::size_t i) {
  return streams.streams()[i].kind == StreamKind::liquidations;
}

}  // namespace

FeedBooks::FeedBooks(const Venue& venue, FeedOptions options, BooksEnvironment environment,
                     StreamPolicy policy)
    : venue_{venue},
      options_{std::move(options)},
      environment_{std::move(environment)},
      policy_{policy},
      intake_{environment_.intake, intake_request(), environment_.engine, environment_.sink},
      coverage_{[this](bool complete, Timestamp at) { coverage_changed(complete, at); }},
      liquidations_{.coverage = venue.coverage()} {
  auto connections = venue_.plan(options_.request);
  for (std::size_t i = 0; i < connections.size(); ++i) {
    add_link(std::move(connections[i]), i + 1, connections.size());
  }
}

IntakeRequest FeedBooks::intake_request() const {
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
  for (std::size_t i = 0; i < connection.streams.size(); ++i) {
    if (is_liquidations(streams, i)) coverage_.expect();
  }
  links_.push_back({std::move(connection),
                    std::move(*url),
                    SessionJournal{std::move(log_name), counts_, environment_.voice},
                    {.serial = 0, .streams = std::move(streams), .decoder = nullptr}});
}

FeedBooks::Line* FeedBooks::find(std::uint32_t link, std::uint32_t serial) {
  auto& line = links_[link].line;
  return serial != 0 && line.serial == serial ? &line : nullptr;
}

void FeedBooks::opened(std::uint32_t link, std::uint32_t serial, std::uint32_t, Timestamp t) {
  auto& line = links_[link].line;
  if (line.serial != 0) ended(link, line.serial, LinkEnd::lost, t);
  line.serial = serial;
  line.decoder = venue_.make_decoder(environment_.sources, contracts_, options_.request);
  line.streams.subscribed(t);
  forget_prices(line.streams);
  for (std::size_t i = 0; i < line.streams.streams().size(); ++i) begin(line, i, t);
}

/// The market thread's hot path: no allocation, no lock, no log line.
FrameAnswer FeedBooks::frame(std::uint32_t link, std::uint32_t serial, const Frame& frame,
                             Timestamp t) {
  auto* line = find(link, serial);
  if (!line) return {};
  line->streams.frame(t);
  if (frame.kind == Frame::Kind::ping || frame.kind == Frame::Kind::pong) {
    intake_.take(FrameClass::control, {}, t);
    return {};
  }
  events_.clear();
  const auto report = line->decoder->decode(frame, events_);
  intake_.take(report.frame_class, events_, t);
  if (report.frame_class == FrameClass::data) {
    if (!line->streams.has_data()) links_[link].journal.live();
    line->streams.data(report.stream, events_, t, intake_.clock() == EngineClock::events);
  }
  if (report.frame_class == FrameClass::control) control(links_[link], *line, report, t);
  return {.reply = report.reply,
          .welcome =
              report.frame_class == FrameClass::control && report.control == ControlKind::welcome,
          .leaving = report.leaving};
}

void FeedBooks::control(Link& link, Line& line, const FrameReport& report, Timestamp t) {
  if (report.control == ControlKind::ack) {
    for (const auto i : line.streams.acknowledged(report.subject, t)) begin(line, i, t);
  }
  if (report.control == ControlKind::error) {
    const auto concerned = line.streams.refused(report.subject);
    if (concerned.empty()) link.journal.refused_unknown(report.subject, report.text, t);
    for (const auto i : concerned) {
      link.journal.refused(line.streams.streams()[i].name, report.text);
      if (is_liquidations(line.streams, i)) coverage_.refused(t);
    }
  }
}

/// What a price was before this connection is not shown to be alive by what comes on it.
void FeedBooks::forget_prices(const StreamTable& streams) {
  for (std::size_t i = 0; i < streams.streams().size(); ++i) {
    if (is_liquidations(streams, i)) continue;
    if (const auto source = streams.source(i)) intake_.forget(*source);
  }
}

/// Of liquidations, what happened before `t` is history: before the subscription was sent, and once
/// that is acknowledged, before the acknowledgement.
void FeedBooks::begin(const Line& line, std::size_t i, Timestamp t) {
  if (!is_liquidations(line.streams, i)) return;
  if (const auto source = line.streams.source(i)) {
    intake_.liquidations_since(*source, t);
  } else {
    intake_.all_liquidations_since(t);
  }
  if (line.streams.is_acknowledged(i)) coverage_.seen(t);
}

/// Whatever was seen of liquidations was seen for as long as there was something to hear, not up to
/// when we noticed.
void FeedBooks::ended(std::uint32_t link, std::uint32_t serial, LinkEnd how, Timestamp) {
  auto* line = find(link, serial);
  if (!line) return;
  const bool silent = how == LinkEnd::silent;
  const auto until = line->streams.heard_until(silent);
  for (std::size_t i = 0; i < line->streams.streams().size(); ++i) {
    if (!is_liquidations(line->streams, i)) continue;
    if (line->streams.is_acknowledged(i)) coverage_.unseen(until);
    if (line->streams.was_refused(i)) coverage_.asked_again(until);
  }
  if (line->streams.has_data()) ++counts_.gaps;
  line->streams.lost(silent);
  line->serial = 0;
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

StreamTable::Verdict FeedBooks::judge(std::uint32_t link, std::uint32_t serial, Timestamp now) {
  auto* line = find(link, serial);
  return line ? line->streams.judge(now) : StreamTable::Verdict::good;
}

bool FeedBooks::had_data(std::uint32_t link, std::uint32_t serial) const {
  const auto& line = links_[link].line;
  return line.serial == serial && line.streams.has_data();
}

void FeedBooks::coverage_changed(bool complete, Timestamp at) {
  const auto engine_time = intake_.engine_time(at);
  liquidations_.seen = complete;
  liquidations_.since = engine_time;
  if (environment_.coverage) environment_.coverage(venue_.name(), complete, engine_time);
}

FeedStatus FeedBooks::status(Timestamp now) const {
  FeedStatus status{.name = options_.name, .state = StreamState::dead, .streams = {}};
  for (const auto& link : links_) link.line.streams.append_status(status.streams, now);
  status.state = best_of(status.streams);
  if (!options_.request.liquidations.empty()) status.liquidations = liquidations_;
  return status;
}

}  // namespace foghorn
