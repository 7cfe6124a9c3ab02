#include "feeds/capture/capture.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace foghorn {

void keep_minute(std::vector<CaptureState::Minute>& minutes, CaptureState::Minute minute) {
  const auto last = std::find_if(
      minutes.rbegin(), minutes.rend(),
      [&](const CaptureState::Minute& known) { return known.instrument == minute.instrument; });
  if (last == minutes.rend() || last->minute < minute.minute) {
    minutes.push_back(std::move(minute));
  } else if (last->minute == minute.minute) {
    *last = std::move(minute);
  }
}

Capture::Capture(CaptureOptions options, State state)
    : options_{std::move(options)},
      state_{std::move(state)},
      chunk_{std::make_unique<CaptureChunk>()},
      writer_{[this] { run_writer(); }} {}

Capture::~Capture() {
  hand_over(true);
  {
    const std::lock_guard lock{mutex_};
    closing_ = true;
    give_up_at_ = std::chrono::steady_clock::now() + options_.farewell;
  }
  news_.notify_one();
  writer_.join();
}

// ---- On the market thread

void Capture::begin(Timestamp restored, Timestamp at) {
  run_ = restored;
  begin_file(restored, at);
  spdlog::info("capture begins folder={}", options_.folder.string());
}

void Capture::go_on(std::string setup, Timestamp at) {
  options_.setup = std::move(setup);
  if (run_ != no_time) begin_file(at, at);
}

void Capture::time(Timestamp at) {
  put(TimePassed{at}, 0, at);
  hand_over();
}

void Capture::end(Timestamp at) {
  put(RunEnds{at}, 0, at);
  hand_over(true);
  run_ = no_time;
}

void Capture::opened(const LinkRef& link, std::uint32_t takes_over, Timestamp arrival) {
  put(LinkOpened{link, takes_over, arrival}, link.feed.size(), arrival);
  // After it: a file that begins with this record has it once.
  links_.push_back({std::string{link.feed}, link.link, link.serial, takes_over, arrival});
}

void Capture::frame(const LinkRef& link, const Frame& frame, Timestamp arrival) {
  put(LinkFrame{link, frame.kind, frame.text(), arrival}, link.feed.size() + frame.size, arrival);
}

void Capture::ended(const LinkRef& link, LinkEnd how, Timestamp arrival) {
  put(LinkEnded{link, how, arrival}, link.feed.size(), arrival);
  std::erase_if(links_, [&](const Link& open) {
    return open.feed == link.feed && open.link == link.link && open.serial == link.serial;
  });
}

void Capture::contracts(std::string_view feed, std::string_view body, Timestamp arrival) {
  put(ContractsTold{feed, body, arrival}, feed.size() + body.size(), arrival);
  contracts_.insert_or_assign(std::string{feed}, std::pair{arrival, std::string{body}});
}

void Capture::candles(std::string_view feed, std::string_view symbol, std::string_view body,
                      Timestamp arrival) {
  put(CandlesTold{feed, symbol, body, arrival}, feed.size() + symbol.size() + body.size(), arrival);
}

void Capture::put(const CaptureRecord& record, std::size_t bytes, Timestamp at) {
  if (run_ == no_time) return;
  if (file_is_due(at)) begin_file(at, at);
  if (!chunk_->has_room(bytes)) hand_over();
  if (chunk_->empty() && lost_.records > 0) chunk_->add(lost_);
  chunk_->add(record);
}

/// What was dropped may have held the beginning of a connection: only the state of a next file lets
/// a replay hear it again.
bool Capture::file_is_due(Timestamp at) {
  if (!counters_.up) return at - file_began_ >= options_.retry;
  if (gap_ || !file_began_well_) return disk_keeps_up();
  return full_part_ == part_ || at >= file_until_;
}

bool Capture::disk_keeps_up() {
  const std::lock_guard lock{mutex_};
  return waiting_.size() <= options_.chunks / 2;
}

void Capture::begin_file(Timestamp state_at, Timestamp at) {
  hand_over();
  chunk_->add(FileBegins{.foghorn = options_.foghorn,
                         .run = run_,
                         .part = ++part_,
                         .setup = options_.setup,
                         .at = state_at,
                         .after_loss = gap_});
  const auto state = state_();
  for (const auto& [key, text] : state.kept) chunk_->add(StateKept{key, text, state_at});
  for (const auto& day : state.days) chunk_->add(DayKept{day.instrument, day.bar});
  for (const auto& minute : state.minutes)
    chunk_->add(MinuteKept{minute.instrument, minute.minute, minute.prices});
  for (const auto& [feed, told] : contracts_)
    chunk_->add(ContractsTold{feed, told.second, told.first});
  for (const auto& link : links_)
    chunk_->add(LinkOpened{{link.feed, link.link, link.serial}, link.takes_over, link.at});
  chunk_->add(RunBegins{at});
  if (lost_.records > 0) chunk_->add(lost_);
  file_began_ = at;
  file_until_ = Timestamp{(at.time_since_epoch() / options_.rotate + 1) * options_.rotate};
  hand_over();
}

void Capture::hand_over(bool last) {
  if (chunk_->empty()) return;
  auto next = last ? std::make_unique<CaptureChunk>() : empty_chunk();
  if (!next) return drop();  // as many wait as may
  if (chunk_->begins_file()) {
    file_began_well_ = true;
    gap_ = false;
    counters_.up = true;  // until the writer knows better
  }
  lost_ = {};
  {
    const std::lock_guard lock{mutex_};
    waiting_.push_back(std::move(chunk_));
  }
  news_.notify_one();
  chunk_ = std::move(next);
}

void Capture::drop() {
  if (chunk_->begins_file()) {  // what it holds is state, which the next try has anew
    file_began_well_ = false;
    --part_;
  } else {
    const auto& records = chunk_->records();
    const auto told = lost_.records > 0 ? 1u : 0u;  // by the first, which tells of earlier losses
    if (told == 0) lost_.from = time_of(records.front());
    lost_.records += records.size() - told;
    lost_.to = time_of(records.back());
    counters_.dropped += records.size() - told;
    gap_ = true;
  }
  chunk_->clear();
}

std::unique_ptr<CaptureChunk> Capture::empty_chunk() {
  {
    const std::lock_guard lock{mutex_};
    if (waiting_.size() >= options_.chunks) return nullptr;
    if (!spare_.empty()) {
      auto chunk = std::move(spare_.back());
      spare_.pop_back();
      return chunk;
    }
  }
  return std::make_unique<CaptureChunk>();
}

CaptureCounts Capture::counts() const {
  return {counters_.bytes, counters_.records, counters_.dropped, counters_.up};
}

// ---- On the writer's thread

void Capture::run_writer() {
  CaptureWriter writer{options_.folder, options_.max_bytes, counters_};
  std::unique_lock lock{mutex_};
  while (true) {
    news_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) break;
    if (closing_ && std::chrono::steady_clock::now() >= give_up_at_) {
      give_up();
      break;
    }
    auto chunk = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    writer.write(*chunk);
    full_part_ = writer.full_part();
    chunk->clear();
    lock.lock();
    spare_.push_back(std::move(chunk));
  }
  lock.unlock();
  writer.sync();
}

/// With the lock held, and nothing to come.
void Capture::give_up() {
  std::size_t records = 0;
  for (const auto& chunk : waiting_) records += chunk->records().size();
  waiting_.clear();
  counters_.dropped += records;
  spdlog::error("capture cut short folder={} records={} reason=disk_too_slow_at_the_end",
                options_.folder.string(), records);
}

}  // namespace foghorn
