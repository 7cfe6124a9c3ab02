// Pyth's Hermes, WebSocket. https://docs.pyth.network/price-feeds/core/fetch-price-updates; the
// messages are those of its public source, apps/hermes/server/src/api/ws.rs in
// https://github.com/pyth-network/pyth-crosschain
//
//   {"type":"price_update","price_feed":{
//    "id":"e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43","price":{
//    "price":"6140993501000","conf":"3287868567","expo":-8,"publish_time":1714746101},"ema_price":{…}}}
//
//   ->
//   {"type":"subscribe","ids":["e62d…"],"verbose":false,"binary":false,"allow_out_of_order":false,
//       "ignore_invalid_price_ids":false}
//   <- {"type":"response","status":"success"}                         does not say to which request
//   <- {"type":"response","status":"error","error":"Connection timeout reached (24h)"}
//   <- {"status":"error","error":"Rate limit exceeded"}               and the end
//
// The key goes with the upgrade: "Authorization: Bearer KEY". A price is price × 10^expo, its time
// in seconds. An unknown id refuses the whole request, so that each id has its own. What the REST
// and event-stream interfaces answer ({"binary":{…},"parsed":[{"id":…,"price":{…}}]}) is read too.
//
// A symbol is a feed's id, 64 hexadecimal digits, or one of the names below.
#include <algorithm>
#include <array>
#include <cmath>

#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "pyth";

struct Named {
  std::string_view name;
  std::string_view id;
};

// WTI and BRENT are the feeds USOILSPOT and UKOILSPOT.
constexpr std::array named{
    Named{"WTI", "925ca92ff005ae943c158e3563f59698ce7e75c5a8c8dd43303a0a154887b3e6"},
    Named{"BRENT", "27f0d5e09a830083e5491795cac9ca521399c8f7fd56240d09484b14e614d57a"},
    Named{"XAU", "765d2ba906dbc32ca17cc11f5310a89e9ee1f6420508c63861f2f8ba4ee34bb2"},
    Named{"XAG", "f2fb02c32b055c805e7238d628e5e9dadef274376114eb1f012337cabe93871e"},
    Named{"BTC", "e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43"},
};

constexpr std::size_t id_length = 64;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// The id that a symbol means; what is neither an id nor a name is left for the venue to refuse.
std::string id_of(std::string_view symbol) {
  for (const auto& [name, id] : named) {
    if (name == symbol) return std::string{id};
  }
  if (symbol.starts_with("0x")) symbol.remove_prefix(2);
  std::string id{symbol};
  if (id.size() != id_length || !std::ranges::all_of(id, is_hex)) return id;
  for (auto& c : id) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return id;
}

/// The first id in a sentence; empty where it names none.
std::string_view id_in(std::string_view sentence) {
  std::size_t run = 0;
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    run = is_hex(sentence[i]) ? run + 1 : 0;
    if (run == id_length) return sentence.substr(i + 1 - id_length, id_length);
  }
  return {};
}

class PythDecoder final : public wire::JsonDecoder {
 public:
  PythDecoder(SourceTable& sources, const FeedRequest& request) : symbols_{sources, venue_name} {
    for (const auto& price : request.prices) asked_.push_back({id_of(price.symbol), price.symbol});
    std::ranges::sort(asked_, {}, &Asked::id);
  }

 private:
  struct Asked {
    std::string id;
    std::string symbol;
  };

  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto type = root.optional_name("type");
    if (type == "price_update") {
      auto feed = root.object("price_feed");
      read_feed(feed, out);
      return root.failed() ? malformed_in(type) : data(StreamKind::ticker);
    }
    if (type.empty() || type == "response") return read_response(root, out);
    return ignored(type);
  }

  FrameReport read_response(Fields& root, std::vector<Event>& out) {
    const auto status = root.optional_text("status");
    if (status == "success") return control(ControlKind::ack);
    if (status == "error") {
      const auto error = root.optional_text("error");
      return control(ControlKind::error, error, id_in(error));
    }
    const auto parsed = root.optional("parsed");
    if (!parsed) return ignored(status.empty() ? "a frame without type or status" : status);
    wire::each_object(root, "parsed", *parsed, [&](Fields& feed) { read_feed(feed, out); });
    return root.failed() ? malformed_in("parsed") : data(StreamKind::ticker);
  }

  void read_feed(Fields& feed, std::vector<Event>& out) {
    const auto id = feed.symbol("id");
    auto price = feed.object("price");
    const double number = price.number("price");
    const double expo = price.number("expo");
    const auto seconds = price.count("publish_time");
    if (!(std::abs(expo) <= longest_expo) || expo != std::trunc(expo)) {
      price.fail("expo", "is not an exponent");
    }
    const auto time = seconds <= UINT32_MAX
                          ? from_unix_ms(static_cast<std::int64_t>(seconds) * 1000)
                          : std::nullopt;
    if (!time) price.fail("publish_time", "is not a time in seconds");
    if (feed.failed()) return;
    const auto* known = symbols_.find(symbol_of(id));
    if (!known) return void(lacks_room());
    // A feed that nobody has published to yet says 0, at 0.
    if (seconds == 0) return out.push_back(Alive{known->source});
    out.push_back(Tick{.source = known->source,
                       .kind = PriceKind::last,
                       .price = scaled(number, static_cast<int>(expo)),
                       .event_time = *time});
  }

  static constexpr double longest_expo = 22;

  /// Divides where it can: powers of ten up to 10^22 are exact, those below one are not.
  static double scaled(double number, int expo) {
    static constexpr std::array<double, 23> powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    return expo < 0 ? number / powers[static_cast<std::size_t>(-expo)]
                    : number * powers[static_cast<std::size_t>(expo)];
  }

  /// As the feed's request names it; without one, the id itself.
  std::string_view symbol_of(std::string_view id) const {
    const auto found = std::ranges::lower_bound(asked_, id, {}, &Asked::id);
    return found != asked_.end() && found->id == id ? std::string_view{found->symbol} : id;
  }

  wire::Symbols<> symbols_;
  std::vector<Asked> asked_;  // sorted by id
};

class Pyth final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [symbol, kind] : request.prices) {
      if (!has_price(kind)) continue;
      const auto id = id_of(symbol);
      wire::add_once(topics, {wire::make_stream(StreamKind::ticker, symbol, id), id});
    }
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(topics), wire::streams_per_connection)) {
      auto& connection = result.emplace_back(
          Connection{.url = wire::or_default(request.url, "wss://pyth.dourolabs.app/hermes/ws"),
                     .subscribe = {},
                     .streams = {}});
      if (!request.key.empty()) {
        connection.headers.emplace_back("Authorization", "Bearer " + request.key.reveal());
      }
      for (const auto& [stream, id] : part) {
        connection.streams.push_back(stream);
        connection.subscribe.push_back(
            R"({"type":"subscribe","ids":[)" + wire::quoted(id) +
            R"(],"verbose":false,"binary":false,"allow_out_of_order":false,)"
            R"("ignore_invalid_price_ids":false})");
      }
    }
    return result;
  }

  // What many publishers agree on: it stands where a last trade would.
  bool has_price(PriceKind kind) const override { return kind == PriceKind::trade; }
  bool needs_key() const override { return true; }

  // The server pings every 30 s itself.
  KeepAlive keep_alive() const override { return {}; }
  Liquidations liquidations() const override { return Liquidations::none; }

  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::seconds{1}, .lifetime = std::chrono::hours{24}};
  }

  std::vector<std::string> caveats(const FeedRequest&) const override {
    return {
        "Pyth's WebSocket messages are read from its server's source: none has been seen on a "
        "live line.",
        "Pyth does not say which subscription it accepts: one that it refuses after another was "
        "accepted shows as a stream without data.",
        "Outside of trading hours Pyth repeats its last price and its time stands still: such "
        "ticks are late, and no outage. Oil trades from Sunday 18:00 to Friday 17:00 in New York, "
        "but for an hour each day."};
  }

  std::string_view rest_url() const override { return "https://pyth.dourolabs.app"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest& request) const override {
    return std::make_unique<PythDecoder>(sources, request);
  }
};

}  // namespace

const Venue& pyth() {
  static const Pyth venue;
  return venue;
}

}  // namespace foghorn
