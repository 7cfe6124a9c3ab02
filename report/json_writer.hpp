#pragma once
// JSON as it is written, key by key; the order is the caller's. Nobody but the renderer includes
// it.

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "model/time.hpp"

namespace foghorn {

inline std::string quoted(std::string_view text) {
  std::string out{"\""};
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

/// An object or list under way: `separator` before each member but the first.
class Json {
 public:
  Json& key(std::string_view name) {
    separate();
    text_ += quoted(name) + ":";
    fresh_ = true;
    return *this;
  }
  Json& begin(char bracket) {
    separate();
    text_ += bracket;
    fresh_ = true;
    return *this;
  }
  Json& end(char bracket) {
    text_ += bracket;
    fresh_ = false;
    return *this;
  }
  Json& text(std::string_view value) { return raw(quoted(value)); }
  Json& number(double value) {
    // Not a number has no JSON.
    return raw(std::isfinite(value) ? fmt::format("{}", value) : "null");
  }
  Json& whole(std::int64_t value) { return raw(std::to_string(value)); }
  Json& boolean(bool value) { return raw(value ? "true" : "false"); }
  Json& null() { return raw("null"); }
  Json& time(Timestamp t) { return t == no_time ? null() : text(format_utc(t)); }
  Json& day(Timestamp t) { return text(format_utc(t).substr(0, 10)); }

  std::string take() { return std::move(text_); }

 private:
  Json& raw(std::string_view value) {
    separate();
    text_ += value;
    return *this;
  }
  void separate() {
    if (!fresh_) text_ += ',';
    fresh_ = false;
  }

  std::string text_;
  bool fresh_{true};
};

}  // namespace foghorn
