#pragma once
// The grammar, by precedence climbing: or, and, not, comparisons, + -, * /, signs, operands. After
// a mistake it reads on where the next term begins. Terms are named by their index.

#include <string>
#include <string_view>
#include <vector>

#include "rules/operators.hpp"
#include "rules/syntax.hpp"
#include "rules/token_stream.hpp"

namespace foghorn {

class Parser {
 public:
  Parser(std::string_view text, Complaints& complaints)
      : text_{text}, complaints_{complaints}, tokens_{text, complaints} {}

  Syntax parse();

 private:
  // parser.cpp: terms joined by operators.

  /// A term whose operators all bind at least as tightly as `floor`.
  int climb(Binding floor) { return climb_from(prefix(), floor); }
  int climb_from(int left, Binding floor);
  int combine(int left, Op op, const Token& at);
  /// `left`, where an operator, a closing parenthesis, a comma or the end follows; else complains,
  /// and is mistaken up to where one does.
  int joined(int left);
  void complain_of_neighbours(int left, const Token& right);
  void complain_of_no_comma(int left, const Token& right);
  /// A closing parenthesis or a comma too many: complained about, and what follows is still read.
  int after_the_end(int left);
  void complain_of_comma();
  int beyond_comma(int left);

  // operands.cpp: what operators join.

  int prefix();
  int signed_term(const Token& first, int child);
  int operand();
  int literal(const Token& first);
  /// Consumes nothing, so that the operator or the parenthesis that stands here is read as such.
  int missing_operand(const Token& here);
  int group();
  int call(const Token& name);
  int unclosed(Term call);
  int argument();
  /// Past the parenthesis that closes `open`; returns where what it encloses ends.
  int close(const Token& open);
  /// 4,800 outside a call: a number to people, two values to us.
  bool thousands_follow() const;
  int thousands(const Token& first);

  const Token& token(std::size_t ahead = 0) const { return tokens_.peek(ahead); }
  void advance() { tokens_.advance(); }
  std::string_view text_of(const Token& token) const { return tokens_.text_of(token); }

  const Term& term(int i) const { return terms_[static_cast<std::size_t>(i)]; }
  bool sound(int i) const { return term(i).kind != Term::Kind::mistaken; }
  std::string_view text_of(int i) const;
  int add(Term made);
  int mistaken(int begin, int end, std::vector<int> children = {});

  void complain(int at, std::string what, std::string remedy);
  /// At a limit: nothing after it is read.
  int stop(const Token& at, std::string what);
  int too_deep(const Token& at);

  std::string_view text_;
  Complaints& complaints_;
  TokenStream tokens_;
  std::vector<Term> terms_;
  int depth_{};
  int calls_{};
  int call_ = -1;  ///< where the call begins whose parentheses are the innermost; -1: no call's
  int comma_missing_ = -1;  ///< where an argument begins that no comma divides from the last one
  bool stopped_{};
  bool left_open_{};  ///< a missing parenthesis was complained about: it leaves every outer one
                      ///< open too
};

}  // namespace foghorn
