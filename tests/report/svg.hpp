#pragma once
// What holds of every chart: well-formed XML of a few elements, nothing outside the view, nothing
// from elsewhere. Not an XML parser: it knows what our charts are made of, and refuses the rest.

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace foghorn::test {

/// The `d` of the first path of that class; empty where there is none.
inline std::string path_of(const std::string& svg, const std::string& name) {
  const auto tag = svg.find("<path class=\"" + name + "\"");
  if (tag == std::string::npos) return {};
  const auto begin = svg.find(" d=\"", tag) + 4;
  return svg.substr(begin, svg.find('"', begin) - begin);
}

inline int count(const std::string& text, char c) {
  return static_cast<int>(std::ranges::count(text, c));
}

/// A text is escaped: each & begins one of our four entities.
inline bool is_escaped(std::string_view text) {
  for (auto at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
    const auto rest = text.substr(at);
    const auto begins = [&](std::string_view entity) { return rest.starts_with(entity); };
    if (!begins("&amp;") && !begins("&lt;") && !begins("&gt;") && !begins("&quot;")) return false;
  }
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
}

struct View {
  double width{}, height{};
};

/// Not a number where it is none in plain decimals: "inf" and "1e9" are none. (A picture has
/// thousands; each as an assertion of its own would take minutes.)
inline double number(std::string_view text) {
  double value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool plain = text.find_first_not_of("-0123456789.") == std::string_view::npos;
  return plain && error == std::errc{} && end == text.data() + text.size()
             ? value
             : std::numeric_limits<double>::quiet_NaN();
}

/// Absolute M, L, H, V, Z, and A with its end; h and v of the key's swatches.
inline bool path_lies_within(std::string_view d, const View& view) {
  bool within = true;
  for (std::size_t i = 0; i < d.size();) {
    const char command = d[i++];
    auto end = d.find_first_of("MLHVZAhv", i);
    if (end == std::string_view::npos) end = d.size();
    std::vector<double> numbers;
    for (auto rest = d.substr(i, end - i); !rest.empty();) {
      const auto space = std::min(rest.find(' '), rest.size());
      numbers.push_back(number(rest.substr(0, space)));
      rest.remove_prefix(std::min(space + 1, rest.size()));
    }
    i = end;
    const auto x = [&](double v) { return v >= 0 && v <= view.width; };
    const auto y = [&](double v) { return v >= 0 && v <= view.height; };
    const auto n = numbers.size();
    switch (command) {
      case 'M':
      case 'L': within = within && n == 2 && x(numbers[0]) && y(numbers[1]); break;
      case 'H': within = within && n == 1 && x(numbers[0]); break;
      case 'V': within = within && n == 1 && y(numbers[0]); break;
      case 'A': within = within && n == 7 && x(numbers[5]) && y(numbers[6]); break;
      case 'h':
      case 'v': within = within && n == 1 && std::isfinite(numbers[0]); break;
      case 'Z': within = within && n == 0; break;
      default: within = false;
    }
  }
  return within;
}

inline void check_svg(const std::string& svg) {
  CHECK(svg.size() < 100'000);
  CHECK(svg.starts_with("<svg "));
  const std::set<std::string_view> known{"svg",  "title",   "desc", "style",
                                         "defs", "pattern", "path", "text"};
  std::vector<std::string_view> open;
  View view;
  const std::string_view all{svg};
  for (auto at = all.find('<'); at != std::string_view::npos;) {
    const auto end = all.find('>', at);
    REQUIRE(end != std::string_view::npos);
    auto tag = all.substr(at + 1, end - at - 1);
    at = all.find('<', end);
    const auto text = all.substr(end + 1, std::min(at, all.size()) - end - 1);
    if (!is_escaped(text)) FAIL_CHECK("not escaped: " << text.substr(0, 200));
    if (tag.starts_with('/')) {
      REQUIRE(!open.empty());
      CHECK(open.back() == tag.substr(1));
      open.pop_back();
      continue;
    }
    const auto name = tag.substr(0, tag.find_first_of(" /"));
    INFO("element: " << tag);
    REQUIRE(known.contains(name));
    const bool empty = tag.ends_with('/');
    const bool in_pattern = !open.empty() && open.back() == "pattern";
    if (!empty) open.push_back(name);

    // name="value", with one space before each.
    std::set<std::string_view> names;
    auto rest = tag.substr(name.size(), tag.size() - name.size() - (empty ? 1 : 0));
    while (!rest.empty()) {
      REQUIRE(rest.starts_with(' '));
      const auto equals = rest.find("=\"");
      REQUIRE(equals != std::string_view::npos);
      const auto close = rest.find('"', equals + 2);
      REQUIRE(close != std::string_view::npos);
      const auto key = rest.substr(1, equals - 1);
      const auto value = rest.substr(equals + 2, close - equals - 2);
      rest.remove_prefix(close + 1);
      CHECK(names.insert(key).second);
      CHECK_FALSE(key.starts_with("on"));
      CHECK(key.find("href") == std::string_view::npos);
      if (!is_escaped(value)) FAIL_CHECK("not escaped: " << value);
      if (key == "viewBox") {
        CHECK(value.starts_with("0 0 "));
        const auto space = value.find(' ', 4);
        view = {number(value.substr(4, space - 4)), number(value.substr(space + 1))};
      }
      if (name == "text" && key == "x") CHECK((number(value) >= 0 && number(value) <= view.width));
      if (name == "text" && key == "y") CHECK((number(value) >= 0 && number(value) <= view.height));
      if (key == "d" && !in_pattern) CHECK(path_lies_within(value, view));
    }
  }
  CHECK(open.empty());
  CHECK(svg.find("http", svg.find("viewBox")) == std::string::npos);
}

}  // namespace foghorn::test
