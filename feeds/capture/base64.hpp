#pragma once
// Base64 with padding (RFC 4648 §4), for frames that are not text.

#include <optional>
#include <string>
#include <string_view>

namespace foghorn {

void append_base64(std::string& out, std::string_view bytes);

/// nullopt for what append_base64() does not write.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace foghorn
