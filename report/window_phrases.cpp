// What a price did within the window, in sentences.
#include <algorithm>

#include "report/parts.hpp"
#include "report/phrase_book.hpp"

namespace foghorn {
namespace {

// 闪崩 and 急跌 are our words for a sudden fall of so much; no market defines them.
constexpr double crash = 0.10;
constexpr double plunge = 0.05;

// Less is no headline.
constexpr double least_headline = 0.01;
// Less is told as part of the range.
constexpr double least_move = 0.02;
constexpr double least_retreat = 0.001;

constexpr Duration old_price = std::chrono::minutes{10};

class WindowPhrases : PhraseBook {
 public:
  using PhraseBook::PhraseBook;

  std::vector<Sentence> all() {
    if (!facts_.last) {
      nothing();
    } else if (facts_.probability) {
      probability();
    } else {
      price_now();
      for (const auto& move : facts_.sudden_moves) sudden_move(move);
      for (const auto& move : facts_.moves) this->move(move);
      for (const auto& crossing : facts_.crossings) this->crossing(crossing);
      for (const auto& reversal : facts_.reversals) this->reversal(reversal);
      if (facts_.consolidation) consolidation(*facts_.consolidation);
      range();
      if (facts_.reopening) reopening(*facts_.reopening);
    }
    closed();
    gaps();
    told_later();
    return std::move(said_);
  }

 private:
  void nothing() {
    // Of what has no source nothing but its daily closes is ever told.
    if (facts_.sources.empty() && !facts_.probability) return;
    const bool traded =
        facts_.market.follows || facts_.market.calendar.empty() || !facts_.gaps.empty();
    add(traded ? say("{}在该时段无分钟数据。", "No minutes of {} in this window.", name_)
               : say("{}在该时段休市。", "{} did not trade in this window.", name_),
        20, {});
  }

  void price_now() {
    const auto& last = *facts_.last;
    // A price from before is told with its time, where there should be one of now.
    const bool old = (facts_.market.follows || facts_.market.open) && is_old(last);
    const auto now = old ? say("最后报价{}（{}）", "was last at {} ({})", price(last.value),
                               time_words(last.at, speech_))
                         : say("报{}", "stands at {}", price(last.value));
    if (!facts_.change) {
      add(say("{}{}。", "{} {}.", name_, now), 30, last.bars);
      return;
    }
    const auto before = earlier();
    const double change = facts_.change->value;
    const auto r = facts_.change_ratio ? facts_.change_ratio->value : 0.0;
    if (facts_.change_ratio ? std::abs(r) < level_change : change == 0) {
      add(say("{}{}，与{}持平。", "{} {}, level with {}.", name_, now, before), 30,
          facts_.change->bars);
      return;
    }
    const auto* way = change > 0 ? pick("涨", "up") : pick("跌", "down");
    const auto by = facts_.change_ratio ? percent_words(r) : price(std::abs(change));
    add(say("{}{}，较{}{}{}。", "{0} {1}, {3} {4} from {2}.", name_, now, before, way, by),
        30 + 5 * std::min(percent(r), 20.0), facts_.change->bars,
        std::abs(r) >= least_headline ? say("{}{}{}", "{} {} {}", name_, way, over(r))
                                      : std::string{});
  }

  bool is_old(const Figure& last) const { return sheet_.to - last.at > old_price; }

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
    add(say("{0}{1}{2}，{3}起{4}内由{5}{6}{7}{8}。",
            "{0} {1} {2}, from {5} to {7} in the {4} after {3}{8}.", name_, word, over(size),
            time_words(move.from.at, speech_), span_words(sure_to_span(move), language_),
            price_words(move.from.value), move.up ? pick("涨至", "") : pick("跌至", ""),
            price(move.to.value), seen_part(move.ratio)),
        50 + 10 * std::min(percent(size), 20.0), move.ratio.bars,
        say("{}{}{}", "{} {} {}", name_, word, over(size)));
  }

  /// Between two minutes that are so far apart lies up to a minute more.
  static Duration sure_to_span(const MoveFact& move) { return move.took + std::chrono::minutes{1}; }

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
    const auto swing = facts_.range_ratio
                           ? say("，振幅{}", ", a range of {}", range_words(*facts_.range_ratio))
                           : std::string{};
    add(say("{}最高{}、最低{}{}{}。", "{}: high {}, low {}{}{}.", name_,
            zh() ? price_words(high.value, high.bound) : price(high), price(low), swing,
            seen_part(high)),
        15, std::move(bars));
  }

  void reopening(const Reopening& r) {
    const auto market = market_words(facts_.market.calendar, language_);
    const double change = r.ratio.value;
    const auto* way = change > 0 ? pick("涨", "up") : pick("跌", "down");
    if (std::abs(change) < level_change) {
      add(say("{0}重新开市时{1}报{2}，与上次收盘持平。",
              "{1} stood at {2} when {0} reopened, level with its close.", market, name_,
              price(r.after.value)),
          30, r.ratio.bars);
      return;
    }
    add(say("{0}重新开市时{1}报{2}，较上次收盘{3}{4}。",
            "{1} stood at {2} when {0} reopened, {3} {4} from its close.", market, name_,
            price(r.after.value), way, percent_words(change)),
        40 + 6 * std::min(percent(change), 10.0), r.ratio.bars,
        say("{}重新开市时{}{}", "{} {} {} at the reopening", name_, way, over(change)));
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
    if (last.source == FactSource::days)
      change = say("（据{}收盘价）", " (by the closes of {})",
                   day_words(last.bars.front().start, speech_));
    else if (last.at < sheet_.from)
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
    const bool quoted = market.follows && facts_.last && !is_old(*facts_.last);
    if (market.follows && !quoted) {
      add(say("{0}休市中{1}。", "{0} is closed{1}.", name, until), 12, {});
      return;
    }
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

  void told_later() {
    if (facts_.told_later.empty() || !facts_.last) return;
    Duration all{};
    for (const auto& part : facts_.told_later) all += part.to - part.from;
    const auto span = span_words(all, language_);
    const auto& first = facts_.told_later.front();
    add(facts_.told_later.size() == 1
            ? say("{}有{}行情为交易所事后补报（{}至{}）。",
                  "{}: exchanges told of {} afterwards ({} to {}).", name_, span,
                  time_words(first.from, speech_), time_words(first.to, speech_))
            : say("{}有{}行情为交易所事后补报（共{}段）。",
                  "{}: exchanges told of {} afterwards (in {} stretches).", name_, span,
                  facts_.told_later.size()),
        11, {});
  }
};

}  // namespace

std::vector<Sentence> window_sentences(const InstrumentFacts& facts, const FactSheet& sheet,
                                       const Speech& speech) {
  return WindowPhrases{facts, sheet, speech}.all();
}

}  // namespace foghorn
