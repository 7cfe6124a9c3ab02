// What a price did, in sentences.
#include <algorithm>
#include <cmath>

#include "report/parts.hpp"
#include "report/phrases.hpp"

namespace foghorn {
namespace {

// 闪崩 and 急跌 are our words for a sudden fall of so much; no market defines them.
constexpr double crash = 0.10;
constexpr double plunge = 0.05;

// Less is told as part of the range.
constexpr double least_move = 0.02;
constexpr double least_day_move = 0.03;
constexpr Duration least_rank = std::chrono::days{7};
constexpr Duration least_streak_rank = std::chrono::days{60};
constexpr double least_retreat = 0.001;
// Of a past that was hardly seen nothing is told.
constexpr double least_context = 0.9;
// Less is level, whatever its sign.
constexpr double level_change = 0.00005;

constexpr Duration year = std::chrono::years{1};
constexpr Duration old_price = std::chrono::minutes{10};

void join(std::vector<BarRef>& to, const std::vector<BarRef>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

double in_days(Duration d) {
  return std::chrono::duration<double, std::ratio<86'400>>(d).count();
}

double percent(double ratio) {
  return std::abs(ratio) * 100;
}

class InstrumentPhrases {
 public:
  InstrumentPhrases(const InstrumentFacts& facts, const FactSheet& sheet, const Speech& speech)
      : facts_{facts},
        sheet_{sheet},
        speech_{speech},
        language_{speech.language},
        name_{name_words(facts, speech.language)} {}

  std::vector<Sentence> all() {
    if (!facts_.last) {
      nothing();
    } else if (facts_.probability) {
      probability();
    } else {
      price();
      for (const auto& move : facts_.sudden_moves) sudden_move(move);
      for (const auto& move : facts_.moves) this->move(move);
      for (const auto& crossing : facts_.crossings) this->crossing(crossing);
      for (const auto& reversal : facts_.reversals) this->reversal(reversal);
      if (facts_.consolidation) consolidation(*facts_.consolidation);
      range();
      if (facts_.reopening) reopening(*facts_.reopening);
      for (const auto& context : facts_.context) this->context(context);
    }
    for (const auto& extreme : facts_.extremes) this->extreme(extreme);
    if (facts_.day_move) day_move(*facts_.day_move);
    if (facts_.streak) streak(*facts_.streak);
    closed();
    gaps();
    return std::move(said_);
  }

 private:
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
  std::string level(double value) const {
    return with_unit(level_words(value), facts_.unit, language_);
  }
  std::string over(double ratio) const { return over_words(ratio, language_); }
  /// Said of a number that is a bound, because not all was seen.
  std::string seen_part(const Figure& figure) const {
    return figure.bound == Bound::exact ? "" : pick("（可见部分）", " (as far as seen)");
  }
  /// Since a day that the price had not been beyond: a month is enough for one long ago.
  std::string since(Timestamp day, Timestamp now) const {
    return now - day > 2 * year ? month_words(day, language_) : day_words(day, speech_);
  }

  Sentence& add(std::string text, double weight, std::vector<BarRef> bars, std::string brief = {}) {
    said_.push_back({.text = std::move(text),
                     .brief = std::move(brief),
                     .weight = weight,
                     .bars = std::move(bars),
                     .bars_of = facts_.id});
    return said_.back();
  }

  void nothing() {
    const bool traded =
        facts_.market.follows || facts_.market.calendar.empty() || !facts_.gaps.empty();
    add(traded ? say("{}在该时段无分钟数据。", "No minutes of {} in this window.", name_)
               : say("{}在该时段休市。", "{} did not trade in this window.", name_),
        20, {});
  }

  void price() {
    const auto& last = *facts_.last;
    const auto now = price(last.value);
    // A price from before is told with its time.
    if (facts_.market.open && sheet_.to - last.at > old_price) {
      add(say("{}最后报价{}（{}）。", "The last price of {} is {} ({}).", name_, now,
              time_words(last.at, speech_)),
          32, last.bars);
    }
    if (!facts_.change) {
      add(say("{}报{}。", "{} stands at {}.", name_, now), 30, last.bars);
      return;
    }
    const auto before = earlier();
    const double change = facts_.change->value;
    const auto r = facts_.change_ratio ? facts_.change_ratio->value : 0.0;
    if (facts_.change_ratio ? std::abs(r) < level_change : change == 0) {
      add(say("{}报{}，与{}持平。", "{} stands at {}, level with {}.", name_, now, before), 30,
          facts_.change->bars);
      return;
    }
    const auto* way = change > 0 ? pick("涨", "up") : pick("跌", "down");
    const auto by = facts_.change_ratio ? percent_words(r) : price(std::abs(change));
    add(say("{}报{}，较{}{}{}。", "{0} stands at {1}, {3} {4} from {2}.", name_, now, before, way,
            by),
        30 + 5 * std::min(percent(r), 20.0), facts_.change->bars,
        facts_.change_ratio ? say("{}{}{}", "{} {} {}", name_, way, over(r)) : std::string{});
  }

  /// What the change is against.
  std::string earlier() const {
    const auto age = sheet_.from - facts_.reference->at;
    if (age > (sheet_.to - sheet_.from) / 10 + std::chrono::minutes{2})
      return pick("休市前", "before the close of its market");
    return say("{}前", "{} earlier", window_words(sheet_, language_));
  }

  const MoveFact* sudden_move(bool up) const {
    for (const auto& move : facts_.sudden_moves)
      if (move.up == up && std::abs(move.ratio.value) >= plunge) return &move;
    return nullptr;
  }

  void sudden_move(const MoveFact& move) {
    const double size = std::abs(move.ratio.value);
    if (size < plunge) return;
    const bool extreme = size >= crash;
    const auto* word = move.up   ? extreme ? pick("暴涨", "surged") : pick("急涨", "jumped")
                         : extreme ? pick("闪崩", "crashed")
                                 : pick("急跌", "plunged");
    add(say("{}{}{}，{}内由{}{}{}{}。", "{0} {1} {2} within {3}, from {4} to {6}{7}.", name_, word,
            over(size), span_words(move.took, language_), price_words(move.from.value),
            move.up ? pick("涨至", "") : pick("跌至", ""), price(move.to.value),
            seen_part(move.ratio)),
        50 + 10 * std::min(percent(size), 20.0), move.ratio.bars,
        say("{}{}{}", "{} {} {}", name_, word, over(size)));
  }

  void move(const MoveFact& move) {
    const double size = std::abs(move.ratio.value);
    if (size < least_move) return;
    if (size < std::abs(facts_.moves.front().ratio.value) / 2) return;
    // Where most of it was sudden, that is told; where it came after a reversal, the reversal is.
    if (const auto* most = sudden_move(move.up); most && size < 1.2 * std::abs(most->ratio.value))
      return;
    for (const auto& r : facts_.reversals)
      if (r.up != move.up && r.extreme.at == move.from.at) return;
    const auto took = span_words(std::max<Duration>(move.took, std::chrono::minutes{1}), language_);
    const auto* word = move.up ? pick("最大涨幅", "rose") : pick("最大跌幅", "fell");
    add(say("{}{}{}，由{}至{}，历时{}{}。", "{0} {1} {2} at most, from {3} to {4} over {5}{6}.",
            name_, word, over(size), price_words(move.from.value), price(move.to.value), took,
            seen_part(move.ratio)),
        10 * std::min(percent(size), 20.0), move.ratio.bars);
  }

  void crossing(const Crossing& crossing) {
    if (!crossing.prominent) return;
    const bool reversed = std::ranges::any_of(facts_.reversals, [&](const Reversal& r) {
      return r.up == crossing.up && r.level == crossing.level;
    });
    if (reversed) return;
    const auto* way = crossing.up ? pick("突破", "broke above") : pick("跌破", "fell below");
    const double digits = std::log10(crossing.level);
    const bool new_digit = std::abs(digits - std::round(digits)) < 1e-9;
    const auto brief = crossing.held ? say("{}{}{}", "{} {} {}", name_, way, level(crossing.level))
                                     : std::string{};
    add(crossing.held ? say("{}于{}{}{}。", "{0} {2} {3} at {1}.", name_,
                            time_words(crossing.at, speech_), way, level(crossing.level))
                      : say("{}于{}一度{}{}。", "{0} briefly {2} {3} at {1}.", name_,
                            time_words(crossing.at, speech_), way, level(crossing.level)),
        (new_digit ? 80 : 35) + (crossing.held ? 8 : 0), crossing.bars, brief);
  }

  void reversal(const Reversal& reversal) {
    const double size = std::abs(reversal.retreat.value);
    const auto* end = reversal.up ? pick("高点", "high") : pick("低点", "low");
    const auto* way = reversal.up ? pick("跌", "down") : pick("涨", "up");
    const auto* back = reversal.up ? pick("回落", "fell back") : pick("反弹", "rebounded");
    const auto by = size < least_retreat ? std::string{}
                                         : say("，较{}{}{}{}", ", {1} {2} from its {0}{3}", end,
                                               way, over(size), seen_part(reversal.retreat));
    const auto bars = reversal.retreat.bars;
    if (reversal.level) {
      const auto* through = reversal.up ? pick("突破", "broke above") : pick("跌破", "fell below");
      const auto at = level(*reversal.level);
      add(say("{}一度{}{}，随后{}{}。", "{} briefly {} {}, then {}{}.", name_, through, at, back,
              by),
          60 + 4 * std::min(percent(size), 10.0), bars,
          say("{}一度{}{}后{}", "{} briefly {} {} and {}", name_, through, at, back));
      return;
    }
    const auto* whole = reversal.up ? pick("冲高回落", "rose and fell back")
                                    : pick("探底回升", "fell and recovered");
    add(say("{}{}，{}为{}{}。", "{} {}; its {} is {}{}.", name_, whole, end,
            price(reversal.extreme.value), by),
        35 + 4 * std::min(percent(size), 10.0), bars, say("{}{}", "{} {}", name_, whole));
  }

  void extreme(const ExtremeFact& extreme) {
    const auto now = sheet_.to;
    const auto at = price(extreme.price.value) + seen_part(extreme.price);
    const auto* end = extreme.high ? pick("新高", "highest") : pick("新低", "lowest");
    const auto* most = extreme.high ? pick("最高", "highest") : pick("最低", "lowest");
    if (!extreme.last_beyond) {
      const auto first = month_words(extreme.known_since, language_);
      add(extreme.of_closes
              ? say("{0}收于{1}，为{2}有记录以来收盘{3}。",
                    "{0} closed at {1}, the {3} close on record (since {2}).", name_, at, first,
                    most)
              : say("{0}{3}{1}，为{2}有记录以来{3}。",
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
    add(move.as_large_on
            ? say("{}{}的{}为{}以来{}。", "{0}: {2} on {1}, its {4} since {3}.", name_, day, what,
                  since(*move.as_large_on, sheet_.to), size)
            : say("{}{}的{}为{}有记录以来{}。", "{0}: {2} on {1}, its {4} on record (since {3}).",
                  name_, day, what, month_words(move.known_since, language_), size),
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
      rank = say("，为{}有记录以来首次", ", the first time on record (since {})",
                 month_words(streak.known_since, language_));
      weight += 15;
    }
    add(say("{}截至{}收盘{}{}。", "{0}: {2} as of {1}{3}.", name_,
            day_words(streak.last_day, speech_), whole, rank),
        weight, streak.bars, zh() ? name_ + whole : name_ + ": " + whole);
  }

  void consolidation(const Consolidation& c) {
    const auto low = level_words(c.low);
    const auto high = level(c.high);
    const auto* where = c.near_high  ? pick("高位", " near its 30-day high")
                        : c.near_low ? pick("低位", " near its 30-day low")
                                     : "";
    add(say("{}维持在{}至{}的{}区间震荡。", "{0} moved sideways between {1} and {2}{3}.", name_,
            zh() ? low : level(c.low), high, where),
        44, c.range_ratio.bars,
        say("{}于{}至{}区间震荡", "{0} sideways between {1} and {2}", name_,
            zh() ? low : level(c.low), high));
  }

  void range() {
    const auto& high = *facts_.high;
    const auto& low = *facts_.low;
    auto bars = high.bars;
    join(bars, low.bars);
    const auto swing = facts_.range_ratio ? say("，振幅{}", ", a range of {}",
                                                percent_words(facts_.range_ratio->value))
                                          : std::string{};
    add(say("{}最高{}、最低{}{}{}。", "{}: high {}, low {}{}{}.", name_,
            zh() ? price_words(high.value) : price(high.value), price(low.value), swing,
            seen_part(high)),
        15, std::move(bars));
  }

  void reopening(const Reopening& r) {
    const auto market = market_words(facts_.market.calendar, language_);
    const double change = r.ratio.value;
    const auto* way = change > 0 ? pick("涨", "up") : pick("跌", "down");
    if (std::abs(change) < level_change) {
      add(say("{0}复市时{1}报{2}，与上次收市持平。",
              "{1} stood at {2} when {0} reopened, level with its close.", market, name_,
              price(r.after.value)),
          30, r.ratio.bars);
      return;
    }
    add(say("{0}复市时{1}报{2}，较上次收市{3}{4}。",
            "{1} stood at {2} when {0} reopened, {3} {4} from its close.", market, name_,
            price(r.after.value), way, percent_words(change)),
        40 + 6 * std::min(percent(change), 10.0), r.ratio.bars,
        say("{}复市{}{}", "{} {} {} at the reopening", name_, way, over(change)));
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
                  zh() ? price_words(context.low->value) : price(context.low->value),
                  price(context.high->value));
      text += seen_part(*context.high);
      join(bars, context.low->bars);
      join(bars, context.high->bars);
    }
    if (text.empty()) return;
    add(head + text + pick("。", "."), context.days == 30 ? 11 : 10, std::move(bars));
  }

  void probability() {
    const auto& last = *facts_.last;
    // Of a probability a tenth of a per cent is told, and never one that was not reached.
    const auto points = [](double p) {
      return fmt::format("{:.1f}", std::floor(p * 1000 * (1 + 1e-12)) / 10);
    };
    std::string change;
    if (facts_.change && std::abs(facts_.change->value) >= 0.001) {
      const double c = facts_.change->value;
      change = say("，较{}前{}{}个百分点", ", {1} {2} points from {0} earlier",
                   window_words(sheet_, language_), c > 0 ? pick("升", "up") : pick("降", "down"),
                   points(std::abs(c)));
    }
    if (last.at < sheet_.from)
      change = say("（截至{}）", " (as of {})", time_words(last.at, speech_));
    add(say("市场预计{}为{}%{}。", "{}: {}%{}.", name_, points(last.value), change), 48,
        facts_.change ? facts_.change->bars : last.bars);
  }

  void closed() {
    const auto& market = facts_.market;
    if (market.open || market.calendar.empty()) return;
    const auto name = market_words(market.calendar, language_);
    const auto until = market.turns == Timestamp::max()
                           ? std::string{}
                           : say("，{}开市", ", until {}", time_words(market.turns, speech_));
    add(market.follows ? say("{0}休市中{2}，{1}仍有报价。", "{0} is closed{2}; {1} trades on.",
                             name, name_, until)
                       : say("{1}休市中{2}。", "{1} is closed{2}.", name, name_, until),
        12, {});
  }

  void gaps() {
    if (facts_.probability || facts_.seen >= whole_enough || facts_.gaps.empty() || !facts_.last)
      return;
    Duration lost{};
    for (const auto& gap : facts_.gaps) lost += gap.to - gap.from;
    const auto span = span_words(std::max<Duration>(lost, std::chrono::minutes{1}), language_);
    add(facts_.gaps.size() == 1
            ? say("{}缺{}数据（{}至{}），极值与涨跌幅为可见部分。",
                  "{} lacks {} of data ({} to {}); highs, lows and moves are as far as seen.",
                  name_, span, time_words(facts_.gaps[0].from, speech_),
                  time_words(facts_.gaps[0].to, speech_))
            : say("{}缺{}数据（共{}段），极值与涨跌幅为可见部分。",
                  "{} lacks {} of data (in {} stretches); highs, lows and moves are as far as "
                  "seen.",
                  name_, span, facts_.gaps.size()),
        22, {});
  }

  const InstrumentFacts& facts_;
  const FactSheet& sheet_;
  const Speech& speech_;
  Language language_;
  std::string name_;
  std::vector<Sentence> said_;
};

}  // namespace

std::vector<Sentence> instrument_sentences(const InstrumentFacts& facts, const FactSheet& sheet,
                                           const Speech& speech) {
  return InstrumentPhrases{facts, sheet, speech}.all();
}

}  // namespace foghorn
