#pragma once
// The head of a request as we write it, for the HTTP client and for the WebSocket upgrade.

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace foghorn {

using HttpHeader = std::pair<std::string, std::string>;

/// Header names are the same whatever their letters' case.
bool same_header(std::string_view a, std::string_view b);

/// Whether these can stand in a head: names that are tokens (RFC 9110 §5.6.2), values without a
/// line's end.
bool writable(std::span<const HttpHeader> headers);

/// "METHOD target HTTP/1.1", `own`, those of `defaults` that `given` has not, those of `given` that
/// neither are among `own` nor frame a message (Content-Length, Transfer-Encoding), and the empty
/// line. `given` is writable().
std::string request_head(std::string_view method, std::string_view target,
                         std::span<const HttpHeader> own, std::span<const HttpHeader> defaults,
                         std::span<const HttpHeader> given);

}  // namespace foghorn
