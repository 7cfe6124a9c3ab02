#include "alerts/silences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "alerts/channels/utf8.hpp"
#include "model/nearest.hpp"

namespace foghorn {
namespace {

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Without control characters, those of two bytes included, and UTF-8.
bool fit_for_a_line(std::string_view text) {
  return one_line(text) == text;
}

bool blank(std::string_view text) {
  return text.find_first_not_of(' ') == text.npos;
}

/// Empty if the text will do.
std::string complaint_of_text(const char* what, std::string_view text, std::size_t longest) {
  if (blank(text)) return fmt::format("{} is missing: say who wants the silence, and why", what);
  if (!fit_for_a_line(text))
    return fmt::format("{} has to be on one line, without control characters", what);
  if (characters(text) > longest)
    return fmt::format("{} has {} characters; at most {}", what, characters(text), longest);
  return {};
}

/// Likewise.
std::string complaint_of_name(const char* what, const std::string& name,
                              const std::set<std::string, std::less<>>& known) {
  if (name.empty() || name == each_of_them || known.contains(name)) return {};
  const std::vector<std::string_view> words(known.begin(), known.end());
  const auto meant = nearest(name, words);
  if (meant.empty()) return fmt::format("there is no {} of that name", what);
  return fmt::format("there is no {} of that name; {} is the nearest", what, meant);
}

std::string complaint(const Silence& wish, const Coverable& there_are, std::size_t live,
                      Timestamp now) {
  if (wish.rule.empty() && wish.instrument.empty())
    return R"(a silence names a rule, an instrument or both; "*" stands for each of them)";
  for (auto wrong : {complaint_of_name("rule", wish.rule, there_are.rules),
                     complaint_of_name("instrument", wish.instrument, there_are.instruments),
                     complaint_of_text("its author", wish.author, longest_silence_author),
                     complaint_of_text("its reason", wish.reason, longest_silence_reason)})
    if (!wrong.empty()) return wrong;
  if (wish.until <= now) return "a silence ends in the future";
  if (wish.until - now > longest_silence) return "a silence lasts 30 days at most";
  if (live >= most_silences)
    return fmt::format("there are {} silences in force, and no more may be; expire one first",
                       live);
  return {};
}

}  // namespace

Granted<Silence> granted(Silence wish, const Coverable& there_are, std::size_t live,
                         Timestamp now) {
  if (auto wrong = complaint(wish, there_are, live, now); !wrong.empty())
    return Refusal{std::move(wrong)};
  wish.made = now;
  wish.ended = no_time;
  return wish;
}

bool live(const Silence& silence, Timestamp now) {
  return silence.ended == no_time && now < silence.until;
}

bool covers(const Silence& silence, const AlertEvent& event) {
  const auto concerns = [](const std::string& wanted, const std::string& named) {
    return wanted.empty() || (wanted == each_of_them ? !named.empty() : wanted == named);
  };
  const bool asks = !silence.rule.empty() || !silence.instrument.empty();
  return asks && concerns(silence.rule, event.rule) &&
         concerns(silence.instrument, event.instrument);
}

}  // namespace foghorn
