#pragma once
// What the phrases of an instrument have in common; nobody else includes it.

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "report/phrases.hpp"

namespace foghorn {

// Less is level, whatever its sign.
inline constexpr double level_change = 0.00005;

inline double percent(double ratio) {
  return std::abs(ratio) * 100;
}

inline double in_days(Duration d) {
  return std::chrono::duration<double, std::ratio<86'400>>(d).count();
}

inline void join(std::vector<BarRef>& to, const std::vector<BarRef>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// The sentences of one instrument as they come, and the words that they are made of. Its name
/// stands first in most of them.
class PhraseBook {
 public:
  PhraseBook(const InstrumentFacts& facts, const FactSheet& sheet, const Speech& speech)
      : facts_{facts},
        sheet_{sheet},
        speech_{speech},
        language_{speech.language},
        name_{name_words(facts, speech.language)} {}

 protected:
  template <class... Args>
  std::string say(fmt::format_string<const Args&...> zh, fmt::format_string<const Args&...> en,
                  const Args&... args) const {
    return foghorn::say(language_, zh, en, args...);
  }
  bool zh() const { return language_ == Language::zh; }
  const char* pick(const char* chinese, const char* english) const {
    return zh() ? chinese : english;
  }
  std::string price(double value) const {
    return with_unit(price_words(value), facts_.unit, language_);
  }
  /// A bound, cut to its own side.
  std::string price(const Figure& figure) const {
    return with_unit(price_words(figure.value, figure.bound), facts_.unit, language_);
  }
  std::string level(double value) const {
    return with_unit(level_words(value), facts_.unit, language_);
  }
  std::string over(double ratio) const { return over_words(ratio, language_); }
  /// Said of a number that is a bound, because not all was seen.
  std::string seen_part(const Figure& figure) const {
    return figure.bound == Bound::exact ? "" : pick("（可见部分）", " (as far as seen)");
  }

  void add(std::string text, double weight, std::vector<BarRef> bars, std::string brief = {}) {
    said_.push_back({.text = std::move(text),
                     .brief = std::move(brief),
                     .weight = weight,
                     .bars = std::move(bars),
                     .bars_of = facts_.id});
  }

  const InstrumentFacts& facts_;
  const FactSheet& sheet_;
  const Speech& speech_;
  Language language_;
  std::string name_;
  std::vector<Sentence> said_;
};

}  // namespace foghorn
