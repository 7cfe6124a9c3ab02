#include "rules/parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "rules/characters.hpp"
#include "rules/functions.hpp"

namespace foghorn {
namespace {

using Kind = Token::Kind;

/// The binary operator that a token stands for.
std::optional<Op> infix(Kind kind) {
  switch (kind) {
    case Kind::logical_or: return Op::logical_or;
    case Kind::logical_and: return Op::logical_and;
    case Kind::less: return Op::less;
    case Kind::less_equal: return Op::less_equal;
    case Kind::greater: return Op::greater;
    case Kind::greater_equal:
    case Kind::equals: return Op::greater_equal;  // complained about where it stands
    case Kind::plus: return Op::add;
    case Kind::minus: return Op::subtract;
    case Kind::times: return Op::multiply;
    case Kind::over: return Op::divide;
    default: return std::nullopt;
  }
}

std::string lower(std::string_view word) {
  std::string text{word};
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

Syntax Parser::parse() {
  if (token().kind == Kind::end) {
    complain(0, "the expression is empty", "write a condition, such as change(WTI, 1h) >= 10%");
    mistaken(0, 0);
    return {text_, std::move(terms_)};
  }
  int root = climb(Binding::none);
  while (!stopped_ && token().kind != Kind::end) root = after_the_end(root);
  return {text_, std::move(terms_)};
}

int Parser::climb_from(int left, Binding floor) {
  while (!stopped_) {
    left = joined(left);
    const Token token_of_op = token();
    const auto op = infix(token_of_op.kind);
    if (!op || binding_of(*op) < floor) return left;
    if (token_of_op.kind == Kind::equals)
      complain(token_of_op.begin, "\"=\" compares nothing", "write >= or <=");
    advance();
    left = combine(left, *op, token_of_op);
  }
  return left;
}

int Parser::combine(int left, Op op, const Token& at) {
  const int right = climb(tighter(binding_of(op)));
  const Term& first = term(left);
  const int begin = first.begin;
  const int end = std::max(term(right).end, at.end);
  const bool chained = binding_of(op) == Binding::comparison && first.kind == Term::Kind::binary &&
                       !first.enclosed && binding_of(first.op) == Binding::comparison;
  if (!chained) {
    return add({.kind = Term::Kind::binary,
                .op = op,
                .children = {left, right},
                .begin = begin,
                .end = end,
                .at = at.begin});
  }
  if (sound(right) && sound(first.children[0]) && sound(first.children[1])) {
    complain(
        at.begin, "comparisons cannot be chained",
        "write " + quote(fmt::format("{} and {} {} {}", text_of(left), text_of(first.children[1]),
                                     symbol_of(op), text_of(right))));
  }
  return mistaken(begin, end, {left, right});
}

int Parser::joined(int left) {
  const Token& follower = token();
  switch (follower.kind) {
    case Kind::name: {
      const std::string word = lower(text_of(follower));
      if (word != "and" && word != "or") break;
      complain(follower.begin, quote(text_of(follower)) + " is not an operator",
               "write it in small letters: " + word);
      tokens_.read_as(word == "and" ? Kind::logical_and : Kind::logical_or);
      return left;
    }
    case Kind::literal:
    case Kind::tier:
      if (call_ < 0 || !sound(left)) break;
      complain_of_no_comma(left, follower);
      return left;
    case Kind::open:
    case Kind::logical_not:
    case Kind::mistaken: break;
    default: return left;
  }
  if (follower.kind != Kind::mistaken && term(left).kind != Term::Kind::mistaken)
    complain_of_neighbours(left, follower);
  const int begin = term(left).begin;
  tokens_.skip_term();
  return mistaken(begin, token(0).begin, {left});
}

void Parser::complain_of_neighbours(int left, const Token& right) {
  const auto before = text_of(left);
  const bool word = term(left).kind == Term::Kind::name;
  if (word && lower(before) == "not") {
    complain(term(left).begin, quote(before) + " is not an operator",
             "write it in small letters: not");
  } else if (word && find_function(before) && right.kind == Kind::name) {
    complain(term(left).begin, quote(before) + " is a function",
             "write " + quote(fmt::format("{}({})", before, text_of(right))));
  } else {
    complain(right.begin,
             fmt::format("{} follows {} without an operator", quote(text_of(right)), quote(before)),
             "write one between them: + - * / < <= > >= and or");
  }
}

// Told once, by the innermost term that it follows; the call reads on as if the comma stood there.
void Parser::complain_of_no_comma(int left, const Token& right) {
  if (comma_missing_ == right.begin) return;
  comma_missing_ = right.begin;
  const auto call = text_.substr(static_cast<std::size_t>(call_),
                                 static_cast<std::size_t>(term(left).end - call_));
  complain(
      right.begin,
      fmt::format("{} follows {} without a comma", quote(text_of(right)), quote(text_of(left))),
      "write " + quote(fmt::format("{}, {})", call, text_of(right))));
}

int Parser::after_the_end(int left) {
  const Token here = token();
  if (here.kind == Kind::comma) {
    complain_of_comma();
    return beyond_comma(left);
  }
  complain(here.begin, quote(text_of(here)) + " closes nothing", "remove it");
  advance();
  return climb_from(mistaken(term(left).begin, here.end, {left}), Binding::none);
}

void Parser::complain_of_comma() {
  complain(token().begin, "a comma stands outside a call's arguments",
           "join conditions with and, or");
}

int Parser::beyond_comma(int left) {
  advance();
  const int right = climb(Binding::none);
  return mistaken(term(left).begin, term(right).end, {left, right});
}

std::string_view Parser::text_of(int i) const {
  return text_.substr(static_cast<std::size_t>(term(i).begin),
                      static_cast<std::size_t>(term(i).end - term(i).begin));
}

int Parser::add(Term made) {
  terms_.push_back(std::move(made));
  return static_cast<int>(terms_.size()) - 1;
}

int Parser::mistaken(int begin, int end, std::vector<int> children) {
  return add({.kind = Term::Kind::mistaken,
              .children = std::move(children),
              .begin = begin,
              .end = end,
              .at = begin});
}

void Parser::complain(int at, std::string what, std::string remedy) {
  if (!stopped_) complaints_.add(static_cast<std::size_t>(at), std::move(what), std::move(remedy));
}

int Parser::stop(const Token& at, std::string what) {
  complain(at.begin, std::move(what), "split the condition into several rules");
  stopped_ = true;
  tokens_.to_end();
  return mistaken(at.begin, at.end);
}

std::optional<Constant> constant_in(const Syntax& syntax, int term) {
  double sign = 1;
  const Term* found = &syntax[term];
  for (; found->kind == Term::Kind::negate; found = &syntax[found->children.front()]) sign = -sign;
  if (found->kind != Term::Kind::literal) return std::nullopt;
  return Constant{found, sign * found->literal.value};
}

Syntax parse_syntax(std::string_view text, Complaints& complaints) {
  if (text.size() > longest_expression) {
    complaints.add(
        longest_expression,
        fmt::format("the expression has {} bytes, more than {}", text.size(), longest_expression),
        "split the condition into several rules");
    return {text, {Term{.kind = Term::Kind::mistaken}}};
  }
  return Parser{text, complaints}.parse();
}

}  // namespace foghorn
