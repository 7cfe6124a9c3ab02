// What is expected of instruments, and what terms can come to under it.
#include <algorithm>
#include <limits>

#include "rules/market.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

// Not for less time than makes it worth working out, nor for so long that the windows' left edges
// pass over much.
constexpr Duration longest_outlook = 30s;
constexpr Duration shortest_outlook = 2s;

/// Functions of a window of the price that come to nothing where it is stale.
bool foreseen(const PriceQuery& query) {
  switch (query.function) {
    case Function::last: return true;
    case Function::change:
    case Function::rise:
    case Function::fall:
    case Function::high:
    case Function::low:
    case Function::range:
    case Function::range_pct:
    case Function::new_high:
    case Function::new_low: return query.window > Duration{} && !query.settle;
    default: return false;
  }
}

}  // namespace

std::optional<Outlook> Market::outlook(std::size_t i, double margin) const {
  const auto& instrument = *instruments_[i];
  if (instrument.members.empty() || instrument.spec.hours) return std::nullopt;
  // What is stale stays so until a price comes; any will end this.
  if (state(i) == PriceState::stale && alive(i) == 0)
    return Outlook{.low = 0, .high = -1, .until = Timestamp::max()};
  if (instrument.disagreeing || state(i) != PriceState::confirmed) return std::nullopt;
  Outlook outlook{.low = std::numeric_limits<double>::infinity(),
                  .high = -std::numeric_limits<double>::infinity(),
                  .until = now_ + longest_outlook};
  for (const auto& member : instrument.consensus.members()) {
    const auto dies = member.seen + instrument.spec.consensus.max_age;
    if (member.seen == no_time || dies < now_) continue;
    outlook.low = std::min(outlook.low, member.price);
    outlook.high = std::max(outlook.high, member.price);
    outlook.until = std::min(outlook.until, dies);
  }
  if (!(outlook.low > 0) || outlook.until - now_ < shortest_outlook) return std::nullopt;
  outlook.low *= 1 - margin;
  outlook.high *= 1 + margin;
  return outlook;
}

bool Market::expect(std::size_t i, const Outlook& outlook) {
  for (const auto& member : instruments_[i]->consensus.members()) {
    const bool alive =
        member.seen != no_time && member.seen + instruments_[i]->spec.consensus.max_age >= now_;
    if (alive && (member.price < outlook.low || member.price > outlook.high)) return false;
  }
  outlooks_[i] = outlook;
  return true;
}

bool Market::expected(const Slot& slot, double price, Timestamp t) const {
  const auto& outlook = outlooks_[slot.instrument];
  const auto& instrument = *instruments_[slot.instrument];
  return t <= outlook.until && price >= outlook.low && price <= outlook.high &&
         instrument.consensus.members()[slot.member].seen + instrument.spec.consensus.max_age >= t;
}

std::optional<Band> Market::reach(TermId id, Outlook& outlook) {
  const auto& term = terms_[static_cast<std::size_t>(id)];
  const bool none = outlook.low > outlook.high;
  switch (term.query.function) {
    case Function::sum:
    case Function::count: return std::nullopt;
    case Function::sources: return band_of(value(id));
    case Function::spread: {
      if (none) return band_of(value(id));
      const double most = outlook.high / outlook.low - 1;
      return Band{Unknown::none, 0, most, 0, most};
    }
    case Function::age: {
      const auto& track = built(term.track);
      if (none || track.empty()) return std::nullopt;
      const double most = std::chrono::duration<double>(outlook.until - track.last().time).count();
      return Band{Unknown::none, 0, most, 0, most};
    }
    default:
      if (!foreseen(term.query)) return std::nullopt;
      // One source may be stale for longer than the price, or less long.
      if (none && (built(term.track).empty() || built(term.track).current(now_)))
        return std::nullopt;
      if (none) return band_of(value(id));
      return built(term.track).reach(term.query, outlook, now_);
  }
}

}  // namespace foghorn
