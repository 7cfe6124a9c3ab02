#include "daemon/csv.hpp"

#include <algorithm>

namespace foghorn {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return text.substr(text.size());  // empty, but in its place
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// Whether `word` is one of `names`, which "|" joins.
bool is_one_of(std::string_view word, std::string_view names) {
  while (true) {
    const auto bar = names.find('|');
    if (same_word(word, names.substr(0, bar))) return true;
    if (bar == std::string_view::npos) return false;
    names.remove_prefix(bar + 1);
  }
}

}  // namespace

std::variant<CsvReader, Mistake> CsvReader::open(std::istream& in, std::string name,
                                                 std::vector<std::string> wanted,
                                                 std::size_t required) {
  CsvReader reader{in, std::move(name)};
  // For messages a column has its first name.
  auto names = wanted;
  for (auto& name_of_column : wanted)
    name_of_column.resize(std::min(name_of_column.find('|'), name_of_column.size()));
  std::string header;
  for (std::size_t i = 0; i < wanted.size(); ++i) header += (i ? "," : "") + wanted[i];
  if (!std::getline(in, reader.line_))
    return Mistake{
        reader.name_, 1, 1, "", "the file is empty", "begin it with a header: " + header};
  if (reader.line_.starts_with("\xEF\xBB\xBF")) reader.line_.erase(0, 3);
  reader.number_ = 1;
  reader.split();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto found = std::ranges::find_if(
        reader.all_, [&](std::string_view word) { return is_one_of(word, names[i]); });
    if (found == reader.all_.end() && i < required) {
      return Mistake{reader.name_,
                     1,
                     1,
                     "",
                     "the header names no column \"" + wanted[i] + "\"",
                     "begin the file with: " + header};
    }
    reader.places_.push_back(
        found == reader.all_.end() ? -1 : static_cast<int>(found - reader.all_.begin()));
  }
  reader.fields_.resize(wanted.size());
  reader.wanted_ = std::move(wanted);
  return reader;
}

std::optional<std::span<const std::string_view>> CsvReader::next() {
  do {
    if (!std::getline(*in_, line_)) return std::nullopt;
    ++number_;
  } while (trim(line_).empty());
  split();
  // What a row shorter than its header lacks, it lacks at its end.
  const auto row = trim(line_);
  const auto lacking = row.substr(row.size());
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const auto place = static_cast<std::size_t>(places_[i]);
    fields_[i] = places_[i] < 0 ? std::string_view{} : place < all_.size() ? all_[place] : lacking;
  }
  return fields_;
}

void CsvReader::split() {
  all_.clear();
  std::string_view rest = line_;
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (const auto close = rest.find('"', 1);
        rest.starts_with('"') && close != std::string_view::npos) {
      all_.push_back(rest.substr(1, close - 1));
      rest.remove_prefix(close + 1);
    } else {
      all_.push_back(trim(rest.substr(0, rest.find(','))));
    }
    const auto comma = rest.find(',');
    if (comma == std::string_view::npos) return;
    rest.remove_prefix(comma + 1);
  }
}

Mistake CsvReader::mistake(std::size_t column, std::string what, std::string remedy) const {
  const auto* begin = fields_[column].data();
  const bool inside = begin && begin >= line_.data() && begin <= line_.data() + line_.size();
  const int at = inside ? static_cast<int>(begin - line_.data()) + 1 : 1;
  return {name_, number_, at, wanted_[column], std::move(what), std::move(remedy)};
}

}  // namespace foghorn
