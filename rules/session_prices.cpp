#include "rules/session_prices.hpp"

#include <algorithm>
#include <chrono>

namespace foghorn {
namespace {

// A market may open or close without a trade in its first or last minutes.
constexpr Duration near_enough = std::chrono::minutes{10};

Session day_of(Timestamp t) {
  const Timestamp day = std::chrono::floor<std::chrono::days>(t);
  return {day, day + std::chrono::days{1}, day};
}

std::optional<Session> value_of(const Session* session) {
  return session ? std::optional{*session} : std::nullopt;
}

}  // namespace

SessionPrices::SessionPrices(Options options) : options_{options} {}

std::optional<Session> SessionPrices::at(Timestamp t) const {
  return options_.hours ? value_of(options_.hours->at(t)) : day_of(t);
}

std::optional<Session> SessionPrices::ended_by(Timestamp t) const {
  return options_.hours ? value_of(options_.hours->ended_by(t)) : day_of(t - std::chrono::days{1});
}

void SessionPrices::add(Timestamp t, double price) {
  const Sample sample{t, price};
  // What comes at the closing is of the session yet, as the price as of it.
  auto* latest = count_ > 0 ? &seen_[count_ - 1] : nullptr;
  if (latest && t <= latest->session.close) latest->last = sample;
  if (!latest || t >= latest->session.close) {
    if (const auto session = at(t)) {
      const bool as_of = options_.trades_on && last_ && t > session->open &&
                         session->open - last_->time <= options_.stands;
      remember({*session, as_of ? *last_ : sample, sample});
    }
  }
  last_ = sample;
}

void SessionPrices::fill(const Session& session, const Sample& sample) {
  const auto known = find(session);
  if (!known) return remember({session, sample, sample});
  auto& seen = seen_[*known];
  if (sample.time < seen.first.time) seen.first = sample;
  if (sample.time > seen.last.time) seen.last = sample;
}

void SessionPrices::restart() {
  count_ = 0;
  last_.reset();
}

void SessionPrices::succeed(const SessionPrices& earlier) {
  if (!last_) last_ = earlier.last_;
  if (options_.trades_on != earlier.options_.trades_on) return;
  for (std::size_t i = 0; i < earlier.count_; ++i) {
    const auto& seen = earlier.seen_[i];
    const auto session = at(seen.session.open);
    if (!session || session->open != seen.session.open || session->close != seen.session.close)
      continue;
    const auto known = find(*session);
    if (!known) {
      remember({*session, seen.first, seen.last});
    } else {
      seen_[*known] = {*session, seen.first, seen.last};
    }
  }
}

std::optional<std::size_t> SessionPrices::find(const Session& session) const {
  for (std::size_t i = 0; i < count_; ++i)
    if (seen_[i].session.open == session.open) return i;
  return std::nullopt;
}

void SessionPrices::remember(const Seen& seen) {
  std::size_t place = count_;
  while (place > 0 && seen_[place - 1].session.open > seen.session.open) --place;
  if (count_ == seen_.size()) {
    if (place == 0) return;  // older than all
    std::move(seen_.begin() + 1, seen_.end(), seen_.begin());
    --place;
    --count_;
  }
  std::move_backward(seen_.begin() + static_cast<std::ptrdiff_t>(place),
                     seen_.begin() + static_cast<std::ptrdiff_t>(count_),
                     seen_.begin() + static_cast<std::ptrdiff_t>(count_ + 1));
  seen_[place] = seen;
  ++count_;
}

bool SessionPrices::near(Duration distance) const {
  return distance <= std::max(options_.stands, near_enough);
}

std::optional<Sample> SessionPrices::opening(const Session& session) const {
  const auto seen = find(session);
  if (seen && near(seen_[*seen].first.time - session.open)) return seen_[*seen].first;
  // Nothing came since it opened, but what came before stands.
  const bool stands = options_.trades_on && !seen && last_ && last_->time <= session.open &&
                      session.open - last_->time <= options_.stands;
  return stands ? last_ : std::nullopt;
}

std::optional<Sample> SessionPrices::close(const Session& session) const {
  const auto seen = find(session);
  if (!seen || !near(session.close - seen_[*seen].last.time)) return std::nullopt;
  return seen_[*seen].last;
}

std::optional<SessionPrices::Pair> SessionPrices::gap(Timestamp t) const {
  const auto session = at(t);
  const auto before = session ? ended_by(session->open) : std::nullopt;
  if (!before) return std::nullopt;
  const auto from = close(*before);
  const auto to = opening(*session);
  return from && to ? std::optional{Pair{*from, *to}} : std::nullopt;
}

std::optional<Sample> SessionPrices::settlement(Timestamp t) const {
  auto session = at(t);
  if (!session && !options_.trades_on) session = ended_by(t);
  const auto before = ended_by(session ? session->open : t);
  return before ? close(*before) : std::nullopt;
}

}  // namespace foghorn
