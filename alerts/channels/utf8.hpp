#pragma once
// Cutting text to a platform's limit without breaking a character. Platforms count bytes or code
// points; readers count what they see: an accented letter, a flag, an emoji with its skin tone.

#include <cstddef>
#include <string>
#include <string_view>

namespace foghorn {

/// The longest beginning of valid UTF-8 `text` that has at most `bytes` bytes, ends between two
/// code points and, unless nothing would be left, between two characters as a reader sees them.
std::string_view cut_to_bytes(std::string_view text, std::size_t bytes);

/// `text`, or its beginning and "…" where it is longer than `bytes`.
std::string shortened(std::string_view text, std::size_t bytes);

/// How many UTF-16 units valid UTF-8 `text` has: two for what lies beyond U+FFFF.
std::size_t utf16_size(std::string_view text);

/// As shortened(), where the limit is in UTF-16 units.
std::string shortened_to_utf16(std::string_view text, std::size_t units);

/// `text` with every byte that is not UTF-8 replaced by U+FFFD, and control characters by spaces:
/// one line, fit for JSON.
std::string one_line(std::string_view text);

/// `text` with < and > as their full-width twins, for markdown that has tags and no escape: a stray
/// one would open a tag.
std::string without_angles(std::string_view text);

/// Whether `text` is UTF-8: no stray or missing continuation, no overlong form, no surrogate,
/// nothing above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace foghorn
