#include "feeds/capture/record.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <iterator>
#include <optional>
#include <span>

#include "feeds/capture/base64.hpp"
#include "feeds/venues/fields.hpp"

namespace foghorn {
namespace {

// ---- Writing

void append_text(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  const auto plain = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
  };
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    auto end = i;
    while (end < text.size() && plain(text[end])) ++end;
    out.append(text, i, end - i);
    if (end < text.size()) {
      const char c = text[end++];
      out += '\\';
      if (c == '"' || c == '\\') {
        out += c;
      } else if (c == '\n') {
        out += 'n';
      } else {
        out += "u00";
        out += hex[static_cast<unsigned char>(c) >> 4];
        out += hex[static_cast<unsigned char>(c) & 15];
      }
    }
    i = end;
  }
  out += '"';
}

void append_field(std::string& out, std::string_view key, std::string_view text) {
  fmt::format_to(std::back_inserter(out), FMT_COMPILE(",\"{}\":"), key);
  append_text(out, text);
}

void append_field(std::string& out, std::string_view key, std::uint64_t number) {
  fmt::format_to(std::back_inserter(out), FMT_COMPILE(",\"{}\":{}"), key, number);
}

void append_time(std::string& out, std::string_view key, Timestamp at) {
  fmt::format_to(std::back_inserter(out), FMT_COMPILE(",\"{}\":{}"), key,
                 at.time_since_epoch().count());
}

/// "text" where it is UTF-8, else "base64".
void append_bytes(std::string& out, std::string_view bytes) {
  if (simdjson::validate_utf8(bytes.data(), bytes.size())) {
    append_field(out, "text", bytes);
  } else {
    out += ",\"base64\":\"";
    append_base64(out, bytes);
    out += '"';
  }
}

void append_start(std::string& out, Timestamp at, std::string_view what) {
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{{\"at\":{},\"what\":\"{}\""),
                 at.time_since_epoch().count(), what);
}

void append_link(std::string& out, const LinkRef& link) {
  append_field(out, "feed", link.feed);
  append_field(out, "link", link.link);
  append_field(out, "serial", link.serial);
}

constexpr std::array<std::string_view, 4> frame_kinds{"text", "binary", "ping", "pong"};
constexpr std::array<std::string_view, 3> link_ends{"lost", "silent", "retired"};

struct Line {
  std::string& out;

  void operator()(const FileBegins& r) const {
    append_start(out, r.at, "capture");
    append_field(out, "format", r.format);
    append_field(out, "foghorn", r.foghorn);
    append_time(out, "run", r.run);
    append_field(out, "part", r.part);
    if (r.after_loss) append_field(out, "after_loss", 1);
    out += ",\"setup\":";
    out += r.setup;
  }
  void operator()(const StateKept& r) const {
    append_start(out, r.at, "state");
    append_field(out, "key", r.key);
    append_field(out, "text", r.text);
  }
  void operator()(const MinuteKept& r) const {
    append_start(out, r.minute, "minute");
    append_field(out, "instrument", r.instrument);
    // Shortest that reads back the same.
    fmt::format_to(std::back_inserter(out), FMT_COMPILE(",\"prices\":[{},{},{},{}]"), r.prices[0],
                   r.prices[1], r.prices[2], r.prices[3]);
  }
  void operator()(const DayKept& r) const {
    append_start(out, r.bar.day, "day");
    append_field(out, "instrument", r.instrument);
    fmt::format_to(std::back_inserter(out), FMT_COMPILE(",\"prices\":[{},{},{},{}],\"seen\":{}"),
                   r.bar.open, r.bar.high, r.bar.low, r.bar.close, r.bar.seen);
    if (r.bar.closes_only) append_field(out, "closes_only", 1);
  }
  void operator()(const RunBegins& r) const { append_start(out, r.at, "begins"); }
  void operator()(const LinkOpened& r) const {
    append_start(out, r.at, "opened");
    append_link(out, r.link);
    append_field(out, "takes_over", r.takes_over);
  }
  void operator()(const LinkFrame& r) const {
    append_start(out, r.at, "frame");
    append_link(out, r.link);
    if (r.kind != Frame::Kind::text)
      append_field(out, "kind", frame_kinds[static_cast<std::size_t>(r.kind)]);
    append_bytes(out, r.text);
  }
  void operator()(const LinkEnded& r) const {
    append_start(out, r.at, "ended");
    append_link(out, r.link);
    append_field(out, "how", link_ends[static_cast<std::size_t>(r.how)]);
  }
  void operator()(const ContractsTold& r) const {
    append_start(out, r.at, "contracts");
    append_field(out, "feed", r.feed);
    append_bytes(out, r.body);
  }
  void operator()(const CandlesTold& r) const {
    append_start(out, r.at, "candles");
    append_field(out, "feed", r.feed);
    append_field(out, "symbol", r.symbol);
    append_bytes(out, r.body);
  }
  void operator()(const TimePassed& r) const { append_start(out, r.at, "time"); }
  void operator()(const RunEnds& r) const { append_start(out, r.at, "ends"); }
  void operator()(const RecordsLost& r) const {
    append_start(out, r.to, "lost");
    append_field(out, "records", r.records);
    append_time(out, "from", r.from);
  }
};

// ---- Reading

/// The fields of one line. The first that is wrong is remembered; what else is read then means
/// nothing.
class Reading {
 public:
  Reading(wire::Fields fields, std::string& bytes) : fields_{fields}, bytes_{bytes} {}

  std::string_view text(std::string_view key) { return fields_.text(key); }
  std::string_view optional_text(std::string_view key) { return fields_.optional_name(key); }

  std::uint64_t whole(std::string_view key, std::uint64_t most = UINT64_MAX) {
    if (const auto found = fields_.required(key)) {
      const auto token = wire::token(*found);
      const auto value = token.quoted() ? std::nullopt : wire::parse_whole(token.text);
      if (value && *value <= most) return *value;
      fields_.fail(key, "is not such a whole number");
    }
    return 0;
  }
  std::uint32_t small(std::string_view key) {
    return static_cast<std::uint32_t>(whole(key, UINT32_MAX));
  }
  Timestamp time(std::string_view key) {
    constexpr std::uint64_t year_2100 = 4'102'444'800'000'000;
    return Timestamp{Duration{static_cast<std::int64_t>(whole(key, year_2100))}};
  }

  bool has(std::string_view key) { return fields_.optional(key).has_value(); }

  LinkRef link() {
    LinkRef link{.feed = text("feed")};
    link.link = small("link");
    link.serial = small("serial");
    return link;
  }

  std::string_view bytes() {
    if (const auto found = fields_.optional("text")) {
      if (const auto text = wire::text_of(*found)) return *text;
      fields_.fail("text", "is not text");
      return {};
    }
    if (auto decoded = from_base64(text("base64"))) {
      bytes_ = std::move(*decoded);
    } else {
      fields_.fail("base64", "is not base64");
    }
    return bytes_;
  }

  std::size_t one_of(std::string_view key, std::string_view word,
                     std::span<const std::string_view> words) {
    for (std::size_t i = 0; i < words.size(); ++i)
      if (words[i] == word) return i;
    fields_.fail(key, "is none that this version knows");
    return 0;
  }

  std::array<double, 4> prices() {
    std::array<double, 4> prices{};
    std::size_t count = 0;
    if (auto list = fields_.list("prices")) {
      for (auto element : *list) {
        if (count == prices.size() || element.get_double().get(prices[count])) {
          count = 0;
          break;
        }
        ++count;
      }
      if (count != prices.size()) fields_.fail("prices", "is not a list of four numbers");
    }
    return prices;
  }

  double number(std::string_view key) { return fields_.number(key); }

  std::string_view object(std::string_view key) {
    if (auto found = fields_.required(key)) {
      simdjson::ondemand::object inner;
      std::string_view raw;
      if (!found->get_object().get(inner) && !inner.raw_json().get(raw)) return raw;
      fields_.fail(key, "is not an object");
    }
    return {};
  }

  void unknown() { fields_.fail("what", "is none that this version knows"); }

 private:
  wire::Fields fields_;
  std::string& bytes_;
};

FileBegins read_header(Reading& in) {
  FileBegins header{.format = in.whole("format"), .foghorn = {}, .setup = {}};
  // What a newer format holds, its own version knows.
  if (header.format != capture_format) return header;
  header.foghorn = in.text("foghorn");
  header.run = in.time("run");
  header.part = in.whole("part");
  header.after_loss = in.has("after_loss");
  header.setup = in.object("setup");
  return header;
}

CaptureRecord read_record(Reading& in) {
  const auto at = in.time("at");
  const auto what = in.text("what");
  if (what == "state") {
    const auto key = in.text("key");
    return StateKept{.key = key, .text = in.text("text"), .at = at};
  }
  if (what == "frame") {
    LinkFrame frame{.link = in.link(), .text = {}, .at = at};
    const auto kind = in.optional_text("kind");
    if (!kind.empty()) frame.kind = static_cast<Frame::Kind>(in.one_of("kind", kind, frame_kinds));
    frame.text = in.bytes();
    return frame;
  }
  if (what == "time") return TimePassed{at};
  if (what == "opened") {
    const auto link = in.link();
    return LinkOpened{link, in.small("takes_over"), at};
  }
  if (what == "ended") {
    const auto link = in.link();
    return LinkEnded{link, static_cast<LinkEnd>(in.one_of("how", in.text("how"), link_ends)), at};
  }
  if (what == "contracts") {
    const auto feed = in.text("feed");
    return ContractsTold{feed, in.bytes(), at};
  }
  if (what == "candles") {
    const auto feed = in.text("feed");
    const auto symbol = in.text("symbol");
    return CandlesTold{feed, symbol, in.bytes(), at};
  }
  if (what == "minute") {
    const auto instrument = in.text("instrument");
    return MinuteKept{instrument, at, in.prices()};
  }
  if (what == "day") {
    const auto instrument = in.text("instrument");
    const auto prices = in.prices();
    const auto seen = in.number("seen");
    return DayKept{instrument,
                   {.day = at,
                    .open = prices[0],
                    .high = prices[1],
                    .low = prices[2],
                    .close = prices[3],
                    .closes_only = in.has("closes_only"),
                    .seen = seen}};
  }
  if (what == "begins") return RunBegins{at};
  if (what == "ends") return RunEnds{at};
  if (what == "lost") {
    const auto records = in.whole("records");
    return RecordsLost{records, in.time("from"), at};
  }
  if (what == "capture") {
    auto header = read_header(in);
    header.at = at;
    return header;
  }
  in.unknown();
  return TimePassed{};
}

}  // namespace

void append_line(std::string& out, const CaptureRecord& record) {
  std::visit(Line{out}, record);
  out += "}\n";
}

struct CaptureParser::Impl {
  simdjson::ondemand::parser json;
  std::string bytes;  // of a frame in base64
};

CaptureParser::CaptureParser() : impl_{std::make_unique<Impl>()} {}
CaptureParser::~CaptureParser() = default;
CaptureParser::CaptureParser(CaptureParser&&) noexcept = default;
CaptureParser& CaptureParser::operator=(CaptureParser&&) noexcept = default;

std::variant<CaptureRecord, CaptureParser::Wrong> CaptureParser::parse(std::string_view line) {
  static_assert(Frame::padding >= simdjson::SIMDJSON_PADDING);
  const Wrong no_object{"this is not a JSON object", "give a file that foghorn wrote"};
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  const simdjson::padded_string_view padded{line, line.size() + Frame::padding};
  if (impl_->json.iterate(padded).get(document) || document.get_object().get(object))
    return no_object;
  wire::Failure failure;
  Reading reading{{object, failure}, impl_->bytes};
  const auto record = read_record(reading);
  if (const auto* header = std::get_if<FileBegins>(&record);
      header && !failure && header->format != capture_format) {
    return Wrong{fmt::format("the file is of format {}, and this foghorn reads {}", header->format,
                             capture_format),
                 "replay it with the version that wrote it"};
  }
  if (failure)
    return Wrong{fmt::format("\"{}\" {}", failure.key, failure.wrong),
                 "give a file that foghorn wrote"};
  return record;
}

}  // namespace foghorn
