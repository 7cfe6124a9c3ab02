#pragma once
// One JSON object of a frame, read field by field. Ask in wire order: simdjson then makes one pass;
// another order is found as well, only slower. What cannot be read makes this and every later
// answer empty, and failed() names the first such field, so that a reader asks for all it needs and
// checks once.

#include <simdjson.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "feeds/venues/decimal.hpp"
#include "model/source.hpp"
#include "model/time.hpp"

namespace foghorn::wire {

namespace od = simdjson::ondemand;

/// A frame beyond this is refused before it is read; simdjson counts bytes in 32 bits.
inline constexpr std::size_t longest_frame = 1u << 30;

inline constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// The first field that could not be read, and what was wrong with it. `wrong` is null while all is
/// well.
struct Failure {
  std::string_view key;
  const char* wrong{};
  explicit operator bool() const { return wrong != nullptr; }
};

/// A value's own text: without quotes where it has them, escapes undone. `quoted` tells "5" from 5.
struct Token {
  std::string_view text;
  bool quoted{};
};

/// nullopt for an object or a list.
std::optional<Token> unescaped(od::value value, std::string_view raw);

inline std::optional<Token> token(od::value value) {
  std::string_view raw = value.raw_json_token();
  // Behind the last token of a frame that was cut off, simdjson's index of tokens ends with a zero:
  // the length wraps.
  if (raw.size() > longest_frame) return std::nullopt;
  while (!raw.empty() && static_cast<unsigned char>(raw.back()) <= ' ') raw.remove_suffix(1);
  if (raw.empty() || raw.front() == '{' || raw.front() == '[') return std::nullopt;
  if (raw.front() != '"') return Token{raw, false};
  if (raw.size() < 2 || raw.back() != '"') return std::nullopt;
  raw.remove_prefix(1);
  raw.remove_suffix(1);
  if (raw.find('\\') != std::string_view::npos) return unescaped(value, raw);
  return Token{raw, true};
}

/// A number in a string or bare; nullopt unless finite.
inline std::optional<double> number_of(od::value value) {
  const auto text = token(value);
  if (!text) return std::nullopt;
  if (text->quoted) return parse_decimal(text->text);
  double bare = 0;
  if (value.get_double().get(bare)) return std::nullopt;
  return bare;
}

/// The same, and no_number for what venues write where there is none: "" and null.
inline std::optional<double> number_or_none(od::value value) {
  const auto text = token(value);
  if (text && (text->quoted ? text->text.empty() : text->text == "null")) return no_number;
  return number_of(value);
}

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
  std::string_view text(std::string_view key) {
    auto found = required(key);
    if (!found) return {};
    const auto text = token(*found);
    if (text && text->quoted) return text->text;
    return fail(key, "is not text"), std::string_view{};
  }

  /// A venue's name for an instrument, not empty and short enough for a SourceTable.
  std::string_view symbol(std::string_view key) {
    const auto name = text(key);
    if (!is_symbol(name)) fail(key, "is not a symbol");
    return name;
  }

  /// Finite, of any sign.
  double number(std::string_view key) {
    auto found = required(key);
    if (!found) return no_number;
    const auto value = number_of(*found);
    if (value) return *value;
    return fail(key, "is not a number"), no_number;
  }

  /// Finite and above zero.
  double size(std::string_view key) {
    const double value = number(key);
    if (!failed() && !(value > 0)) fail(key, "is not above zero");
    return value;
  }

  /// A price that may be lacking ("" or null): no_number then. The field itself must be there.
  double quote(std::string_view key) {
    auto found = required(key);
    if (!found) return no_number;
    const auto value = number_or_none(*found);
    if (value) return *value;
    return fail(key, "is not a number"), no_number;
  }

  /// Milliseconds since the epoch, as a number or as text.
  Timestamp time(std::string_view key) {
    auto found = required(key);
    if (!found) return no_time;
    const auto text = token(*found);
    const auto ms = text ? parse_whole(text->text) : std::nullopt;
    if (ms && *ms <= INT64_MAX) {
      if (const auto t = from_unix_ms(static_cast<std::int64_t>(*ms))) return *t;
    }
    return fail(key, "is not a time in milliseconds"), no_time;
  }

  /// A trade's id: a whole number as itself, any other text hashed.
  std::uint64_t id(std::string_view key) {
    auto found = required(key);
    if (!found) return 0;
    const auto text = token(*found);
    if (!text || text->text.empty()) return fail(key, "is not an id"), 0;
    if (const auto whole = parse_whole(text->text)) return *whole;
    if (!text->quoted) return fail(key, "is not an id"), 0;
    return hash_text(text->text);
  }

  bool flag(std::string_view key) {
    auto found = required(key);
    bool value = false;
    if (found && found->get_bool().get(value)) fail(key, "is not true or false");
    return value;
  }

  Fields object(std::string_view key) {
    od::object inner;
    auto found = required(key);
    if (found && found->get_object().get(inner)) fail(key, "is not an object");
    return {inner, *failure_};
  }

  /// nullopt: failed.
  std::optional<od::array> list(std::string_view key) {
    auto found = required(key);
    if (!found) return std::nullopt;
    od::array inner;
    if (found->get_array().get(inner)) return fail(key, "is not a list"), std::nullopt;
    return inner;
  }

  /// The field, whatever it is; nullopt: failed.
  std::optional<od::value> required(std::string_view key) {
    od::value value;
    if (failed()) return std::nullopt;
    const auto error = find(key, value);
    if (!error) return value;
    if (error == simdjson::NO_SUCH_FIELD) fail(key, "is missing");
    return std::nullopt;
  }

  /// The same, where there may be none: nullopt is no failure.
  std::optional<od::value> optional(std::string_view key) {
    od::value value;
    if (failed() || find(key, value)) return std::nullopt;
    return value;
  }

  /// What names a frame's kind: text, or empty where there is none.
  std::string_view optional_name(std::string_view key) {
    const auto found = optional(key);
    if (!found) return {};
    const auto text = token(*found);
    if (text && text->quoted) return text->text;
    return fail(key, "is not text"), std::string_view{};
  }

  /// Text, or a bare number's digits; empty where there is none, or null.
  std::string_view optional_text(std::string_view key) {
    const auto found = optional(key);
    if (!found) return {};
    const auto text = token(*found);
    if (!text) return fail(key, "is not text"), std::string_view{};
    return text->quoted || text->text != "null" ? text->text : std::string_view{};
  }

  /// As quote(), but the field need not be there.
  double optional_quote(std::string_view key) {
    const auto found = optional(key);
    if (!found) return no_number;
    const auto value = number_or_none(*found);
    if (value) return *value;
    return fail(key, "is not a number"), no_number;
  }

  /// Says that `key`'s value, though well-formed, is none that the venue defines.
  void fail(std::string_view key, const char* wrong) {
    if (!failed()) *failure_ = {key, wrong};
  }

  /// The object itself, for a reader that goes through its fields one by one.
  od::object& raw() { return object_; }

 private:
  /// Behind the field that was read last, and then from the object's start. Not by simdjson's own
  /// find_field_unordered: that takes for granted that what it passes again was sound, and a frame
  /// need not be.
  simdjson::error_code find(std::string_view key, od::value& value) {
    auto error = object_.find_field(key).get(value);
    if (error == simdjson::NO_SUCH_FIELD && !object_.reset().error()) {
      error = object_.find_field(key).get(value);
    }
    if (error && error != simdjson::NO_SUCH_FIELD)
      fail(key, "could not be reached: the frame is not JSON");
    return error;
  }

  od::object object_;
  Failure* failure_;
};

}  // namespace foghorn::wire
