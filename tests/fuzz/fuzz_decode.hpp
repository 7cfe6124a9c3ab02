#pragma once
// Any bytes as a frame of a venue: no crash, no byte read beyond the promised ones, no event that a
// reader of events would stumble over, and the same verdict when the frame comes again.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "feeds/venues/venue.hpp"

namespace foghorn::test {

inline void require(bool promise) {
  if (!promise) std::abort();
}

/// A decoder and what it lives on; made anew now and then, so that its table of sources does not
/// stay full.
struct FuzzedDecoder {
  explicit FuzzedDecoder(const Venue& venue)
      : decoder{venue.make_decoder(sources, contracts, {})} {}

  SourceTable sources;
  Contracts contracts{{"BTC-USDT-SWAP", {.multiplier = 0.01, .inverse = false}},
                      {"BTCUSD_PERP", {.multiplier = 100, .inverse = true}}};
  std::unique_ptr<Decoder> decoder;
  std::vector<Event> events;
};

inline void check(const Event& event, const SourceTable& sources) {
  const auto sound_time = [](Timestamp time) {
    return time == no_time || from_unix_ms(to_unix_ms(time)).has_value();
  };
  if (const auto* tick = std::get_if<Tick>(&event)) {
    require(std::isfinite(tick->price) && sound_time(tick->event_time) &&
            index(tick->source) < sources.size());
    require(std::isnan(tick->size) || (std::isfinite(tick->size) && tick->size > 0));
  } else if (const auto* order = std::get_if<Liquidation>(&event)) {
    require(std::isfinite(order->price) && sound_time(order->event_time) &&
            index(order->source) < sources.size());
    require(std::isfinite(order->quantity) && order->quantity > 0);
    require(!order->notional || order->notional->value >= 0);
  } else {
    require(index(std::get<Alive>(event).source) < sources.size());
  }
}

/// Reads every byte of a report's text, which must still be there.
inline void touch(std::string_view text) {
  volatile char last = 0;
  for (const char c : text) last = c;
  (void)last;
}

/// `data` is a byte that lies behind the frame in its buffer (the next frame's, say), and then the
/// frame.
inline void fuzz_decode(std::string_view venue, const unsigned char* data, std::size_t size) {
  static std::unique_ptr<FuzzedDecoder> fuzzed;
  static std::size_t runs = 0;
  if (runs++ % 10'000 == 0) fuzzed = std::make_unique<FuzzedDecoder>(*find_venue(venue));
  if (size == 0) return;

  const std::size_t frame_size = size - 1;
  const auto bytes = std::make_unique<char[]>(frame_size + Frame::padding);
  std::copy(data + 1, data + size, bytes.get());
  std::fill_n(bytes.get() + frame_size, Frame::padding, static_cast<char>(data[0]));
  const Frame frame{
      .data = bytes.get(), .size = frame_size, .capacity = frame_size + Frame::padding};

  auto& events = fuzzed->events;
  events.assign(1, Alive{SourceId{0xffff'ffff}});  // stands for the events of the frame before
  const auto report = fuzzed->decoder->decode(frame, events);
  require(!events.empty() && std::get<Alive>(events.front()).source == SourceId{0xffff'ffff});
  if (report.frame_class != FrameClass::data) require(events.size() == 1);
  for (std::size_t i = 1; i < events.size(); ++i) check(events[i], fuzzed->sources);
  touch(report.text);
  touch(report.subject);
  if (report.frame_class == FrameClass::ignored || report.frame_class == FrameClass::malformed) {
    require(!report.text.empty());
  }

  const auto verdict = report.frame_class;
  require(fuzzed->decoder->decode(frame, events).frame_class == verdict);
}

}  // namespace foghorn::test
