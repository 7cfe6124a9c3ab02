// Capital.com, quotes of contracts for difference. https://open-api.capital.com/#section/Websocket
// and #tag/Session
//
//   {"status":"OK","destination":"quote","payload":{"epic":"OIL_CRUDE","product":"CFD","bid":93.87,
//    "bidQty":4976.0,"ofr":93.9,"ofrQty":2.589885E7,"timestamp":1660297190627}}      ofr is the ask
//
//   POST /api/v1/session, X-CAP-API-KEY: KEY, {"identifier":"…","password":"…"}
//     answers with the headers CST and X-SECURITY-TOKEN, which hold for 10 minutes without use
//   -> {"destination":"marketData.subscribe","correlationId":"1","cst":"CST",
//       "securityToken":"X-SECURITY-TOKEN","payload":{"epics":["OIL_CRUDE"]}}           at most 40
//   <- {"status":"OK","destination":"marketData.subscribe","correlationId":"1",
//       "payload":{"subscriptions":{"OIL_CRUDE":"PROCESSED"}}}
//   <- {"status":"ERROR","destination":"marketData.subscribe","correlationId":"1",
//       "payload":{"errorCode":"error.invalid.session.token"}}
//   -> {"destination":"ping","correlationId":"ping","cst":"CST","securityToken":"X-SECURITY-TOKEN"}
//   <- {"status":"OK","destination":"ping","correlationId":"ping","payload":{}}
//
// The feed's key holds three words: the API key, the login's identifier, and the API key's own
// password; each on a line, or on one line with spaces between. A demonstration account is at
// other hosts (demo-api-capital.backend-capital.com): `url` and `rest_url` say so.
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"

namespace foghorn {
namespace {

using wire::Fields;
namespace od = simdjson::ondemand;

constexpr std::string_view venue_name = "capital";

constexpr std::string_view session = R"("cst":"{CST}","securityToken":"{X-SECURITY-TOKEN}")";

class CapitalDecoder final : public wire::JsonDecoder {
 public:
  explicit CapitalDecoder(SourceTable& sources) : symbols_{sources, venue_name} {}

 private:
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto status = root.optional_text("status");
    const auto destination = root.optional_name("destination");
    if (destination == "quote" && status != "ERROR") return read_quote(root, out);
    const auto request = root.optional_text("correlationId");
    if (status == "ERROR") return read_error(root, request);
    if (destination == "ping") return control(ControlKind::pong);
    if (destination == "marketData.subscribe") return read_ack(root, request);
    return ignored(destination.empty() ? "a frame without destination" : destination);
  }

  FrameReport read_quote(Fields& root, std::vector<Event>& out) {
    auto quote = root.object("payload");
    const auto epic = quote.symbol("epic");
    const double bid = quote.quote("bid");
    const double ask = quote.quote("ofr");
    const auto time = quote.time("timestamp");
    if (root.failed()) return malformed_in("quote");
    const auto* known = symbols_.find(epic);
    if (!known) return lacks_room();
    if (wire::has_quote(bid, ask)) {
      out.push_back(Tick{.source = known->source,
                         .kind = PriceKind::mid,
                         .price = wire::mid_of(bid, ask),
                         .event_time = time});
    } else {
      out.push_back(Alive{known->source});
    }
    return data(StreamKind::ticker);
  }

  static FrameReport read_error(Fields& root, std::string_view request) {
    std::string_view code;
    if (root.optional("payload")) code = root.object("payload").optional_text("errorCode");
    return control(ControlKind::error, code, request);
  }

  /// Each epic is told for itself; whatever is not PROCESSED is a refusal of the request, which is
  /// for one.
  static FrameReport read_ack(Fields& root, std::string_view request) {
    auto payload = root.object("payload");
    auto subscriptions = payload.object("subscriptions");
    if (root.failed()) return {};
    for (auto field : subscriptions.raw()) {
      od::value value;
      const auto said = field.value().get(value) ? std::nullopt : wire::text_of(value);
      if (!said)
        return subscriptions.fail("subscriptions", "does not hold texts alone"), FrameReport{};
      if (*said != "PROCESSED") return control(ControlKind::error, *said, request);
    }
    return control(ControlKind::ack, {}, request);
  }

  wire::Symbols<> symbols_;
};

struct Account {
  std::string api_key;
  std::string identifier;
  std::string password;  ///< the rest, with what spaces it has
};

Account account_in(std::string_view key) {
  constexpr std::string_view space = " \t\r\n";
  const auto word = [&] {
    const auto first = key.find_first_not_of(space);
    key.remove_prefix(first == std::string_view::npos ? key.size() : first);
    const auto found = key.substr(0, key.find_first_of(space));
    key.remove_prefix(found.size());
    return std::string{found};
  };
  Account account{.api_key = word(), .identifier = word(), .password = {}};
  const auto first = key.find_first_not_of(space);
  if (first != std::string_view::npos) {
    account.password = key.substr(first, key.find_last_not_of(space) - first + 1);
  }
  return account;
}

class Capital final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [epic, kind] : request.prices) {
      if (has_price(kind)) {
        wire::add_once(topics, {wire::make_resting_stream(StreamKind::ticker, epic), epic});
      }
    }
    constexpr std::size_t most_epics = 40;
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(topics), most_epics)) {
      result.push_back(connection(
          part, wire::or_default(request.url,
                                 "wss://api-streaming-capital.backend-capital.com/connect")));
    }
    return result;
  }

  bool has_price(PriceKind kind) const override { return kind == PriceKind::mid; }
  bool needs_key() const override { return true; }

  std::optional<Login> login(const FeedRequest& request) const override {
    const auto account = account_in(request.key.reveal());
    return Login{.request = {.path = "/api/v1/session",
                             .method = "POST",
                             .headers = {{"X-CAP-API-KEY", account.api_key},
                                         {"Content-Type", "application/json"}},
                             .body = R"({"identifier":)" + wire::quoted(account.identifier) +
                                     R"(,"password":)" + wire::quoted(account.password) + "}"},
                 .tokens = {"CST", "X-SECURITY-TOKEN"}};
  }

  // The text of each connection holds the session's tokens.
  KeepAlive keep_alive() const override { return {{}, std::chrono::minutes{5}}; }
  Liquidations liquidations() const override { return Liquidations::none; }

  // 10 requests a second, a session a second.
  VenueLimits limits() const override {
    return {.connect_spacing = std::chrono::seconds{1},
            .message_spacing = std::chrono::milliseconds{110},
            .rest_spacing = std::chrono::seconds{1}};
  }

  std::vector<std::string> caveats(const FeedRequest&) const override {
    return {
        "Capital.com quotes contracts for difference that it makes the market of: US100 is its "
        "own price of the Nasdaq 100, and not the exchange's."};
  }

  std::string_view rest_url() const override { return "https://api-capital.backend-capital.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<CapitalDecoder>(sources);
  }

 private:
  static Connection connection(const std::vector<wire::Topic>& topics, const std::string& url) {
    Connection result{.url = url, .subscribe = {}, .streams = {}};
    for (const auto& [stream, epic] : topics) {
      const auto id = std::to_string(result.subscribe.size() + 1);
      result.streams.push_back(stream);
      result.streams.back().ack = id;
      result.subscribe.push_back(R"({"destination":"marketData.subscribe","correlationId":")" + id +
                                 R"(",)" + std::string{session} + R"(,"payload":{"epics":[)" +
                                 wire::quoted(epic) + "]}}");
    }
    result.keep_alive =
        R"({"destination":"ping","correlationId":"ping",)" + std::string{session} + "}";
    return result;
  }
};

}  // namespace

const Venue& capital() {
  static const Capital venue;
  return venue;
}

}  // namespace foghorn
