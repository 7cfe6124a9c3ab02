#include "rules/literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "rules/characters.hpp"
#include "rules/spelling.hpp"

namespace foghorn {
namespace {

struct Multiplier {
  std::string_view name;
  double factor;
};
constexpr auto multipliers = std::to_array<Multiplier>(
    {{"K", 1e3}, {"M", 1e6}, {"B", 1e9}, {"万亿", 1e12}, {"万", 1e4}, {"亿", 1e8}});

constexpr std::array<std::string_view, 6> duration_units{"ms", "s", "m", "h", "d", "w"};
constexpr std::array<std::string_view, 4> keywords{"and", "or", "not", "tier"};

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() &&
         (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r'))
    ++at;
  return at;
}

bool is_ideograph(char32_t code) {
  return code >= 0x3400 && code <= 0x9FFF;
}

/// The name or the run of ideographs at `at`; empty where neither stands.
std::string_view word_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  if (at < text.size() && is_letter(text[at])) {
    while (end < text.size() && is_name_character(text[end])) ++end;
  } else {
    while (end < text.size()) {
      const Character c = character_at(text, end);
      if (!c.valid || !is_ideograph(c.code)) break;
      end += c.size;
    }
  }
  return text.substr(at, end - at);
}

/// The unit at `at`: "USD", "USD/oz"; empty where a keyword or a call stands there.
std::string_view unit_at(std::string_view text, std::size_t at) {
  const auto is_call = [&](std::size_t end) {
    const std::size_t next = skip_blanks(text, end);
    return next < text.size() && text[next] == '(';
  };
  const auto word = word_at(text, at);
  std::size_t end = at + word.size();
  if (word.empty() || is_one_of(word, keywords) || is_call(end)) return {};
  if (end < text.size() && text[end] == '/') {
    const auto per = word_at(text, end + 1);
    if (!per.empty() && !is_one_of(per, keywords) && !is_call(end + 1 + per.size()))
      end += 1 + per.size();
  }
  return text.substr(at, end - at);
}

class NumberReader {
 public:
  NumberReader(std::string_view text, std::size_t begin, Complaints& complaints)
      : text_{text}, begin_{begin}, at_{begin}, complaints_{complaints} {}

  Token read() {
    if (!read_digits()) return mistaken();
    number_end_ = at_;
    if (auto token = ratio()) return *token;
    if (auto token = exponent()) return *token;
    if (auto token = duration()) return *token;
    multiply();
    return number_or_quantity();
  }

 private:
  std::string_view written() const { return text_.substr(begin_, at_ - begin_); }
  std::string_view digits() const { return text_.substr(begin_, digits_end_ - begin_); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  Token token(Token::Kind kind) const {
    return {.kind = kind,
            .begin = static_cast<int>(begin_),
            .end = static_cast<int>(at_),
            .literal = {},
            .number_end = static_cast<int>(number_end_)};
  }
  Token mistaken() const { return token(Token::Kind::mistaken); }
  Token literal(Type::Kind kind, double value) const {
    Token made = token(Token::Kind::literal);
    made.literal = {{kind, {}}, value};
    return made;
  }

  void read_run(std::string& plain, bool& separated) {
    while (is_digit(peek()) || ((peek() == '_' || peek() == '\'') && is_digit(peek(1)))) {
      if (is_digit(peek()))
        plain += peek();
      else
        separated = true;
      ++at_;
    }
  }

  bool read_digits() {
    std::string plain;
    bool separated = false;
    read_run(plain, separated);
    if (plain.empty()) {
      complain(begin_, quote(text_.substr(begin_, 2)) + " has no digit before its point",
               "write 0 before the point, as in 0.5");
      plain = "0";
    }
    if (peek() == '.') {
      ++at_;
      plain += '.';
      if (is_digit(peek())) {
        read_run(plain, separated);
      } else {
        complain(begin_, quote(written()) + " has no digits after its point",
                 "write " + quote(written().substr(0, at_ - begin_ - 1)));
        plain += '0';
      }
    }
    if (peek() == '.' && is_digit(peek(1))) {
      while (is_digit(peek()) || peek() == '.') ++at_;
      complain(begin_, quote(written()) + " is not a number", "write one decimal point at most");
      return false;
    }
    digits_end_ = at_;
    if (separated)
      complain(begin_, quote(written()) + " has separators between its digits",
               "write " + quote(plain));
    const auto outcome = std::from_chars(plain.data(), plain.data() + plain.size(), number_);
    if (outcome.ec == std::errc{}) return true;
    complain(begin_, quote(written()) + " is beyond what can be calculated with",
             "write a number of usual size");
    return false;
  }

  std::optional<Token> ratio() {
    const std::size_t next = skip_blanks(text_, at_);
    constexpr std::string_view wide = "％";
    if (next < text_.size() && text_[next] == '%') {
      at_ = next + 1;
      return literal(Type::Kind::ratio, number_ / 100);
    }
    if (text_.substr(next).starts_with(wide)) {
      at_ = next + wide.size();
      complain(next, quote(wide) + " is a wide character",
               "write " + quote(std::string{digits()} + "%"));
      return literal(Type::Kind::ratio, number_ / 100);
    }
    const auto word = word_at(text_, next);
    const auto meant = meant_unit(word);
    if (word != "bp" && meant != "bp" && meant != "%") return std::nullopt;
    at_ = next + word.size();
    if (!meant.empty()) not_a_unit(next, word, std::string{digits()}.append(meant));
    const bool points = word == "bp" || meant == "bp";
    return literal(Type::Kind::ratio, number_ / (points ? 10'000 : 100));
  }

  /// 1e6: what other languages allow.
  std::optional<Token> exponent() {
    const auto word = word_at(text_, at_);
    if (word.empty() || (word.front() != 'e' && word.front() != 'E')) return std::nullopt;
    std::size_t end = at_ + 1;
    if (word.size() == 1 && end < text_.size() && (text_[end] == '+' || text_[end] == '-')) ++end;
    const std::size_t first = end;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    if (end == first || (end < text_.size() && is_name_character(text_[end]))) return std::nullopt;
    at_ = end;
    complain(begin_, quote(written()) + " is written with an exponent",
             "write the number in full, or with K, M, B, 万 or 亿, as in 1.5B");
    return mistaken();
  }

  std::optional<Token> duration() {
    const std::size_t next = skip_blanks(text_, at_);
    const auto word = word_at(text_, next);
    const auto letters = word.substr(0, word.find_first_of("0123456789_"));
    if (next == at_ && is_one_of(letters, duration_units)) return joined_duration(word);
    const auto meant = is_one_of(word, duration_units) ? word : meant_unit(word);
    if (!is_one_of(meant, duration_units)) return std::nullopt;
    // A unit apart from its number, or another word for one.
    const auto correct = in_whole_units(meant);
    at_ = next + word.size();
    if (meant == word) {
      complain(begin_, quote(written()) + " has a space before its unit",
               "write " + quote(correct));
    } else {
      not_a_unit(next, word, correct);
    }
    const auto parsed = parse_duration(correct);
    if (!parsed) return mistaken();
    return literal(Type::Kind::duration, seconds(*parsed));
  }

  Token joined_duration(std::string_view word) {
    const std::size_t number_end = at_;
    at_ += word.size();
    if (const auto parsed = parse_duration(written())) {
      const std::size_t next = skip_blanks(text_, at_);
      const auto unit = unit_at(text_, next);
      if (word != "m" || unit.empty()) return literal(Type::Kind::duration, seconds(*parsed));
      const auto minutes = std::string{written()};
      at_ = next + unit.size();
      complain(begin_, quote(minutes) + " is a number of minutes",
               fmt::format("write \"{}M {}\"", text_.substr(begin_, number_end - begin_), unit));
      return mistaken();
    }
    if (digits().find('.') != std::string_view::npos && is_one_of(word, duration_units)) {
      complain(begin_, quote(written()) + " is not a whole number of its unit",
               "write " + quote(in_whole_units(word)));
    } else {
      complain(
          begin_, quote(written()) + " is not a duration",
          "write whole numbers with a unit each (ms s m h d w), such as 1h30m, at most 100 years");
    }
    return mistaken();
  }

  /// The number of `unit`s as a duration is spelt: 1.5 of h is "1h30m".
  std::string in_whole_units(std::string_view unit) const {
    const Duration one = parse_duration(std::string{"1"}.append(unit)).value_or(Duration{});
    const double micros = number_ * static_cast<double>(one.count());
    constexpr double century = 100.0 * 366 * 86'400 * 1e6;
    if (digits().find('.') == std::string_view::npos || !(micros < century))
      return std::string{digits()}.append(unit);
    return format_duration(
        std::chrono::round<std::chrono::milliseconds>(Duration{std::llround(micros)}));
  }

  static double seconds(Duration d) { return std::chrono::duration<double>{d}.count(); }

  void multiply() {
    const std::size_t next = skip_blanks(text_, at_);
    const auto word = word_at(text_, next);
    const auto meant = meant_unit(word);
    for (const auto& [name, factor] : multipliers) {
      const bool ideograph = !is_letter(name.front());
      const bool here = ideograph ? text_.substr(next).starts_with(name) : word == name;
      if (!here && meant != name) continue;
      at_ = next + (here ? name.size() : word.size());
      number_end_ = at_;
      number_ *= factor;
      if (!here) {
        const auto unit = unit_at(text_, skip_blanks(text_, at_));
        not_a_unit(next, word,
                   fmt::format("{}{}{}{}", digits(), name, unit.empty() ? "" : " ", unit));
      }
      return;
    }
  }

  Token number_or_quantity() {
    if (!std::isfinite(number_)) {
      complain(begin_, quote(written()) + " is beyond what can be calculated with",
               "write a number of usual size");
      return mistaken();
    }
    const std::size_t next = skip_blanks(text_, at_);
    const auto unit = unit_at(text_, next);
    if (unit.empty()) return literal(Type::Kind::number, number_);
    at_ = next + unit.size();
    const auto money = word_at(text_, next);
    if (const auto meant = meant_unit(money); !meant.empty()) {
      not_a_unit(next, money,
                 fmt::format("{} {}{}", text_.substr(begin_, number_end_ - begin_), meant,
                             unit.substr(money.size())));
      return mistaken();
    }
    Token quantity = literal(Type::Kind::quantity, number_);
    quantity.literal.type.unit = unit;
    quantity.unit_begin = static_cast<int>(next);
    return quantity;
  }

  void not_a_unit(std::size_t at, std::string_view word, const std::string& correct) {
    complain(at, quote(word) + " is not a unit here", "write " + quote(correct));
  }

  void complain(std::size_t at, std::string what, std::string remedy) {
    complaints_.add(at, std::move(what), std::move(remedy));
  }

  std::string_view text_;
  std::size_t begin_;
  std::size_t at_;
  std::size_t digits_end_{};
  std::size_t number_end_{};  ///< past the multiplier
  double number_{};
  Complaints& complaints_;
};

}  // namespace

Token read_number(std::string_view text, std::size_t at, Complaints& complaints) {
  return NumberReader{text, at, complaints}.read();
}

Token read_day(std::string_view text, std::size_t at, Complaints& complaints) {
  std::size_t end = at + 1;
  while (end < text.size() && (is_name_character(text[end]) || text[end] == '-')) ++end;
  const auto day = text.substr(at + 1, end - at - 1);
  Token token{
      .kind = Token::Kind::mistaken, .begin = static_cast<int>(at), .end = static_cast<int>(end)};
  constexpr std::string_view pattern = "2025-10-01";
  const auto time = day.size() == pattern.size() ? parse_time(day) : std::nullopt;
  if (!time || day.find('-') == std::string_view::npos) {
    complaints.add(at, quote(text.substr(at, end - at)) + " is not a day",
                   "write year, month and day, such as @2025-10-01");
    return token;
  }
  token.kind = Token::Kind::literal;
  token.literal = {{Type::Kind::time, {}},
                   std::chrono::duration<double>{time->time_since_epoch()}.count()};
  return token;
}

}  // namespace foghorn
