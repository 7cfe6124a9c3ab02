#include "daemon/decode.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <cmath>
#include <iostream>
#include <iterator>
#include <vector>

#include "daemon/contracts_file.hpp"
#include "feeds/venues/venue.hpp"

namespace foghorn {
namespace {

constexpr std::size_t longest_line = 8 * 1024 * 1024;

std::string_view name_of(PriceKind kind) {
  switch (kind) {
    case PriceKind::trade: return "trade";
    case PriceKind::mark: return "mark";
    case PriceKind::mid: return "mid";
    case PriceKind::last: return "last";
  }
  return "";
}

std::string_view name_of(QuantityUnit unit) {
  switch (unit) {
    case QuantityUnit::base: return "base";
    case QuantityUnit::quote: return "quote";
    case QuantityUnit::contracts: return "contracts";
  }
  return "";
}

std::string_view name_of(ControlKind kind) {
  switch (kind) {
    case ControlKind::ack: return "ack";
    case ControlKind::error: return "error";
    case ControlKind::pong: return "pong";
    case ControlKind::ping: return "ping";
    case ControlKind::heartbeat: return "heartbeat";
    case ControlKind::welcome: return "welcome";
    case ControlKind::notice: return "notice";
    case ControlKind::status: return "status";
  }
  return "";
}

/// One object a line, written key by key. Texts are UTF-8: they come from frames that were.
class Line {
 public:
  explicit Line(std::string_view type) { text("type", type); }

  void text(std::string_view key, std::string_view value) {
    begin(key);
    buffer_.push_back('"');
    for (const char c : value) put(c);
    buffer_.push_back('"');
  }
  void text_or_null(std::string_view key, std::string_view value) {
    value.empty() ? null(key) : text(key, value);
  }

  /// The shortest text that reads back as the same number.
  void number(std::string_view key, double value) {
    begin(key);
    fmt::format_to(std::back_inserter(buffer_), "{}", value);
  }
  void time(std::string_view key, Timestamp value) {
    if (value == no_time) return null(key);
    begin(key);
    fmt::format_to(std::back_inserter(buffer_), "{}", to_unix_ms(value));
  }
  void null(std::string_view key) { raw(key, "null"); }
  void raw(std::string_view key, std::string_view json) {
    begin(key);
    buffer_.append(json);
  }

  void write_to(std::ostream& out) {
    buffer_.append(std::string_view{"}\n"});
    out.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  }

 private:
  void begin(std::string_view key) {
    buffer_.append(std::string_view{buffer_.size() == 0 ? "{\"" : ",\""});
    buffer_.append(key);
    buffer_.append(std::string_view{"\":"});
  }

  void put(char c) {
    if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(buffer_), "\\u{:04x}", static_cast<unsigned>(c));
      return;
    }
    if (c == '"' || c == '\\') buffer_.push_back('\\');
    buffer_.push_back(c);
  }

  fmt::memory_buffer buffer_;
};

void write(const Tick& tick, const Source& source, std::ostream& out) {
  Line line{"tick"};
  line.text("venue", source.venue);
  line.text("symbol", source.symbol);
  line.text("price_kind", name_of(tick.kind));
  line.time("time_ms", tick.event_time);
  line.number("price", tick.price);
  std::isnan(tick.size) ? line.null("size") : line.number("size", tick.size);
  line.text_or_null("side", tick.side == Side::buy ? "buy" : tick.side == Side::sell ? "sell" : "");
  if (tick.history) line.raw("history", "true");
  line.write_to(out);
}

void write(const Liquidation& liquidation, const Source& source, std::ostream& out) {
  Line line{"liquidation"};
  line.text("venue", source.venue);
  line.text("symbol", source.symbol);
  line.time("time_ms", liquidation.event_time);
  line.text("position", liquidation.position == Position::long_side ? "long" : "short");
  line.number("price", liquidation.price);
  line.number("quantity", liquidation.quantity);
  line.text("quantity_unit", name_of(liquidation.unit));
  liquidation.notional ? line.number("notional_usd", liquidation.notional->dollars())
                       : line.null("notional_usd");
  if (liquidation.history) line.raw("history", "true");
  line.write_to(out);
}

void write_note(std::string_view type, std::string_view key, std::string_view text,
                std::ostream& out) {
  Line line{type};
  line.text(key, text);
  line.write_to(out);
}

/// A line without its end. False at the end of the input; `too_long` where the rest of the line was
/// dropped.
bool read_line(std::streambuf& in, std::string& line, bool& too_long) {
  using Traits = std::streambuf::traits_type;
  line.clear();
  too_long = false;
  auto c = in.sbumpc();
  if (Traits::eq_int_type(c, Traits::eof())) return false;
  for (; !Traits::eq_int_type(c, Traits::eof()); c = in.sbumpc()) {
    if (Traits::to_char_type(c) == '\n') return true;
    too_long = too_long || line.size() == longest_line;
    if (!too_long) line += Traits::to_char_type(c);
  }
  return true;
}

class Decoding {
 public:
  Decoding(const Venue& venue, Contracts contracts, std::ostream& out)
      : contracts_{std::move(contracts)},
        decoder_{venue.make_decoder(sources_, contracts_, {})},
        out_{out} {}

  void take(std::string& line, bool too_long) {
    if (too_long) return write_note("malformed", "error", "a line longer than 8 MiB", out_);
    unwrap(line);
    const auto size = line.size();
    line.resize(size + Frame::padding, ' ');
    events_.clear();
    write_all(decoder_->decode({line.data(), size, line.size(), Frame::Kind::text}, events_));
  }

 private:
  /// A line that is a JSON string is a frame of that text.
  void unwrap(std::string& line) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] != '"') return;
    const simdjson::padded_string json{line};
    simdjson::dom::element element;
    std::string_view text;
    if (!strings_.parse(json).get(element) && !element.get_string().get(text)) line = text;
  }

  void write_all(const FrameReport& report) {
    switch (report.frame_class) {
      case FrameClass::data: return write_events();
      case FrameClass::ignored: return write_note("ignored", "what", report.text, out_);
      case FrameClass::malformed: return write_note("malformed", "error", report.text, out_);
      case FrameClass::control: break;
    }
    Line line{"control"};
    line.text("what", name_of(report.control));
    line.text_or_null("message", report.text);
    line.write_to(out_);
  }

  void write_events() {
    bool said = false;
    for (const auto& event : events_) {
      if (const auto* tick = std::get_if<Tick>(&event)) {
        write(*tick, sources_[tick->source], out_);
      } else if (const auto* liquidation = std::get_if<Liquidation>(&event)) {
        write(*liquidation, sources_[liquidation->source], out_);
      } else {
        continue;
      }
      said = true;
    }
    if (!said) write_note("ignored", "what", "data that changes no price", out_);
  }

  SourceTable sources_;
  const Contracts contracts_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<Event> events_;
  simdjson::dom::parser strings_;
  std::ostream& out_;
};

}  // namespace

int run_decode(std::string_view venue_name, const std::string& contracts_file, std::istream& in,
               std::ostream& out, std::ostream& errors) {
  const Venue* venue = find_venue(venue_name);
  if (!venue) {
    errors << fmt::format("--venue: no venue is called \"{}\"; write one of {}\n", venue_name,
                          fmt::join(venue_names(), ", "));
    return 2;
  }
  Contracts contracts;
  if (!contracts_file.empty()) {
    const auto mistake = read_contracts_file(contracts_file, contracts);
    if (mistake) {
      errors << to_line(*mistake) << "\n";
      return 2;
    }
  }
  Decoding decoding{*venue, std::move(contracts), out};
  std::string line;
  bool too_long = false;
  while (read_line(*in.rdbuf(), line, too_long)) {
    decoding.take(line, too_long);
    // Who feeds us frame by frame waits for the answer.
    if (in.rdbuf()->in_avail() <= 0) out.flush();
  }
  out.flush();
  return 0;
}

}  // namespace foghorn
