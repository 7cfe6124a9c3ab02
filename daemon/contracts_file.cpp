#include "daemon/contracts_file.hpp"

#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace foghorn {
namespace {

namespace json = boost::json;

constexpr const char* example =
    R"(write {"BTC-USDT-SWAP": {"multiplier": 0.01, "inverse": false}})";

/// A mistake at the byte `offset` of `text`.
Mistake mistake_at(const std::string& path, std::string_view text, std::size_t offset,
                   std::string what) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line_start = before.rfind('\n') + 1;  // 0 where there is none
  return {.file = path,
          .line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          .column = static_cast<int>(before.size() - line_start) + 1,
          .place = {},
          .what = std::move(what),
          .remedy = example};
}

/// The line of the file that names `symbol`, for mistakes behind its colon.
Mistake mistake_in(const std::string& path, std::string_view text, const std::string& symbol,
                   std::string what) {
  const auto found = text.find('"' + symbol + '"');
  auto mistake =
      mistake_at(path, text, found == std::string_view::npos ? 0 : found, std::move(what));
  mistake.place = symbol;
  return mistake;
}

std::optional<ContractSize> contract_from(const json::value& value, std::string& what) {
  const auto* object = value.if_object();
  if (!object) return what = "is not an object", std::nullopt;
  const auto* multiplier = object->if_contains("multiplier");
  if (!multiplier || !multiplier->is_number()) {
    return what = "has no multiplier that is a number", std::nullopt;
  }
  ContractSize size{.multiplier = multiplier->to_number<double>(), .inverse = false};
  if (!(size.multiplier > 0) || !std::isfinite(size.multiplier)) {
    return what = "multiplier is not above zero", std::nullopt;
  }
  if (const auto* inverse = object->if_contains("inverse")) {
    if (!inverse->is_bool()) return what = "inverse is neither true nor false", std::nullopt;
    size.inverse = inverse->get_bool();
  }
  return size;
}

}  // namespace

std::optional<Mistake> read_contracts_file(const std::string& path, Contracts& contracts) {
  std::ifstream file{path, std::ios::binary};
  std::string text;
  for (char c{}; file.get(c);) text += c;
  if (!file.is_open() || file.bad()) {
    return Mistake{.file = path,
                   .place = "--contracts",
                   .what = "cannot be read",
                   .remedy = "name a readable JSON file"};
  }

  json::stream_parser parser;
  boost::system::error_code error;
  const auto read = parser.write_some(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (!error && text.find_first_not_of(" \t\r\n", read) != std::string::npos) {
    error = json::error::extra_data;
  }
  if (error) return mistake_at(path, text, read, "is not JSON (" + error.message() + ")");

  const auto root = parser.release();
  if (!root.is_object()) return mistake_at(path, text, 0, "is not a JSON object of symbols");
  for (const auto& [symbol, value] : root.get_object()) {
    std::string what;
    const auto size = contract_from(value, what);
    if (!size) return mistake_in(path, text, std::string{symbol}, what);
    contracts[std::string{symbol}] = *size;
  }
  return std::nullopt;
}

}  // namespace foghorn
