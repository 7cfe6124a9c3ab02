#pragma once
// One JSON object of a frame, read field by field. Ask in wire order: simdjson then makes one pass;
// another order is found as well, only slower. What cannot be read makes this and every later
// answer of the frame empty, and the frame's Failure names the first such field, so that a reader
// asks for all it needs and checks once.

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "feeds/venues/token.hpp"
#include "feeds/venues/wire_time.hpp"
#include "model/source.hpp"
#include "model/time.hpp"

namespace foghorn::wire {

/// The first field of a frame that could not be read, and what was wrong with it; `wrong` is null
/// while all is well. One for all objects of a frame: after an error simdjson must not be asked
/// again, wherever in the frame.
struct Failure {
  std::string_view key;
  const char* wrong{};
  explicit operator bool() const { return wrong != nullptr; }
};

/// Whether a SourceTable could take `text`.
inline bool is_symbol(std::string_view text) {
  return !text.empty() && text.size() <= SourceTable::longest_symbol;
}

class Fields {
 public:
  Fields(od::object object, Failure& failure) : object_{object}, failure_{&failure} {}

  bool failed() const { return static_cast<bool>(*failure_); }
  Failure& failure() { return *failure_; }

  /// Any text; may be empty.
  simdjson_inline std::string_view text(std::string_view key) {
    if (const auto found = required(key)) {
      if (const auto text = text_of(*found)) return *text;
      fail(key, "is not text");
    }
    return {};
  }

  /// A venue's name for an instrument, not empty and short enough for a SourceTable.
  simdjson_inline std::string_view symbol(std::string_view key) {
    const auto name = text(key);
    if (!is_symbol(name)) fail(key, "is not a symbol");
    return name;
  }

  /// Finite, of any sign.
  simdjson_inline double number(std::string_view key) {
    if (const auto found = required(key)) {
      if (const auto value = number_of(*found)) return *value;
      fail(key, "is not a number");
    }
    return no_number;
  }

  /// Finite and above zero.
  simdjson_inline double size(std::string_view key) {
    const double value = number(key);
    if (!(value > 0)) fail(key, "is not above zero");
    return value;
  }

  /// A price that may be lacking ("" or null): no_number then. The field itself must be there.
  simdjson_inline double quote(std::string_view key) {
    if (const auto found = required(key)) {
      if (const auto value = number_or_none(*found)) return *value;
      fail(key, "is not a number");
    }
    return no_number;
  }

  /// Milliseconds since the epoch, as a number or as text.
  simdjson_inline Timestamp time(std::string_view key) {
    if (const auto found = required(key)) {
      if (const auto ms = parse_whole(token(*found).text); ms && *ms <= INT64_MAX) {
        if (const auto time = from_unix_ms(static_cast<std::int64_t>(*ms))) return *time;
      }
      fail(key, "is not a time in milliseconds");
    }
    return no_time;
  }

  /// Whole seconds since the epoch, as a number or as text.
  Timestamp seconds(std::string_view key) {
    if (const auto found = required(key)) {
      if (const auto s = parse_whole(token(*found).text); s && *s <= INT64_MAX / 1000) {
        if (const auto time = from_unix_ms(static_cast<std::int64_t>(*s) * 1000)) return *time;
      }
      fail(key, "is not a time in seconds");
    }
    return no_time;
  }

  /// A time as RFC 3339 writes it, truncated to microseconds.
  simdjson_inline Timestamp rfc3339(std::string_view key) {
    if (const auto found = required(key)) {
      if (const auto letters = token(*found); letters.quoted()) {
        if (const auto time = parse_rfc3339(letters.text)) return *time;
      }
      fail(key, "is not a time");
    }
    return no_time;
  }

  /// A trade's id: a whole number as itself, any other text hashed.
  simdjson_inline std::uint64_t id(std::string_view key) {
    if (const auto found = required(key)) {
      const auto letters = token(*found);
      if (const auto whole = parse_whole(letters.text)) return *whole;
      if (letters.quoted() && !letters.text.empty()) return hash_text(letters.text);
      fail(key, "is not an id");
    }
    return 0;
  }

  /// The number of a trade where a venue counts them: whole.
  simdjson_inline std::uint64_t count(std::string_view key) {
    if (const auto found = required(key)) {
      if (const auto whole = parse_whole(token(*found).text)) return *whole;
      fail(key, "is not a whole number");
    }
    return 0;
  }

  simdjson_inline bool flag(std::string_view key) {
    bool value = false;
    if (auto found = required(key)) {
      if (found->get_bool().get(value)) fail(key, "is not true or false");
    }
    return value;
  }

  simdjson_inline Fields object(std::string_view key) {
    od::object inner;
    if (auto found = required(key)) {
      if (found->get_object().get(inner)) fail(key, "is not an object");
    }
    return {inner, *failure_};
  }

  /// nullopt: failed.
  std::optional<od::array> list(std::string_view key) {
    od::array inner;
    if (auto found = required(key)) {
      if (!found->get_array().get(inner)) return inner;
      fail(key, "is not a list");
    }
    return std::nullopt;
  }

  /// The field, whatever it is; nullopt: failed.
  simdjson_inline std::optional<od::value> required(std::string_view key) {
    auto found = optional(key);
    if (!found) fail(key, "is missing");
    return found;
  }

  /// The same, where there may be none: nullopt is no failure.
  simdjson_inline std::optional<od::value> optional(std::string_view key) {
    if (failed()) return std::nullopt;
    od::value value;
    const auto error = object_.find_field(key).get(value);
    if (error && !find_again(key, value, error)) return std::nullopt;
    return value;
  }

  /// What names a frame's kind: text, or empty where there is none.
  simdjson_inline std::string_view optional_name(std::string_view key) {
    if (const auto found = optional(key)) {
      if (const auto text = text_of(*found)) return *text;
      fail(key, "is not text");
    }
    return {};
  }

  /// Text, or a bare number's digits; empty where there is none, or null.
  std::string_view optional_text(std::string_view key) {
    if (const auto found = optional(key)) {
      const auto letters = token(*found);
      if (letters.is_null()) return {};
      if (letters.form == Token::Form::bare) return letters.text;
      if (const auto text = text_of(*found)) return *text;
      fail(key, "is not text");
    }
    return {};
  }

  /// As rfc3339(), but the field need not be there: no_time then.
  Timestamp optional_rfc3339(std::string_view key) {
    if (const auto found = optional(key)) {
      const auto letters = token(*found);
      const auto time = letters.quoted() ? parse_rfc3339(letters.text) : std::nullopt;
      if (time) return *time;
      fail(key, "is not a time");
    }
    return no_time;
  }

  /// As quote(), but the field need not be there.
  double optional_quote(std::string_view key) {
    if (const auto found = optional(key)) {
      if (const auto value = number_or_none(*found)) return *value;
      fail(key, "is not a number");
    }
    return no_number;
  }

  /// Says that `key`'s value, though well-formed, is none that the venue defines. The first to fail
  /// is remembered.
  [[gnu::cold]] void fail(std::string_view key, const char* wrong) {
    if (!failed()) *failure_ = {key, wrong};
  }

  /// The object itself, for a reader that goes through its fields one by one.
  od::object& raw() { return object_; }

 private:
  /// A field is looked for behind the one that was read last, and then, here, from the object's
  /// start. Not by simdjson's own find_field_unordered: that takes for granted that what it passes
  /// again was sound, and a frame need not be.
  [[gnu::noinline]] bool find_again(std::string_view key, od::value& value,
                                    simdjson::error_code error) {
    if (error == simdjson::NO_SUCH_FIELD && !object_.reset().error()) {
      error = object_.find_field(key).get(value);
    }
    if (error && error != simdjson::NO_SUCH_FIELD) {
      fail(key, "could not be reached: the frame is not JSON");
    }
    return !error;
  }

  od::object object_;
  Failure* failure_;
};

}  // namespace foghorn::wire
