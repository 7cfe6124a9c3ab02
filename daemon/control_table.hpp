#pragma once
// Columns for people: aligned as a terminal shows them, where a Chinese character takes two places.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace foghorn {

/// Places that one line of valid UTF-8 takes on a terminal.
std::size_t shown_width(std::string_view text);

/// `text`, or its beginning and "…", in at most `places`.
std::string cut_to_width(std::string_view text, std::size_t places);

class Table {
 public:
  explicit Table(std::vector<std::string> headings);

  /// As many cells as there are headings. What would upset a terminal is made harmless.
  void add(const std::vector<std::string>& cells);

  /// Its lines, the headings first; columns of which every cell is empty are left out. Each line
  /// takes at most `places`; 0: as many as it needs.
  std::string text(std::size_t places) const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the headings are the first
};

}  // namespace foghorn
