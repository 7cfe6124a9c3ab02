#include "rules/notation.hpp"

#include <charconv>
#include <cmath>

#include "rules/complaints.hpp"

namespace foghorn {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// The number at the front of `rest`, which it takes off; nullopt where there is none.
template <class Number>
std::optional<Number> take_number(std::string_view& rest) {
  Number value{};
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc{}) return std::nullopt;
  if constexpr (std::is_floating_point_v<Number>)
    if (!std::isfinite(value)) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return value;
}

bool take(std::string_view& rest, char c) {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

/// One item without white space; nullopt where it is none.
std::optional<ValueRun> parse_item(std::string_view rest) {
  ValueRun run{.first = std::nullopt, .step = 0, .count = 1};
  const bool missing = take(rest, '_');
  if (!missing) {
    run.first = take_number<double>(rest);
    if (!run.first) return std::nullopt;
    const bool up = rest.starts_with('+');
    if (up || rest.starts_with('-')) {
      rest.remove_prefix(1);
      const auto step = take_number<double>(rest);
      if (!step || !rest.starts_with('x')) return std::nullopt;
      run.step = up ? *step : -*step;
    }
  }
  if (take(rest, 'x')) {
    const auto repeats = take_number<std::int64_t>(rest);
    if (!repeats || *repeats < 0 || *repeats > most_values) return std::nullopt;
    run.count = missing ? *repeats : *repeats + 1;
  }
  return rest.empty() ? std::optional{run} : std::nullopt;
}

}  // namespace

std::variant<std::vector<ValueRun>, std::vector<Mistake>> parse_values(const Located& text,
                                                                       const std::string& place) {
  Complaints complaints{text, place};
  std::vector<ValueRun> runs;
  std::int64_t values = 0;
  const std::string_view all = text.text;
  for (auto at = all.find_first_not_of(blanks); at != all.npos;) {
    const auto end = std::min(all.find_first_of(blanks, at), all.size());
    const auto item = all.substr(at, end - at);
    const auto run = parse_item(item);
    if (!run) {
      complaints.add(at, '"' + std::string{item} + "\" is not in promtool's notation",
                     "write 70x3 for 70 and three repeats, 70+0.5x3 for steps, _ or _x3 for "
                     "nothing");
    } else if (values += run->count; values > most_values) {
      complaints.add(at, "these are more than " + std::to_string(most_values) + " values",
                     "write fewer, further apart");
      break;
    } else {
      runs.push_back(*run);
    }
    at = all.find_first_not_of(blanks, end);
  }
  if (runs.empty() && complaints.empty()) complaints.add(0, "there is no value", "write 70x3");
  if (complaints.empty()) return runs;
  return complaints.take();
}

}  // namespace foghorn
