#include "daemon/csv.hpp"

#include <algorithm>
#include <cstring>

namespace foghorn {
namespace {

constexpr std::size_t block_size = 256 * 1024;

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;  // where it is empty, still in its place
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
  for (std::size_t i = 0; i < std::min(required, wanted.size()); ++i)
    header += (i ? "," : "") + wanted[i];
  for (std::size_t i = required; i < wanted.size(); ++i) header += "[," + wanted[i] + "]";
  if (!reader.read_line())
    return Mistake{
        reader.name_, 1, 1, "", "the file is empty", "begin it with a header: " + header};
  if (reader.line_.starts_with("\xEF\xBB\xBF")) reader.line_.remove_prefix(3);
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
    if (!read_line()) return std::nullopt;
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

// The next line, without its end, into line_; false at the end of the input.
bool CsvReader::read_line() {
  auto searched = at_;
  while (true) {
    const auto* begin = block_.data();
    const auto rest = block_.size() - searched;
    if (const void* end = rest > 0 ? std::memchr(begin + searched, '\n', rest) : nullptr) {
      const auto size = static_cast<std::size_t>(static_cast<const char*>(end) - begin) - at_;
      line_ = {begin + at_, size};
      at_ += size + 1;
      return true;
    }
    // The line goes on in what is still to be read: it moves to the front of the block.
    block_.erase(block_.begin(), block_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    searched = block_.size();
    block_.resize(searched + block_size);
    in_->read(block_.data() + searched, static_cast<std::streamsize>(block_size));
    const auto read = static_cast<std::size_t>(in_->gcount());
    block_.resize(searched + read);
    bytes_read_ += read;
    if (read > 0) continue;
    line_ = {block_.data(), block_.size()};  // a last line without its end
    at_ = block_.size();
    return !line_.empty();
  }
}

void CsvReader::split() {
  all_.clear();
  std::string_view rest = line_;
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    const auto close = rest.starts_with('"') ? rest.find('"', 1) : std::string_view::npos;
    if (close != std::string_view::npos) {
      all_.push_back(rest.substr(1, close - 1));
      rest.remove_prefix(close + 1);
    }
    const auto comma = rest.find(',');
    if (close == std::string_view::npos) all_.push_back(trim(rest.substr(0, comma)));
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
