#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/rules/expression_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

/// A piece of an expression, with no parenthesis more than needed and with all of them.
struct Piece {
  std::string spare;
  std::string full;
  int binding;  // as a book on the grammar would say: or 1, and 2, not 3, comparison 4, sum 5,
                // product 6, sign 7, operand 8
};

class Author {
 public:
  explicit Author(unsigned seed) : random_{seed} {}

  Piece condition(int depth) {
    switch (depth > 0 ? pick(9) : 0) {
      case 1: return join(condition(depth - 1), "or", condition(depth - 1), 1);
      case 2: return join(condition(depth - 1), "and", condition(depth - 1), 2);
      case 3: return prefix("not ", condition(depth - 1), 3);
      case 4:
        return operand(one_of({"new_high(BTC@okx, 1h)", "new_low(WTI, 30m)", "is_open(GOLD)"}));
      case 5: return call("held", {condition(depth - 1), duration()});
      case 6: return call("within", {condition(depth - 1), condition(depth - 1), duration()});
      case 7:
        return call(one_of({"crosses_above", "crosses_below"}),
                    {operand(one_of({"WTI", "BRENT@bybit"})), value(Sort::price, depth - 1)});
      default: return comparison(depth);
    }
  }

  int pick(int count) { return std::uniform_int_distribution<int>{0, count - 1}(random_); }

  std::string_view one_of(std::initializer_list<std::string_view> texts) {
    return *(texts.begin() + pick(static_cast<int>(texts.size())));
  }

 private:
  enum class Sort { ratio, price, time, count };

  Piece duration() { return operand(one_of({"10m", "1h30m", "7d"})); }

  Piece comparison(int depth) {
    if (pick(8) == 0) {
      return join(operand(one_of({"since_high(WTI)", "since_low(BTC)"})), one_of({"<", ">="}),
                  operand(one_of({"@2025-10-01", "@1999-12-31", "since_low(GOLD)"})), 4);
    }
    const auto sort = static_cast<Sort>(pick(4));
    return join(value(sort, depth), one_of({"<", "<=", ">", ">="}), value(sort, depth), 4);
  }

  Piece value(Sort sort, int depth) {
    switch (depth > 0 ? pick(8) : 0) {
      case 1: return join(value(sort, depth - 1), one_of({"+", "-"}), value(sort, depth - 1), 5);
      case 2: return join(value(sort, depth - 1), "*", value(Sort::count, depth - 1), 6);
      case 3: return join(value(sort, depth - 1), "/", operand(one_of({"2", "0.8", "3K"})), 6);
      case 4: return prefix("-", value(sort, depth - 1), 7);
      case 5:
        if (sort == Sort::count && pick(2) == 0)
          return call("times", {condition(depth - 1), duration()});
        return call(one_of({"min", "max"}), {value(sort, depth - 1), value(sort, depth - 1)});
      case 6:
        if (sort == Sort::ratio)
          return join(value(Sort::price, depth - 1), "/", operand("last(BRENT)"), 6);
        return join(operand(one_of({"2", "1.5"})), "*", value(sort, depth - 1), 6);
      default: return leaf(sort);
    }
  }

  Piece leaf(Sort sort) {
    switch (sort) {
      case Sort::ratio:
        return operand(one_of({"tier", "10%", "0.05 %", "33bp", "change(WTI, 24h)", "spread(BTC)",
                               "range_pct(GOLD@okx,1h30m)", "gap(WTI)", "change(BTC, settle)",
                               "change(WTI, since=@2025-10-01)", "vol(WTI, 1d,5m)"}));
      case Sort::price:
        return operand(one_of({"last(WTI)", "80 USD/bbl", "1.5K USD/bbl", "high(BRENT, 366d)",
                               "range(WTI@binance-futures, 1h)", "mean(WTI, 2h)"}));
      case Sort::time: return operand(one_of({"age(WTI)", "90s", "1h30m", "250ms"}));
      case Sort::count:
        return operand(one_of({"count(LIQ.BTC.long@okx, 5m)", "sources(GOLD)", "7", "2.5万",
                               "last(INDEX)", "0.001", "sigma(WTI, 1h)", "streak(BTC)",
                               "zscore(GOLD,1d, 5m)", "jump(WTI, 30s)"}));
    }
    return {};
  }

  Piece operand(std::string_view text) { return {std::string{text}, std::string{text}, 8}; }

  Piece call(std::string_view function, const std::vector<Piece>& arguments) {
    Piece made{std::string{function} + "(", std::string{function} + "(", 8};
    for (const auto& argument : arguments) {
      const auto* comma = &argument == &arguments.front() ? "" : ",";
      made.spare += comma + blank() + argument.spare + blank();
      made.full += comma + blank() + argument.full + blank();
    }
    made.spare += ")";
    made.full += ")";
    return made;
  }

  Piece prefix(const std::string& sign, const Piece& a, int binding) {
    return {sign + blank() + enclosed(a, binding), "(" + sign + a.full + ")", binding};
  }

  Piece join(const Piece& a, std::string_view op, const Piece& b, int binding) {
    const bool word = op == "and" || op == "or";
    const auto space = [&] { return (word ? " " : "") + blank(); };
    const int left = binding == 4 ? 5 : binding;  // comparisons do not chain
    return {enclosed(a, left) + space() + std::string{op} + space() + enclosed(b, binding + 1),
            "(" + a.full + " " + std::string{op} + " " + b.full + ")", binding};
  }

  std::string enclosed(const Piece& piece, int least) {
    return piece.binding < least || pick(10) == 0 ? "(" + blank() + piece.spare + blank() + ")"
                                                  : piece.spare;
  }

  std::string blank() { return std::string{one_of({"", "", " ", "  ", "\n", "\t "})}; }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("every expression of the grammar parses, and its root's text is all of it") {
  const auto seed = GENERATE(range(0U, 300U));
  CAPTURE(seed);
  const auto piece = Author{seed}.condition(4);
  CAPTURE(piece.spare);
  if (piece.spare.size() > 4096) return;
  const auto expression = good(piece.spare);
  CHECK(term_text(expression, expression.root()) == piece.spare);
  CHECK(broken_promise(piece.spare).empty());
}

TEST_CASE("an expression means what it means with every parenthesis written") {
  const auto seed = GENERATE(range(0U, 300U));
  CAPTURE(seed);
  const auto piece = Author{seed}.condition(4);
  CAPTURE(piece.spare, piece.full);
  if (piece.full.size() > 4096) return;
  CHECK(canonical_text(good(piece.spare)) == canonical_text(good(piece.full)));
}

TEST_CASE("spellings of one condition have one canonical text") {
  const auto canonical = canonical_text(
      good("abs(change(WTI, 24h)) >= 10% and sum(LIQ.BTC.long@okx, 1h) > 2000000000 USD"));
  CHECK(canonical == "abs(change(WTI, 1d)) >= 10% and sum(LIQ.BTC.long@okx, 1h) > 2000000000 USD");
  CHECK(canonical_text(good(
            "abs( change(WTI,24h) )>=10% and\n sum(LIQ.BTC.long@okx, 1h)>2B USD")) == canonical);
  CHECK(canonical_text(good(
            "((abs(change(WTI, 1d))) >= 1000bp) and (sum(LIQ.long.BTC@okx, 60m) > 20 亿 USD)")) ==
        canonical);
}

TEST_CASE("conditions that differ have canonical texts that differ") {
  const auto canonical = canonical_text(good("change(WTI, 1h) >= 10%"));
  for (const char* other :
       {"change(WTI, 1h) > 10%", "change(WTI@okx, 1h) >= 10%", "change(WTI, 2h) >= 10%",
        "change(WTI, 1h) >= 10.0000001%", "change(BTC, 1h) >= 10%", "rise(WTI, 1h) >= 10%",
        "change(WTI, 1h) >= tier"}) {
    CAPTURE(other);
    CHECK(canonical_text(good(other)) != canonical);
  }
}

TEST_CASE("a literal's canonical text reads back as the same number") {
  const auto seed = GENERATE(range(0U, 50U));
  CAPTURE(seed);
  std::mt19937 random{seed};
  for (int i = 0; i < 40; ++i) {
    const auto digits = std::to_string(random()) + "." + std::to_string(random());
    const auto text = digits + (i % 2 == 0 ? "%" : "bp");
    CAPTURE(text);
    const auto written = good(text, ratio);
    CHECK(good(canonical_text(written), ratio).root().value == written.root().value);
  }
}

TEST_CASE("a good expression with a few characters changed is good or told where it is bad") {
  const auto seed = GENERATE(range(0U, 300U));
  CAPTURE(seed);
  Author author{seed};
  std::string text = author.condition(3).spare;
  for (int change = 0; change < 3 && !text.empty(); ++change) {
    const auto at = static_cast<std::size_t>(author.pick(static_cast<int>(text.size())));
    const auto piece = author.one_of(
        {"", "(", ")", ",", "%", "5", " ", "-", "@", ".", "=", "and", "≥", "\xe4", "\n"});
    text.replace(at, static_cast<std::size_t>(author.pick(3)), piece);
  }
  CAPTURE(text);
  CHECK(broken_promise(text) == "");
}

TEST_CASE("a soup of tokens is good or told where it is bad") {
  const auto seed = GENERATE(range(0U, 300U));
  CAPTURE(seed);
  Author author{seed};
  std::string text;
  for (int i = author.pick(60); i >= 0; --i) {
    text += author.one_of({"(",      ")",        ",",       "+",
                           "-",      "*",        "/",       "<",
                           "<=",     ">",        "=",       "and",
                           "or",     "not",      "tier",    "last",
                           "change", "abs",      "max",     "mean",
                           "WTI",    "LIQ.long", "BTC@okx", "10%",
                           "5",      "1h",       "30",      "4800 USD/oz",
                           "20亿",   "USD",      "@",       "@2025-10-01",
                           "≥",      "原油",     "%",       "1.5",
                           "&&",     "since",    "since=",  "settle",
                           "held(",  "within(",  "times(",  "crosses_above(",
                           "vol(",   "jump(",    "streak(", "is_open("});
    text += author.one_of({" ", " ", "", "\n"});
  }
  CAPTURE(text);
  CHECK(broken_promise(text) == "");
}

TEST_CASE("any bytes are good or told where they are bad") {
  const auto seed = GENERATE(range(0U, 200U));
  CAPTURE(seed);
  std::mt19937 random{seed};
  std::uniform_int_distribution<int> byte{0, 255};
  std::string text(random() % 200, '\0');
  for (char& c : text) c = static_cast<char>(byte(random));
  CHECK(broken_promise(text) == "");
}
