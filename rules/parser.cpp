// Precedence climbing over the tokens. Loosest first: or, and, not, comparisons (never chained), +
// -, * /, unary minus.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "rules/characters.hpp"
#include "rules/functions.hpp"
#include "rules/lexer.hpp"
#include "rules/operators.hpp"
#include "rules/syntax.hpp"

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

class Parser {
 public:
  Parser(std::string_view text, Complaints& complaints)
      : text_{text}, complaints_{complaints}, tokens_{tokenize(text, complaints)} {}

  Syntax parse() {
    if (token().kind == Kind::end) {
      complain(0, "the expression is empty", "write a condition, such as change(WTI, 1h) >= 10%");
      mistaken(0, 0);
      return {text_, std::move(terms_)};
    }
    int root = climb(Binding::none);
    while (!stopped_ && token().kind != Kind::end) root = after_the_end(root);
    return {text_, std::move(terms_)};
  }

 private:
  const Token& token(std::size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }
  const Term& term(int i) const { return terms_[static_cast<std::size_t>(i)]; }
  std::string_view text_of(const Token& t) const {
    return text_.substr(static_cast<std::size_t>(t.begin),
                        static_cast<std::size_t>(t.end - t.begin));
  }
  std::string_view text_of(int i) const {
    return text_.substr(static_cast<std::size_t>(term(i).begin),
                        static_cast<std::size_t>(term(i).end - term(i).begin));
  }

  void advance() {
    if (token().kind != Kind::end) ++next_;
  }

  void complain(int at, std::string what, std::string remedy) {
    if (!stopped_)
      complaints_.add(static_cast<std::size_t>(at), std::move(what), std::move(remedy));
  }

  int add(Term made) {
    terms_.push_back(std::move(made));
    return static_cast<int>(terms_.size()) - 1;
  }

  int mistaken(int begin, int end, std::vector<int> children = {}) {
    return add({.kind = Term::Kind::mistaken,
                .children = std::move(children),
                .begin = begin,
                .end = end,
                .at = begin});
  }

  /// Nothing after a limit is worth reading.
  int stop(const Token& at, std::string what, std::string remedy) {
    complain(at.begin, std::move(what), std::move(remedy));
    stopped_ = true;
    next_ = tokens_.size() - 1;
    return mistaken(at.begin, at.end);
  }

  int too_deep(const Token& at) {
    return stop(
        at,
        fmt::format("parentheses, calls and signs are nested more than {} deep", deepest_nesting),
        "split the condition into several rules");
  }

  /// One term of operators that bind at least as tightly as `floor`.
  int climb(Binding floor) { return climb_from(prefix(), floor); }

  int climb_from(int left, Binding floor) {
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

  int combine(int left, Op op, const Token& at) {
    const int right = climb(tighter(binding_of(op)));
    const Term& first = term(left);
    const int begin = first.begin;
    const int end = std::max(term(right).end, at.end);
    const bool chained = binding_of(op) == Binding::comparison &&
                         first.kind == Term::Kind::binary && !first.enclosed &&
                         binding_of(first.op) == Binding::comparison;
    if (!chained) {
      return add({.kind = Term::Kind::binary,
                  .op = op,
                  .children = {left, right},
                  .begin = begin,
                  .end = end,
                  .at = at.begin});
    }
    if (term(right).kind != Term::Kind::mistaken) {
      complain(
          at.begin, "comparisons cannot be chained",
          "write " + quote(fmt::format("{} and {} {} {}", text_of(left), text_of(first.children[1]),
                                       symbol_of(op), text_of(right))));
    }
    return mistaken(begin, end, {left, right});
  }

  /// `left`, where an operator, a parenthesis or the end follows; else mistaken up to where reading
  /// can go on.
  int joined(int left) {
    const Token& follower = token();
    switch (follower.kind) {
      case Kind::name: {
        const std::string word = lower(text_of(follower));
        if (word != "and" && word != "or") break;
        complain(follower.begin, quote(text_of(follower)) + " is not an operator",
                 "write it in small letters: " + word);
        tokens_[next_].kind = word == "and" ? Kind::logical_and : Kind::logical_or;
        return left;
      }
      case Kind::literal:
      case Kind::tier:
      case Kind::open:
      case Kind::logical_not:
      case Kind::mistaken: break;
      default: return left;
    }
    if (follower.kind != Kind::mistaken && term(left).kind != Term::Kind::mistaken)
      complain_of_neighbours(left, follower);
    const int begin = term(left).begin;
    skip();
    return mistaken(begin, token(0).begin, {left});
  }

  void complain_of_neighbours(int left, const Token& right) {
    const auto before = text_of(left);
    const bool word = term(left).kind == Term::Kind::name;
    if (word && lower(before) == "not") {
      complain(term(left).begin, quote(before) + " is not an operator",
               "write it in small letters: not");
    } else if (word && find_function(before) && right.kind == Kind::name) {
      complain(term(left).begin, quote(before) + " is a function",
               "write " + quote(fmt::format("{}({})", before, text_of(right))));
    } else {
      complain(
          right.begin,
          fmt::format("{} follows {} without an operator", quote(text_of(right)), quote(before)),
          "write one between them: + - * / < <= > >= and or");
    }
  }

  /// To the next token at which a new term can begin or the present one end.
  void skip() {
    int open = 0;
    for (;; advance()) {
      switch (token().kind) {
        case Kind::end: return;
        case Kind::open: ++open; break;
        case Kind::close:
          if (open-- == 0) return;
          break;
        case Kind::comma:
        case Kind::logical_and:
        case Kind::logical_or:
          if (open == 0) return;
          break;
        default: break;
      }
    }
  }

  int prefix() {
    const Token first = token();
    if (first.kind == Kind::logical_not || first.kind == Kind::minus || first.kind == Kind::plus) {
      if (depth_ == deepest_nesting) return too_deep(first);
      advance();
      ++depth_;
      const int child = climb(first.kind == Kind::logical_not ? Binding::negation : Binding::sign);
      --depth_;
      return signed_term(first, child);
    }
    return operand();
  }

  int signed_term(const Token& first, int child) {
    if (first.kind == Kind::plus) {
      complain(first.begin, "\"+\" before a value says nothing", "remove it");
      return child;
    }
    const auto kind = first.kind == Kind::minus ? Term::Kind::negate : Term::Kind::logical_not;
    return add({.kind = kind,
                .children = {child},
                .begin = first.begin,
                .end = term(child).end,
                .at = first.begin});
  }

  int operand() {
    const Token first = token();
    switch (first.kind) {
      case Kind::literal:
        advance();
        if (thousands_follow()) return thousands(first);
        return add({.kind = Term::Kind::literal,
                    .literal = first.literal,
                    .begin = first.begin,
                    .end = first.end,
                    .at = first.begin,
                    .number_end = first.number_end,
                    .unit_begin = first.unit_begin});
      case Kind::tier:
        advance();
        return add(
            {.kind = Term::Kind::tier, .begin = first.begin, .end = first.end, .at = first.begin});
      case Kind::name:
        advance();
        if (token().kind == Kind::open) return call(first);
        return add({.kind = Term::Kind::name,
                    .name = text_of(first),
                    .begin = first.begin,
                    .end = first.end,
                    .at = first.begin});
      case Kind::open: return group();
      case Kind::mistaken: advance(); return mistaken(first.begin, first.end);
      default: return missing_operand(first);
    }
  }

  /// Consumes nothing, so that the operator or the closing parenthesis that stands here is read as
  /// such.
  int missing_operand(const Token& here) {
    constexpr auto remedy = "write a value, such as last(WTI), 10% or tier";
    if (here.kind == Kind::end) {
      const Token& before = tokens_[next_ == 0 ? 0 : next_ - 1];
      complain(before.begin, fmt::format("nothing follows {}", quote(text_of(before))), remedy);
    } else {
      complain(here.begin, quote(text_of(here)) + " stands where a value should be", remedy);
    }
    return mistaken(here.begin, here.begin);
  }

  int group() {
    const Token open = token();
    if (depth_ == deepest_nesting) return too_deep(open);
    advance();
    ++depth_;
    const bool outer = std::exchange(arguments_, false);
    int inside = climb(Binding::none);
    if (token().kind == Kind::comma) complain_of_comma();
    while (!stopped_ && token().kind == Kind::comma) inside = beyond_comma(inside);
    arguments_ = outer;
    --depth_;
    const int end = close(open);
    if (term(inside).kind == Term::Kind::mistaken) return mistaken(open.begin, end, {inside});
    Term& widened = terms_[static_cast<std::size_t>(inside)];
    widened.begin = open.begin;
    widened.end = end;
    widened.enclosed = true;
    return inside;
  }

  int call(const Token& name) {
    if (++calls_ > most_calls) {
      return stop(name,
                  fmt::format("an expression has at most {} calls; this is one more", most_calls),
                  "split the condition into several rules");
    }
    const Token open = token();
    if (depth_ == deepest_nesting) return too_deep(open);
    advance();
    ++depth_;
    const bool outer = std::exchange(arguments_, true);
    Term made{
        .kind = Term::Kind::call, .name = text_of(name), .begin = name.begin, .at = name.begin};
    if (token().kind != Kind::close) {
      made.children.push_back(argument());
      while (!stopped_ && token().kind == Kind::comma) {
        advance();
        made.children.push_back(argument());
      }
    }
    arguments_ = outer;
    --depth_;
    const bool closed = token().kind == Kind::close;
    made.end = close(open);
    if (!closed) return mistaken(made.begin, made.end, std::move(made.children));
    return add(std::move(made));
  }

  int argument() {
    if (token().kind != Kind::name || token(1).kind != Kind::equals) return climb(Binding::none);
    const Token name = token();
    advance();
    advance();
    const int child = climb(Binding::none);
    return add({.kind = Term::Kind::named,
                .name = text_of(name),
                .children = {child},
                .begin = name.begin,
                .end = term(child).end,
                .at = name.begin});
  }

  /// Past the parenthesis that closes `open`; what of the text belongs to it ends there.
  int close(const Token& open) {
    const Token here = token();
    if (here.kind == Kind::close) {
      advance();
      return here.end;
    }
    if (!unclosed_)
      complain(open.begin, quote(text_of(open)) + " is never closed", "write the missing \")\"");
    unclosed_ = true;  // one missing parenthesis leaves every outer one open
    return here.begin;
  }

  /// A closing parenthesis or a comma too many: complained about, and what follows is still read.
  int after_the_end(int left) {
    const Token here = token();
    if (here.kind == Kind::comma) {
      complain_of_comma();
      return beyond_comma(left);
    }
    complain(here.begin, quote(text_of(here)) + " closes nothing", "remove it");
    advance();
    return climb_from(mistaken(term(left).begin, here.end, {left}), Binding::none);
  }

  void complain_of_comma() {
    complain(token().begin, "a comma stands outside a call's arguments",
             "join conditions with and, or");
  }

  int beyond_comma(int left) {
    advance();
    const int right = climb(Binding::none);
    return mistaken(term(left).begin, term(right).end, {left, right});
  }

  /// 4,800 outside a call: what people write, and two values to us.
  bool thousands_follow() const {
    const Token& comma = token();
    const Token& rest = token(1);
    return !arguments_ && comma.kind == Kind::comma && rest.kind == Kind::literal &&
           comma.begin == tokens_[next_ - 1].end && rest.begin == comma.end;
  }

  int thousands(const Token& first) {
    int end = first.end;
    while (thousands_follow()) {
      end = token(1).end;
      advance();
      advance();
    }
    std::string plain{text_.substr(static_cast<std::size_t>(first.begin),
                                   static_cast<std::size_t>(end - first.begin))};
    plain.erase(std::remove(plain.begin(), plain.end(), ','), plain.end());
    complain(first.begin, "a comma separates arguments, not thousands", "write " + quote(plain));
    return mistaken(first.begin, end);
  }

  std::string_view text_;
  Complaints& complaints_;
  std::vector<Token> tokens_;
  std::size_t next_{};
  std::vector<Term> terms_;
  int depth_{};
  int calls_{};
  bool arguments_{};  ///< the innermost parentheses are a call's
  bool stopped_{};
  bool unclosed_{};
};

}  // namespace

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
