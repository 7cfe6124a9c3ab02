#pragma once
// What the decoders of venues that speak JSON share: a frame is one object, read whole or not at
// all.

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

#include "feeds/venues/fields.hpp"
#include "feeds/venues/venue.hpp"

namespace foghorn::wire {

class JsonDecoder : public Decoder {
 public:
  JsonDecoder();
  FrameReport decode(Frame frame, std::vector<Event>& out) final;

 protected:
  /// Reads a frame's object. What it appends to `out` is taken back unless it reports data and the
  /// frame turns out to be whole.
  virtual FrameReport read(Fields& root, std::vector<Event>& out) = 0;

  /// Reads a text that is no object: `pong`. Malformed, unless the venue sends such texts.
  virtual FrameReport read_plain(std::string_view text);

  /// Reads a frame that is a list, to its end. Malformed, unless the venue sends lists.
  virtual FrameReport read_list(od::array& list, Failure& failure, std::vector<Event>& out);

  /// The frame just read was data, and whole: time to change what later frames build on.
  virtual void remember() {}

  static FrameReport data(StreamKind stream) {
    return {.frame_class = FrameClass::data, .stream = stream};
  }
  static FrameReport control(ControlKind kind, std::string_view text = {},
                             std::string_view subject = {}) {
    return {.frame_class = FrameClass::control, .control = kind, .text = text, .subject = subject};
  }
  static FrameReport ignored(std::string_view what) {
    return {.frame_class = FrameClass::ignored, .text = what};
  }
  static FrameReport malformed(std::string_view why) {
    return {.frame_class = FrameClass::malformed, .text = why};
  }
  /// "aggTrade: p is not a number", where the frame has failed.
  FrameReport malformed_in(std::string_view kind);

  /// To be called where the SourceTable has no room for a symbol: the frame is then ignored.
  FrameReport lacks_room() {
    lacks_room_ = true;
    return {};
  }

  /// "trades:BTC", valid until the next frame.
  std::string_view joined(std::string_view first, std::string_view second);

 private:
  FrameReport read_object(Frame frame, std::vector<Event>& out);
  template <class Whole>
  FrameReport settled(const FrameReport& report, Whole&& whole);

  simdjson::ondemand::parser parser_;  ///< grows to the largest frame, then stays
  Failure failure_;                    ///< of the frame that is read
  bool lacks_room_{};
  std::string note_;  ///< what a report's views point to where the frame does not say it
};

/// Whether the object ends, with every bracket closed, and nothing stands behind it. The decoders
/// read no further than they need; a frame that was cut off shows only here.
bool is_whole(od::document& document, od::object& root);

/// Whether a best bid and ask make a mid: venues send none, "" or 0 for an empty side of the book.
inline bool has_quote(double bid, double ask) {
  return bid > 0 && ask > 0;
}

/// Halves first, so that it cannot overflow.
inline double mid_of(double bid, double ask) {
  return bid / 2 + ask / 2;
}

/// Calls `read(Fields&)` with each object of `list`, which is the field `key` of `parent`, until
/// one fails.
template <class Read>
void each_object(Fields& parent, std::string_view key, od::value list, Read&& read) {
  od::array array;
  if (list.get_array().get(array)) return parent.fail(key, "is not a list");
  for (auto element : array) {
    od::object object;
    if (element.get_object().get(object)) return parent.fail(key, "does not hold objects alone");
    Fields row{object, parent.failure()};
    read(row);
    if (row.failed()) return;
  }
}

template <class Read>
void each_object(Fields& parent, std::string_view key, Read&& read) {
  if (const auto list = parent.required(key)) each_object(parent, key, *list, read);
}

}  // namespace foghorn::wire
