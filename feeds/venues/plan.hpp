#pragma once
// From what a feed asks to what goes over the wire: the steps that every venue's plan() shares.

#include <string>
#include <string_view>
#include <vector>

#include "feeds/venues/venue.hpp"

namespace foghorn::wire {

/// A stream and the venue's own word for it in a subscribe message: "tickers.CLUSDT",
/// "btcusdt@aggTrade".
struct Topic {
  Stream stream;
  std::string wire;
};

/// "trades CLUSDT", sparse where it is liquidations. `ack` is for the venue to fill.
Stream make_stream(StreamKind kind, std::string_view symbol, std::string_view ack = {});

/// The same, of a market that may close for a night or a weekend: silence is normal.
Stream make_resting_stream(StreamKind kind, std::string_view symbol, std::string_view ack = {});

/// Appends `topic` unless a topic of the same wire word and kind is there. Where liquidations come
/// among a symbol's trades, two streams share one wire word.
void add_once(std::vector<Topic>& topics, Topic topic);

/// The first of `groups` that is about `symbol`, new where there is none. Groups are not empty but
/// for a new one.
std::vector<Topic>& group_of(std::vector<std::vector<Topic>>& groups, std::string_view symbol);

/// The groups of each connection: whole ones, together at most `most` topics.
std::vector<std::vector<std::vector<Topic>>> packed(std::vector<std::vector<Topic>> groups,
                                                    std::size_t most);

/// The wire words of `topics`, each once, quoted: "a","b".
std::string quoted_words(const std::vector<Topic>& topics);

/// `topics` in pieces of at most `most` topics.
std::vector<std::vector<Topic>> pieces(std::vector<Topic> topics, std::size_t most);

/// Far below any venue's own limit, so that what is lost with one connection stays bounded.
inline constexpr std::size_t streams_per_connection = 200;

/// `url` with `name`=`value` in its query; as it is where `value` is empty.
std::string with_query(std::string url, std::string_view name, std::string_view value);

/// `text` as a JSON string, with its quotes.
std::string quoted(std::string_view text);

/// `first`, or `otherwise` where it is empty.
inline std::string or_default(const std::string& first, std::string_view otherwise) {
  return first.empty() ? std::string{otherwise} : first;
}

bool asks_for_all(const std::vector<std::string>& liquidations);  ///< holds "*"

}  // namespace foghorn::wire
