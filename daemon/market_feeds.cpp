// The market side's feeds: made from a config, replaced where another says something else of them.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "daemon/config/difference.hpp"
#include "daemon/market_parts.hpp"
#include "net/http_client.hpp"
#include "net/ws_stream.hpp"

namespace foghorn {
namespace {

FeedOptions options_of(const Config& config, const FeedSpec& spec) {
  return {.name = spec.name,
          .request = request_of(config, spec),
          .ca_file = spec.ca_file.string(),
          .proxy = spec.proxy,
          .rest_url = spec.rest_url,
          .delayed = spec.delayed};
}

IntakePolicy intake_of(const Config& config) {
  return {config.engine.clock, config.engine.max_skew, config.engine.max_lag};
}

}  // namespace

void report_failed_task(const std::string& task, std::exception_ptr failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    spdlog::critical("task ended task={} error={}", task, e.what());
  }
  std::terminate();
}

void add(LatencyCounts& sum, const LatencyCounts& counts) {
  for (std::size_t b = 0; b < sum.buckets.size(); ++b) sum.buckets[b] += counts.buckets[b];
  sum.sum += counts.sum;
}

void add(FeedCounters& sum, const FeedCounters& counts) {
  const auto add_all = [](auto& into, const auto& from, auto... members) {
    ((into.*members += from.*members), ...);
  };
  using I = IntakeCounts;
  add_all(sum.intake, counts.intake, &I::frames_data, &I::frames_control, &I::frames_ignored,
          &I::frames_malformed, &I::judged, &I::late, &I::duplicate, &I::history, &I::rejected,
          &I::unwanted, &I::time_replaced, &I::trade_holes, &I::trades_missed,
          &I::trades_missed_offline);
  add(sum.intake.latency, counts.intake.latency);
  sum.intake.last_message = std::max(sum.intake.last_message, counts.intake.last_message);
  sum.intake.last_data = std::max(sum.intake.last_data, counts.intake.last_data);
  using L = LinkCounts;
  add_all(sum.links, counts.links, &L::connects, &L::gaps, &L::takeovers, &L::frame_holes,
          &L::frames_missed, &L::refused_subscriptions);
  for (std::size_t r = 0; r < sum.links.reconnects.size(); ++r)
    sum.links.reconnects[r] += counts.links.reconnects[r];
  using B = BackfillCounts;
  add_all(sum.backfill, counts.backfill, &B::requests, &B::failures, &B::minutes, &B::given_up,
          &B::dropped);
}

void add(SourceCounts& sum, const SourceCounts& counts) {
  for (std::size_t r = 0; r < sum.late.size(); ++r) sum.late[r] += counts.late[r];
  for (std::size_t r = 0; r < sum.rejected.size(); ++r) sum.rejected[r] += counts.rejected[r];
}

MarketSide::LiveFeed::LiveFeed(const Venue& venue, FeedOptions options, FeedEnvironment environment,
                               asio::any_io_executor executor)
    : feed{venue, std::move(options), std::move(environment)},
      tasks{std::move(executor), report_failed_task} {}

FeedCounters MarketSide::LiveFeed::counters() const {
  auto sum = before;
  add(sum, feed.counters());
  return sum;
}

std::unique_ptr<MarketSide::LiveFeed> MarketSide::make_feed(const Config& config,
                                                            const FeedSpec& spec) {
  FeedEnvironment environment{
      .sources = sources_,
      .engine = time_,
      .clock = clock_,
      .sink = input_,
      .intake = intake_of(config),
      .connect = connect_ws,
      .fetch = fetch,
      .coverage =
          [this](std::string_view venue, bool seen, Timestamp at) {
            engine_->event_stream(venue, seen, at);
            liquidation_minutes_.stream(venue, seen, at == no_time ? engine_->now() : at);
          },
      .candles = [this](SourceId source, std::span<const Candle> minutes,
                        Timestamp engine_time) { take_candles(source, minutes, engine_time); },
      .contracts_accepted =
          [this](std::string_view feed, std::string_view body) {
            contracts_.insert_or_assign(std::string{feed}, std::string{body});
            Decisions decisions;
            decisions.states.push_back({contracts_mark + std::string{feed}, "", std::string{body}});
            outlet_(std::move(decisions));
          },
      .tap = capture_.get()};
  return std::make_unique<LiveFeed>(*find_venue(spec.name), options_of(config, spec),
                                    std::move(environment), executor_);
}

Feed* MarketSide::find_feed(std::string_view name) {
  const auto live = std::ranges::find(feeds_, name, &LiveFeed::name);
  return live == feeds_.end() ? nullptr : &(*live)->feed;
}

/// Feeds of which nothing changed stay as they are, with their connections. Returns those that are
/// to be started.
std::vector<MarketSide::LiveFeed*> MarketSide::replace_feeds(const Config& now,
                                                             const Config& next) {
  auto before = std::exchange(feeds_, {});
  std::vector<LiveFeed*> fresh;
  for (const auto& spec : next.feeds) {
    if (!spec.enabled) continue;
    const auto live = std::ranges::find_if(
        before, [&](const auto& known) { return known && known->name() == spec.name; });
    const auto was = std::ranges::find(now.feeds, spec.name, &FeedSpec::name);
    if (live != before.end() && was != now.feeds.end() && same_connections(now, *was, next, spec)) {
      feeds_.push_back(std::move(*live));
      continue;
    }
    feeds_.push_back(make_feed(next, spec));
    fresh.push_back(feeds_.back().get());
    // What the feed of before could not tell this one may: it is asked anew.
    for (std::uint32_t i = 0; i < sources_.size(); ++i)
      if (const SourceId source{i}; sources_[source].venue == spec.name)
        backfill_plan_.forget(source);
    if (live != before.end()) {
      fresh.back()->before = (*live)->counters();
      let_go(std::move(*live));
    }
    if (const auto known = contracts_.find(spec.name); known != contracts_.end())
      fresh.back()->feed.know_contracts(known->second);
  }
  for (auto& live : before) {
    if (!live) continue;
    if (contracts_.erase(live->name()) > 0) gone_.push_back(contracts_mark + live->name());
    let_go(std::move(live));
  }
  return fresh;
}

/// Its tasks end in their own time; it stays until they have.
void MarketSide::let_go(std::unique_ptr<LiveFeed> live) {
  // An instrument's counters never go back, though a feed of its sources begins anew.
  past_counts_.resize(sources_.size());
  for (std::size_t i = 0; i < past_counts_.size(); ++i)
    if (const auto* counts = live->feed.source_counts(SourceId{static_cast<std::uint32_t>(i)}))
      add(past_counts_[i], *counts);
  past_data_ = past_data_ || live->feed.had_data();
  live->feed.stop();
  live->tasks.cancel();
  leaving_.push_back(std::move(live));
}

void MarketSide::forget_ended_feeds() {
  std::erase_if(leaving_, [](const auto& live) { return live->tasks.size() == 0; });
}

asio::awaitable<std::size_t> MarketSide::join(std::chrono::steady_clock::duration grace) {
  const auto until = std::chrono::steady_clock::now() + grace;
  const auto left = [until] {
    return std::max(until - std::chrono::steady_clock::now(),
                    std::chrono::steady_clock::duration::zero());
  };
  std::size_t running = co_await tasks_.join(left());
  for (const auto& live : feeds_) running += co_await live->tasks.join(left());
  for (const auto& live : leaving_) running += co_await live->tasks.join(left());
  co_return running;
}

}  // namespace foghorn
