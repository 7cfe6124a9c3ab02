#include "daemon/page_stream.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace foghorn {
namespace {

using Clock = std::chrono::steady_clock;

// How long a browser waits before it connects anew.
constexpr std::string_view greeting = "retry: 2000\n\n";

asio::awaitable<void> wait_on(asio::steady_timer& condition) {
  boost::system::error_code ignored;  // cancelled means that it holds
  co_await condition.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

std::string event(std::string_view name, const std::string& id, const std::string& json) {
  std::string text{"event: "};
  text.append(name).append("\n");
  if (!id.empty()) text.append("id: ").append(id).append("\n");
  return text.append("data: ").append(json).append("\n\n");
}

Timestamp minute_of(Timestamp t) {
  return t == no_time ? t : std::chrono::floor<std::chrono::minutes>(t);
}

bool is_list(std::string_view group) {
  return std::ranges::find(page_lists, group) != std::end(page_lists);
}

}  // namespace

struct PageStream::Reader {
  explicit Reader(std::shared_ptr<std::size_t> readers) : count{std::move(readers)} { ++*count; }
  ~Reader() { --*count; }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::shared_ptr<std::size_t> count;
  std::uint64_t seen{};  ///< the version it was told last
  Clock::time_point spoken{Clock::now()};
  bool told_stalled{};
};

PageStream::PageStream(asio::any_io_executor executor, PageSources sources, PageRhythm rhythm)
    : sources_{std::move(sources)},
      rhythm_{rhythm},
      wanted_{executor, asio::steady_timer::time_point::max()},
      changed_{executor, asio::steady_timer::time_point::max()} {}

HttpReply PageStream::open() {
  HttpReply reply{.content_type = "text/event-stream; charset=utf-8",
                  .body = std::string{greeting},
                  // nginx passes it on at once; see docs/page.md.
                  .headers = {{"X-Accel-Buffering", "no"}}};
  reply.pieces = [this, reader = std::make_shared<Reader>(readers_)] { return next(reader); };
  wanted_.cancel();
  return reply;
}

asio::awaitable<std::string> PageStream::next(std::shared_ptr<Reader> reader) {
  std::string piece;
  while (piece.empty()) {
    const bool silent = Clock::now() - reader->spoken >= rhythm_.alive;
    if (fresh_ && stalled_ && (silent || !reader->told_stalled)) {
      piece = event("stalled", {}, "{" + times() + "}");
    } else if (fresh_ && !stalled_ && reader->seen < version_) {
      piece = state_event(reader->seen);
      reader->seen = version_;
    } else if (fresh_ && silent) {
      piece = event("alive", {}, "{" + times() + "}");
    } else {
      co_await wait_on(changed_);
    }
  }
  reader->told_stalled = stalled_;
  reader->spoken = Clock::now();
  co_return piece;
}

asio::awaitable<void> PageStream::run() {
  asio::steady_timer timer{co_await asio::this_coro::executor};
  for (;;) {
    co_await wait_for_reader();
    const auto begun = Clock::now();
    co_await look();
    changed_.cancel();
    timer.expires_at(begun + rhythm_.every);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> PageStream::wait_for_reader() {
  while (readers() == 0) {
    // Whoever comes next is told nothing of now by what was known then; and nothing is kept.
    fresh_ = false;
    pasts_of_ = no_time;
    co_await wait_on(wanted_);
  }
}

asio::awaitable<void> PageStream::look() {
  // Told of once a minute, as far as is known before the answer.
  const bool with_past = pasts_of_ == no_time || minute_of(engine_time_) != pasts_of_;
  const auto page = co_await sources_.market(with_past);
  fresh_ = true;
  stalled_ = !page || stands_still(page->market.stepped);
  if (!page) co_return;
  engine_time_ = page->market.engine_time;
  if (with_past) pasts_of_ = minute_of(engine_time_);
  take(with_pasts(sources_.parts(*page), with_past));
}

/// A thread that answers may have an engine whose timers do not run: its prices do not age.
bool PageStream::stands_still(Timestamp stepped) {
  const auto now = Clock::now();
  if (stepped_seen_ == Clock::time_point{} || stepped != stepped_) {
    stepped_ = stepped;
    stepped_seen_ = now;
  }
  return now - stepped_seen_ >= rhythm_.still;
}

/// The prices of the past change once a minute, and are asked for as often.
std::vector<PagePart> PageStream::with_pasts(std::vector<PagePart> parts, bool fresh) {
  const auto is_past = [](const PagePart& part) { return part.group == "pasts"; };
  if (fresh) {
    pasts_.clear();
    std::ranges::copy_if(parts, std::back_inserter(pasts_), is_past);
    return parts;
  }
  std::erase_if(parts, is_past);
  const auto after =
      std::ranges::find_if(parts, [](const PagePart& part) { return part.group != "instruments"; });
  parts.insert(after, pasts_.begin(), pasts_.end());
  return parts;
}

void PageStream::take(std::vector<PagePart> parts) {
  const auto same_place = [](const Told& told, const PagePart& part) {
    return told.part.group == part.group && told.part.key == part.key;
  };
  const auto next_version = version_ + 1;
  if (!std::ranges::equal(told_, parts, same_place)) {
    // Other instruments or rules than before: everything is told anew.
    told_.clear();
    for (auto& part : parts) told_.push_back({std::move(part), next_version});
    version_ = complete_since_ = next_version;
    return;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (told_[i].part.json == parts[i].json) continue;
    told_[i] = {std::move(parts[i]), next_version};
    version_ = next_version;
  }
}

std::string PageStream::times() const {
  const auto time = [](Timestamp t) { return t == no_time ? "null" : "\"" + format_utc(t) + "\""; };
  return "\"time\":" + time(sources_.clock()) + ",\"engine_time\":" + time(engine_time_);
}

std::string PageStream::state_event(std::uint64_t seen) const {
  const bool complete = seen < complete_since_;
  std::string json = "{\"version\":" + std::to_string(version_) +
                     ",\"complete\":" + (complete ? "true" : "false") + "," + times();
  std::string_view open;  // the list that is being written
  const auto close = [&] {
    if (!open.empty()) json += "]";
    open = {};
  };
  for (const auto& [part, since] : told_) {
    if (!complete && since <= seen) continue;
    const bool list = is_list(part.group);
    if (list && open == part.group) {
      json += ",";
    } else {
      close();
      json.append(",\"").append(part.group).append("\":");
      if (list) json += "[";
    }
    if (list) open = part.group;
    json += part.json;
  }
  close();
  if (complete) {
    for (const auto group : page_lists)
      if (std::ranges::none_of(told_, [&](const Told& t) { return t.part.group == group; }))
        json.append(",\"").append(group).append("\":[]");
  }
  return event("state", std::to_string(version_), json + "}");
}

}  // namespace foghorn
