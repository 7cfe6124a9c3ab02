#include "tests/sim/reader.hpp"

#include <fmt/format.h>

#include <initializer_list>

namespace foghorn::sim {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

/// Takes away every stretch from `begin` to `end`, both included.
void remove_between(std::string& text, std::string_view begin, std::string_view end) {
  for (auto from = text.find(begin); from != std::string::npos; from = text.find(begin, from)) {
    const auto to = text.find(end, from);
    if (to == std::string::npos) return;
    text.erase(from, to + end.size() - from);
  }
}

/// Applies `change` to each line.
template <class Change>
std::string by_line(std::string_view text, const Change& change) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    out += change(text.substr(0, end));
    if (end == std::string_view::npos) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string_view without_prefix(std::string_view line,
                                std::initializer_list<std::string_view> prefixes) {
  for (const auto prefix : prefixes)
    if (line.starts_with(prefix)) return line.substr(prefix.size());
  return line;
}

/// "<https://x|name>" becomes "name (https://x)", "<!here>" becomes "@here".
void open_slack_links(std::string& text) {
  for (auto from = text.find('<'); from != std::string::npos; from = text.find('<', from + 1)) {
    const auto to = text.find('>', from);
    if (to == std::string::npos) return;
    auto inside = text.substr(from + 1, to - from - 1);
    if (const auto bar = inside.find('|'); bar != std::string::npos)
      inside = fmt::format("{} ({})", inside.substr(bar + 1), inside.substr(0, bar));
    else if (inside.starts_with('!'))
      inside[0] = '@';
    text.replace(from, to - from + 1, inside);
  }
}

}  // namespace

std::string wecom_to_plain(std::string_view markdown) {
  auto text = by_line(markdown, [](std::string_view line) {
    line = without_prefix(line, {"> ", ">"});
    return std::string{without_prefix(line, {"###### ", "##### ", "#### ", "### ", "## ", "# "})};
  });
  remove_between(text, "<font ", ">");
  replace_all(text, "</font>", "");
  for (auto from = text.find("<@"); from != std::string::npos; from = text.find("<@", from)) {
    text.erase(from, 1);
    if (const auto to = text.find('>', from); to != std::string::npos) text.erase(to, 1);
  }
  for (const auto mark : {"**", "`"}) replace_all(text, mark, "");
  for (auto middle = text.find("]("); middle != std::string::npos;
       middle = text.find("](", middle + 1)) {
    const auto open = text.rfind('[', middle);
    if (open == std::string::npos) continue;
    text.replace(middle, 2, " (");
    text.erase(open, 1);
  }
  return text;
}

std::string slack_to_plain(std::string_view mrkdwn) {
  auto text = by_line(mrkdwn, [](std::string_view line) {
    return std::string{without_prefix(line, {"&gt; ", "> "})};
  });
  open_slack_links(text);
  for (const auto mark : {"*", "`"}) replace_all(text, mark, "");
  replace_all(text, "&lt;", "<");
  replace_all(text, "&gt;", ">");
  replace_all(text, "&amp;", "&");
  return text;
}

std::string html_to_plain(std::string_view html) {
  std::string text{html};
  for (const auto mark : {"<b>", "</b>"}) replace_all(text, mark, "");
  replace_all(text, "&lt;", "<");
  replace_all(text, "&gt;", ">");
  replace_all(text, "&amp;", "&");
  return text;
}

std::string framed(std::string_view head, std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::string out = fmt::format("┌─ {}\n", head);
  out += by_line(text, [](std::string_view line) { return fmt::format("│ {}", line); });
  return out + "\n└─\n";
}

}  // namespace foghorn::sim
