#include "daemon/captured_run.hpp"

#include <span>

#include "daemon/engine_of.hpp"
#include "daemon/engine_state.hpp"
#include "daemon/rules_of.hpp"
#include "daemon/warm_start.hpp"
#include "model/alert_json.hpp"

namespace foghorn {

CapturedRun::CapturedRun(const Config& config, std::ostream& out, ReplayTally& tally)
    : config_{config},
      engine_{engine_options_of(config), config.instruments, event_venues_of(config),
              rules_of(config), sources_},
      input_{engine_},
      out_{out},
      tally_{tally} {
  day_changes_of(engine_);
  for (const auto& spec : config.feeds)
    if (spec.enabled) add_feed(spec);
}

CapturedRun::~CapturedRun() {
  for (const auto& [name, books] : feeds_) tally_.add(books->counters().intake);
}

void CapturedRun::operator()(const StateKept& r) {
  if (r.key.starts_with('@')) {
    if (auto memory = parse_instrument_memory(r.text)) instruments_.push_back(std::move(*memory));
  } else if (auto memory = parse_rule_memory(r.text)) {
    rules_.push_back(std::move(*memory));
  }
}

void CapturedRun::operator()(const MinuteKept& r) {
  auto& minutes = minutes_[std::string{r.instrument}];
  minutes.push_back(
      {std::string{r.instrument}, r.minute, r.prices[0], r.prices[1], r.prices[2], r.prices[3]});
}

void CapturedRun::operator()(const DayKept& r) {
  days_[std::string{r.instrument}].push_back(r.bar);
}

void CapturedRun::operator()(const RunBegins& r) {
  engine_.restore(rules_, instruments_, restored_);
  for (const auto& [instrument, days] : days_) engine_.know_days(instrument, days);
  days_.clear();
  for (const auto& [instrument, minutes] : minutes_)
    if (const auto i = engine_.market().find(instrument))
      engine_.market().warm(*i, samples_of(minutes, config_.engine.clock == EngineClock::events));
  minutes_.clear();
  if (config_.engine.clock == EngineClock::arrival) engine_.start(r.at);
  begun_ = true;
  for (const auto& open : open_)
    if (auto* books = find(open.feed, open.link))
      books->opened(open.link, open.serial, open.takes_over, r.at);
  open_.clear();
}

void CapturedRun::operator()(const LinkOpened& r) {
  if (!begun_)
    return open_.push_back({std::string{r.link.feed}, r.link.link, r.link.serial, r.takes_over});
  if (auto* books = find(r.link.feed, r.link.link))
    books->opened(r.link.link, r.link.serial, r.takes_over, r.at);
}

void CapturedRun::operator()(const LinkFrame& r) {
  ++tally_.frames;
  auto* books = find(r.link.feed, r.link.link);
  if (!books) return;
  frame_.assign(r.text);
  frame_.append(Frame::padding, ' ');
  const Frame frame{
      .data = frame_.data(), .size = r.text.size(), .capacity = frame_.size(), .kind = r.kind};
  books->frame(r.link.link, r.link.serial, frame, r.at);
}

void CapturedRun::operator()(const LinkEnded& r) {
  if (auto* books = find(r.link.feed, r.link.link))
    books->ended(r.link.link, r.link.serial, r.how, r.at);
}

void CapturedRun::operator()(const ContractsTold& r) {
  if (auto* books = find(r.feed, 0)) static_cast<void>(books->contracts(r.body, r.at));
}

void CapturedRun::operator()(const CandlesTold& r) {
  if (auto* books = find(r.feed, 0)) static_cast<void>(books->candles(r.symbol, r.body, r.at));
}

void CapturedRun::operator()(const TimePassed& r) {
  if (config_.engine.clock == EngineClock::arrival) engine_.advance(r.at);
}

void CapturedRun::operator()(const RecordsLost& r) {
  auto& lost = tally_.lost;
  if (lost.records == 0) lost.from = r.from;
  lost.records += r.records;
  lost.to = r.to;
}

void CapturedRun::write() {
  if (!engine_.alerts().empty()) {
    for (const auto& alert : engine_.alerts()) {
      out_ << to_public_json(alert) << '\n';
      tally_.alerts.count(alert.kind);
    }
    engine_.clear_alerts();
  }
  engine_.clear_bars();
  engine_.clear_days();
  engine_.clear_held_back();
}

void CapturedRun::add_feed(const FeedSpec& spec) {
  BooksEnvironment environment{.sources = sources_, .engine = time_, .sink = input_};
  environment.intake = {config_.engine.clock, config_.engine.max_skew, config_.engine.max_lag};
  environment.coverage = [this](std::string_view venue, bool seen, Timestamp at) {
    engine_.event_stream(venue, seen, at);
  };
  environment.candles = [this](SourceId source, std::span<const Candle> minutes, Timestamp at) {
    if (at != no_time) engine_.candles(source, minutes, at);
  };
  environment.voice = Voice::quiet;
  FeedOptions options;
  options.name = spec.name;
  options.request = request_of(config_, spec);
  options.delayed = spec.delayed;
  feeds_.emplace(spec.name, std::make_unique<FeedBooks>(*find_venue(spec.name), std::move(options),
                                                        environment));
}

/// Null, and counted, where the config has no such connection.
FeedBooks* CapturedRun::find(std::string_view feed, std::uint32_t link) {
  const auto found = feeds_.find(feed);
  if (found != feeds_.end() && link < found->second->links()) return found->second.get();
  ++tally_.skipped;
  return nullptr;
}

}  // namespace foghorn
