// Sina Finance's futures quotes (hf_: abroad), as its web pages use them: undocumented.
//
//   wss://hq.sinajs.cn/wskt?list=hf_CL,hf_OIL,hf_GC
//   hf_GC=4844.320,,4848.800,4849.700,4917.700,4785.900,04:59:59,4808.300,4811.800,0,2,1,2026-04-18,
//   纽约黄金,0
//
//   over HTTP: var hq_str_hf_CL="98.864,,98.790,98.870,…,06:00:41,…,2026-05-21,纽约原油,0";
//   at Tencent: v_hf_CL="87.92,-1.69,87.93,87.95,…,16:59:00,…,2026-10-06,纽约原油";
//
// The subscription is the URL. A frame holds a line for each symbol: at first for all, then for
// those that changed. Its values: 0 last, 1 the change in percent or empty, 2 bid, 3 ask, 4 high,
// 5 low, 6 time, 7 previous settlement, 8 open, 9 open interest, 10 and 11 volumes of bid and ask,
// 12 date, 13 name, 14 volume. Times are Beijing's. The last price is a ticker's, not a trade's:
// it comes again unchanged. Other prefixes than hf_ have other layouts.
#include <algorithm>
#include <array>
#include <cmath>

#include "feeds/venues/answer.hpp"
#include "feeds/venues/json_decoder.hpp"
#include "feeds/venues/plan.hpp"
#include "feeds/venues/symbols.hpp"
#include "feeds/venues/wire_time.hpp"

namespace foghorn {
namespace {

constexpr std::string_view venue_name = "sina";
constexpr std::string_view prefix = "hf_";

/// 2026-04-18 and 04:59:59, of Beijing, which has had no daylight saving since 1991.
std::optional<Timestamp> beijing_time(std::string_view date, std::string_view clock) {
  using namespace std::chrono;
  wire::TimeText day{date};
  const int y = day.digits(4);
  day.mark('-');
  const int mo = day.digits(2);
  day.mark('-');
  const int d = day.digits(2);
  wire::TimeText time{clock};
  const int h = time.digits(2);
  time.mark(':');
  const int mi = time.digits(2);
  time.mark(':');
  const int s = time.digits(2);
  const year_month_day ymd{year{y}, month{static_cast<unsigned>(mo)},
                           std::chrono::day{static_cast<unsigned>(d)}};
  if (day.bad() || !day.at_end() || time.bad() || !time.at_end()) return std::nullopt;
  if (!ymd.ok() || h > 23 || mi > 59 || s > 59) return std::nullopt;
  const Timestamp local = sys_days{ymd} + hours{h} + minutes{mi} + seconds{s};
  return from_unix_ms(to_unix_ms(local - hours{8}));
}

/// What stands before the next `mark`, which is taken away with it.
std::string_view take_until(std::string_view& text, char mark) {
  const auto at = text.find(mark);
  const auto taken = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return taken;
}

class SinaDecoder final : public Decoder {
 public:
  explicit SinaDecoder(SourceTable& sources) : symbols_{sources, venue_name} {}

  FrameReport decode(Frame frame, std::vector<Event>& out) override {
    if (frame.kind == Frame::Kind::ping) return control(ControlKind::ping);
    if (frame.kind == Frame::Kind::pong) return control(ControlKind::pong);
    if (frame.text() == "pong") return control(ControlKind::pong);
    const auto before = out.size();
    const auto report = read(frame.text(), out);
    if (report.frame_class != FrameClass::data) {
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
    }
    return report;
  }

 private:
  static FrameReport control(ControlKind kind) {
    return {.frame_class = FrameClass::control, .control = kind};
  }
  static FrameReport malformed(std::string_view why) {
    return {.frame_class = FrameClass::malformed, .text = why};
  }
  static FrameReport ignored(std::string_view what) {
    return {.frame_class = FrameClass::ignored, .text = what};
  }

  FrameReport read(std::string_view text, std::vector<Event>& out) {
    if (text.empty()) return malformed("an empty frame");
    const auto before = out.size();
    while (!text.empty()) {
      auto line = take_until(text, '\n');
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty()) continue;
      const auto fault = read_line(line, out);
      if (fault.frame_class != FrameClass::data) return fault;
    }
    if (out.size() == before) return ignored("lines of no use");
    return {.frame_class = FrameClass::data, .stream = StreamKind::ticker};
  }

  /// A report other than data ends the frame.
  FrameReport read_line(std::string_view line, std::vector<Event>& out) {
    constexpr FrameReport done{.frame_class = FrameClass::data};
    if (line.find('=') == std::string_view::npos) return malformed("a line without =");
    auto name = take_until(line, '=');
    for (const std::string_view wrapping : {"var hq_str_", "v_"}) {
      if (name.starts_with(wrapping)) name.remove_prefix(wrapping.size());
    }
    if (!is_name(name)) return malformed("a line without a symbol");
    if (!name.starts_with(prefix)) return done;
    if (line.ends_with(';')) line.remove_suffix(1);
    if (line.starts_with('"')) {
      if (line.size() < 2 || !line.ends_with('"')) return malformed("a quote that does not close");
      line = line.substr(1, line.size() - 2);
      if (line.empty()) return done;  // a symbol it does not know
    }
    return read_values(name, line, out);
  }

  FrameReport read_values(std::string_view name, std::string_view line, std::vector<Event>& out) {
    constexpr std::size_t last = 0, bid = 2, ask = 3, clock = 6, date = 12;
    std::array<std::string_view, date + 1> values;
    for (auto& value : values) value = take_until(line, ',');
    const auto price = wire::parse_decimal(values[last]);
    const auto best_bid = number_or_none(values[bid]);
    const auto best_ask = number_or_none(values[ask]);
    const auto time = beijing_time(values[date], values[clock]);
    if (!price) return malformed("hf_: the last price is not a number");
    if (!best_bid || !best_ask) return malformed("hf_: a quote is not a number");
    if (!time) return malformed("hf_: date or time is none");
    const auto* known = symbols_.find(name);
    if (!known) return ignored("a symbol beyond what the source table holds");
    const auto add = [&](PriceKind kind, double value) {
      out.push_back(
          Tick{.source = known->source, .kind = kind, .price = value, .event_time = *time});
    };
    add(PriceKind::last, *price);
    if (wire::has_quote(*best_bid, *best_ask)) {
      add(PriceKind::mid, wire::mid_of(*best_bid, *best_ask));
    }
    return {.frame_class = FrameClass::data};
  }

  static std::optional<double> number_or_none(std::string_view text) {
    return text.empty() ? wire::no_number : wire::parse_decimal(text);
  }

  static bool is_name(std::string_view name) {
    const auto fits = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '.';
    };
    return wire::is_symbol(name) && std::ranges::all_of(name, fits);
  }

  wire::Symbols<> symbols_;
};

class Sina final : public Venue {
 public:
  std::string_view name() const override { return venue_name; }

  std::vector<Connection> plan(const FeedRequest& request) const override {
    std::vector<wire::Topic> topics;
    for (const auto& [symbol, kind] : request.prices) {
      if (!has_price(kind)) continue;
      auto stream = wire::make_resting_stream(StreamKind::ticker, symbol);
      wire::add_once(topics, {std::move(stream), wire::query_text(symbol)});
    }
    std::vector<Connection> result;
    for (const auto& part : wire::pieces(std::move(topics), wire::streams_per_connection)) {
      result.push_back(connection(part, wire::or_default(request.url, "wss://hq.sinajs.cn/wskt")));
    }
    return result;
  }

  KeepAlive keep_alive() const override { return {"ping", std::chrono::seconds{30}}; }
  Liquidations liquidations() const override { return Liquidations::none; }
  bool has_price(PriceKind kind) const override { return kind != PriceKind::mark; }

  std::vector<std::string> caveats(const FeedRequest& request) const override {
    std::vector<std::string> result{
        "sina's stream is unofficial and may end or change on any day; its use is at your own "
        "risk.",
        "sina's prices may be late by ten minutes or more, as the exchanges ask: write delayed = "
        "true. It acknowledges nothing, and is silent for a symbol that it does not know."};
    for (const auto& price : request.prices) {
      if (!price.symbol.starts_with(prefix)) {
        result.push_back("sina's lines are read for its futures abroad alone (hf_CL): " +
                         price.symbol + " will bring nothing.");
      }
    }
    return result;
  }

  std::string_view rest_url() const override { return "https://hq.sinajs.cn"; }
  std::string_view contracts_path() const override { return {}; }
  Result<Contracts> parse_contracts(std::string_view) const override { return Contracts{}; }

  std::unique_ptr<Decoder> make_decoder(SourceTable& sources, const Contracts&,
                                        const FeedRequest&) const override {
    return std::make_unique<SinaDecoder>(sources);
  }

 private:
  static Connection connection(const std::vector<wire::Topic>& topics, std::string url) {
    Connection result{
        .url = std::move(url),
        .subscribe = {},
        .streams = {},
        .headers = {{"Origin", "https://finance.sina.com.cn"}, {"User-Agent", "Mozilla/5.0"}}};
    result.url += result.url.find('?') == std::string::npos ? "?list=" : "&list=";
    for (const auto& [stream, word] : topics) {
      if (!result.streams.empty()) result.url += ',';
      result.url += word;
      result.streams.push_back(stream);
    }
    return result;
  }
};

}  // namespace

const Venue& sina() {
  static const Sina venue;
  return venue;
}

}  // namespace foghorn
