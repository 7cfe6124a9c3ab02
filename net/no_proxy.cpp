#include "net/no_proxy.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace foghorn {
namespace {

using boost::asio::ip::address;

std::optional<address> as_address(std::string_view text) {
  boost::system::error_code not_one;
  const auto read = boost::asio::ip::make_address(std::string{text}, not_one);
  return not_one ? std::nullopt : std::optional{read};
}

std::optional<unsigned> as_number(std::string_view text) {
  unsigned number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional{number} : std::nullopt;
}

std::vector<std::uint8_t> bytes_of(const address& from) {
  if (from.is_v4()) {
    const auto bytes = from.to_v4().to_bytes();
    return {bytes.begin(), bytes.end()};
  }
  const auto bytes = from.to_v6().to_bytes();
  return {bytes.begin(), bytes.end()};
}

bool first_bits_equal(const address& a, const address& b, unsigned bits) {
  const auto x = bytes_of(a);
  const auto y = bytes_of(b);
  if (x.size() != y.size() || bits > x.size() * 8) return false;
  const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
  if (!std::equal(x.begin(), x.begin() + whole, y.begin())) return false;
  const auto rest = bits % 8;
  const auto at = static_cast<std::size_t>(whole);
  return rest == 0 || (x[at] >> (8 - rest)) == (y[at] >> (8 - rest));
}

/// "10.0.0.0/8" or a single address.
bool holds_address(std::string_view entry, const address& host) {
  const auto slash = entry.find('/');
  const auto base = as_address(entry.substr(0, slash));
  if (!base) return false;
  if (slash == entry.npos) return *base == host;
  const auto bits = as_number(entry.substr(slash + 1));
  return bits && first_bits_equal(*base, host, *bits);
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view without_last_dot(std::string_view name) {
  return name.substr(0, name.size() - (name.ends_with('.') ? 1 : 0));
}

bool holds_name(std::string_view entry, std::string_view host) {
  if (entry.starts_with('.')) entry.remove_prefix(1);
  entry = without_last_dot(entry);
  host = without_last_dot(host);
  if (entry.empty() || host.size() < entry.size()) return false;
  const auto above = host.size() - entry.size();
  return same_letters(host.substr(above), entry) && (above == 0 || host[above - 1] == '.');
}

/// Takes ":port" off the end of `entry`, which may be an IPv6 address in brackets, or without them
/// and then without a port.
std::optional<std::string_view> take_port(std::string_view& entry) {
  if (entry.starts_with('[')) {
    const auto close = std::min(entry.find(']'), entry.size());
    const auto behind = entry.substr(std::min(close + 1, entry.size()));
    const bool range = behind.starts_with('/');  // "[2001:db8::]/32" is not a way to write it
    entry = range ? std::string_view{} : entry.substr(1, close - 1);
    return behind.starts_with(':') ? std::optional{behind.substr(1)} : std::nullopt;
  }
  const auto colon = entry.rfind(':');
  if (colon == entry.npos || entry.find(':') != colon) return std::nullopt;
  const auto port = entry.substr(colon + 1);
  entry = entry.substr(0, colon);
  return port;
}

bool holds(std::string_view entry, const Url& url) {
  const auto port = take_port(entry);
  if (port && *port != url.port) return false;
  if (entry == "*") return true;
  const auto host = as_address(url.host);
  return host ? holds_address(entry, *host) : holds_name(entry, url.host);
}

}  // namespace

bool without_proxy(std::string_view list, const Url& url) {
  constexpr std::string_view between = ", \t\r\n";
  while (true) {
    const auto begin = list.find_first_not_of(between);
    if (begin == list.npos) return false;
    list.remove_prefix(begin);
    const auto end = std::min(list.find_first_of(between), list.size());
    if (holds(list.substr(0, end), url)) return true;
    list.remove_prefix(end);
  }
}

}  // namespace foghorn
