#include "rules/mean_window.hpp"

#include <cassert>
#include <chrono>

#include "rules/bucket_end.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

Duration slot_of(Duration span) {
  if (span <= 24h) return 1s;
  if (span <= 30 * 24h) return 1min;
  return 24h;
}

// Two in each slot that the window touches, and the one before it.
std::size_t most_sums(Duration span) {
  return 2 * static_cast<std::size_t>(span / slot_of(span) + 3);
}

double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

}  // namespace

MeanWindow::MeanWindow(Duration span) : span_{span}, slot_{slot_of(span)}, sums_{most_sums(span)} {
  assert(span > Duration{});
}

void MeanWindow::clear() {
  sums_.clear();
}

void MeanWindow::stood(Duration from, Duration to, double price) {
  if (to <= from) return;
  if (sums_.empty()) {
    base_ = price;
    sums_.push_back({.at = from});
  }
  assert(from >= sums_.back().at);
  if (from > sums_.back().at) push({from, sums_.back().area, sums_.back().held});
  push({to, sums_.back().area + (price - base_) * seconds(to - from),
        sums_.back().held + (to - from)});
}

// Of the sums in one slot the first and the last are kept.
void MeanWindow::push(const Sum& sum) {
  const auto slot = [&](std::size_t i) {
    return bucket_end(Timestamp{sums_[i].at}, slot_) == bucket_end(Timestamp{sum.at}, slot_);
  };
  const auto n = sums_.size();
  if (n >= 2 && slot(n - 2) && slot(n - 1)) {
    sums_.back() = sum;
    return;
  }
  advance(sum.at - span_);
  sums_.push_back(sum);
}

void MeanWindow::advance(Duration from) {
  while (sums_.size() >= 2 && sums_[1].at <= from) sums_.pop_front();
}

MeanWindow::Sum MeanWindow::up_to(Duration at) const {
  // What is asked for lies at the front, or little behind it.
  std::size_t next = 0;
  while (next < sums_.size() && sums_[next].at < at) ++next;
  if (next == sums_.size()) return sums_.back();
  if (next == 0) return sums_.front();
  const auto& a = sums_[next - 1];
  const auto& b = sums_[next];
  const auto share = seconds(at - a.at) / seconds(b.at - a.at);
  const bool stood = b.held - a.held == b.at - a.at;
  return {at, a.area + (b.area - a.area) * share,
          stood ? a.held + (at - a.at)
                : a.held + std::chrono::round<Duration>((b.held - a.held) * share)};
}

std::optional<double> MeanWindow::since(Duration from, Duration last_from, Duration last_to,
                                        double last_price) const {
  const auto base = sums_.empty() ? last_price : base_;
  double area = 0;
  Duration held{};
  if (!sums_.empty()) {
    const auto begin = up_to(from);
    area = sums_.back().area - begin.area;
    held = sums_.back().held - begin.held;
  }
  if (const auto begin = std::max(from, last_from); begin < last_to) {
    area += (last_price - base) * seconds(last_to - begin);
    held += last_to - begin;
  }
  if (held <= Duration{}) return std::nullopt;
  return base + area / seconds(held);
}

}  // namespace foghorn
