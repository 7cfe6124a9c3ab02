#pragma once
// What we must know about a venue to listen to it: where it is, how to ask, how to read. A venue
// never touches a socket, a clock, a log or a file; feeds/session does that for all of them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/events.hpp"
#include "model/result.hpp"
#include "model/secret.hpp"
#include "model/source.hpp"
#include "model/wire.hpp"

namespace foghorn {

/// What one feed asks of its venue.
struct FeedRequest {
  struct Price {
    std::string symbol;
    PriceKind kind{};  ///< trade, mark or mid; `trade` also brings the ticker, which shows that a
                       ///< thin market lives
  };
  std::vector<Price> prices;
  std::vector<std::string>
      liquidations;  ///< venue symbols, or "*" where the venue has a market-wide stream
  std::string url;   ///< replaces the venue's endpoint; empty: the venue's own
  Secret key{};      ///< what the venue knows its customer by, where it wants one
  /// Of a venue whose market-wide liquidations hold another venue's too (binance-futures): those
  /// symbols of it, or "*", that its own feed is asked for. They are not told twice.
  std::vector<std::string> liquidations_elsewhere{};
  /// Of a venue whose liquidations carry a signed size of which no one has shown whose sign it is
  /// (gate): taken for the order's instead of the position's.
  bool liquidation_size_is_order{};
};

enum class StreamKind : std::uint8_t { trades, ticker, mark, book, liquidations };

/// One subscription as the venue counts it.
struct Stream {
  std::string name;  ///< for status and logs: "trades CLUSDT", "liquidations *"
  StreamKind kind{};
  std::string symbol;  ///< "*" for a market-wide stream
  std::string ack;     ///< what FrameReport::subject says when the venue acknowledges or refuses it
  bool sparse{};       ///< silence is normal: liquidations
};

using Header = std::pair<std::string, std::string>;

/// One WebSocket to open, what to send on it, and what then flows. Its texts may hold the feed's
/// key: no log and no status shows them.
struct Connection {
  std::string url;                     ///< wss://host[:port]/path[?query]
  std::vector<std::string> subscribe;  ///< text frames, in order
  std::vector<Stream> streams;
  std::vector<Header> headers{};  ///< of the upgrade, beside the protocol's own
  /// Sent first; `subscribe` then waits for a frame that is ControlKind::welcome. Empty: no login.
  std::string login{};
  std::string keep_alive{};  ///< replaces KeepAlive::text; empty: it does not
};

/// What is sent to keep a connection open, and to see that the other end still answers: a text, or
/// where that is empty, a WebSocket ping.
struct KeepAlive {
  std::string text;
  Duration every{std::chrono::seconds{15}};
};

/// What the venue allows one address.
struct VenueLimits {
  Duration connect_spacing{std::chrono::milliseconds{350}};  ///< between two connects
  Duration message_spacing{};  ///< between two texts that we send on one connection
  Duration rest_spacing{std::chrono::milliseconds{250}};  ///< between two REST requests
  Duration lifetime{};               ///< it cuts a connection of this age; zero: it does not
  std::size_t candles_per_answer{};  ///< minutes
};

/// A request to the venue's REST interface.
struct RestRequest {
  std::string path;  ///< behind rest_url(), with its query
  std::string method{"GET"};
  std::vector<Header> headers{};
  std::string body{};
};

/// What must be asked for by REST before each connect. A "{NAME}" in the connection's texts, and in
/// the keep-alive, stands for the answer's header NAME, for each of `tokens`.
struct Login {
  RestRequest request;
  std::vector<std::string> tokens;
};

/// Minutes of a symbol's price: those that begin in [from, to), which are whole minutes and at most
/// VenueLimits::candles_per_answer apart.
struct CandleRequest {
  std::string symbol;
  PriceKind kind{};  ///< trade or mark; of mid, venues have no past: trade stands in
  Timestamp from{};
  Timestamp to{};
};

/// What one contract of a symbol is: `multiplier` units of the base coin (of the quote coin where
/// `inverse`).
struct ContractSize {
  double multiplier{};
  bool inverse{};
};
using Contracts = std::unordered_map<std::string, ContractSize>;

enum class FrameClass : std::uint8_t { data, control, ignored, malformed };
enum class ControlKind : std::uint8_t {
  ack,
  error,
  pong,
  ping,
  heartbeat,
  welcome,
  notice,
  status
};

/// What a frame was. The views are valid until the frame's buffer or the decoder is used again.
struct FrameReport {
  FrameClass frame_class{};
  ControlKind control{};  ///< where frame_class is control
  StreamKind stream{};    ///< where frame_class is data
  std::string_view
      text{};  ///< control: the venue's message, may be empty; ignored: what it was; malformed: why
  std::string_view subject{};  ///< of an ack or error: the Stream::ack it concerns; empty where the
                               ///< venue does not say
  std::string_view reply{};    ///< a text frame to send at once; empty: none
  std::uint64_t sequence{};  ///< the frame's number on its connection where the venue numbers them
                             ///< without holes, from 1; 0: it does not
  bool leaving{};  ///< of a notice: the venue is about to cut this connection, open another first
};

/// Reads the frames of one connection: it may keep what a venue's deltas build on, so each
/// connection has its own.
class Decoder {
 public:
  virtual ~Decoder() = default;

  /// Appends the frame's events to `out` in wire order. All or nothing: a malformed frame leaves
  /// `out` as it was, and the next frame decodes as usual. Allocates nothing once its buffers have
  /// grown to the venue's frames.
  virtual FrameReport decode(Frame frame, std::vector<Event>& out) = 0;
};

/// A venue: facts and makers, no state.
class Venue {
 public:
  virtual ~Venue() = default;

  virtual std::string_view name() const = 0;

  /// The connections that serve `request`, split by the venue's own limits.
  virtual std::vector<Connection> plan(const FeedRequest& request) const = 0;

  /// Whether the venue tells a price of that kind (trade, mark or mid). What it does not tell,
  /// plan() leaves out.
  virtual bool has_price(PriceKind) const { return true; }

  virtual KeepAlive keep_alive() const = 0;

  /// Whether the venue can serve liquidations at all, per symbol, or market-wide ("*").
  enum class Liquidations : std::uint8_t { none, per_symbol, market_wide };
  virtual Liquidations liquidations() const = 0;
  /// How many of them its streams carry, by its own design.
  virtual LiquidationCoverage coverage() const { return LiquidationCoverage::unknown; }
  /// Whether they are other venues', told again: no sum may hold both.
  virtual bool repeats_others() const { return false; }
  /// Whether FeedRequest::liquidation_size_is_order is a question of this venue's.
  virtual bool doubts_liquidation_size() const { return false; }

  /// A symbol whose trades hardly ever pause, of the connection that brings liquidations: those are
  /// silent by nature, and it shows that the connection brings what it should. Empty: there is
  /// none.
  virtual std::string_view canary() const { return {}; }

  virtual VenueLimits limits() const { return {}; }

  /// Whether the rows of a frame go back in time.
  virtual bool newest_first() const { return false; }

  /// Whether the ids of one symbol's trades are consecutive numbers: a hole is then a loss.
  virtual bool numbers_trades() const { return false; }
  /// Whether a symbol's liquidations are trades among its others: where one of those is missing, a
  /// liquidation may be.
  virtual bool liquidations_among_trades() const { return false; }

  /// Whether `FeedRequest::key` is needed.
  virtual bool needs_key() const { return false; }
  virtual std::optional<Login> login(const FeedRequest&) const { return std::nullopt; }

  /// What nobody has yet checked on a live line and a user of this feed should know, a sentence
  /// each; shown by `foghorn check` and at start.
  virtual std::vector<std::string> caveats(const FeedRequest&) const { return {}; }

  /// The past by REST; nullopt where the venue has none.
  virtual std::optional<RestRequest> candles(const CandleRequest&) const { return std::nullopt; }
  /// Reads that answer: minutes in ascending order, whatever the venue's own, without those that
  /// nobody traded in where it leaves them out. Errors: bad_protocol.
  virtual Result<std::vector<Candle>> parse_candles(std::string_view) const {
    return Errc::bad_protocol;
  }

  /// The REST base and the path whose answer says how large contracts are; an empty path: the
  /// venue's sizes are in coins.
  virtual std::string_view rest_url() const = 0;
  virtual std::string_view contracts_path() const = 0;
  /// Reads that answer. Errors: bad_protocol.
  virtual Result<Contracts> parse_contracts(std::string_view body) const = 0;

  /// `sources` and `contracts` outlive the decoder. Contracts may fill up while it runs.
  virtual std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts& contracts,
                                                const FeedRequest& request) const = 0;
};

/// The venue of that name in venues.def, or null.
const Venue* find_venue(std::string_view name);

/// In the order of venues.def.
std::vector<std::string_view> venue_names();

}  // namespace foghorn
