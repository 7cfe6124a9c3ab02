#include "daemon/backfill_plan.hpp"

#include <array>
#include <chrono>

namespace foghorn {
namespace {

using namespace std::chrono_literals;

// After the first question, the second and so on; then a minute is left unseen.
constexpr std::array<Duration, 4> patience{30s, 2min, 10min, 1h};

}  // namespace

std::vector<Missing> BackfillPlan::ask(std::span<const Missing> missing, Timestamp now) {
  for (auto& [source, asked] : asked_)
    std::erase_if(asked,
                  [now](const Asked& a) { return a.minutes.to < now - longest_backfill - 1h; });

  std::vector<Missing> questions;
  for (const auto& m : missing) {
    auto& asked = asked_[m.source];
    const std::array whole{Gap{m.from, m.to}};
    std::vector<Gap> known;  // asked before, whether it is time again or not
    std::vector<Gap> due;
    std::vector<Asked> rest;  // of what is asked again, the part that is not missing any more
    for (auto& a : asked) {
      known.push_back(a.minutes);
      const std::array minutes{a.minutes};
      const auto still = common(minutes, whole);
      if (still.empty() || a.again > now || a.times > patience.size()) continue;
      due.push_back(still.front());
      for (const auto& gap : without(minutes, still)) rest.push_back({gap, a.times, a.again});
      a = {still.front(), a.times + 1, now + patience[std::min(a.times, patience.size() - 1)]};
    }
    asked.insert(asked.end(), rest.begin(), rest.end());
    for (const auto& gap : without(whole, joined(std::move(known)))) {
      asked.push_back({gap, 1, now + patience.front()});
      due.push_back(gap);
    }
    for (const auto& gap : joined(std::move(due)))
      questions.push_back({m.source, gap.from, gap.to});
  }
  return questions;
}

}  // namespace foghorn
