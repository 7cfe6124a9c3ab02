#pragma once
// What platforms ask for to know that a message is from us: HMAC-SHA256, and base64.

#include <optional>
#include <string>
#include <string_view>

namespace foghorn {

std::string hmac_sha256(std::string_view key, std::string_view message);

/// RFC 4648 §4, padded, on one line.
std::string to_base64(std::string_view bytes);

/// nullopt for what is not that.
std::optional<std::string> decoded_base64(std::string_view text);

}  // namespace foghorn
