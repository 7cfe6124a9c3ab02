// One spelling for all that mean the same: the hash of a rule's condition is made of it.

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "rules/expression.hpp"
#include "rules/operators.hpp"

namespace foghorn {
namespace {

/// Every digit that is needed to read the same number back, and no exponent.
std::string all_digits(double value) {
  std::array<char, 1200> buffer{};  // the longest: 1 and 308 zeros, or a point and 1,074 digits
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed)
          .ptr;
  return {buffer.data(), end};
}

double read(const std::string& text) {
  double value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// The number that divided by `scale` gives exactly `value`, as short as can be; empty where there
/// is none.
std::string multiple(double value, double scale) {
  const double product = value * scale;
  const double rounded = read(fmt::format("{:.15g}", product));
  for (const double candidate :
       {rounded, product, std::nextafter(product, 0.0), std::nextafter(product, HUGE_VAL)})
    if (candidate / scale == value) return all_digits(candidate);
  return {};
}

std::string ratio(double value) {
  // Not every quotient by 10,000 is one by 100.
  if (auto percent = multiple(value, 100); !percent.empty()) return percent + "%";
  return multiple(value, 10'000) + "bp";
}

std::string day(Timestamp t) {
  return "@" + format_utc(t).substr(0, std::string_view{"2025-10-01"}.size());
}

std::string literal(const Node& node) {
  switch (node.type.kind) {
    case Type::Kind::ratio: return ratio(node.value);
    case Type::Kind::quantity: return all_digits(node.value) + " " + node.type.unit;
    case Type::Kind::duration: return format_duration(Duration{std::llround(node.value * 1e6)});
    case Type::Kind::time: return day(Timestamp{std::chrono::seconds{std::llround(node.value)}});
    case Type::Kind::number:
    case Type::Kind::boolean: return all_digits(node.value);
  }
  return {};
}

class Canonical {
 public:
  explicit Canonical(const Expression& expression)
      : expression_{expression}, texts_(expression.nodes.size()) {}

  /// Children come before parents, so no recursion: a chain of a thousand sums is as deep.
  std::string write() {
    for (std::size_t i = 0; i < texts_.size(); ++i) texts_[i] = text_of(expression_.nodes[i]);
    return std::move(texts_.back());
  }

 private:
  std::string text_of(const Node& node) {
    const Binding binding = binding_of(node.op);
    switch (node.op) {
      case Op::literal: return literal(node);
      case Op::tier: return "tier";
      case Op::call: return call(node);
      case Op::negate: return "-" + child(node, 0, binding);
      case Op::logical_not: return "not " + child(node, 0, binding);
      default: break;
    }
    // Comparisons do not chain, the others group from the left.
    auto text = child(node, 0, binding == Binding::comparison ? tighter(binding) : binding);
    text += fmt::format(" {} ", symbol_of(node.op));
    return text += child(node, 1, tighter(binding));
  }

  std::string call(const Node& node) {
    std::vector<std::string> arguments;
    if (!node.series.instrument.empty()) arguments.push_back(to_text(node.series));
    std::size_t first = 0;
    if (node.function == Function::crosses_above || node.function == Function::crosses_below) {
      const auto price = static_cast<std::size_t>(node.children[first++]);
      arguments.push_back(to_text(expression_.nodes[price].series));  // last(S) is written as S
    }
    for (; first < node.children.size(); ++first)
      arguments.push_back(child(node, first, Binding::none));
    if (node.window > Duration{}) arguments.push_back(format_duration(node.window));
    if (node.bar > Duration{}) arguments.push_back(format_duration(node.bar));
    if (node.since != no_time) arguments.push_back("since=" + day(node.since));
    if (node.settle) arguments.push_back("settle");
    return fmt::format("{}({})", to_text(node.function), fmt::join(arguments, ", "));
  }

  /// The child's text, in parentheses where it binds more loosely than `least`.
  std::string child(const Node& node, std::size_t i, Binding least) {
    const auto place = static_cast<std::size_t>(node.children[i]);
    std::string text = std::move(texts_[place]);
    if (binding_of(expression_.nodes[place].op) >= least) return text;
    return '(' + std::move(text) + ')';
  }

  const Expression& expression_;
  std::vector<std::string> texts_;
};

}  // namespace

std::string canonical_text(const Expression& expression) {
  return expression.nodes.empty() ? std::string{} : Canonical{expression}.write();
}

}  // namespace foghorn
