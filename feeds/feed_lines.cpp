// The connections in a feed's books: how they come, what they bring, how they go and are replaced.
#include <algorithm>
#include <utility>

#include "feeds/feed_books.hpp"

namespace foghorn {
namespace {

// One connection is no further behind another of its venue than this.
constexpr Duration echoes_come_within = std::chrono::seconds{10};

// From the login to its answer.
constexpr Duration login_limit = std::chrono::seconds{10};

// A connection that is to take over may wait for its first data as long as this, where the one
// before it has none either: a market that is merely thin.
constexpr Duration data_patience = std::chrono::seconds{10};

bool is_liquidations(const StreamTable& streams, std::size_t i) {
  return streams.streams()[i].kind == StreamKind::liquidations;
}

/// The open connection of that number, or null.
template <class Link>
auto find(Link& link, std::uint32_t serial) -> decltype(&link.line) {
  if (serial == 0) return nullptr;
  if (link.line.serial == serial) return &link.line;
  return link.successor && link.successor->serial == serial ? &*link.successor : nullptr;
}

}  // namespace

void FeedBooks::opened(std::uint32_t number, std::uint32_t serial, std::uint32_t takes_over,
                       Timestamp t) {
  auto& link = links_[number];
  const bool follows = takes_over != 0 && link.line.serial == takes_over;
  if (link.successor) ended(number, link.successor->serial, LinkEnd::lost, t);
  if (!follows && link.line.serial != 0) ended(number, link.line.serial, LinkEnd::lost, t);
  Line line{.serial = serial,
            .streams = link.line.streams.for_another(),
            .decoder = venue_.make_decoder(environment_.sources, contracts_, options_.request),
            .opened = t,
            .heard = t,
            .logging_in = !link.connection.login.empty()};
  auto& here = follows ? link.successor.emplace(std::move(line)) : link.line = std::move(line);
  if (!follows || t >= link.echoes_until) {
    link.echoes = {};
    link.echoes_until = no_time;
  } else if (link.newer_remains) {
    link.echoes.swap_roles();
  }
  if (!here.logging_in) subscribe(link, here, t);
}

/// The market thread's hot path: no allocation, no lock, no log line.
FrameAnswer FeedBooks::frame(std::uint32_t number, std::uint32_t serial, const Frame& frame,
                             Timestamp t) {
  auto& link = links_[number];
  auto* line = find(link, serial);
  if (!line) return {};
  line->streams.frame(t);
  if (frame.kind == Frame::Kind::ping || frame.kind == Frame::Kind::pong) {
    line->heard = t;
    intake_.take(FrameClass::control, {}, t);
    return {};
  }
  events_.clear();
  const auto report = line->decoder->decode(frame, events_);
  if (venue_.newest_first()) std::ranges::reverse(events_);  // each is judged as it happened
  Overlap overlap;
  if (link.successor || t < link.echoes_until) {
    const bool both = link.successor.has_value();
    overlap = {.echoes = &link.echoes,
               .newer = both ? line != &link.line : link.newer_remains,
               .both = both};
  }
  intake_.take(report.frame_class, events_, t, overlap);
  if (!intake_.holes().empty()) tell_holes(link, *line);
  if (report.sequence != 0 || line->sequence != 0) this->number(link, *line, report, t);
  line->heard = t;
  if (report.frame_class == FrameClass::data) {
    if (!line->streams.has_data()) link.journal.live();
    line->streams.data(report.stream, events_, t, intake_.clock() == EngineClock::events);
  }
  if (report.frame_class != FrameClass::control)
    return {.reply = report.reply, .leaving = report.leaving};
  const bool welcome = line->logging_in && report.control == ControlKind::welcome;
  control(link, *line, report, t);
  return {.reply = report.reply, .welcome = welcome, .leaving = report.leaving};
}

void FeedBooks::control(Link& link, Line& line, const FrameReport& report, Timestamp t) {
  if (line.logging_in) {
    if (report.control == ControlKind::welcome) {
      line.logging_in = false;
      subscribe(link, line, t);
    } else if (report.control == ControlKind::error) {
      line.login_refused = true;
      link.journal.login_refused(report.text);
    }
    return;
  }
  if (report.control == ControlKind::ack) {
    for (const auto i : line.streams.acknowledged(report.subject, t)) acknowledge(link, line, i, t);
  }
  if (report.control == ControlKind::error) {
    const auto concerned = line.streams.refused(report.subject);
    if (concerned.empty()) link.journal.refused_unknown(report.subject, report.text, t);
    for (const auto i : concerned) {
      link.journal.refused(line.streams.streams()[i].name, report.text);
      // Of two connections the older decides, until it goes.
      if (is_liquidations(line.streams, i) && &line == &link.line &&
          coverage_[link.coverage[i]] == Seeing::asked)
        coverage_.set(link.coverage[i], Seeing::refused, t);
    }
  }
}

/// What a price was before this connection is not shown to be alive by what comes on it, and what
/// was liquidated before it is history: not so where it takes over from another.
void FeedBooks::subscribe(Link& link, Line& line, Timestamp t) {
  line.streams.subscribed(t);
  const bool alone = &line == &link.line;
  for (std::size_t i = 0; i < line.streams.streams().size(); ++i) {
    const auto kind = line.streams.streams()[i].kind;
    const auto source = line.streams.source(i);
    if (alone && source && kind != StreamKind::liquidations) intake_.forget(*source);
    if (alone && source && (kind == StreamKind::trades || kind == StreamKind::liquidations))
      intake_.interrupted(*source);
    if (alone && kind == StreamKind::liquidations) liquidations_since(source, t);
    if (line.streams.is_acknowledged(i)) acknowledge(link, line, i, t);
  }
}

void FeedBooks::liquidations_since(std::optional<SourceId> source, Timestamp t) {
  if (source) {
    intake_.liquidations_since(*source, t);
  } else {
    intake_.all_liquidations_since(t);
  }
}

/// Of liquidations, what happened before `t` is history, unless another connection saw it.
void FeedBooks::acknowledge(Link& link, Line& line, std::size_t i, Timestamp t) {
  if (!is_liquidations(line.streams, i)) return;
  if (&line != &link.line) link.echoes.begin();
  if (coverage_[link.coverage[i]] == Seeing::seen) return;
  liquidations_since(line.streams.source(i), t);
  coverage_.set(link.coverage[i], Seeing::seen, t);
}

void FeedBooks::number(Link& link, Line& line, const FrameReport& report, Timestamp t) {
  auto sequence = report.sequence;
  // A frame that cannot be read came all the same.
  if (report.frame_class == FrameClass::malformed && sequence == 0) sequence = line.sequence + 1;
  if (sequence == 0) return;
  const auto last = std::exchange(line.sequence, sequence);
  if (last == 0 || sequence <= last + 1) return;
  ++counts_.frame_holes;
  counts_.frames_missed += sequence - last - 1;
  link.journal.missed_frames(sequence - last - 1, t);
  for (std::size_t i = 0; i < line.streams.streams().size() && !link.successor; ++i) {
    if (is_liquidations(line.streams, i)) unseen_between(link, i, line.heard, t);
  }
}

void FeedBooks::tell_holes(Link& link, const Line& line) {
  for (const auto& hole : intake_.holes()) {
    link.journal.missed_trades(environment_.sources[hole.source].symbol, hole.missed, hole.to);
    if (!venue_.liquidations_among_trades()) continue;
    for (std::size_t i = 0; i < line.streams.streams().size(); ++i) {
      if (is_liquidations(line.streams, i) && line.streams.source(i) == hole.source)
        unseen_between(link, i, hole.from, hole.to);
    }
  }
}

void FeedBooks::unseen_between(Link& link, std::size_t stream, Timestamp from, Timestamp to) {
  const auto number = link.coverage[stream];
  if (coverage_[number] != Seeing::seen) return;
  coverage_.set(number, Seeing::asked, from);
  coverage_.set(number, Seeing::seen, to);
}

void FeedBooks::ended(std::uint32_t number, std::uint32_t serial, LinkEnd how, Timestamp t) {
  auto& link = links_[number];
  auto* line = find(link, serial);
  if (!line) return;
  if (!link.successor) return lose(link, how);
  link.newer_remains = line == &link.line;
  link.echoes_until = t + echoes_come_within;
  if (link.newer_remains) {
    promote(link, how);
  } else {
    abandon(link, how);
  }
}

/// Whatever was seen of liquidations was seen for as long as there was something to hear, not up to
/// when we noticed.
void FeedBooks::lose(Link& link, LinkEnd how) {
  auto& line = link.line;
  const bool silent = how == LinkEnd::silent;
  if (line.streams.connected()) {
    const auto until = line.streams.heard_until(silent);
    for (std::size_t i = 0; i < line.streams.streams().size(); ++i) {
      if (is_liquidations(line.streams, i)) coverage_.set(link.coverage[i], Seeing::asked, until);
    }
  }
  if (line.streams.has_data()) ++counts_.gaps;
  line.streams.lost(silent);
  line.serial = 0;
}

/// A successor that failed before it could take over: what it alone saw is seen no more.
void FeedBooks::abandon(Link& link, LinkEnd how) {
  const auto& line = *link.successor;
  if (line.streams.connected()) {
    const auto until = line.streams.heard_until(how == LinkEnd::silent);
    for (std::size_t i = 0; i < line.streams.streams().size(); ++i) {
      if (!is_liquidations(line.streams, i) || !line.streams.is_acknowledged(i)) continue;
      if (link.line.streams.is_acknowledged(i)) continue;
      coverage_.set(link.coverage[i],
                    link.line.streams.was_refused(i) ? Seeing::refused : Seeing::asked, until);
    }
  }
  link.successor.reset();
}

/// What only the older brought was brought until it was last heard; where it left by our own will,
/// until now, since may_hand_over() saw it alive.
void FeedBooks::promote(Link& link, LinkEnd how) {
  const auto old = std::exchange(link.line, std::move(*link.successor));
  link.successor.reset();
  auto& line = link.line;
  const bool retired = how == LinkEnd::retired;
  const auto until = old.streams.heard_until(how == LinkEnd::silent);
  for (std::size_t i = 0; i < line.streams.streams().size(); ++i) {
    if (!is_liquidations(line.streams, i)) continue;
    if (!line.streams.is_acknowledged(i)) {
      coverage_.set(link.coverage[i], line.streams.was_refused(i) ? Seeing::refused : Seeing::asked,
                    until);
    } else if (old.streams.is_acknowledged(i) && !retired &&
               until < line.streams.acknowledged_at(i)) {
      unseen_between(link, i, until, line.streams.acknowledged_at(i));
    }
  }
  for (std::size_t i = 0; i < line.streams.streams().size(); ++i) {
    // What was quoted after the older fell silent, and before the newer spoke, nobody heard.
    const auto source = line.streams.source(i);
    const bool heard_on = retired || until >= line.streams.subscribed_at();
    if (source && !heard_on && !line.streams.has_data(i) && !is_liquidations(line.streams, i))
      intake_.forget(*source);
  }
  line.streams.inherit(old.streams);
  if (line.streams.has_data()) {
    ++counts_.takeovers;
  } else if (old.streams.has_data() && !retired) {
    ++counts_.gaps;
  }
}

void FeedBooks::sent(std::uint32_t link, std::uint32_t serial, Timestamp now) {
  if (auto* line = find(links_[link], serial)) line->streams.sent(now);
}

LineVerdict FeedBooks::judge(std::uint32_t link, std::uint32_t serial, Timestamp now) {
  auto* line = find(links_[link], serial);
  if (!line) return LineVerdict::good;
  if (line->login_refused) return LineVerdict::refused;
  if (line->logging_in && now - line->opened >= login_limit) return LineVerdict::unanswered;
  switch (line->streams.judge(now)) {
    case StreamTable::Verdict::good: break;
    case StreamTable::Verdict::silent: return LineVerdict::silent;
    case StreamTable::Verdict::refused: return LineVerdict::refused;
  }
  return LineVerdict::good;
}

bool FeedBooks::had_data(std::uint32_t link, std::uint32_t serial) const {
  const auto* line = find(links_[link], serial);
  return line && line->streams.has_data();
}

Timestamp FeedBooks::last_frame(std::uint32_t link, std::uint32_t serial) const {
  const auto* line = find(links_[link], serial);
  return line ? line->heard : no_time;
}

std::uint32_t FeedBooks::successor(std::uint32_t link) const {
  return links_[link].successor ? links_[link].successor->serial : 0;
}

bool FeedBooks::may_hand_over(std::uint32_t number, Timestamp now) const {
  const auto& link = links_[number];
  if (!link.successor) return false;
  const auto& newer = link.successor->streams;
  const auto since = newer.answered_at();
  return link.line.heard >= since && now - since >= policy_.overlap &&
         newer.serves_as_well_as(link.line.streams, data_patience, now);
}

}  // namespace foghorn
