#pragma once
// What Binance's exchanges (spot, USD-margined, coin-margined) share: the wrapping of a frame,
// answers, most events, how streams are asked for, and the past by REST.

#include <string>
#include <string_view>
#include <vector>

#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"
#include "feeds/venues/venue.hpp"

namespace foghorn::wire {

/// Reads frames with and without the wrapping {"stream":…,"data":…}. An exchange reads its own
/// events, by the readers that are here where it has them in common with another.
class BinanceDecoder : public JsonDecoder {
 protected:
  /// Of streams whose name ends in `nameless`, where that is not empty, events have no `e`.
  BinanceDecoder(SourceTable& sources, std::string_view venue, std::string_view nameless = {})
      : symbols_{sources, venue}, nameless_{nameless} {}

  /// An event, by its `e`.
  virtual FrameReport read_event(std::string_view kind, Fields& event, std::vector<Event>& out) = 0;

  /// An event of such a stream; where `stream` is empty, perhaps one: a frame that was not wrapped
  /// and is no answer either.
  virtual FrameReport read_nameless(std::string_view stream, Fields& event,
                                    std::vector<Event>& out);

  FrameReport read_ticker(Fields& event, std::vector<Event>& out);
  FrameReport read_mini_ticker(Fields& event, std::vector<Event>& out);
  FrameReport read_shutdown(std::string_view kind);

  /// The events of the two futures exchanges, forced orders excepted; others are ignored.
  FrameReport read_futures_event(std::string_view kind, Fields& event, std::vector<Event>& out);

  /// What a forced order says of itself; its position is the one that it closed.
  struct ForcedOrder {
    std::string_view symbol;
    std::string_view exchange;  ///< "1" USD-margined, "2" coin-margined; empty before 2026-06
    Liquidation liquidation;    ///< without source, unit and notional
  };
  static ForcedOrder forced_order(Fields& event);

  FrameReport add(std::string_view kind, StreamKind stream, const Fields& event,
                  std::string_view symbol, Tick tick, std::vector<Event>& out);
  FrameReport add_best(const Fields& event, std::string_view symbol, double bid, double ask,
                       Timestamp time, std::vector<Event>& out);

  Symbols<> symbols_;

 private:
  FrameReport read(Fields& root, std::vector<Event>& out) final;
  FrameReport read_no_object(od::value data, Fields& root);
  FrameReport read_bare(Fields& root, std::vector<Event>& out);
  FrameReport read_unknown(Fields& root, std::string_view key, std::string_view otherwise);
  FrameReport read_futures_aggregate(Fields& event, std::vector<Event>& out);
  FrameReport read_futures_trade(Fields& event, std::vector<Event>& out);
  FrameReport read_futures_best(Fields& event, std::vector<Event>& out);
  FrameReport read_mark(Fields& event, std::vector<Event>& out);

  std::string_view nameless_;
};

/// The topic of a stream whose word is the symbol in lower case and `suffix`.
Topic binance_topic(StreamKind kind, const std::string& symbol, std::string_view suffix);

/// One connection for each two hundred of `topics`, all at `url`.
void add_binance_connections(std::vector<Connection>& connections, std::vector<Topic> topics,
                             const std::string& url);

/// The connections of a futures exchange: `market_url` holds the path /market, of which quotes have
/// a twin /public.
std::vector<Connection> plan_binance_futures(const FeedRequest& request,
                                             const std::string& market_url);

/// What they allow one address: 300 connects in 5 minutes, and `messages_per_second` on a
/// connection, of which every pong is one; a connection is cut after 24 hours.
VenueLimits binance_limits(int messages_per_second);

/// The minutes of `path`, one of the klines interfaces, whose ends are both included.
RestRequest binance_candles(std::string_view path, const CandleRequest& request);
/// Reads [[1499040000000,"0.01634790","0.80000000","0.01575800","0.01577100",…],…]: open, high,
/// low, close.
Result<std::vector<Candle>> parse_binance_candles(std::string_view body);

}  // namespace foghorn::wire
