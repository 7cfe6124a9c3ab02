#include "rules/filled_past.hpp"

#include <array>
#include <iterator>

namespace foghorn {
namespace {

constexpr Duration minute = std::chrono::minutes{1};

// What is known of the part [at.from, at.to) of the candle's minute, appended in order of time. In
// (start, start + 1 min], as buckets of a minute are, so that one keeps all four. What was seen of
// the minute may be what made its high and low: they are the part's only where no price was.
void append_samples(const Candle& candle, const Gap& at, bool alone, std::vector<Sample>& out) {
  const auto place = [&](int sixtieth) { return at.from + (at.to - at.from) * sixtieth / 60; };
  const bool rose = candle.close >= candle.open;
  if (at.from == candle.start) out.push_back({place(1), candle.open});
  if (alone) {
    out.push_back({place(20), rose ? candle.low : candle.high});
    out.push_back({place(40), rose ? candle.high : candle.low});
  }
  if (at.to == candle.start + minute) out.push_back({place(59), candle.close});
}

std::vector<Gap> joined(std::vector<Gap> a, std::span<const Gap> b) {
  a.insert(a.end(), b.begin(), b.end());
  return foghorn::joined(std::move(a));
}

}  // namespace

void FilledPast::clear() {
  samples_.clear();
  stretches_.clear();
}

void FilledPast::forget(Timestamp oldest) {
  samples_.erase(samples_.begin(), std::ranges::lower_bound(samples_, oldest, {}, &Sample::time));
  const std::array all{Gap{oldest, Timestamp::max()}};
  stretches_ = common(stretches_, all);
}

std::vector<Gap> FilledPast::fill(std::span<const Candle> minutes, std::span<const Gap> unseen,
                                  Duration stands) {
  const auto open = joined(stretches_, unseen);
  std::vector<Gap> told;   // the minutes themselves: what was known of them is replaced
  std::vector<Gap> stood;  // and for how long their last price stood
  std::vector<Sample> made;
  auto next = open.begin();
  for (const auto& candle : minutes) {
    const auto end = candle.start + minute;
    while (next != open.end() && next->to <= candle.start) ++next;
    for (auto gap = next; gap != open.end() && gap->from < end; ++gap) {
      const Gap part{std::max(gap->from, candle.start), std::min(gap->to, end)};
      // A price ended the stretch, and another stood for `stands` before it began.
      const bool alone =
          part.to == end && (part.from == candle.start || gap->from - stands < candle.start);
      append_samples(candle, part, alone, made);
      told.push_back(part);
      stood.push_back({part.from, part.to == end ? std::min(gap->to, end + stands) : part.to});
    }
  }
  if (told.empty()) return stretches_;

  told = foghorn::joined(std::move(told));
  auto old = told.begin();
  std::erase_if(samples_, [&](const Sample& sample) {
    while (old != told.end() && old->to <= sample.time) ++old;
    return old != told.end() && old->from <= sample.time;
  });
  std::vector<Sample> all;
  all.reserve(samples_.size() + made.size());
  std::ranges::merge(samples_, made, std::back_inserter(all), {}, &Sample::time, &Sample::time);
  samples_ = std::move(all);
  stretches_ = joined(std::move(stretches_), stood);
  return stretches_;
}

}  // namespace foghorn
