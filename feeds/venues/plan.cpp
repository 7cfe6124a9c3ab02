#include "feeds/venues/plan.hpp"

#include <algorithm>
#include <array>

#include "feeds/venues/answer.hpp"

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

Stream make_resting_stream(StreamKind kind, std::string_view symbol, std::string_view ack) {
  auto stream = make_stream(kind, symbol, ack);
  stream.sparse = true;
  return stream;
}

void add_once(std::vector<Topic>& topics, Topic topic) {
  const auto same = [&](const Topic& known) {
    return known.wire == topic.wire && known.stream.kind == topic.stream.kind;
  };
  if (std::none_of(topics.begin(), topics.end(), same)) topics.push_back(std::move(topic));
}

std::vector<Topic>& group_of(std::vector<std::vector<Topic>>& groups, std::string_view symbol) {
  for (auto& group : groups) {
    if (group.front().stream.symbol == symbol) return group;
  }
  return groups.emplace_back();
}

std::vector<std::vector<std::vector<Topic>>> packed(std::vector<std::vector<Topic>> groups,
                                                    std::size_t most) {
  std::vector<std::vector<std::vector<Topic>>> result;
  std::size_t count = 0;
  for (auto& group : groups) {
    if (result.empty() || count + group.size() > most) {
      result.emplace_back();
      count = 0;
    }
    count += group.size();
    result.back().push_back(std::move(group));
  }
  return result;
}

std::string quoted_words(const std::vector<Topic>& topics) {
  std::string words;
  for (std::size_t i = 0; i < topics.size(); ++i) {
    const auto end = topics.begin() + static_cast<std::ptrdiff_t>(i);
    const auto same = [&](const Topic& known) { return known.wire == topics[i].wire; };
    if (std::any_of(topics.begin(), end, same)) continue;
    words += (words.empty() ? "" : ",") + wire::quoted(topics[i].wire);
  }
  return words;
}

std::vector<std::vector<Topic>> pieces(std::vector<Topic> topics, std::size_t most) {
  std::vector<std::vector<Topic>> result;
  for (auto& topic : topics) {
    if (result.empty() || result.back().size() == most) result.emplace_back();
    result.back().push_back(std::move(topic));
  }
  return result;
}

std::string with_query(std::string url, std::string_view name, std::string_view value) {
  if (value.empty()) return url;
  url += url.find('?') == std::string::npos ? '?' : '&';
  return url.append(name).append("=").append(query_text(value));
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
