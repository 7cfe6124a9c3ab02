#include "feeds/venues/plan.hpp"

#include <algorithm>
#include <array>

namespace foghorn::wire {
namespace {

std::string_view word(StreamKind kind) {
  switch (kind) {
    case StreamKind::trades: return "trades";
    case StreamKind::ticker: return "ticker";
    case StreamKind::mark: return "mark";
    case StreamKind::book: return "book";
    case StreamKind::liquidations: return "liquidations";
  }
  return "";
}

}  // namespace

Stream make_stream(StreamKind kind, std::string_view symbol, std::string_view ack) {
  return {.name = std::string{word(kind)} + " " + std::string{symbol},
          .kind = kind,
          .symbol = std::string{symbol},
          .ack = std::string{ack},
          .sparse = kind == StreamKind::liquidations};
}

void add_once(std::vector<Topic>& topics, Topic topic) {
  const auto same = [&](const Topic& known) { return known.wire == topic.wire; };
  if (std::none_of(topics.begin(), topics.end(), same)) topics.push_back(std::move(topic));
}

std::vector<std::vector<Topic>> pieces(std::vector<Topic> topics, std::size_t most) {
  std::vector<std::vector<Topic>> result;
  for (auto& topic : topics) {
    if (result.empty() || result.back().size() == most) result.emplace_back();
    result.back().push_back(std::move(topic));
  }
  return result;
}

std::string quoted(std::string_view text) {
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string json = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') json += '\\';
    if (byte >= 0x20) {
      json += c;
    } else {
      json += "\\u00";
      json += hex[byte >> 4];
      json += hex[byte & 15];
    }
  }
  return json += '"';
}

bool asks_for_all(const std::vector<std::string>& liquidations) {
  return std::find(liquidations.begin(), liquidations.end(), "*") != liquidations.end();
}

}  // namespace foghorn::wire
