// Markdown and plain text: the same section, with and without marks.
#include <fmt/format.h>

#include <algorithm>

#include "report/phrases.hpp"
#include "report/render.hpp"
#include "report/render_parts.hpp"

namespace foghorn {
namespace {

/// What Markdown would take for a mark of its own.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (std::string_view{"\\`*_[]<>|#"}.find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

std::string shortest(double number) {
  return fmt::format("{}", number);
}

std::string traced(const Sentence& sentence) {
  std::string text;
  for (const auto& bar : sentence.bars) {
    if (!text.empty()) text += "; ";
    text += trace_words(bar, sentence.bars_of);
  }
  return text;
}

/// Chinese names its subject once: what follows does without.
std::string_view continued(const Sentence& sentence, const Paragraph& paragraph,
                           Language language) {
  std::string_view text = sentence.text;
  if (language == Language::zh && text.starts_with(paragraph.title))
    text.remove_prefix(paragraph.title.size());
  // Of a subject in brackets or of a possessive nothing would be left to begin with.
  return text.starts_with("：") || text.starts_with("的") ? std::string_view{sentence.text} : text;
}

}  // namespace

std::optional<ReportFormat> parse_report_format(std::string_view name) {
  if (name == "md") return ReportFormat::markdown;
  if (name == "text") return ReportFormat::text;
  if (name == "json") return ReportFormat::json;
  if (name == "html") return ReportFormat::html;
  if (name == "tex") return ReportFormat::tex;
  return std::nullopt;
}

std::string trace_words(const BarRef& bar, const std::string& of) {
  const auto start = format_utc(bar.start);
  const bool day = bar.source == FactSource::days;
  return fmt::format("{} {} {} O {} H {} L {} C {}{}", of, day ? "1d" : "1m",
                     day ? start.substr(0, 10) : start.substr(0, 16) + "Z", shortest(bar.open),
                     shortest(bar.high), shortest(bar.low), shortest(bar.close),
                     bar.told_later ? " told afterwards" : "");
}

std::string to_markdown(const Section& section, RenderChoice choice) {
  std::string out = fmt::format("# {}\n\n{}\n", escaped(section.title), section.window);
  if (!section.headline.empty()) out += fmt::format("\n**{}**\n", escaped(section.headline));
  if (!section.summary.empty()) {
    out += fmt::format("\n> {}{}\n", say(section.language, "摘要：", "Summary: "),
                       escaped(section.summary));
  }
  for (const auto& paragraph : section.paragraphs) {
    out += fmt::format("\n## {}\n\n", escaped(paragraph.title));
    for (const auto& sentence : paragraph.sentences) {
      out += fmt::format("- {}\n", escaped(sentence.text));
      if (choice.trace && !sentence.bars.empty())
        out += fmt::format("  - `{}`\n", traced(sentence));
    }
  }
  if (!section.notes.empty()) {
    out += fmt::format("\n## {}\n\n", section.notes_title);
    for (const auto& note : section.notes) out += fmt::format("- {}\n", note);
  }
  if (!section.prices.empty()) {
    out += "\n";
    const auto row = [&](const PriceRow& r) {
      for (const auto column : price_columns) out += "| " + escaped(cell_text(r.*column)) + " ";
      out += "|\n";
    };
    row(section.columns);
    for (std::size_t i = 0; i < price_columns.size(); ++i) out += i == 0 ? "| --- " : "| ---: ";
    out += "|\n";
    for (const auto& r : section.prices) row(r);
  }
  out += "\n";
  for (const auto& remark : section.remarks) out += fmt::format("*{}*  \n", escaped(remark));
  return out;
}

std::vector<std::string> to_lines(const Section& section) {
  const auto language = section.language;
  std::vector<std::string> lines{section.window};
  if (!section.summary.empty())
    lines.push_back(say(language, "摘要：", "Summary: ") + section.summary);
  const auto add = [&](const Paragraph& paragraph) {
    for (const auto& sentence : paragraph.sentences) {
      if (&sentence == &paragraph.sentences.front())
        lines.push_back(say(language, "【{}】{}", "{}: {}", paragraph.title, sentence.text));
      else
        lines.emplace_back(continued(sentence, paragraph, language));
    }
  };
  auto paragraphs = section.paragraphs;
  for (auto& paragraph : paragraphs) {
    if (paragraph.subject != "alerts") continue;
    auto critical = paragraph;
    const auto is_critical = [](const Sentence& s) {
      return s.weight >= alert_weight(Tier::critical);
    };
    std::erase_if(critical.sentences, [&](const Sentence& s) { return !is_critical(s); });
    std::erase_if(paragraph.sentences, is_critical);
    add(critical);
  }
  for (const auto& paragraph : paragraphs) add(paragraph);
  for (const auto& remark : section.remarks)
    lines.push_back(say(language, "注：{}", "Note: {}", remark));
  return lines;
}

std::string to_plain_text(const Section& section, RenderChoice choice) {
  std::string out = fmt::format("{}\n{}\n", section.title, section.window);
  if (!section.headline.empty()) out += fmt::format("\n{}\n", section.headline);
  if (!section.summary.empty()) {
    out += fmt::format("\n{}{}\n", say(section.language, "摘要：", "Summary: "), section.summary);
  }
  for (const auto& paragraph : section.paragraphs) {
    // Chinese sets sentence after sentence, English with a space between.
    const auto* space = section.language == Language::zh ? "" : " ";
    out += say(section.language, "\n【{}】", "\n{}: ", paragraph.title);
    if (choice.trace) out += "\n";
    for (const auto& sentence : paragraph.sentences) {
      const bool first = &sentence == &paragraph.sentences.front();
      if (choice.trace || first) {
        out += sentence.text;
      } else {
        out += space;
        out += continued(sentence, paragraph, section.language);
      }
      if (!choice.trace) continue;
      out += "\n";
      for (const auto& bar : sentence.bars)
        out += fmt::format("    {}\n", trace_words(bar, sentence.bars_of));
    }
    if (!choice.trace) out += "\n";
  }
  if (!section.notes.empty()) {
    out += say(section.language, "\n【{}】\n", "\n{}:\n", section.notes_title);
    for (const auto& note : section.notes) out += note + "\n";
  }
  out += "\n";
  for (const auto& remark : section.remarks)
    out += say(section.language, "注：{}\n", "Note: {}\n", remark);
  return out;
}

}  // namespace foghorn
