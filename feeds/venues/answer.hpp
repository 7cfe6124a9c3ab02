#pragma once
// What a venue's REST interface answered, read with the same Fields as a frame. Not for the hot
// path: it copies the body.

#include <functional>
#include <string_view>
#include <vector>

#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/venue.hpp"

namespace foghorn::wire {

/// Calls `read` with an object whose only field, `answer_key`, is the whole body, which may be any
/// JSON value. Errors: bad_protocol where the body is no JSON, or a field that `read` asked for
/// could not be read.
Result<void> read_answer(std::string_view body, const std::function<void(Fields&)>& read);
inline constexpr std::string_view answer_key = "answer";

/// Where a row's values stand: [time, open, high, low, close, …] unless said otherwise.
struct CandleColumns {
  std::size_t time{0}, open{1}, high{2}, low{3}, close{4};
  Duration unit{std::chrono::milliseconds{1}};  ///< of the time
};

/// Reads the field `key`, a list of such rows, whose values may be quoted; what else a row holds is
/// passed over.
void read_candle_rows(Fields& parent, std::string_view key, std::vector<Candle>& out,
                      const CandleColumns& columns = {});

/// The same, of a list that was found already.
void read_candle_rows(Fields& parent, std::string_view key, od::value list,
                      std::vector<Candle>& out, const CandleColumns& columns = {});

/// `candles` as Venue::parse_candles() promises them: ascending, each minute once. Errors:
/// bad_protocol, where one is no whole minute, or a price lies outside its low and high.
Result<std::vector<Candle>> in_order(std::vector<Candle> candles);

/// Both: what every parse_candles() ends in. `read` appends to its second argument.
Result<std::vector<Candle>> parse_candles(
    std::string_view body, const std::function<void(Fields&, std::vector<Candle>&)>& read);

/// A time for a query, in milliseconds or seconds since the epoch.
std::string query_ms(Timestamp time);
std::string query_seconds(Timestamp time);

/// `text` as a part of a query: whatever RFC 3986 does not leave to itself, as %XX.
std::string query_text(std::string_view text);

}  // namespace foghorn::wire
