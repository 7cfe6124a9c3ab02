#include "daemon/config/table_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "daemon/config/wording.hpp"
#include "model/nearest.hpp"
#include "rules/expression.hpp"

namespace foghorn {
namespace {

/// A value as it was written, short: what a mistake quotes.
std::string shown(const toml::node& node) {
  if (const auto* text = node.as_string()) return echoed(text->get());
  if (const auto* whole = node.as_integer()) return fmt::format("{}", whole->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (node.is_array()) return "a list";
  if (node.is_table()) return "a table";
  return "a date or time";
}

bool is_scalar(const toml::node& node) {
  return node.is_string() || node.is_number() || node.is_boolean();
}

/// "2" for the text "2": what a whole number in quotes was meant to be; empty for anything else.
std::string digits_of(const toml::node& node) {
  const auto* text = node.as_string();
  return text && text->get().find_first_not_of("0123456789") == std::string::npos ? text->get()
                                                                                  : "";
}

TextPlace begin_of(const toml::source_region& region) {
  return {static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == text.npos;
}

}  // namespace

TableReader::TableReader(const toml::table& table, std::string header, Mistakes& mistakes)
    : table_{&table}, header_{std::move(header)}, mistakes_{&mistakes} {}

const toml::node* TableReader::node(std::string_view key) {
  if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
  return table_->get(key);
}

std::string TableReader::place(std::string_view key) const {
  if (!header_.empty()) return fmt::format("{} {}{}", header_, prefix_, key);
  const auto* node =
      table_->get(key);  // of the file itself: a table, or a key that strayed above the first
  return node && (node->is_table() || node->is_array_of_tables()) ? fmt::format("[{}]", key)
                                                                  : std::string{key};
}

Mistake TableReader::at(const toml::source_region& region, std::string place, std::string what,
                        std::string remedy) const {
  const auto begin = begin_of(region);
  return {.file = mistakes_->file,
          .line = begin.line,
          .column = begin.column,
          .place = std::move(place),
          .what = std::move(what),
          .remedy = std::move(remedy)};
}

void TableReader::refuse(std::string_view key, std::string what, std::string remedy) {
  const auto* node = table_->get(key);
  const auto& region = node ? node->source() : table_->source();
  mistakes_->found.push_back(at(region, place(key), std::move(what), std::move(remedy)));
}

void TableReader::refuse(std::string_view key, const Located& text, std::string what,
                         std::string remedy) {
  mistakes_->found.push_back({.file = text.file,
                              .line = text.line,
                              .column = text.column,
                              .place = place(key),
                              .what = std::move(what),
                              .remedy = std::move(remedy)});
}

void TableReader::refuse(std::string what, std::string remedy) {
  mistakes_->found.push_back(at(table_->source(), header_, std::move(what), std::move(remedy)));
}

void TableReader::warn(std::string_view key, const std::string& what, std::string remedy) {
  const auto* node = table_->get(key);
  const auto& region = node ? node->source() : table_->source();
  mistakes_->warnings.push_back(at(region, place(key), "warning: " + what, std::move(remedy)));
}

void TableReader::add(std::vector<Mistake> mistakes) {
  auto& found = mistakes_->found;
  for (auto& mistake : mistakes)
    if (std::ranges::find(found, mistake) == found.end()) found.push_back(std::move(mistake));
}

Located TableReader::locate(const toml::node& text) const {
  const auto quote = begin_of(text.source());
  const auto first = mistakes_->source.first_character(quote);
  const auto& content = text.as_string()->get();
  return {.text = content,
          .file = mistakes_->file,
          .line = first.line,
          .column = first.column,
          .jumps = mistakes_->source.jumps(quote, content)};
}

Located TableReader::here(std::string_view name) const {
  const auto begin = begin_of(table_->source());
  return {.text = std::string{name},
          .file = mistakes_->file,
          .line = begin.line,
          .column = begin.column};
}

void TableReader::refuse_type(std::string_view key, const toml::node& node,
                              std::string_view wanted) {
  // What stands in the place of a secret may be one.
  static constexpr std::array<std::string_view, 5> secret{"key", "key_file", "url", "url_file",
                                                          "proxy"};
  if (std::ranges::find(secret, key) != secret.end()) {
    refuse(key, fmt::format("this is not {}", wanted), "write it in quotes");
    return;
  }
  refuse(key, fmt::format("{} is not {}", shown(node), wanted), [&]() -> std::string {
    if (!is_scalar(node)) return fmt::format("write {} alone", wanted);
    if (wanted == "text") return fmt::format("write \"{}\"", shown(node));
    if (wanted == "a list" && node.is_string()) return fmt::format("write [{}]", shown(node));
    return fmt::format("write {}", wanted);
  }());
}

std::optional<std::string> TableReader::text(std::string_view key, bool may_be_empty) {
  const auto* value = node(key);
  if (!value) return std::nullopt;
  const auto* text = value->as_string();
  if (!text) {
    refuse_type(key, *value, "text");
    return std::nullopt;
  }
  if (!may_be_empty && blank(text->get())) {
    refuse(key, "this text is empty", "write something, or remove the key");
    return std::nullopt;
  }
  return text->get();
}

std::optional<Located> TableReader::located(std::string_view key) {
  if (!text(key)) return std::nullopt;
  return locate(*table_->get(key));
}

std::optional<bool> TableReader::flag(std::string_view key) {
  const auto* value = node(key);
  if (!value) return std::nullopt;
  if (const auto* flag = value->as_boolean()) return flag->get();
  refuse(key, fmt::format("{} is neither true nor false", shown(*value)),
         "write true or false, without quotes");
  return std::nullopt;
}

std::optional<std::int64_t> TableReader::whole(std::string_view key, std::int64_t least) {
  const auto* value = node(key);
  if (!value) return std::nullopt;
  const auto* number = value->as_integer();
  if (!number) {
    const auto digits = digits_of(*value);
    refuse(key, fmt::format("{} is not a whole number", shown(*value)),
           digits.empty() ? fmt::format("write {} or more", least)
                          : fmt::format("write {}, without quotes", digits));
    return std::nullopt;
  }
  if (number->get() < least) {
    refuse(key, fmt::format("{} is too small", number->get()),
           fmt::format("write {} or more", least));
    return std::nullopt;
  }
  return number->get();
}

std::optional<Duration> TableReader::duration(std::string_view key, Duration least) {
  const auto* value = node(key);
  if (!value) return std::nullopt;
  std::string written = shown(*value);
  if (const auto* text = value->as_string()) {
    if (const auto duration = parse_duration(text->get())) {
      if (*duration >= least) return duration;
      refuse(key, written + " is too short",
             fmt::format("write \"{}\" or more", format_duration(least)));
      return std::nullopt;
    }
    written = text->get();
  }
  const auto meant = meant_duration(written);
  const bool bare = !written.empty() && written.find_first_not_of("0123456789") == written.npos;
  refuse(key, shown(*value) + (bare ? " has no unit" : " is not a duration"),
         meant.empty() ? "write it with units, like \"90s\" or \"1h30m\""
                       : fmt::format("write \"{}\"", meant));
  return std::nullopt;
}

std::optional<double> TableReader::ratio(std::string_view key) {
  const auto* value = node(key);
  if (!value) return std::nullopt;
  if (value->is_number()) {
    // 0.02 was meant as a ratio, 2 as per cent.
    const double number = value->value_or(0.0);
    const double percent =
        value->is_floating_point() && std::abs(number) < 1 ? number * 100 : number;
    refuse(key, shown(*value) + " has no unit", fmt::format("write \"{:g}%\"", percent));
    return std::nullopt;
  }
  if (!value->is_string()) {
    refuse(key, shown(*value) + " is not a percentage", "write it like \"2%\"");
    return std::nullopt;
  }
  const auto literal = parse_literal(locate(*value), place(key));
  const auto* read = std::get_if<Literal>(&literal);
  if (!read || read->type.kind != Type::Kind::ratio) {
    refuse(key, shown(*value) + " is not a percentage", "write it like \"2%\" or \"50bp\"");
    return std::nullopt;
  }
  if (!(read->value > 0) || read->value > 1) {
    refuse(key, shown(*value) + " is out of range", "write more than \"0%\" and at most \"100%\"");
    return std::nullopt;
  }
  return read->value;
}

std::optional<Text> TableReader::bilingual(std::string_view key) {
  const auto* value = node(key);
  if (!value) return std::nullopt;
  if (!value->is_table()) {
    const auto both = text(key);
    return both ? std::optional{Text{*both, *both}} : std::nullopt;
  }
  auto inner = *table(key);
  const auto zh = inner.text("zh");
  const auto en = inner.text("en");
  inner.refuse_unknown_keys();
  if (!zh && !en) {
    if (!inner.has("zh") && !inner.has("en"))
      refuse(key, "it has neither zh nor en", R"(write { zh = "…", en = "…" })");
    return std::nullopt;
  }
  return Text{zh.value_or(en.value_or("")), en.value_or(zh.value_or(""))};
}

std::optional<std::vector<Located>> TableReader::words(std::string_view key) {
  const auto* value = node(key);
  if (!value) return std::nullopt;
  const auto* list = value->as_array();
  if (!list) {
    refuse_type(key, *value, "a list");
    return std::nullopt;
  }
  if (list->empty()) {
    refuse(key, "the list is empty", "name at least one, or remove the key");
    return std::nullopt;
  }
  std::vector<Located> words;
  for (const auto& element : *list) {
    const auto* text = element.as_string();
    if (!text || blank(text->get())) {
      const auto where = begin_of(element.source());
      refuse(key, {.text = {}, .file = mistakes_->file, .line = where.line, .column = where.column},
             text ? "this text is empty" : shown(element) + " is not text",
             text || !is_scalar(element) ? "write a name in quotes"
                                         : fmt::format("write \"{}\"", shown(element)));
      continue;
    }
    auto word = locate(element);
    if (std::ranges::find(words, word.text, &Located::text) != words.end())
      refuse(key, word, echoed(word.text) + " is named twice", "remove one of the two");
    else
      words.push_back(std::move(word));
  }
  return words;
}

std::optional<TableReader> TableReader::table(std::string_view key) {
  const auto* value = node(key);
  if (!value) return std::nullopt;
  const auto* inner = value->as_table();
  if (!inner) {
    refuse(key, shown(*value) + " is not a table", fmt::format("write {} = {{ … }}", key));
    return std::nullopt;
  }
  TableReader reader{*inner, header_, *mistakes_};
  reader.prefix_ = fmt::format("{}{}.", prefix_, key);
  return reader;
}

void TableReader::refuse_choice(std::string_view key, const std::string& word,
                                const std::vector<std::string_view>& names) {
  const auto near = meant(word, names);
  refuse(key, echoed(word) + " is not " + one_of(names),
         "write " + echoed(near.empty() ? names.front() : near));
}

std::vector<std::string> TableReader::keys() const {
  std::vector<std::pair<TextPlace, std::string>> placed;
  for (const auto& [key, value] : *table_) placed.emplace_back(begin_of(key.source()), key.str());
  std::ranges::sort(placed, {}, [](const auto& p) {
    return std::pair{p.first.line, p.first.column};
  });
  std::vector<std::string> keys;
  for (auto& [where, key] : placed) keys.push_back(std::move(key));
  return keys;
}

void TableReader::refuse_unknown_keys() {
  if (mistakes_->asked)
    for (const auto& key : known_)
      mistakes_->asked->insert(fmt::format("{} {}{}", header_, prefix_, key));
  for (const auto& [key, value] : *table_) {
    if (std::ranges::find(known_, key.str()) != known_.end()) continue;
    const bool scalar = header_.empty() && is_scalar(value);
    const auto near = scalar ? nearest(key.str(), views_of(known_)) : std::string_view{};
    if (!near.empty())
      mistakes_->found.push_back(at(key.source(), std::string{key.str()}, "no such key",
                                    instead_of(key.str(), views_of(known_), "")));
    else if (scalar)
      mistakes_->found.push_back(at(key.source(), std::string{key.str()},
                                    "a key above the first table",
                                    "write it below the [table] it belongs to"));
    else
      mistakes_->found.push_back(at(key.source(), place(key.str()),
                                    header_.empty() ? "no such table" : "no such key",
                                    instead_of(key.str(), views_of(known_), "remove it")));
  }
}

}  // namespace foghorn
