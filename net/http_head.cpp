#include "net/http_head.hpp"

#include <algorithm>
#include <cctype>

namespace foghorn {
namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](unsigned char c) {
    return (c < 0x80 && std::isalnum(c)) || marks.find(static_cast<char>(c)) != marks.npos;
  });
}

bool one_line(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == text.npos;
}

bool among(std::span<const HttpHeader> headers, std::string_view name) {
  return std::ranges::any_of(
      headers, [name](const HttpHeader& header) { return same_header(header.first, name); });
}

bool frames(std::string_view name) {
  return same_header(name, "Content-Length") || same_header(name, "Transfer-Encoding");
}

}  // namespace

bool same_header(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool writable(std::span<const HttpHeader> headers) {
  return std::ranges::all_of(headers, [](const HttpHeader& header) {
    return is_token(header.first) && one_line(header.second);
  });
}

std::string request_head(std::string_view method, std::string_view target,
                         std::span<const HttpHeader> own, std::span<const HttpHeader> defaults,
                         std::span<const HttpHeader> given) {
  std::string text;
  text.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
  const auto add = [&text](const HttpHeader& header) {
    text.append(header.first).append(": ").append(header.second).append("\r\n");
  };
  for (const auto& header : own) add(header);
  for (const auto& header : defaults)
    if (!among(given, header.first)) add(header);
  for (const auto& header : given)
    if (!among(own, header.first) && !frames(header.first)) add(header);
  return text + "\r\n";
}

}  // namespace foghorn
