// What operators join: signs, literals, names, calls and groups.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "rules/characters.hpp"
#include "rules/parser.hpp"

namespace foghorn {
namespace {

using Kind = Token::Kind;

}  // namespace

int Parser::prefix() {
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

int Parser::signed_term(const Token& first, int child) {
  if (first.kind == Kind::plus) {
    complain(first.begin, "\"+\" before a value says nothing", "remove it");
    return child;
  }
  if (term(child).kind == Term::Kind::mistaken)
    return mistaken(first.begin, term(child).end, {child});
  const auto kind = first.kind == Kind::minus ? Term::Kind::negate : Term::Kind::logical_not;
  return add({.kind = kind,
              .children = {child},
              .begin = first.begin,
              .end = term(child).end,
              .at = first.begin});
}

int Parser::operand() {
  const Token first = token();
  switch (first.kind) {
    case Kind::literal: advance(); return literal(first);
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

int Parser::literal(const Token& first) {
  if (thousands_follow()) return thousands(first);
  return add({.kind = Term::Kind::literal,
              .literal = first.literal,
              .begin = first.begin,
              .end = first.end,
              .at = first.begin,
              .number_end = first.number_end,
              .unit_begin = first.unit_begin});
}

int Parser::missing_operand(const Token& here) {
  constexpr auto remedy = "write a value, such as last(WTI), 10% or tier";
  if (here.kind == Kind::end) {
    const Token& before = tokens_.previous();
    complain(before.begin, fmt::format("nothing follows {}", quote(text_of(before))), remedy);
  } else {
    complain(here.begin, quote(text_of(here)) + " stands where a value should be", remedy);
  }
  return mistaken(here.begin, here.begin);
}

int Parser::group() {
  const Token open = token();
  if (depth_ == deepest_nesting) return too_deep(open);
  advance();
  ++depth_;
  const int outer = std::exchange(call_, -1);
  int inside = climb(Binding::none);
  if (token().kind == Kind::comma) complain_of_comma();
  while (!stopped_ && token().kind == Kind::comma) inside = beyond_comma(inside);
  call_ = outer;
  --depth_;
  const int end = close(open);
  if (term(inside).kind == Term::Kind::mistaken) return mistaken(open.begin, end, {inside});
  Term& widened = terms_[static_cast<std::size_t>(inside)];
  widened.begin = open.begin;
  widened.end = end;
  widened.enclosed = true;
  return inside;
}

int Parser::call(const Token& name) {
  if (++calls_ > most_calls) {
    return stop(name,
                fmt::format("an expression has at most {} calls; this is one more", most_calls));
  }
  const Token open = token();
  if (depth_ == deepest_nesting) return too_deep(open);
  advance();
  ++depth_;
  const int outer = std::exchange(call_, name.begin);
  Term made{.kind = Term::Kind::call, .name = text_of(name), .begin = name.begin, .at = name.begin};
  if (token().kind != Kind::close) {
    made.children.push_back(argument());
    while (!stopped_ && (token().kind == Kind::comma || token().begin == comma_missing_)) {
      if (token().kind == Kind::comma) advance();
      made.children.push_back(argument());
    }
  }
  call_ = outer;
  --depth_;
  const bool closed = token().kind == Kind::close;
  made.end = close(open);
  if (!closed) return unclosed(std::move(made));
  return add(std::move(made));
}

// Where the parenthesis was meant is not known, so what the last argument compares or adds is not
// judged: in `change(WTI, 1h > 5%` nobody compares 1h. Its parts are.
int Parser::unclosed(Term call) {
  int last = call.children.empty() ? -1 : call.children.back();
  while (last >= 0 && term(last).kind == Term::Kind::binary) {
    terms_[static_cast<std::size_t>(last)].kind = Term::Kind::mistaken;
    last = term(last).children.front();
  }
  return mistaken(call.begin, call.end, std::move(call.children));
}

int Parser::argument() {
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

int Parser::close(const Token& open) {
  const Token here = token();
  if (here.kind == Kind::close) {
    advance();
    return here.end;
  }
  if (!left_open_)
    complain(open.begin, quote(text_of(open)) + " is never closed", "write the missing \")\"");
  left_open_ = true;
  return here.begin;
}

bool Parser::thousands_follow() const {
  const Token& comma = token();
  const Token& rest = token(1);
  return call_ < 0 && comma.kind == Kind::comma && rest.kind == Kind::literal &&
         comma.begin == tokens_.previous().end && rest.begin == comma.end;
}

int Parser::thousands(const Token& first) {
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

int Parser::too_deep(const Token& at) {
  return stop(at, fmt::format("parentheses, calls and signs are nested more than {} deep",
                              deepest_nesting));
}

}  // namespace foghorn
