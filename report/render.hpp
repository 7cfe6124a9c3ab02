#pragma once
// The section in a format that somebody pastes, reads or parses.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/section.hpp"

namespace foghorn {

enum class ReportFormat : std::uint8_t { markdown, text, json, html, tex };

/// "md", "text", "json", "html", "tex".
std::optional<ReportFormat> parse_report_format(std::string_view name);

struct RenderChoice {
  bool trace{};  ///< each sentence names the bars that it rests on
  std::map<std::string, std::string>
      charts{};  ///< SVG by instrument: HTML shows them below its facts
};

std::string to_markdown(const Section& section, RenderChoice choice = {});
std::string to_plain_text(const Section& section, RenderChoice choice = {});
/// The plain text for chats, which cut what does not fit at its end. A fact a line: the window, the
/// summary, critical alerts, the sentences, the weightiest first, the remarks.
std::vector<std::string> to_lines(const Section& section);
/// An <article>, to be put into a page.
std::string to_html(const Section& section, RenderChoice choice = {});
/// The inside of a document that can set Chinese; no package is needed.
std::string to_tex(const Section& section, RenderChoice choice = {});

/// The whole fact sheet with its sentences: docs/section.schema.json describes it. Numbers are the
/// shortest that read back exactly, times RFC 3339 in UTC, days dates. The bars are always there.
std::string to_json(const FactSheet& sheet, const Section& section);

/// "WTI 1m 2026-04-17T15:05Z 高 86.1 低 85.91": a bar that a sentence rests on, for both;
/// with " told afterwards" where nobody saw it.
std::string trace_words(const BarRef& bar, const std::string& of);

}  // namespace foghorn
