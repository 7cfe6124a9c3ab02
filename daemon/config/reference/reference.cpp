// The reference as Markdown: one row a key.

#include "daemon/config/reference/reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace foghorn {
namespace {

Words words_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::text: return {"text", "文本"};
    case KeyKind::people_text:
      return {"text, or `{ zh = \"…\", en = \"…\" }`", "文本，或 `{ zh = \"…\", en = \"…\" }`"};
    case KeyKind::flag: return {"`true` or `false`", "`true` 或 `false`"};
    case KeyKind::whole: return {"whole number", "整数"};
    case KeyKind::duration: return {"duration", "时长"};
    case KeyKind::ratio: return {"percentage", "百分比"};
    case KeyKind::size: return {"size", "容量"};
    case KeyKind::quantity: return {"number with its unit", "带单位的数"};
    case KeyKind::choice: return {"", ""};
    case KeyKind::list: return {"list of texts", "文本列表"};
    case KeyKind::time_of_day: return {"time of day", "时刻"};
    case KeyKind::day_span: return {"time of day to another", "时段"};
    case KeyKind::path: return {"path", "路径"};
    case KeyKind::url: return {"URL", "网址"};
    case KeyKind::condition: return {"condition", "条件"};
    case KeyKind::months: return {"table of months", "月份表"};
    case KeyKind::tier_values:
      return {"table of `notice`, `major`, `critical`", "表：`notice`、`major`、`critical`"};
    case KeyKind::tier_lists:
      return {"list of texts, or a table of `notice`, `major`, `critical`",
              "文本列表，或表：`notice`、`major`、`critical`"};
  }
  return {};
}

std::string value_of(const KeyEntry& entry, Language language) {
  const bool zh = language == Language::zh;
  std::string text{words_of(entry.kind).in(language)};
  for (const auto choice : entry.choices)
    text += fmt::format("{}`\"{}\"`", text.empty() ? "" : zh ? "、" : ", ", choice);
  if (!entry.least.empty())
    text += fmt::format("{}`{}`", zh ? "，至少 " : ", at least ", entry.least);
  if (!entry.most.empty()) text += fmt::format("{}`{}`", zh ? "，至多 " : ", at most ", entry.most);
  if (entry.standard.empty() && entry.kind != KeyKind::choice && entry.kind != KeyKind::condition)
    text += fmt::format("{}`{}`", zh ? "，如 " : ", such as ", entry.example);
  return text;
}

std::string absent(const KeyEntry& entry, Language language) {
  if (entry.required) return language == Language::zh ? "*必填*" : "*required*";
  if (!entry.standard.empty()) return fmt::format("`{}`", entry.standard);
  return std::string{entry.otherwise.in(language)};
}

}  // namespace

std::span<const TableEntry> config_reference() {
  static const std::vector<TableEntry> all{daemon_keys(),     engine_keys(),  heartbeat_keys(),
                                           digest_keys(),     capture_keys(), feed_keys(),
                                           instrument_keys(), channel_keys(), rule_keys()};
  return all;
}

std::string reference_rows(const TableEntry& table, Language language) {
  std::string rows = language == Language::zh
                         ? "| 键 | 取值 | 缺省 | 含义 |\n|---|---|---|---|\n"
                         : "| key | value | default | what it is |\n|---|---|---|---|\n";
  for (const auto& entry : table.keys)
    rows += fmt::format("| `{}` | {} | {} | {} |\n", entry.key, value_of(entry, language),
                        absent(entry, language), entry.says.in(language));
  return rows;
}

std::string reference_text(Language language) {
  std::string text;
  for (const auto& table : config_reference())
    text += fmt::format("{}## {}\n\n{}", text.empty() ? "" : "\n", table.header,
                        reference_rows(table, language));
  return text;
}

}  // namespace foghorn
