// HTML: an article without a page around it, for a page to hold or a person to paste. No style, no
// script; whatever came from outside is escaped.
#include <fmt/format.h>

#include "report/render.hpp"
#include "report/render_parts.hpp"

namespace foghorn {
namespace {

void add_row(std::string& out, const PriceRow& row, const char* tag) {
  out += "<tr>";
  for (const auto column : price_columns)
    out += fmt::format("<{0}>{1}</{0}>", tag, markup_text(cell_text(row.*column)));
  out += "</tr>\n";
}

}  // namespace

std::string to_html(const Section& section, RenderChoice choice) {
  auto out = fmt::format("<article lang=\"{}\">\n<h1>{}</h1>\n<p>{}</p>\n",
                         section.language == Language::zh ? "zh-CN" : "en",
                         markup_text(section.title), markup_text(section.window));
  if (!section.headline.empty())
    out += fmt::format("<p><strong>{}</strong></p>\n", markup_text(section.headline));
  if (!section.summary.empty())
    out += fmt::format("<blockquote>{}</blockquote>\n", markup_text(section.summary));
  for (const auto& paragraph : section.paragraphs) {
    out += fmt::format("<h2>{}</h2>\n<ul>\n", markup_text(paragraph.title));
    for (const auto& sentence : paragraph.sentences) {
      out += "<li>" + markup_text(sentence.text);
      if (choice.trace)
        for (const auto& bar : sentence.bars)
          out += fmt::format("<br><small><code>{}</code></small>",
                             markup_text(trace_words(bar, sentence.bars_of)));
      out += "</li>\n";
    }
    out += "</ul>\n";
    const auto chart = choice.charts.find(paragraph.subject);
    if (chart != choice.charts.end()) out += "<figure>\n" + chart->second + "</figure>\n";
  }
  if (!section.notes.empty()) {
    out += fmt::format("<aside>\n<h2>{}</h2>\n<ul>\n", markup_text(section.notes_title));
    for (const auto& note : section.notes) out += fmt::format("<li>{}</li>\n", markup_text(note));
    out += "</ul>\n</aside>\n";
  }
  if (!section.prices.empty()) {
    out += "<table>\n<thead>\n";
    add_row(out, section.columns, "th");
    out += "</thead>\n<tbody>\n";
    for (const auto& row : section.prices) add_row(out, row, "td");
    out += "</tbody>\n</table>\n";
  }
  out += "<footer>\n";
  for (const auto& remark : section.remarks) out += fmt::format("<p>{}</p>\n", markup_text(remark));
  return out + "</footer>\n</article>\n";
}

}  // namespace foghorn
