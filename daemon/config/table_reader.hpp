#pragma once
// A TOML table, read key by key. Each question makes its key known; what was never asked for is a
// mistake, so a reader of a table is at the same time the list of its keys.

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/source_text.hpp"
#include "model/result.hpp"
#include "model/specs.hpp"
#include "model/text.hpp"
#include "model/time.hpp"

namespace foghorn {

/// Every mistake found in one file.
struct Mistakes {
  const SourceText& source;
  std::string file;
  std::vector<Mistake> found;
  std::vector<Mistake> warnings;
  /// Where not null: the keys that each table was asked for, such as "[feed.okx] url", whether or
  /// not they are there. What the reference of the keys is held to.
  std::set<std::string>* asked{};
};

/// A question whose key is absent answers nullopt; one whose value is wrong as well, and notes the
/// mistake.
class TableReader {
 public:
  /// `header` is "[feed.okx]"; `table` and `mistakes` outlive this.
  TableReader(const toml::table& table, std::string header, Mistakes& mistakes);

  bool has(std::string_view key) const { return table_->contains(key); }

  /// Text that says something; of any length where `may_be_empty`.
  std::optional<std::string> text(std::string_view key, bool may_be_empty = false);
  /// The same, with the place of its first character.
  std::optional<Located> located(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  std::optional<std::int64_t> whole(std::string_view key, std::int64_t least);
  /// "90s", at least `least`.
  std::optional<Duration> duration(std::string_view key, Duration least = Duration{});
  /// "2%" as 0.02; above zero and at most 100 %.
  std::optional<double> ratio(std::string_view key);
  /// One text for both languages, or { zh = "…", en = "…" }, of which one may be missing.
  std::optional<Text> bilingual(std::string_view key);
  /// A list of texts, neither empty nor with one named twice.
  std::optional<std::vector<Located>> words(std::string_view key);
  /// One of `choices`, by name.
  template <class T>
  std::optional<T> choice(std::string_view key,
                          std::span<const std::pair<std::string_view, T>> choices);
  /// A table within this one: consensus = { … }.
  std::optional<TableReader> table(std::string_view key);

  /// The value as it stands, for what has a shape of its own.
  const toml::node* node(std::string_view key);
  /// Located, for a text that is known to be one.
  Located locate(const toml::node& text) const;
  /// This table as a place, under the name of what it defines.
  Located here(std::string_view name) const;
  /// The keys of this table, in the file's order.
  std::vector<std::string> keys() const;

  /// What mistakes at `key` call their place: "[feed.okx] url".
  std::string place(std::string_view key) const;
  const std::string& header() const { return header_; }

  /// Notes a mistake at the value of `key`, at a text within it, or at the table itself.
  void refuse(std::string_view key, std::string what, std::string remedy);
  void refuse(std::string_view key, const Located& at, std::string what, std::string remedy);
  void refuse(std::string what, std::string remedy);
  void warn(std::string_view key, const std::string& what, std::string remedy);
  /// Notes mistakes that were found elsewhere, each once.
  void add(std::vector<Mistake> mistakes);

  /// The same table, its mistakes noted elsewhere. `mistakes` outlives it.
  TableReader noting_in(Mistakes& mistakes) const {
    auto reader = *this;
    reader.mistakes_ = &mistakes;
    return reader;
  }

  /// Notes every key that was never asked for, with the nearest that was.
  void refuse_unknown_keys();

 private:
  void refuse_type(std::string_view key, const toml::node& node, std::string_view wanted);
  Mistake at(const toml::source_region& region, std::string place, std::string what,
             std::string remedy) const;
  void refuse_choice(std::string_view key, const std::string& word,
                     const std::vector<std::string_view>& names);

  const toml::table* table_;
  std::string header_;
  std::string prefix_;  ///< "consensus.", of a table within a table
  Mistakes* mistakes_;
  std::vector<std::string> known_;
};

template <class T>
std::optional<T> TableReader::choice(std::string_view key,
                                     std::span<const std::pair<std::string_view, T>> choices) {
  const auto word = text(key);
  if (!word) return std::nullopt;
  std::vector<std::string_view> names;
  for (const auto& [name, value] : choices) {
    if (name == *word) return value;
    names.push_back(name);
  }
  refuse_choice(key, *word, names);
  return std::nullopt;
}

}  // namespace foghorn
