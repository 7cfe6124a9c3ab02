#include "feeds/venues/json_decoder.hpp"

namespace foghorn::wire {

static_assert(Frame::padding >= simdjson::SIMDJSON_PADDING);

bool is_whole(od::document& document, od::object& root) {
  if (root.raw_json().error()) return false;
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

JsonDecoder::JsonDecoder() {
  constexpr std::size_t usual_frame = 64 * 1024;
  // Out of memory shows again, as an error, at the first frame.
  [[maybe_unused]] const auto error = parser_.allocate(usual_frame);
  note_.reserve(256);
}

FrameReport JsonDecoder::decode(Frame frame, std::vector<Event>& out) {
  if (frame.kind == Frame::Kind::ping) return control(ControlKind::ping);
  if (frame.kind == Frame::Kind::pong) return control(ControlKind::pong);

  const auto before = out.size();
  const auto report = read_object(frame, out);
  if (report.frame_class != FrameClass::data) {
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
  }
  return report;
}

FrameReport JsonDecoder::read_object(Frame frame, std::vector<Event>& out) {
  if (frame.size == 0) return malformed("an empty frame");
  if (frame.size > longest_frame) return malformed("a frame of more than 1 GiB");
  od::document document;
  const simdjson::padded_string_view json{frame.data, frame.size, frame.capacity};
  if (const auto error = parser_.iterate(json).get(document)) {
    return error == simdjson::UTF8_ERROR ? malformed("not UTF-8") : read_plain(frame.text());
  }
  failure_ = {};
  lacks_room_ = false;
  od::object object;
  if (document.get_object().get(object)) {
    od::array list;
    if (document.get_array().get(list)) return read_plain(frame.text());
    return settled(read_list(list, failure_, out),
                   [&] { return document.current_location().error() == simdjson::OUT_OF_BOUNDS; });
  }
  Fields root{object, failure_};
  return settled(read(root, out), [&] { return is_whole(document, root.raw()); });
}

template <class Whole>
FrameReport JsonDecoder::settled(const FrameReport& report, Whole&& whole) {
  if (report.frame_class == FrameClass::malformed) return report;
  if (failure_) return malformed_in("frame");
  if (!whole()) return malformed("not JSON: cut off, or more than one object");
  if (lacks_room_) return ignored("a symbol beyond what the source table holds");
  if (report.frame_class == FrameClass::data) remember();
  if (report.frame_class == FrameClass::ignored && report.text.empty()) {
    return ignored("a frame without a name");
  }
  return report;
}

FrameReport JsonDecoder::read_plain(std::string_view) {
  return malformed("not a JSON object");
}

FrameReport JsonDecoder::read_list(od::array&, Failure&, std::vector<Event>&) {
  return malformed("not a JSON object");
}

FrameReport JsonDecoder::malformed_in(std::string_view kind) {
  note_.assign(kind).append(": ").append(failure_.key).append(" ").append(failure_.wrong);
  return malformed(note_);
}

std::string_view JsonDecoder::joined(std::string_view first, std::string_view second) {
  note_.assign(first).append(":").append(second);
  return note_;
}

}  // namespace foghorn::wire
