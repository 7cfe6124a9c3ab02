#pragma once
// What we must know about a venue to listen to it: where it is, how to ask, how to read. A venue
// never touches a socket, a clock, a log or a file; feeds/session does that for all of them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/events.hpp"
#include "model/result.hpp"
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

/// One WebSocket to open, what to send on it, and what then flows.
struct Connection {
  std::string url;                     ///< wss://host[:port]/path[?query]
  std::vector<std::string> subscribe;  ///< text frames, in order
  std::vector<Stream> streams;
};

/// A text frame that keeps the connection open; an empty text: WebSocket pings suffice, which net
/// answers.
struct KeepAlive {
  std::string text;
  Duration every{};
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

  virtual KeepAlive keep_alive() const = 0;

  /// Whether the venue can serve liquidations at all, per symbol, or market-wide ("*").
  enum class Liquidations : std::uint8_t { none, per_symbol, market_wide };
  virtual Liquidations liquidations() const = 0;

  /// The REST base and the path whose answer says how large contracts are; an empty path: the
  /// venue's sizes are in coins.
  virtual std::string_view rest_url() const = 0;
  virtual std::string_view contracts_path() const = 0;
  /// Reads that answer. Errors: bad_protocol.
  virtual Result<Contracts> parse_contracts(std::string_view body) const = 0;

  /// `sources` and `contracts` outlive the decoder. Contracts may fill up while it runs.
  virtual std::unique_ptr<Decoder> make_decoder(SourceTable& sources,
                                                const Contracts& contracts) const = 0;
};

/// The venue of that name in venues.def, or null.
const Venue* find_venue(std::string_view name);

/// In the order of venues.def.
std::vector<std::string_view> venue_names();

}  // namespace foghorn
