// Yahoo Finance's streamer, as its web pages use it: undocumented. What is known of it:
// https://github.com/ranaroussi/yfinance/blob/main/yfinance/live.py
//
//   {"type":"pricing","message":"CgdCVEMtVVNEFYoMuUcYwLCVgIplIgNVU0Q…"}       ?version=2
//   CgdCVEMtVVNEFRJ…                                                         before: the bare
//   base64
//
//   -> {"subscribe":["CL=F","GC=F","^IXIC"]}     and again every 15 s, which keeps it open
//
// Nothing is acknowledged, and a symbol that does not exist is silent. A message is protobuf in
// base64 (yahoo_pricing.hpp); it leaves out what has not changed. Prices are floats. The price is
// a ticker's last one; bid and ask, where there are such, make a mid.
#include <array>
#include <cmath>

#include "feeds/venues/base64.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"
#include "feeds/venues/yahoo_pricing.hpp"

namespace foghorn {
namespace {

using wire::Fields;

constexpr std::string_view venue_name = "yahoo";

/// Messages to events, beside what the messages before said.
class PricingReader {
 public:
  explicit PricingReader(SourceTable& sources) : symbols_{sources, venue_name} {}

  FrameReport read(std::string_view base64, std::vector<Event>& out) {
    told_ = {};
    const auto bytes = wire::decode_base64(base64, bytes_);
    if (!bytes) return malformed("pricing: message is not base64, or of more than 3 KiB");
    const auto pricing = wire::parse_yahoo_pricing(*bytes);
    if (!pricing) return malformed("pricing: message is not a PricingData");
    auto* known = symbols_.find(pricing->id);
    if (!known) {
      return {.frame_class = FrameClass::ignored,
              .text = "a symbol beyond what the source table holds"};
    }
    auto quote = known->memory;
    quote.last = pricing->price.value_or(quote.last);
    quote.time = pricing->time.value_or(quote.time);
    quote.bid = pricing->bid.value_or(quote.bid);
    quote.ask = pricing->ask.value_or(quote.ask);
    told_ = {known, quote};

    const auto before = out.size();
    const auto add = [&](PriceKind kind, double price) {
      out.push_back(
          Tick{.source = known->source, .kind = kind, .price = price, .event_time = quote.time});
    };
    if (!std::isnan(quote.last)) add(PriceKind::last, quote.last);
    if ((pricing->bid || pricing->ask) && wire::has_quote(quote.bid, quote.ask)) {
      add(PriceKind::mid, wire::mid_of(quote.bid, quote.ask));
    }
    if (out.size() == before) out.push_back(Alive{known->source});
    return {.frame_class = FrameClass::data, .stream = StreamKind::ticker};
  }

  /// The frame of the message read last was whole.
  void remember() {
    if (told_.of) told_.of->memory = told_.quote;
  }

 private:
  struct Quote {
    double last{wire::no_number};
    double bid{wire::no_number};
    double ask{wire::no_number};
    Timestamp time{no_time};
  };

  struct Told {
    wire::Symbols<Quote>::Entry* of{};
    Quote quote;
  };

  static FrameReport malformed(std::string_view why) {
    return {.frame_class = FrameClass::malformed, .text = why};
  }

  wire::Symbols<Quote> symbols_;
  Told told_;
  std::array<unsigned char, 3 * 1024> bytes_{};
};

class YahooEnvelope final : public wire::JsonDecoder {
 public:
  explicit YahooEnvelope(PricingReader& pricing) : pricing_{pricing} {}

 private:
  FrameReport read(Fields& root, std::vector<Event>& out) override {
    const auto type = root.optional_name("type");
    if (type.empty()) return ignored("a frame without type");
    if (type != "pricing") return ignored(type);
    const auto message = root.text("message");
    return root.failed() ? malformed_in(type) : pricing_.read(message, out);
  }

  void remember() override { pricing_.remember(); }

  PricingReader& pricing_;
};

class YahooDecoder final : public Decoder {
 public:
  explicit YahooDecoder(SourceTable& sources) : pricing_{sources}, envelope_{pricing_} {}

  FrameReport decode(Frame frame, std::vector<Event>& out) override {
    const bool message = frame.kind == Frame::Kind::text || frame.kind == Frame::Kind::binary;
    if (!message || !may_be_bare(frame.text())) return envelope_.decode(frame, out);
    const auto report = pricing_.read(frame.text(), out);
    if (report.frame_class == FrameClass::data) pricing_.remember();
    return report;
  }

 private:
  /// A PricingData begins with its id, field 1, whose two bytes are "Cg" or so in base64; JSON does
  /// not.
  static bool may_be_bare(std::string_view text) { return text.starts_with("C"); }

  PricingReader pricing_;
  YahooEnvelope envelope_;
};

class Yahoo final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [symbol, kind] : request.prices) {
      if (!has_price(kind)) continue;
      auto stream = wire::make_resting_stream(StreamKind::ticker, symbol);
      wire::add_once(topics, {std::move(stream), wire::quoted(symbol)});
    }
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(topics), wire::streams_per_connection)) {
      result.push_back(connection(
          part, wire::or_default(request.url, "wss://streamer.finance.yahoo.com/?version=2")));
    }
    return result;
  }

  KeepAlive keep_alive() const override { return {.text = {}, .every = std::chrono::seconds{15}}; }
  Liquidations liquidations() const override { return Liquidations::none; }
  bool has_price(PriceKind kind) const override { return kind != PriceKind::mark; }

  std::vector<std::string> caveats(const FeedRequest&) const override {
    return {
        "yahoo's stream is unofficial and may end or change on any day; its terms allow personal "
        "use and no redistribution.",
        "yahoo's futures and indices are delayed, by 10 to 15 minutes as far as is known: write "
        "delayed = true. No live frame of CL=F, GC=F or ^IXIC was at hand.",
        "yahoo sends prices in single precision, seven digits, acknowledges nothing, and is silent "
        "for a symbol that it does not know and while a market is closed."};
  }

  std::string_view rest_url() const override { return "https://query1.finance.yahoo.com"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<YahooDecoder>(sources);
  }

 private:
  // The headers are those of its own pages' scripts; whether it asks for them is not known.
  static Connection connection(const std::vector<wire::Topic>& topics, const std::string& url) {
    Connection result{
        .url = url,
        .subscribe = {},
        .streams = {},
        .headers = {{"Origin", "https://finance.yahoo.com"}, {"User-Agent", "Mozilla/5.0"}}};
    std::string symbols;
    for (const auto& [stream, word] : topics) {
      symbols += (symbols.empty() ? "" : ",") + word;
      result.streams.push_back(stream);
    }
    result.keep_alive = R"({"subscribe":[)" + symbols + "]}";
    result.subscribe.push_back(result.keep_alive);
    return result;
  }
};

}  // namespace

const Venue& yahoo() {
  static const Yahoo venue;
  return venue;
}

}  // namespace foghorn
