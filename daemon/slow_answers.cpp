#include "daemon/slow_answers.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace foghorn {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* come_back_s = "5";

HttpReply made_by(const SlowAnswers::Make& make, const HttpQuery& query) {
  try {
    return make(query);
  } catch (const std::exception&) {
    return {.status = 500, .body = "the request failed\n"};
  }
}

HttpReply too_many() {
  return {.status = 503,
          .body = "others wait for theirs; come back in a few seconds\n",
          .headers = {{"Retry-After", come_back_s}}};
}

}  // namespace

struct SlowAnswers::Entry {
  explicit Entry(const asio::any_io_executor& executor)
      : made{executor, Clock::time_point::max()} {}

  asio::steady_timer made;  // cancelled when it is
  HttpReply reply;
  Clock::time_point until{Clock::time_point::max()};
  bool ready{};
};

SlowAnswers::SlowAnswers(asio::any_io_executor here, asio::any_io_executor aside, Limits limits)
    : here_{std::move(here)}, aside_{asio::make_strand(std::move(aside))}, limits_{limits} {}

void SlowAnswers::forget_old() {
  const auto now = Clock::now();
  std::erase_if(entries_, [&](const auto& known) { return known.second->until <= now; });
}

std::shared_ptr<SlowAnswers::Entry> SlowAnswers::begin(HttpQuery query, Make make) {
  auto entry = std::make_shared<Entry>(here_);
  Key key{query.path, query.parameters};
  entries_[key] = entry;
  ++waiting_;
  auto work = [this, here = here_, entry, key = std::move(key), query = std::move(query),
               make = std::move(make)] {
    auto keep = [this, entry, key, reply = made_by(make, query)]() mutable {
      made(key, *entry, std::move(reply));
    };
    asio::post(here, std::move(keep));
  };
  asio::post(aside_, std::move(work));
  return entry;
}

/// Who waits for it has it; it is kept for others where it is of use and there is room.
void SlowAnswers::made(const Key& key, Entry& entry, HttpReply reply) {
  const bool good = reply.status == 200;
  entry.reply = std::move(reply);
  entry.ready = true;
  entry.until = Clock::now() + limits_.kept;
  entry.made.cancel();
  --waiting_;
  if (!good) {
    entries_.erase(key);
    return;
  }
  if (entries_.size() <= limits_.most_kept) return;
  // What is being made has no end yet, so that the oldest is one that was made.
  const auto until = [](const auto& known) { return known.second->until; };
  entries_.erase(std::ranges::min_element(entries_, {}, until));
}

asio::awaitable<HttpReply> SlowAnswers::answer(HttpQuery query, Make make) {
  forget_old();
  std::shared_ptr<Entry> entry;
  if (const auto known = entries_.find({query.path, query.parameters}); known != entries_.end()) {
    entry = known->second;
  } else if (waiting_ >= limits_.most_waiting) {
    co_return too_many();
  } else {
    entry = begin(std::move(query), std::move(make));
  }
  if (!entry->ready) {
    boost::system::error_code ignored;  // made, or we are not to wait any longer
    co_await entry->made.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  if (!entry->ready) co_return too_many();
  co_return entry->reply;
}

}  // namespace foghorn
