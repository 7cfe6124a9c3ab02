// Any bytes as a line of a capture: no crash, and what is read is written as a line that reads back
// the same.
#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "feeds/capture/record.hpp"

using namespace foghorn;

namespace {

/// The line that it makes again; empty where it is no record.
std::string again(std::string_view line) {
  std::string padded{line};
  padded.append(Frame::padding, ' ');
  CaptureParser parser;
  const auto parsed = parser.parse({padded.data(), line.size()});
  std::string out;
  if (const auto* record = std::get_if<CaptureRecord>(&parsed)) append_line(out, *record);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(size, ' ');
  if (size > 0) std::memcpy(bytes.data(), data, size);
  const auto once = again(bytes);
  // A setup is taken as it stands, unread: line breaks in it are no record's, and where it is not
  // JSON the line that holds it is none either.
  if (once.empty() || once.find('\n') != once.size() - 1) return 0;
  simdjson::dom::parser whole;
  if (whole.parse(once).error()) return 0;
  if (again(std::string_view{once}.substr(0, once.size() - 1)) != once) std::abort();
  return 0;
}
