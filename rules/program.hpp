#pragma once
// An expression bound to a market: what it is worth now. The part that does not name `tier` is
// worked out once per evaluation, the rest once per rung, and nothing of it while all that it
// compares stays in its band.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/alert_event.hpp"
#include "rules/band.hpp"
#include "rules/expression.hpp"
#include "rules/market.hpp"
#include "rules/recollection.hpp"
#include "rules/value.hpp"

namespace foghorn {

struct ExplainedCondition;  // rules/explain.hpp

/// The comparison that decided, for the reader of an alert.
struct Decision {
  std::optional<double> value;  ///< its left side; nullopt where unknown
  ValueKind kind{};
  std::string unit;
  std::string term;                    ///< its left side's text
  std::optional<Move> move;            ///< of the first change, rise or fall in it
  std::optional<std::size_t> moved;    ///< whose move that is: an instrument of the market
  std::optional<std::size_t> subject;  ///< of the comparison, as Program::subject()
  double seen{1.0};                    ///< of the least seen window in it
  /// Who brought what it sums or counts; where it does neither, what the whole expression does.
  std::vector<VenueCoverage> venues;
  std::int64_t unsummed{};  ///< orders in it whose notional is not known
};

class Program {
 public:
  /// Makes the terms it needs in `market`, before the first price.
  Program(Expression expression, Market& market);

  /// Works out what does not depend on `tier`. Call first, once per moment. With `judged`, the
  /// remembering functions in it take in what they are told as of then: once per judgement. Else
  /// they stand as the last judgement left them.
  void refresh(Market& market, Timestamp judged = no_time);

  /// What the expression is worth where `tier` is this. After refresh(). With `judged`, as above:
  /// once per judgement and tier.
  Value value(double tier, Timestamp judged = no_time);

  // What held(), within(), times() and crosses_*() remember: of each once, or where `tier` stands
  // in it once for each of the tiers that set_tiers() named.

  bool remembers() const { return !recalled_.empty(); }
  bool remembers_by_tier() const;
  /// What is to be stored may have changed since the last call.
  bool take_changed() { return std::exchange(changed_, false); }
  /// The earliest time after the last judgement at which value() may differ for that; nullopt:
  /// never.
  std::optional<Timestamp> next_change() const;
  std::vector<RecollectionState> memory() const;
  /// Before the first judgement. Of the same condition and tiers; else nothing is taken over.
  void restore(std::span<const RecollectionState> memory);

  /// Goes on with what `earlier`, of the same condition, remembers and forgets. After set_tiers(),
  /// before the first judgement.
  void succeed(Program& earlier);

  // While a market is calm its conditions stay as they are, and it is cheaper to see that than to
  // work them out.

  /// value() will be asked with these, and no others, as long as holds() is to answer.
  void set_tiers(std::span<const double> tiers);

  /// Notes where everything that is compared stands. After refresh(). False where that is on the
  /// verge, or where the condition compares in a way that has no band; then holds() must not be
  /// asked.
  bool settle();

  /// value() is what it was at settle(), for each of the tiers. Instead of refresh().
  bool holds(Market& market);

  /// holds() would be true at every moment of `outlook`, which must be of the only instrument that
  /// the expression reads. After settle(), and before refresh(). May narrow the outlook.
  bool stays(Market& market, Outlook& outlook);

  /// The comparison with `tier` (else the first comparison) that decided at this tier: the first
  /// true one, or if none is true the first. nullopt for an expression without a comparison. After
  /// refresh() and value(tier).
  std::optional<Decision> decision(Market& market, double tier);

  /// The instrument that it is about: the only one whose price or past it asks for; nullopt: none,
  /// or several.
  std::optional<std::size_t> subject(const Market& market) const {
    return subject(market, expression_.root());
  }

  /// Each part of the expression where `tier` is each of these. Instead of refresh(); what is
  /// remembered stands as the last judgement left it.
  ExplainedCondition explain(Market& market, std::span<const double> tiers);

  const Expression& expression() const { return expression_; }
  std::span<const TermId> terms() const { return distinct_terms_; }

 private:
  /// One node's work: `out` becomes what `op` makes of the values `a` and `b`. Nodes of an
  /// expression are large and spread out; steps lie side by side, in order.
  struct Step {
    Op op{};
    Function function{};  // of a call
    std::uint32_t out{}, a{}, b{};
    TermId term{};  // of a call on a series
    bool series{};
    std::optional<std::uint32_t> recalled{};  // of a remembering function
  };

  /// A remembering function: for each tier, or once.
  struct Recalled {
    bool tiered{};
    Function function{};
    Duration window{};
    std::vector<Recollection> by_tier;
  };

  /// Something that is compared with numbers, or whose truth counts: the condition cannot change
  /// while each of these stays in its band.
  struct Watch {
    enum class Of : std::uint8_t { term, size_of_term, node };  // most compare a term or its abs()

    Of of{};
    TermId term{};  // but of a node
    Band band{};
    std::uint32_t node{};
    std::uint32_t first_step{}, last_step{};       // of shared_: what makes the node's value
    std::optional<std::uint32_t> compared_with{};  // node that holds the number; nullopt: its truth
    std::vector<double> numbers{};
  };

  void bind(Market& market);
  void add_steps(std::size_t node, const Node& part);
  bool add_watches(std::size_t node);
  bool add_watch(std::size_t node, std::optional<std::uint32_t> compared_with);
  void run(std::span<const Step> steps, Market* market, Timestamp judged = no_time,
           std::size_t tier = 0);
  std::size_t place_of(double tier) const;
  bool node_stays(const Watch& watch, Market& market, Outlook& outlook);
  const Node* deciding(double tier);
  std::optional<std::size_t> subject(const Market& market, const Node& whole) const;

  Expression expression_;
  std::vector<Value> values_;  // by node; of literals for good, of `tier` while value() is asked
  std::vector<TermId> terms_;  // by node; meaningful for calls on series
  std::vector<TermId> distinct_terms_;
  std::vector<bool> tiered_;  // by node: `tier` is below it
  std::vector<bool> reads_;   // by node: a series is below it
  std::vector<std::size_t> tier_nodes_;
  std::vector<Step> shared_;        // what does not name `tier`, in order
  std::vector<Step> per_tier_;      // what does
  std::vector<Recalled> recalled_;  // in the order of their nodes
  std::vector<double> tiers_;       // of set_tiers(), where something is remembered by tier
  bool changed_{};
  std::vector<Watch> watches_;
  bool watchable_{};  // the watches see all that the condition depends on
};

}  // namespace foghorn
