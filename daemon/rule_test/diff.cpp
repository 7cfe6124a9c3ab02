#include "daemon/rule_test/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "daemon/natural.hpp"

namespace foghorn {
namespace {

/// Since the test's start; alerts come at whole milliseconds, but for a venue's finer clock.
Duration time_of(const AlertEvent& event, const RuleTest& test) {
  return event.time - test.start;
}

bool meets(const ExpectedEvent::Number& wanted, const std::optional<double>& value) {
  // The last bits of arithmetic are nobody's business.
  const double slack = wanted.tolerance + 1e-12 * std::abs(wanted.value);
  return value && std::abs(*value - wanted.value) <= slack;
}

bool meets(const ExpectedEvent& wanted, const AlertEvent& event, const RuleTest& test) {
  return wanted.at == time_of(event, test) && wanted.kind == event.kind &&
         wanted.rule == event.rule &&
         (wanted.instrument.empty() || wanted.instrument == event.instrument) &&
         (!wanted.tier || wanted.tier == event.tier) &&
         (!wanted.value || meets(*wanted.value, event.value)) &&
         (wanted.reason.empty() || wanted.reason == event.reason);
}

constexpr std::size_t columns = 6;
using Row = std::array<std::string, columns>;

std::string quoted(const std::string& text) {
  return text.empty() ? "" : '"' + text + '"';
}

Row row_of(const ExpectedEvent& event) {
  return {format_duration(event.at),
          event.rule.empty() ? event.instrument : event.rule,
          std::string{to_text(event.kind)},
          event.tier ? std::string{to_text(*event.tier)} : "",
          event.value ? event.value->text : "",
          quoted(event.reason)};
}

Row row_of(const AlertEvent& event, const RuleTest& test) {
  return {format_duration(time_of(event, test)),
          event.rule.empty() ? event.instrument : event.rule,
          std::string{to_text(event.kind)},
          event.tier ? std::string{to_text(*event.tier)} : "",
          natural_value(event),
          quoted(event.reason)};
}

}  // namespace

std::vector<Compared> compare(const RuleTest& test, std::span<const AlertEvent> actual) {
  std::vector<Compared> lines;
  std::vector<bool> met(test.expected.size());
  for (const auto& event : actual) {
    Compared line{.expected = nullptr, .actual = &event};
    for (std::size_t i = 0; i < met.size() && !line.expected; ++i) {
      if (met[i] || !meets(test.expected[i], event, test)) continue;
      met[i] = true;
      line.expected = &test.expected[i];
    }
    lines.push_back(line);
  }
  for (std::size_t i = 0; i < met.size(); ++i)
    if (!met[i]) lines.push_back({.expected = &test.expected[i], .actual = nullptr});
  // What did not come stands before what came instead.
  std::ranges::sort(lines, {}, [&](const Compared& line) {
    return std::tuple{line.actual ? time_of(*line.actual, test) : line.expected->at,
                      line.actual != nullptr, line.actual, line.expected};
  });
  return lines;
}

std::string diff_text(const RuleTest& test, std::span<const Compared> lines,
                      std::span<const std::string> why) {
  std::vector<Row> rows;
  std::array<std::size_t, columns> widths{};
  for (const auto& line : lines) {
    rows.push_back(line.actual ? row_of(*line.actual, test) : row_of(*line.expected));
    for (std::size_t c = 0; c < columns; ++c)
      widths[c] = std::max(widths[c], rows.back()[c].size());
  }
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string out = lines[i].same() ? "  " : lines[i].expected ? "- " : "+ ";
    for (std::size_t c = 0; c < columns; ++c)
      if (widths[c] > 0) out += fmt::format("{:<{}}  ", rows[i][c], widths[c]);
    if (!lines[i].same()) out += lines[i].expected ? "did not come" : "was not expected";
    if (i < why.size() && !why[i].empty()) out += ": " + why[i];
    text += "    " + out.substr(0, out.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace foghorn
