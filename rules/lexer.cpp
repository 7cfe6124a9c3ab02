#include "rules/lexer.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

#include "rules/characters.hpp"
#include "rules/literal.hpp"
#include "rules/spelling.hpp"

namespace foghorn {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name_character(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}

namespace {

using Kind = Token::Kind;

constexpr auto symbols = std::to_array<std::pair<std::string_view, Kind>>({
    {"<=", Kind::less_equal},
    {">=", Kind::greater_equal},
    {"<", Kind::less},
    {">", Kind::greater},
    {"+", Kind::plus},
    {"-", Kind::minus},
    {"*", Kind::times},
    {"/", Kind::over},
    {"(", Kind::open},
    {")", Kind::close},
    {",", Kind::comma},
    {"=", Kind::equals},
});

constexpr auto keywords = std::to_array<std::pair<std::string_view, Kind>>({
    {"and", Kind::logical_and},
    {"or", Kind::logical_or},
    {"not", Kind::logical_not},
    {"tier", Kind::tier},
});

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class Lexer {
 public:
  Lexer(std::string_view text, Complaints& complaints) : text_{text}, complaints_{complaints} {}

  std::vector<Token> read() {
    std::vector<Token> tokens;
    while (true) {
      while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
      if (at_ == text_.size()) break;
      tokens.push_back(next());
      at_ = static_cast<std::size_t>(tokens.back().end);
    }
    tokens.push_back(token(Kind::end, at_));
    return tokens;
  }

 private:
  Token token(Kind kind, std::size_t end) const {
    return {.kind = kind, .begin = static_cast<int>(at_), .end = static_cast<int>(end)};
  }

  char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  Token next() {
    const char c = text_[at_];
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return read_number(text_, at_, complaints_);
    if (is_letter(c) || c == '_') return name();
    if (c == '@') return is_digit(peek(1)) ? read_day(text_, at_, complaints_) : lone_at();
    // Before our own: == would otherwise be two, and => three.
    if (const auto* foreign = foreign_operator(text_.substr(at_))) return misspelt(*foreign);
    for (const auto& [symbol, kind] : symbols)
      if (text_.substr(at_).starts_with(symbol)) return token(kind, at_ + symbol.size());
    return stray();
  }

  /// last, WTI, BTC@okx, LIQ.BTC.long@binance-futures: narrowed names are one token, so that a
  /// venue may hold hyphens.
  Token name() {
    std::size_t end = at_;
    const auto skip = [&](auto allowed) {
      while (end < text_.size() && allowed(text_[end])) ++end;
    };
    skip(is_name_character);
    for (const auto& [word, kind] : keywords)
      if (text_.substr(at_, end - at_) == word) return token(kind, end);
    while (end < text_.size() && (text_[end] == '.' || text_[end] == '@')) {
      const bool venue = text_[end++] == '@';
      skip([venue](char c) { return is_name_character(c) || (venue && c == '-'); });
    }
    return token(Kind::name, end);
  }

  Token misspelt(const ForeignOperator& foreign) {
    complaints_.add(at_, quote(foreign.written) + " is not an operator here",
                    fmt::format("write {}", foreign.write));
    return token(foreign.meant, at_ + foreign.written.size());
  }

  Token lone_at() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && (is_name_character(text_[end]) || text_[end] == '-')) ++end;
    complaints_.add(at_, "\"@\" stands apart from what it narrows",
                    "write it without spaces, as in BTC@okx, or a day as in @2025-10-01");
    return token(Kind::mistaken, end);
  }

  /// What belongs to no token: one complaint for a run of it, as in a word of another script.
  Token stray() {
    std::size_t end = at_;
    const Character first = character_at(text_, at_);
    if (text_[at_] == '%') {
      complaints_.add(at_, "\"%\" does not follow a number", "write a number before it, as in 10%");
      return token(Kind::mistaken, at_ + 1);
    }
    if (!first.valid) {
      while (end < text_.size() && !character_at(text_, end).valid) ++end;
      complaints_.add(at_, quote(text_.substr(at_, end - at_)) + " is not UTF-8",
                      "save the file as UTF-8");
      return token(Kind::mistaken, end);
    }
    end += first.size;
    while (first.code >= 0x80 && end < text_.size()) {
      const Character c = character_at(text_, end);
      if (!c.valid || c.code < 0x80 || foreign_operator(text_.substr(end))) break;
      end += c.size;
    }
    complaints_.add(
        at_, quote(text_.substr(at_, end - at_)) + " means nothing here",
        "write names in ASCII, such as WTI, and the operators + - * / < <= > >= and or not");
    return token(Kind::mistaken, end);
  }

  std::string_view text_;
  std::size_t at_{};
  Complaints& complaints_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text, Complaints& complaints) {
  return Lexer{text, complaints}.read();
}

}  // namespace foghorn
