#include "rules/last_beyond.hpp"

namespace foghorn {
namespace {

constexpr std::size_t most_held = 8'192;

bool same_second(Timestamp a, Timestamp b) {
  using std::chrono::seconds;
  return std::chrono::floor<seconds>(a) == std::chrono::floor<seconds>(b);
}

}  // namespace

LastBeyond::LastBeyond(RangeEnd which) : which_{which}, held_{most_held} {}

void LastBeyond::add(Timestamp t, double price) {
  if (!held_.empty() && held_.back().value == price && held_.back().time >= kept_since_) {
    held_.back().time = t;
    return;
  }
  // Among those that are not the latest any more, one as far out and later says as much, and one
  // of the same second that lies further out about as much.
  if (const auto n = held_.size(); n >= 2) {
    const auto latest = held_.back();
    if (latest.value == held_[n - 2].value) {
      held_.pop_back();
      held_.back() = latest;
    } else if (same_second(latest.time, held_[n - 2].time)) {
      held_.pop_back();
    }
  }
  while (!held_.empty() && outer(price, held_.back().value)) held_.pop_back();
  if (held_.full()) {
    const auto outermost = held_.front().value;
    held_.pop_front();
    held_.front().value = outermost;
  }
  held_.push_back({t, price});
}

void LastBeyond::forget(Timestamp t) {
  kept_since_ = t;
  while (held_.size() > 1 && held_.front().time < t) held_.pop_front();
}

std::optional<Timestamp> LastBeyond::time() const {
  return held_.size() < 2 ? std::nullopt : std::optional{held_[held_.size() - 2].time};
}

}  // namespace foghorn
