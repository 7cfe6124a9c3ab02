#include "rules/token_stream.hpp"

#include <algorithm>

namespace foghorn {

const Token& TokenStream::peek(std::size_t ahead) const {
  return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

std::string_view TokenStream::text_of(const Token& token) const {
  return text_.substr(static_cast<std::size_t>(token.begin),
                      static_cast<std::size_t>(token.end - token.begin));
}

void TokenStream::advance() {
  if (peek().kind != Token::Kind::end) ++next_;
}

void TokenStream::skip_term() {
  using Kind = Token::Kind;
  int open = 0;
  for (;; advance()) {
    switch (peek().kind) {
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

}  // namespace foghorn
