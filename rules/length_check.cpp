#include "rules/length_check.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "model/nearest.hpp"
#include "rules/characters.hpp"
#include "rules/type_complaints.hpp"

namespace foghorn {
namespace {

using Takes = Signature::Takes;
using namespace std::chrono_literals;

/// "an instrument and a window", as a call's arguments are named.
std::string_view arguments_of(Takes takes) {
  switch (takes) {
    case Takes::price_window: return "an instrument and a window";
    case Takes::event_window: return "an event series and a window";
    case Takes::price_reference: return "an instrument and a window, since=@2025-10-01 or settle";
    case Takes::price_window_bar: return "an instrument, a window and a bar";
    case Takes::price_bar: return "an instrument and a bar";
    default: return "an instrument";
  }
}

std::string seconds_text(double number) {
  const bool whole = number >= 1 && number == std::floor(number);
  return whole ? plain_number(number) + "s" : "60s";
}

class LengthCheck {
 public:
  LengthCheck(const Syntax& syntax, const Term& call, Function function, std::string_view series,
              Complaints& complaints)
      : syntax_{syntax},
        call_{call},
        function_{function},
        takes_{signature_of(function).takes},
        series_{series},
        complaints_{complaints} {}

  Lengths check() {
    switch (takes_) {
      case Takes::price: nothing_after(1); break;
      case Takes::price_bar:
        if (!has(2, "a bar")) break;
        nothing_after(2);
        bar_of_jump();
        break;
      case Takes::price_window_bar:
        if (!has(2, "a window and a bar") || !has(3, "a bar")) break;
        nothing_after(3);
        window_and_bar();
        break;
      case Takes::price_reference:
        if (!has(2, "a window")) break;
        nothing_after(2);
        reference();
        break;
      default:
        if (!has(2, "a window")) break;
        nothing_after(2);
        made_.window = length(1, "window").value_or(Duration{});
        break;
    }
    return made_;
  }

 private:
  int argument(std::size_t i) const { return call_.children[i]; }
  std::string_view text(std::size_t i) const { return syntax_.text_of(syntax_[argument(i)]); }

  bool has(std::size_t count, std::string_view missing) {
    if (call_.children.size() >= count) return true;
    // A bar that is missing goes after the window that is there.
    const bool window = call_.children.size() == 2 && constant_in(syntax_, argument(1));
    complain(call_.at, fmt::format("{} needs {}", to_text(function_), missing),
             example(window ? text(1) : std::string_view{}));
    return false;
  }

  void nothing_after(std::size_t count) {
    if (call_.children.size() <= count) return;
    const bool window = count == 2 && takes_ != Takes::price_bar;
    complain(syntax_[argument(count)].begin,
             fmt::format("{} takes {}{}", to_text(function_), arguments_of(takes_),
                         count == 1 ? " and nothing else" : ", nothing else"),
             example(window ? text(1) : std::string_view{}));
  }

  std::optional<Duration> length(std::size_t i, std::string_view noun) {
    return check_length(syntax_, argument(i), noun, example(), complaints_);
  }

  void reference() {
    const Term& given = syntax_[argument(1)];
    const bool settle = given.kind == Term::Kind::name && given.name == "settle";
    const bool named = given.kind == Term::Kind::named;
    if (settle || (named && given.name == "since")) {
      made_.settle = settle;
      if (!settle) since(given.children.front());
      return;
    }
    if (named) {
      complain(given.begin, fmt::format("no argument is named {} here", quote(given.name)),
               call_with("since=@2025-10-01"));
      return;
    }
    constexpr auto settlement = std::to_array<std::string_view>({"settle"});
    if (given.kind == Term::Kind::name && !nearest(given.name, settlement).empty()) {
      complain(given.begin, fmt::format("{} is not a window", quote(given.name)),
               call_with("settle"));
      return;
    }
    if (const auto constant = constant_in(syntax_, argument(1));
        constant && constant->literal->literal.type.kind == Type::Kind::time) {
      complain(given.begin, fmt::format("{} is a day, not a window", quote(text(1))),
               call_with(fmt::format("since={}", text(1))));
      return;
    }
    made_.window = length(1, "window").value_or(Duration{});
  }

  void since(int value) {
    const Term& given = syntax_[value];
    if (given.kind == Term::Kind::mistaken) return;
    if (given.kind != Term::Kind::literal || given.literal.type.kind != Type::Kind::time) {
      complain(given.begin, quote(syntax_.text_of(given)) + " is not a day",
               call_with("since=@2025-10-01"));
      return;
    }
    made_.since = Timestamp{std::chrono::seconds{std::llround(given.literal.value)}};
  }

  void window_and_bar() {
    const auto window = length(1, "window");
    const auto bar = length(2, "bar");
    if (!window || !bar) return;
    made_.window = *window;
    made_.bar = *bar;
    const auto least = std::max(shortest_bar(*window), *window / most_bars);
    if (*bar * fewest_bars > *window) {
      complain(
          syntax_[argument(2)].begin,
          fmt::format("{} is too long a bar for a window of {}: it holds fewer than {}",
                      quote(text(2)), text(1), fewest_bars),
          fmt::format("write a bar of {} or less, or a window of {} or more",
                      format_duration(*window / fewest_bars), format_duration(*bar * fewest_bars)));
    } else if (*bar < least) {
      complain(syntax_[argument(2)].begin,
               fmt::format("{} is too short a bar for a window of {}", quote(text(2)), text(1)),
               fmt::format("write a bar of {} or more", format_duration(whole(least))));
    }
  }

  void bar_of_jump() {
    const auto bar = length(1, "bar");
    if (!bar) return;
    made_.bar = *bar;
    if (*bar >= shortest_bar({}) && *bar <= longest_bar_of_jump) return;
    complain(syntax_[argument(1)].begin,
             fmt::format("{} is too {} a bar", quote(text(1)),
                         *bar > longest_bar_of_jump ? "long" : "short"),
             "write a bar from 1s to 1d");
  }

  /// To the second above: what a person would write.
  static Duration whole(Duration d) { return std::chrono::ceil<std::chrono::seconds>(d); }

  std::string example(std::string_view window = {}) const {
    return "write " + quote(example_call(function_, series_, window));
  }
  std::string call_with(std::string_view last) const {
    return "write " + quote(fmt::format("{}({}, {})", to_text(function_), series_, last));
  }

  void complain(int at, std::string what, std::string remedy) {
    complaints_.add(static_cast<std::size_t>(at), std::move(what), std::move(remedy));
  }

  const Syntax& syntax_;
  const Term& call_;
  Function function_;
  Takes takes_;
  std::string_view series_;
  Complaints& complaints_;
  Lengths made_;
};

}  // namespace

Duration shortest_bar(Duration window) {
  if (window <= 24h) return 1s;
  return window <= std::chrono::days{30} ? Duration{1min} : Duration{24h};
}

Lengths check_lengths(const Syntax& syntax, const Term& call, Function function,
                      std::string_view series, Complaints& complaints) {
  return LengthCheck{syntax, call, function, series, complaints}.check();
}

std::optional<Duration> check_length(const Syntax& syntax, int term, std::string_view noun,
                                     const std::string& example, Complaints& complaints) {
  const Term& given = syntax[term];
  if (given.kind == Term::Kind::mistaken) return std::nullopt;
  const auto at = static_cast<std::size_t>(given.begin);
  const auto text = quote(syntax.text_of(given));
  const auto constant = constant_in(syntax, term);
  const Type duration{Type::Kind::duration, {}};
  if (constant && constant->literal->literal.type.kind == Type::Kind::number) {
    complaints.add(at, text + " has no unit", "write " + quote(seconds_text(constant->value)));
    return std::nullopt;
  }
  if (!constant || constant->literal->literal.type != duration) {
    complaints.add(at, fmt::format("{} is not a {}", text, noun), example);
    return std::nullopt;
  }
  const Duration length{std::llround(constant->value * 1e6)};
  if (length <= Duration{}) {
    complaints.add(at, fmt::format("{} is not a {}: it must be above 0s", text, noun), example);
    return std::nullopt;
  }
  if (length > longest_allowed_window) {
    complaints.add(at, fmt::format("{} is longer than the longest {}, 366d", text, noun),
                   "write 366d or less");
    return std::nullopt;
  }
  return length;
}

}  // namespace foghorn
