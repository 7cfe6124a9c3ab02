#include "daemon/backfill_plan.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

namespace foghorn {
namespace {

using namespace std::chrono_literals;

// After the first question, the second and so on; then a minute is left unseen.
constexpr std::array<Duration, 4> patience{30s, 2min, 10min, 1h};

// What was missing until so short a while ago may still grow, by a minute a minute: a minute is
// told of when it is over, a little later.
constexpr Duration may_grow = 90s;
constexpr Duration worth_asking = 10min;  // of what may still grow

// Of a source; the oldest are merged and left unseen.
constexpr std::size_t most_asked = 1'024;

}  // namespace

std::vector<Missing> BackfillPlan::ask(std::span<const Missing> missing, Timestamp now) {
  for (auto& [source, asked] : asked_)
    std::erase_if(asked,
                  [now](const Asked& a) { return a.minutes.to < now - longest_backfill - 1h; });

  std::vector<Missing> questions;
  for (const auto& m : missing) {
    auto& asked = asked_[m.source];
    const std::array whole{Gap{m.from, m.to}};
    std::vector<Gap> known;  // of it: asked before, whether it is time again or not
    std::vector<Gap> due;
    std::vector<Asked> rest;  // of what is asked again, the part that is not missing any more
    for (auto& a : asked) {
      if (a.minutes.to <= m.from || a.minutes.from >= m.to) continue;
      known.push_back(a.minutes);
      const std::array minutes{a.minutes};
      const auto still = common(minutes, whole);
      if (a.again > now || a.times > patience.size()) continue;
      due.push_back(still.front());
      for (const auto& gap : without(minutes, still)) rest.push_back({gap, a.times, a.again});
      a = {still.front(), a.times + 1, now + patience[std::min(a.times, patience.size() - 1)]};
    }
    asked.insert(asked.end(), rest.begin(), rest.end());
    for (const auto& gap : without(whole, joined(std::move(known)))) {
      if (gap.to - gap.from < worth_asking && now - gap.to < may_grow) continue;
      asked.push_back({gap, 1, now + patience.front()});
      due.push_back(gap);
    }
    for (const auto& gap : joined(std::move(due)))
      questions.push_back({m.source, gap.from, gap.to});
  }
  for (auto& [source, asked] : asked_) tidy(asked);
  return questions;
}

std::size_t BackfillPlan::kept() const {
  std::size_t n = 0;
  for (const auto& [source, asked] : asked_) n += asked.size();
  return n;
}

// What is not asked any more needs no more entries than it has stretches.
void BackfillPlan::tidy(std::vector<Asked>& asked) {
  std::vector<Gap> given_up;
  const auto over = [](const Asked& a) { return a.times > patience.size(); };
  for (const auto& a : asked)
    if (over(a)) given_up.push_back(a.minutes);
  std::erase_if(asked, over);
  for (const auto& gap : joined(std::move(given_up)))
    asked.push_back({gap, patience.size() + 1, {}});
  if (asked.size() <= most_asked) return;

  std::ranges::sort(asked, {}, [](const Asked& a) { return a.minutes.from; });
  const auto kept = std::prev(asked.end(), most_asked / 2);
  Asked oldest{asked.front().minutes, patience.size() + 1, {}};
  for (auto a = asked.begin(); a != kept; ++a)
    oldest.minutes.to = std::max(oldest.minutes.to, a->minutes.to);
  asked.erase(std::next(asked.begin()), kept);
  asked.front() = oldest;
}

}  // namespace foghorn
