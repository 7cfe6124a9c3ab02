#pragma once
// The tokens of a text, one after the other.

#include <cstddef>
#include <string_view>
#include <vector>

#include "rules/lexer.hpp"

namespace foghorn {

class TokenStream {
 public:
  TokenStream(std::string_view text, Complaints& complaints)
      : text_{text}, tokens_{tokenize(text, complaints)} {}

  /// The token `ahead` of the present one; the end stands for all past it.
  const Token& peek(std::size_t ahead = 0) const;

  /// The one before the present; the present one where it is the first.
  const Token& previous() const { return tokens_[next_ == 0 ? 0 : next_ - 1]; }

  std::string_view text_of(const Token& token) const;

  /// Takes the present token for one of another kind.
  void read_as(Token::Kind kind) { tokens_[next_].kind = kind; }

  void advance();  ///< stays at the end
  void to_end() { next_ = tokens_.size() - 1; }

  /// To the next token at which another term can begin or the term around this one end: and, or, a
  /// comma, a closing parenthesis, the end.
  void skip_term();

 private:
  std::string_view text_;
  std::vector<Token> tokens_;  ///< the last is the end
  std::size_t next_{};
};

}  // namespace foghorn
