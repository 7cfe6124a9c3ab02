#include "feeds/venues/answer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

namespace foghorn::wire {
namespace {

constexpr std::size_t most_columns = 16;

/// The numbers of one row; nullopt where one of the first `wanted` values is none.
std::optional<std::array<double, most_columns>> read_row(od::array row, std::size_t wanted) {
  std::array<double, most_columns> numbers{};
  std::size_t count = 0;
  for (auto element : row) {
    od::value value;
    if (element.get(value)) return std::nullopt;
    if (count < wanted) {
      const auto number = number_of(value);
      if (!number) return std::nullopt;
      numbers[count] = *number;
    }
    ++count;
  }
  if (count < wanted) return std::nullopt;
  return numbers;
}

}  // namespace

Result<void> read_answer(std::string_view body, const std::function<void(Fields&)>& read) {
  if (body.size() >= longest_frame) return Errc::bad_protocol;
  std::string wrapped = "{\"";
  wrapped.append(answer_key).append("\":").append(body).append("}");
  const simdjson::padded_string json{wrapped};
  od::parser parser;
  od::document document;
  od::object object;
  if (parser.iterate(json).get(document) || document.get_object().get(object)) {
    return Errc::bad_protocol;
  }
  Failure failure;
  Fields root{object, failure};
  read(root);
  if (failure || !is_whole(document, root.raw())) return Errc::bad_protocol;
  return Result<void>{};
}

void read_candle_rows(Fields& parent, std::string_view key, std::vector<Candle>& out,
                      const CandleColumns& columns) {
  if (const auto list = parent.required(key)) read_candle_rows(parent, key, *list, out, columns);
}

void read_candle_rows(Fields& parent, std::string_view key, od::value list,
                      std::vector<Candle>& out, const CandleColumns& columns) {
  const auto wanted =
      std::max({columns.time, columns.open, columns.high, columns.low, columns.close}) + 1;
  od::array rows;
  if (list.get_array().get(rows)) return parent.fail(key, "is not a list");
  for (auto element : rows) {
    od::array row;
    if (element.get_array().get(row)) return parent.fail(key, "does not hold lists alone");
    const auto numbers = read_row(row, wanted);
    if (!numbers) return parent.fail(key, "holds a row that is no candle");
    const auto& values = *numbers;
    const double ms =
        values[columns.time] * static_cast<double>(columns.unit / std::chrono::milliseconds{1});
    const auto start =
        ms >= 0 && ms < 1e15 ? from_unix_ms(static_cast<std::int64_t>(ms)) : std::nullopt;
    if (!start) return parent.fail(key, "holds a row without a time");
    out.push_back({.start = *start,
                   .open = values[columns.open],
                   .high = values[columns.high],
                   .low = values[columns.low],
                   .close = values[columns.close]});
  }
}

Result<std::vector<Candle>> in_order(std::vector<Candle> candles) {
  for (const auto& c : candles) {
    const bool whole = c.start.time_since_epoch() % std::chrono::minutes{1} == Duration{};
    const bool within = c.low <= std::min(c.open, c.close) && std::max(c.open, c.close) <= c.high;
    if (!whole || !within) return Errc::bad_protocol;
  }
  std::ranges::sort(candles, {}, &Candle::start);
  const auto again = std::ranges::unique(candles, {}, &Candle::start);
  candles.erase(again.begin(), again.end());
  return candles;
}

Result<std::vector<Candle>> parse_candles(
    std::string_view body, const std::function<void(Fields&, std::vector<Candle>&)>& read) {
  std::vector<Candle> candles;
  const auto done = read_answer(body, [&](Fields& root) { read(root, candles); });
  if (!done) return done.error();
  return in_order(std::move(candles));
}

std::string query_ms(Timestamp time) {
  return std::to_string(to_unix_ms(time));
}

std::string query_seconds(Timestamp time) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count());
}

std::string query_text(std::string_view text) {
  static constexpr std::string_view hex = "0123456789ABCDEF";
  static constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string result;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos) {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += '%';
    result += hex[byte >> 4];
    result += hex[byte & 15];
  }
  return result;
}

}  // namespace foghorn::wire
