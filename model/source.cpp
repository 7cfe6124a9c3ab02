#include "model/source.hpp"

namespace foghorn {

const SourceTable::Symbols* SourceTable::symbols_of(std::string_view venue) const {
  const auto found = venues_.find(venue);
  return found == venues_.end() ? nullptr : &found->second;
}

std::optional<SourceId> SourceTable::find(std::string_view venue, std::string_view symbol) const {
  const auto* symbols = symbols_of(venue);
  if (!symbols) return std::nullopt;
  const auto found = symbols->find(symbol);
  if (found == symbols->end()) return std::nullopt;
  return found->second;
}

std::optional<SourceId> SourceTable::intern(std::string_view venue, std::string_view symbol) {
  if (const auto known = find(venue, symbol)) return known;
  if (sources_.size() >= capacity || symbol.empty() || symbol.size() > longest_symbol) {
    return std::nullopt;
  }
  const auto id = static_cast<SourceId>(sources_.size());
  sources_.push_back({std::string{venue}, std::string{symbol}});
  venues_[std::string{venue}].emplace(symbol, id);
  return id;
}

std::string to_text(const Source& source) {
  return source.venue + ":" + source.symbol;
}

std::optional<Source> parse_source(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size())
    return std::nullopt;
  return Source{std::string{text.substr(0, colon)}, std::string{text.substr(colon + 1)}};
}

}  // namespace foghorn
