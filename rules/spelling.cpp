#include "rules/spelling.hpp"

#include <array>

namespace foghorn {
namespace {

struct ForeignUnit {
  std::string_view written;
  std::string_view meant;
};

constexpr auto units = std::to_array<ForeignUnit>({
    {"percent", "%"},  {"pct", "%"},       {"pp", "%"},       {"bps", "bp"},    {"BP", "bp"},
    {"BPS", "bp"},     {"k", "K"},         {"thousand", "K"}, {"千", "K"},      {"mn", "M"},
    {"mln", "M"},      {"million", "M"},   {"MM", "M"},       {"百万", "M"},    {"b", "B"},
    {"bn", "B"},       {"billion", "B"},   {"十亿", "B"},     {"萬", "万"},     {"億", "亿"},
    {"sec", "s"},      {"secs", "s"},      {"second", "s"},   {"seconds", "s"}, {"S", "s"},
    {"秒", "s"},       {"秒钟", "s"},      {"min", "m"},      {"mins", "m"},    {"minute", "m"},
    {"minutes", "m"},  {"分", "m"},        {"分钟", "m"},     {"H", "h"},       {"hr", "h"},
    {"hrs", "h"},      {"hour", "h"},      {"hours", "h"},    {"时", "h"},      {"小时", "h"},
    {"个小时", "h"},   {"D", "d"},         {"day", "d"},      {"days", "d"},    {"天", "d"},
    {"日", "d"},       {"W", "w"},         {"week", "w"},     {"weeks", "w"},   {"周", "w"},
    {"msec", "ms"},    {"millis", "ms"},   {"毫秒", "ms"},    {"usd", "USD"},   {"Usd", "USD"},
    {"dollar", "USD"}, {"dollars", "USD"}, {"美元", "USD"},   {"美金", "USD"},
});

// Longer ones before those they begin with.
constexpr auto operators = std::to_array<ForeignOperator>({
    {"&&", Token::Kind::logical_and, "and"},
    {"||", Token::Kind::logical_or, "or"},
    {"==", Token::Kind::greater_equal, ">= or <="},
    {"!=", Token::Kind::less, "< or >"},
    {"<>", Token::Kind::less, "< or >"},
    {"=>", Token::Kind::greater_equal, ">="},
    {"=<", Token::Kind::less_equal, "<="},
    {"**", Token::Kind::times, "*"},
    {"&", Token::Kind::logical_and, "and"},
    {"|", Token::Kind::logical_or, "or"},
    {"!", Token::Kind::logical_not, "not"},
    {"[", Token::Kind::open, "("},
    {"]", Token::Kind::close, ")"},
    {"{", Token::Kind::open, "("},
    {"}", Token::Kind::close, ")"},
    {"≥", Token::Kind::greater_equal, ">="},
    {"≧", Token::Kind::greater_equal, ">="},
    {"≤", Token::Kind::less_equal, "<="},
    {"≦", Token::Kind::less_equal, "<="},
    {"＞", Token::Kind::greater, ">"},
    {"＜", Token::Kind::less, "<"},
    {"≠", Token::Kind::less, "< or >"},
    {"（", Token::Kind::open, "("},
    {"）", Token::Kind::close, ")"},
    {"，", Token::Kind::comma, ","},
    {"、", Token::Kind::comma, ","},
    {"＋", Token::Kind::plus, "+"},
    {"－", Token::Kind::minus, "-"},
    {"−", Token::Kind::minus, "-"},
    {"–", Token::Kind::minus, "-"},
    {"—", Token::Kind::minus, "-"},
    {"×", Token::Kind::times, "*"},
    {"·", Token::Kind::times, "*"},
    {"＊", Token::Kind::times, "*"},
    {"÷", Token::Kind::over, "/"},
    {"／", Token::Kind::over, "/"},
    {"且", Token::Kind::logical_and, "and"},
    {"或", Token::Kind::logical_or, "or"},
});

}  // namespace

std::string_view meant_unit(std::string_view word) {
  for (const auto& unit : units)
    if (unit.written == word) return unit.meant;
  return {};
}

const ForeignOperator* foreign_operator(std::string_view text) {
  for (const auto& foreign : operators)
    if (text.starts_with(foreign.written)) return &foreign;
  return nullptr;
}

}  // namespace foghorn
