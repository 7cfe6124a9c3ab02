#include "rules/gaps.hpp"

#include <algorithm>

namespace foghorn {

std::vector<Gap> joined(std::vector<Gap> gaps) {
  std::erase_if(gaps, [](const Gap& gap) { return gap.from >= gap.to; });
  std::ranges::sort(gaps, {}, &Gap::from);
  std::size_t kept = 0;
  for (const auto& gap : gaps) {
    if (kept > 0 && gap.from <= gaps[kept - 1].to) {
      gaps[kept - 1].to = std::max(gaps[kept - 1].to, gap.to);
    } else {
      gaps[kept++] = gap;
    }
  }
  gaps.resize(kept);
  return gaps;
}

std::vector<Gap> without(std::span<const Gap> gaps, std::span<const Gap> taken) {
  std::vector<Gap> left;
  auto next = taken.begin();
  for (auto gap : gaps) {
    while (next != taken.end() && next->to <= gap.from) ++next;
    for (auto t = next; t != taken.end() && t->from < gap.to; ++t) {
      if (t->from > gap.from) left.push_back({gap.from, t->from});
      gap.from = t->to;
    }
    if (gap.from < gap.to) left.push_back(gap);
  }
  return left;
}

std::vector<Gap> common(std::span<const Gap> a, std::span<const Gap> b) {
  std::vector<Gap> both;
  for (auto i = a.begin(), k = b.begin(); i != a.end() && k != b.end();) {
    const Gap overlap{std::max(i->from, k->from), std::min(i->to, k->to)};
    if (overlap.from < overlap.to) both.push_back(overlap);
    (i->to < k->to ? i : k)++;
  }
  return both;
}

std::vector<Gap> open_stretches(const TradingHours* hours, Timestamp from, Timestamp to) {
  if (!hours) return {{from, to}};
  std::vector<Gap> open;
  auto next = std::ranges::upper_bound(hours->sessions(), from, {}, &Session::close);
  for (; next != hours->sessions().end() && next->open < to; ++next)
    open.push_back({std::max(from, next->open), std::min(to, next->close)});
  return open;
}

}  // namespace foghorn
