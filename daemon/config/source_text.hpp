#pragma once
// The text of a TOML file, to find where the characters of a string value stand: mistakes inside a
// rule point at their own letter, not at the quote before the rule.

#include <cstddef>
#include <string_view>
#include <vector>

#include "model/specs.hpp"

namespace foghorn {

/// Both from 1; columns count characters, not bytes.
struct TextPlace {
  int line{};
  int column{};

  friend bool operator==(const TextPlace&, const TextPlace&) = default;
};

class SourceText {
 public:
  /// `text` outlives this.
  explicit SourceText(std::string_view text);

  /// The first character inside the string whose opening quote stands at `quote`: after one quote
  /// or three, after the newline and the line-ending backslash that TOML drops. `quote` itself
  /// where there is none.
  TextPlace first_character(TextPlace quote) const;

  /// Where the string at `quote`, whose value is `content`, is spelt at greater length than it is:
  /// escapes, and line-ending backslashes within it.
  std::vector<Located::Jump> jumps(TextPlace quote, std::string_view content) const;

 private:
  std::string_view from(TextPlace place) const;

  std::string_view text_;
  std::vector<std::size_t> lines_;  ///< offset of each line's first byte
};

}  // namespace foghorn
