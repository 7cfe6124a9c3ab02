// Conditions that remember, against the obvious program that keeps every judgement there ever was
// and works each out from all of them.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "rules/program.hpp"
#include "tests/rules/expression_rig.hpp"
#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> conditions{
    "crosses_above(WTI, 80 USD/bbl)",
    "crosses_below(WTI, tier)",
    "held(last(WTI) > 80 USD/bbl, 1m)",
    "held(last(WTI) >= tier, 20s) and not held(last(WTI) < 81 USD/bbl, 40s)",
    "within(last(WTI) < 79 USD/bbl, last(WTI) > 81 USD/bbl, 90s)",
    "within(crosses_above(WTI, tier), crosses_below(WTI, 80 USD/bbl), 2m)",
    "times(last(WTI) > tier, 5m) >= 2",
    "times(crosses_above(WTI, 80 USD/bbl) or crosses_below(WTI, 79 USD/bbl), 3m) > 3",
    "held(times(last(WTI) > 80 USD/bbl, 4m) >= 1, 30s) or last(WTI) > 90 USD/bbl",
    "times(within(last(WTI) < tier, last(WTI) > 80 USD/bbl, 30s), 10m) < 2",
};
const std::vector<double> tiers{79, 80, 82};

/// Every value that every node ever had, at one tier.
class Obvious {
 public:
  Obvious(const Expression& expression, double tier)
      : expression_{expression}, tier_{tier}, past_(expression.nodes.size()) {}

  Value judge(const Value& last, Timestamp t) {
    times_.push_back(t);
    for (std::size_t i = 0; i < past_.size(); ++i) past_[i].push_back(value_of(i, last));
    return past_.back().back();
  }

 private:
  using Past = std::vector<Value>;

  const Past& child(const Node& node, std::size_t i) const {
    return past_[static_cast<std::size_t>(node.children[i])];
  }

  Value value_of(std::size_t i, const Value& last) const {
    const auto& node = expression_.nodes[i];
    const auto now = [&](std::size_t n) { return child(node, n).back(); };
    switch (node.op) {
      case Op::literal: return exactly(node.value);
      case Op::tier: return exactly(tier_);
      case Op::less: return is_less(now(0), now(1));
      case Op::less_equal: return is_less_equal(now(0), now(1));
      case Op::greater: return is_less(now(1), now(0));
      case Op::greater_equal: return is_less_equal(now(1), now(0));
      case Op::logical_not: return logical_not(now(0));
      case Op::logical_and: return logical_and(now(0), now(1));
      case Op::logical_or: return logical_or(now(0), now(1));
      case Op::call: break;
      default: FAIL("not in these conditions");
    }
    switch (node.function) {
      case Function::last: return last;
      case Function::crosses_above: return crossed(child(node, 0), child(node, 1), 1);
      case Function::crosses_below: return crossed(child(node, 0), child(node, 1), -1);
      case Function::held: return held(child(node, 0), node.window);
      case Function::within: return within(child(node, 0), child(node, 1), node.window);
      default: return times(child(node, 0), node.window);
    }
  }

  static Value crossed(const Past& price, const Past& level, int sign) {
    const auto distance = [&](std::size_t k) { return sign * (price[k].lo - level[k].lo); };
    auto k = price.size() - 1;
    if (!price[k].known()) return price[k];
    if (distance(k) < 0) return truth(false);
    while (k-- > 0)
      if (price[k].known()) return truth(distance(k) < 0);
    return truth(false);
  }

  Value held(const Past& c, Duration length) const {
    if (!c.back().known()) return c.back();
    Duration counted{};
    for (auto k = c.size() - 1; k-- > 0 && !c[k].is_false();)
      if (c[k].is_true()) counted += times_[k + 1] - times_[k];
    return truth(c.back().is_true() && counted >= length);
  }

  Value within(const Past& a, const Past& b, Duration length) const {
    if (!b.back().known()) return b.back();
    if (b.back().is_false()) return truth(false);
    auto began = b.size() - 1;  // of what b is true for now
    for (auto k = began; k-- > 0 && !b[k].is_false();)
      if (b[k].is_true()) began = k;
    for (std::size_t k = 0; k <= began; ++k)
      if (a[k].is_true() && times_[began] - times_[k] <= length) return truth(true);
    return a.back().known() ? truth(false) : a.back();
  }

  Value times(const Past& c, Duration length) const {
    const auto now = times_.back();
    bool sure = c.back().known() && times_.front() <= now - length;
    double edges = 0;
    std::optional<bool> before;
    std::optional<Timestamp> blind;
    for (std::size_t k = 0; k < c.size(); ++k) {
      if (!c[k].known()) {
        if (!blind) blind = times_[k];
        continue;
      }
      if (blind && times_[k] - *blind >= length / 100 && times_[k] > now - length) sure = false;
      blind.reset();
      if (c[k].is_true() && before == false && times_[k] > now - length) ++edges;
      before = c[k].is_true();
    }
    return sure ? exactly(edges) : at_least(edges);
  }

  const Expression& expression_;
  double tier_;
  std::vector<Timestamp> times_;
  std::vector<Past> past_;
};

InstrumentSpec oil() {
  InstrumentSpec spec;
  spec.id = "WTI";
  spec.sources = {{"bybit", "CL"}};
  return spec;
}

/// A life of a condition: its prices, its stale hours, its judgements.
class Life {
 public:
  explicit Life(const Expression& expression)
      : expression_{expression}, market_{{oil()}, {}, sources_} {
    source_ = *sources_.intern("bybit", "CL");
    be_born();
  }

  void price(double price, Timestamp t) {
    market_.price(source_, price, t, [](std::size_t) {});
    priced_ = t;
    price_ = price;
  }

  std::vector<Value> judge(Timestamp t) {
    market_.begin(t);
    program_->refresh(market_, t);
    std::vector<Value> values;
    for (const auto tier : tiers) values.push_back(program_->value(tier, t));
    return values;
  }

  void be_asked() {
    program_->refresh(market_);
    for (const auto tier : tiers) (void)program_->decision(market_, tier);
  }

  void restart() {
    const auto memory = program_->memory();
    be_born();
    program_->restore(memory);
  }

  Value last(Timestamp t) const {
    if (!priced_) return unknown(Unknown::warming);
    return t - *priced_ > 60s ? unknown(Unknown::stale) : exactly(price_);
  }

 private:
  void be_born() {
    program_ = std::make_unique<Program>(expression_, market_);
    program_->set_tiers(tiers);
  }

  Expression expression_;
  SourceTable sources_;
  Market market_;
  SourceId source_{};
  std::unique_ptr<Program> program_;
  std::optional<Timestamp> priced_;
  double price_{};
};

}  // namespace

TEST_CASE("conditions that remember agree with the obvious program, in one life and in several") {
  const auto seed = GENERATE(range(0U, 40U));
  CAPTURE(seed);
  std::mt19937 random{seed};
  const auto pick = [&](int n) { return std::uniform_int_distribution<int>{0, n - 1}(random); };
  for (const auto& text : conditions) {
    CAPTURE(text);
    const auto expression = good(text, boolean, quantity("USD/bbl"));
    Life life{expression};
    std::vector<Obvious> obvious;
    for (const auto tier : tiers) obvious.emplace_back(expression, tier);

    auto t = at(0s);
    double price = 80;
    for (int step = 0; step < 150; ++step) {
      // Ticks, heartbeats without one, now and then more than a minute of silence.
      if (const int event = pick(20); event == 0) {
        life.restart();  // takes no time: what comes is judged at the moment of the last judgement
      } else {
        t += event == 1 ? Duration{90s} : Duration{1s} * (1 + pick(15));
      }
      if (pick(4) != 0) life.price(price += pick(5) - 2, t);
      CAPTURE(step, price);
      const auto values = life.judge(t);
      if (pick(5) == 0) life.be_asked();
      for (std::size_t i = 0; i < tiers.size(); ++i)
        REQUIRE(values[i] == obvious[i].judge(life.last(t), t));
    }
  }
}
