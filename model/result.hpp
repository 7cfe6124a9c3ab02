#pragma once
// How a call says that it failed. Two kinds: a code, for what peers and networks do (each becomes a
// metric label), and a sentence, for what a person wrote (config, rules, files).

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <string>

namespace foghorn {

/// The errors we raise ourselves. Library errors (Asio, OpenSSL, SQLite) keep their own category
/// and travel in the same Result. Closed and short: each name becomes a metric label.
enum class Errc {
  timed_out = 1,     // not finished within its limit
  silent,            // connected, but no data where data is due
  too_large,         // a frame, message or body over its size limit
  bad_protocol,      // the peer broke WebSocket, HTTP or TLS framing
  refused,           // the peer answered the upgrade or request with a status that is not success
  rate_limited,      // HTTP 429
  unavailable_here,  // HTTP 451: the venue does not serve this place
  closed_by_peer,    // a clean close
  proxy_failed,      // the proxy did not let us through
};

const boost::system::error_category& foghorn_category() noexcept;

inline boost::system::error_code make_error_code(Errc e) noexcept {
  return {static_cast<int>(e), foghorn_category()};
}

/// A short name for metrics and logs from a closed set: our own Errc's name, or for a library's
/// code one of resolve, connect, tls, reset, eof, aborted, other.
const char* error_label(boost::system::error_code error) noexcept;

template <class T>
using Result = boost::system::result<T>;

/// A mistake in something a person wrote: `FILE:LINE:COLUMN: place: what; remedy`.
struct Mistake {
  std::string file;
  int line{};         ///< from 1; 0 when the place is not known
  int column{};       ///< from 1; 0 when the place is not known
  std::string place;  ///< "[rule] when", "[feed.okx] url"; may be empty
  std::string what;
  std::string remedy;  ///< what to write instead; may be empty

  friend bool operator==(const Mistake&, const Mistake&) = default;
};

/// The one line in which a mistake is told.
std::string to_line(const Mistake& mistake);

}  // namespace foghorn

template <>
struct boost::system::is_error_code_enum<foghorn::Errc> : std::true_type {};
