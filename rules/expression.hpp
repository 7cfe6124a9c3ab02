#pragma once
// A rule's condition, parsed and typed: a flat list of nodes, children before parents, the root
// last. Text in, nodes out; what the nodes are worth at a time is rules/evaluate's business.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/events.hpp"
#include "model/result.hpp"
#include "model/specs.hpp"
#include "model/time.hpp"

namespace foghorn {

/// What a value is a number of. Ratio comes only from % or from a quotient of like quantities.
struct Type {
  enum class Kind : std::uint8_t { ratio, number, quantity, duration, time, boolean };

  Kind kind{};
  std::string unit;  ///< of a quantity: "USD/bbl"

  friend bool operator==(const Type&, const Type&) = default;
};

/// "a ratio (such as 10%)", "a quantity in USD/bbl", …: for messages.
std::string to_text(const Type& type);

enum class Op : std::uint8_t {
  literal,
  tier,
  call,
  negate,
  logical_not,  // one child
  add,
  subtract,
  multiply,
  divide,  // two children, as all below
  less,
  less_equal,
  greater,
  greater_equal,
  logical_and,
  logical_or,
};

enum class Function : std::uint8_t {
  // Of a price.
  last,
  change,
  gap,
  rise,
  fall,
  high,
  low,
  range,
  range_pct,
  mean,
  sigma,
  vol,
  zscore,
  jump,
  new_high,
  new_low,
  since_high,
  since_low,
  streak,
  // Of an event series.
  sum,
  count,
  // Of an instrument now.
  age,
  sources,
  spread,
  is_open,
  // Of values and conditions, which are children; these remember what they were.
  crosses_above,  // children: last(S), x
  crosses_below,
  held,    // child: c; window: D
  within,  // children: a, b; window: D
  times,   // child: c; window: W
  // Of values.
  abs,
  min,
  max,
};

/// Whether its value depends on what its children were before.
constexpr bool remembers(Function f) {
  return f >= Function::crosses_above && f <= Function::times;
}

std::string_view to_text(Function function);

/// The series a call reads: an instrument, narrowed.
struct Selector {
  std::string instrument;            ///< "WTI", "LIQ"
  std::string venue;                 ///< "BTC@okx", "LIQ@bybit": one source, one venue; empty: all
  std::string base;                  ///< "LIQ.BTC": base asset; empty: all
  std::optional<Position> position;  ///< "LIQ.long"; nullopt: both

  friend auto operator<=>(const Selector&, const Selector&) = default;
};

std::string to_text(const Selector& selector);

struct Node {
  Op op{};
  Type type;
  double value{};  ///< of a literal, in base units: ratio 0.1, seconds for durations, unit's own
                   ///< for quantities, Unix seconds for times (midnight UTC)
  Function function{};        ///< of a call
  Selector series;            ///< of a call on a series
  Duration window{};          ///< of a call that takes one
  Duration bar{};             ///< likewise: vol(S, W, bar)
  Timestamp since{no_time};   ///< of change(S, since=@date): midnight UTC of the date
  bool settle{};              ///< of change(S, settle)
  std::vector<int> children;  ///< indices of earlier nodes
  int begin{}, end{};         ///< where it stands in the text, in bytes: [begin, end)
};

struct Expression {
  std::string text;
  std::vector<Node> nodes;  ///< never empty; the last is the root
  bool bridge{};            ///< RuleSpec::bridge of its rule

  const Node& root() const { return nodes.back(); }
};

/// What a rule may name.
struct Universe {
  struct Instrument {
    std::string id;
    std::string unit;
    bool event_series{};
    std::vector<std::string> venues;  ///< of its sources; for an event series: of the feeds that
                                      ///< bring liquidations, empty: any
  };
  std::vector<Instrument> instruments;
};

/// Parses and checks. `tier` is the type of the rule's tiers, nullopt where it has none (then
/// naming `tier` is a mistake); `wanted` is the type the root must have. At most 4 KiB, nesting 64,
/// 64 calls. Mistakes carry file, line and column of the offending place within `text`, and what to
/// write instead; they come in the order of their places, and one part's mistake neither hides
/// another part's nor causes a second complaint.
std::variant<Expression, std::vector<Mistake>> parse_expression(const Located& text,
                                                                const Universe& universe,
                                                                const std::optional<Type>& tier,
                                                                const Type& wanted,
                                                                const std::string& place);

/// A literal on its own, as in `tiers` and `ratchet`: "10%", "4800 USD/oz", "1.5B USD", "20亿 USD",
/// "30s".
struct Literal {
  Type type;
  double value{};
};
/// A minus sign may stand before it. Its unit is not looked up: no instruments are known here.
std::variant<Literal, std::vector<Mistake>> parse_literal(const Located& text,
                                                          const std::string& place);

/// The source text of a node, its parentheses included.
std::string term_text(const Expression& expression, const Node& node);

/// One text for all spellings of the same condition: white space, needless parentheses and the way
/// a literal's value is written make no difference. It parses to an expression with the same
/// canonical text.
std::string canonical_text(const Expression& expression);

/// The series it reads, each once, in order of appearance.
std::vector<Selector> selectors_of(const Expression& expression);

/// The longest window it asks for; zero where it asks for none.
Duration longest_window(const Expression& expression);

}  // namespace foghorn
