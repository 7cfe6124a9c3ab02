#pragma once
// Comma-separated rows under a header, one after the other: for replay's ticks and liquidations,
// and for daily histories.

#include <cstdint>
#include <istream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/result.hpp"

namespace foghorn {

/// Reads a header and hands out the wanted columns of each row, wherever they stand. Fields may be
/// in double quotes (without line breaks inside); blank lines and a byte-order mark are passed
/// over.
class CsvReader {
 public:
  /// `wanted` names the columns in the order in which they are handed out, in whatever case the
  /// file writes them; "close|price" has either name. Those after the first
  /// `required` may be absent (their fields are then empty). `in` outlives the reader.
  static std::variant<CsvReader, Mistake> open(std::istream& in, std::string name,
                                               std::vector<std::string> wanted,
                                               std::size_t required);

  /// The next row's wanted fields, valid until the next call; nullopt at the end.
  std::optional<std::span<const std::string_view>> next();

  /// Whether the file has the wanted column number `column`.
  bool has(std::size_t column) const { return places_[column] >= 0; }

  /// How much of the input was read so far, in bytes; blocks of it are read ahead.
  std::uint64_t bytes_read() const { return bytes_read_; }

  /// A mistake in the row that next() gave last, in the wanted column `column`.
  Mistake mistake(std::size_t column, std::string what, std::string remedy) const;

 private:
  CsvReader(std::istream& in, std::string name) : in_{&in}, name_{std::move(name)} {}

  bool read_line();
  void split();

  std::istream* in_;
  std::string name_;
  std::vector<std::string> wanted_;
  std::vector<int> places_;  // of each wanted column in the file; -1: absent
  std::vector<char> block_;  // of the input: what is read and not yet handed out lies at its end
  std::size_t at_{};         // in block_: what comes next
  std::uint64_t bytes_read_{};
  std::string_view line_;  // into block_
  int number_{};           // of line_, from 1
  std::vector<std::string_view> all_;
  std::vector<std::string_view> fields_;
};

}  // namespace foghorn
