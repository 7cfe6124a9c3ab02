#pragma once
// Frames through a decoder, and what it said in a line of text each: short enough to compare whole.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/venues/venue.hpp"
#include "tests/support/frame.hpp"

namespace foghorn::test {

using Lines = std::vector<std::string>;

struct Decoding {
  explicit Decoding(std::string_view venue, Contracts known = {})
      : contracts{std::move(known)},
        decoder{find_venue(venue)->make_decoder(sources, contracts, {})} {}

  /// The report of one frame; its events are in `events`, those before it gone.
  FrameReport report(std::string_view text) {
    events.clear();
    frame = std::make_unique<OwnedFrame>(text);
    return decoder->decode(*frame, events);
  }

  /// What one frame says: an event a line; of a control frame or one without events, the report.
  Lines said(std::string_view text) {
    const auto got = report(text);
    switch (got.frame_class) {
      case FrameClass::malformed: return {"malformed: " + std::string{got.text}};
      case FrameClass::ignored: return {"ignored: " + std::string{got.text}};
      case FrameClass::control: return {control(got)};
      case FrameClass::data: break;
    }
    Lines lines;
    for (const auto& event : events) lines.push_back(to_line(event));
    return lines;
  }

  std::string to_line(const Event& event) const {
    if (const auto* tick = std::get_if<Tick>(&event)) {
      static constexpr const char* kinds[] = {"trade", "mark", "mid", "last"};
      static constexpr const char* sides[] = {"", " buy", " sell"};
      return fmt::format(
          "{} {} {}{}{}{}{}{}", kinds[static_cast<int>(tick->kind)], sources[tick->source].symbol,
          tick->price, std::isnan(tick->size) ? "" : fmt::format(" x{}", tick->size),
          sides[static_cast<int>(tick->side)], at(tick->event_time),
          tick->id ? fmt::format(" #{}", tick->id) : "", tick->history ? " history" : "");
    }
    if (const auto* order = std::get_if<Liquidation>(&event)) {
      static constexpr const char* units[] = {"base", "quote", "contracts"};
      return fmt::format(
          "{} {} {} {} at {}{}{}{}", order->position == Position::long_side ? "long" : "short",
          sources[order->source].symbol, order->quantity, units[static_cast<int>(order->unit)],
          order->price, order->notional ? fmt::format(" = {} USD", order->notional->dollars()) : "",
          at(order->event_time), order->history ? " history" : "");
    }
    return "alive " + sources[std::get<Alive>(event).source].symbol;
  }

  SourceTable sources;
  Contracts contracts;
  std::unique_ptr<Decoder> decoder;
  std::vector<Event> events;
  std::unique_ptr<OwnedFrame> frame;

 private:
  static std::string at(Timestamp time) {
    return time == no_time ? "" : fmt::format(" @{}", to_unix_ms(time));
  }

  static std::string control(const FrameReport& report) {
    static constexpr const char* kinds[] = {"ack",       "error",   "pong",   "ping",
                                            "heartbeat", "welcome", "notice", "status"};
    std::string line = kinds[static_cast<int>(report.control)];
    if (!report.subject.empty()) line += " [" + std::string{report.subject} + "]";
    if (!report.text.empty()) line += ": " + std::string{report.text};
    return line;
  }
};

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// A line that is a JSON string stands for a frame of that text, as `foghorn decode` has it too.
inline std::string unwrapped(std::string_view line) {
  if (!line.starts_with('"')) return std::string{line};
  std::string text;
  for (std::size_t i = 1; i + 1 < line.size(); ++i) {
    const bool escaped = line[i] == '\\';
    if (escaped) ++i;
    text += escaped && line[i] == 'n' ? '\n' : line[i];
  }
  return text;
}

/// "bybit", "public_trade": one of the frames that we wrote in the shapes of the venues.
inline std::string fixture(std::string_view venue, std::string_view name) {
  return unwrapped(file_text(std::filesystem::path{FOGHORN_ROOT} / "tests/fixtures" / venue /
                             (std::string{name} + ".json")));
}

/// The names of a venue's fixtures, sorted.
inline Lines fixtures_of(std::string_view venue) {
  Lines names;
  for (const auto& entry : std::filesystem::directory_iterator{std::filesystem::path{FOGHORN_ROOT} /
                                                               "tests/fixtures" / venue}) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace foghorn::test
