// What a price did as it had not for long, in sentences.
#include <algorithm>

#include "report/phrase_book.hpp"

namespace foghorn {
namespace {

constexpr double least_day_move = 0.03;
constexpr Duration least_rank = std::chrono::days{7};
constexpr Duration least_streak_rank = std::chrono::days{60};
// Of a past that was hardly seen nothing is told.
constexpr double least_context = 0.9;

constexpr Duration year = std::chrono::years{1};

class HistoryPhrases : PhraseBook {
 public:
  using PhraseBook::PhraseBook;

  std::vector<Sentence> all() {
    for (const auto& extreme : facts_.extremes) this->extreme(extreme);
    if (facts_.day_move) day_move(*facts_.day_move);
    if (facts_.streak) streak(*facts_.streak);
    for (const auto& context : facts_.context) this->context(context);
    return std::move(said_);
  }

 private:
  /// Since a day that the price had not been beyond: a month is enough for one long ago.
  std::string since(Timestamp day, Timestamp now) const {
    return now - day > 2 * year ? month_words(day, language_) : day_words(day, speech_);
  }

  void extreme(const ExtremeFact& extreme) {
    const auto now = sheet_.to;
    const auto at = price(extreme.price) + seen_part(extreme.price);
    const auto* end = extreme.high ? pick("新高", "highest") : pick("新低", "lowest");
    const auto* most = extreme.high ? pick("最高", "highest") : pick("最低", "lowest");
    if (!extreme.last_beyond) {
      const auto first = month_words(extreme.known_since, language_);
      add(extreme.of_closes
              ? say("{0}收于{1}，为有记录以来{3}收盘价（记录自{2}起）。",
                    "{0} closed at {1}, the {3} close on record (since {2}).", name_, at, first,
                    most)
              : say("{0}{3}{1}，为有记录以来{3}（记录自{2}起）。",
                    "{0} reached {1}, the {3} on record (since {2}).", name_, at, first, most),
          80, extreme.price.bars, say("{}创有记录以来{}", "{} at its {} on record", name_, end));
      return;
    }
    const auto day = since(*extreme.last_beyond, now);
    const double age = in_days(now - *extreme.last_beyond);
    const double weight = 36 + std::min(age / 20, 44.0);
    if (extreme.of_closes) {
      add(say("{}收于{}，创{}以来收盘{}。", "{0} closed at {1}, its {3} close since {2}.", name_,
              at, day, end),
          weight, extreme.price.bars,
          say("{}创{}以来收盘{}", "{0} at its {2} close since {1}", name_, day, end));
      return;
    }
    add(say("{0}{4}{1}，创{2}以来{3}。", "{0} reached {1}, its {3} since {2}.", name_, at, day, end,
            most),
        weight, extreme.price.bars,
        say("{}创{}以来{}", "{0} at its {2} since {1}", name_, day, end));
  }

  void day_move(const DayMoveFact& move) {
    const double r = move.ratio ? move.ratio->value : 0;
    const auto as_large = move.as_large_on.value_or(move.known_since);
    const bool rare = move.rank_known && move.day - as_large >= least_rank;
    if (move.ratio && std::abs(r) < least_day_move && !rare) return;
    const bool up = move.change.value > 0;
    const auto* way = up ? pick("涨", "up") : pick("跌", "down");
    const auto day = day_words(move.day, speech_);
    const double weight = 33 + 5 * std::min(percent(r), 12.0);
    add(say("{}{}收报{}，单日{}{}。", "{0} closed at {2} on {1}, {3} {4} on the day.", name_, day,
            price(move.close.value), way,
            move.ratio ? percent_words(r) : price(std::abs(move.change.value))),
        weight, move.change.bars,
        move.ratio ? say("{}单日{}{}", "{} {} {} in a day", name_, way, over(r)) : std::string{});
    if (!rare) return;
    const auto* size = up ? pick("最大单日涨幅", "largest one-day rise")
                          : pick("最大单日跌幅", "largest one-day fall");
    const auto* what = up ? pick("涨幅", "the rise") : pick("跌幅", "the fall");
    const double age = in_days(move.day - as_large);
    add(move.as_large_on ? say("{}{}的{}为{}以来{}。", "{0}: {2} on {1}, its {4} since {3}.", name_,
                               day, what, since(*move.as_large_on, sheet_.to), size)
                         : say("{0}{1}的{2}为有记录以来{4}（记录自{3}起）。",
                               "{0}: {2} on {1}, its {4} on record (since {3}).", name_, day, what,
                               month_words(move.known_since, language_), size),
        weight - 1 + std::min(age / 100, 30.0), move.ratio->bars);
  }

  void streak(const StreakFact& streak) {
    const int length = std::abs(streak.days);
    const auto count = streak.days > 0 ? say("{}连阳", "{} rising closes in a row", length)
                                       : say("{}连阴", "{} falling closes in a row", length);
    const auto whole = streak.at_least ? say("至少{}", "at least {}", count) : count;
    std::string rank;
    double weight = 20 + 5 * std::min(length, 16);
    if (streak.rank_known && streak.as_long_until) {
      const auto age = streak.last_day - *streak.as_long_until;
      const auto years = age / year;
      if (years >= 2) {
        rank = say("，为{}年来首次", ", the first time in {} years", years);
        weight += static_cast<double>(std::min<std::int64_t>(years, 30));
      } else if (age >= least_streak_rank) {
        rank = say("，为{}以来首次", ", the first time since {}",
                   day_words(*streak.as_long_until, speech_));
      }
    } else if (streak.rank_known && streak.last_day - streak.known_since >= year) {
      rank = say("，为有记录以来首次（记录自{}起）", ", the first time on record (since {})",
                 month_words(streak.known_since, language_));
      weight += 15;
    }
    add(say("{}截至{}收盘{}{}。", "{0}: {2} as of {1}{3}.", name_,
            day_words(streak.last_day, speech_), whole, rank),
        weight, streak.bars, zh() ? name_ + whole : name_ + ": " + whole);
  }

  void context(const ContextFact& context) {
    if (context.seen < least_context) return;
    std::vector<BarRef> bars;
    std::string text;
    const auto head = say("{}近{}日", "{}, {} days: ", name_, context.days);
    if (context.change_ratio) {
      const double r = context.change_ratio->value;
      bars = context.change_ratio->bars;
      if (std::abs(r) >= level_change)
        text = say("{}{}", "{} {}", r > 0 ? pick("累计涨", "up") : pick("累计跌", "down"),
                   percent_words(r));
    }
    if (context.high && context.low) {
      if (!text.empty()) text += pick("，", ", ");
      text += say("区间{}至{}", "between {} and {}",
                  zh() ? price_words(context.low->value, context.low->bound) : price(*context.low),
                  price(*context.high));
      text += seen_part(*context.high);
      join(bars, context.low->bars);
      join(bars, context.high->bars);
    }
    if (text.empty()) return;
    add(head + text + pick("。", "."), context.days == 30 ? 11 : 10, std::move(bars));
  }
};

}  // namespace

std::vector<Sentence> history_sentences(const InstrumentFacts& facts, const FactSheet& sheet,
                                        const Speech& speech) {
  return HistoryPhrases{facts, sheet, speech}.all();
}

}  // namespace foghorn
