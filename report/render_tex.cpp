// LaTeX: what stands between \begin{document} and \end{document} of a document that can set Chinese
// (ctex, or XeLaTeX with a Chinese font). Needs no package.
#include <fmt/format.h>

#include "report/render.hpp"
#include "report/render_parts.hpp"

namespace foghorn {
namespace {

std::string escaped(std::string_view text) {
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    switch (c) {
      case '\\': safe += "\\textbackslash{}"; break;
      case '~': safe += "\\textasciitilde{}"; break;
      case '^': safe += "\\textasciicircum{}"; break;
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        safe += '\\';
        safe += c;
        break;
      default: safe += c;
    }
  }
  // Not every text font has them.
  for (const auto& [sign, name] : {std::pair{"≥", "$\\ge$"}, {"≤", "$\\le$"}, {"−", "$-$"}})
    for (auto at = safe.find(sign); at != std::string::npos; at = safe.find(sign, at + 1))
      safe.replace(at, std::string_view{sign}.size(), name);
  return safe;
}

// An empty group in front, lest LaTeX take a text's "[" or "*" for an argument of \\item or of the
// row's end before it.

void add_row(std::string& out, const PriceRow& row) {
  out += "{}";
  for (const auto column : price_columns) {
    if (column != price_columns.front()) out += " & ";
    out += escaped(cell_text(row.*column));
  }
  out += " \\\\\n";
}

void add_list(std::string& out, const std::vector<std::string>& items) {
  out += "\\begin{itemize}\n";
  for (const auto& item : items) out += "\\item {}" + item + "\n";
  out += "\\end{itemize}\n";
}

}  // namespace

std::string to_tex(const Section& section, RenderChoice choice) {
  auto out = fmt::format("\\section*{{{}}}\n{}\n", escaped(section.title), escaped(section.window));
  if (!section.headline.empty())
    out += fmt::format("\n\\noindent\\textbf{{{}}}\n", escaped(section.headline));
  if (!section.summary.empty())
    out += fmt::format("\\begin{{quote}}\n{}\n\\end{{quote}}\n", escaped(section.summary));
  for (const auto& paragraph : section.paragraphs) {
    out += fmt::format("\n\\subsection*{{{}}}\n", escaped(paragraph.title));
    std::vector<std::string> items;
    for (const auto& sentence : paragraph.sentences) {
      auto item = escaped(sentence.text);
      if (choice.trace)
        for (const auto& bar : sentence.bars)
          item += fmt::format("\n\n{{\\scriptsize\\texttt{{{}}}}}",
                              escaped(trace_words(bar, sentence.bars_of)));
      items.push_back(std::move(item));
    }
    add_list(out, items);
  }
  if (!section.notes.empty()) {
    out += fmt::format("\n\\subsection*{{{}}}\n", escaped(section.notes_title));
    std::vector<std::string> items;
    for (const auto& note : section.notes) items.push_back(escaped(note));
    add_list(out, items);
  }
  if (!section.prices.empty()) {
    // Nine columns on the width of a page: names break into two lines.
    out += "\n\\begin{center}\\scriptsize\\setlength{\\tabcolsep}{2pt}\n\\begin{tabular}{p{8.5em}" +
           std::string(price_columns.size() - 1, 'r') + "}\n\\hline\n";
    add_row(out, section.columns);
    out += "\\hline\n";
    for (const auto& row : section.prices) add_row(out, row);
    out += "\\hline\n\\end{tabular}\n\\end{center}\n";
  }
  for (const auto& remark : section.remarks)
    out += fmt::format("\n{{\\footnotesize {}\\par}}\n", escaped(remark));
  return out;
}

}  // namespace foghorn
