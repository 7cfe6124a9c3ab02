#include "model/result.hpp"

#include <boost/system/errc.hpp>

#include <string_view>

namespace foghorn {
namespace {

const char* name_of(Errc e) noexcept {
  switch (e) {
    case Errc::timed_out: return "timed_out";
    case Errc::silent: return "silent";
    case Errc::too_large: return "too_large";
    case Errc::bad_protocol: return "bad_protocol";
    case Errc::refused: return "refused";
    case Errc::rate_limited: return "rate_limited";
    case Errc::unavailable_here: return "unavailable_here";
    case Errc::closed_by_peer: return "closed_by_peer";
    case Errc::proxy_failed: return "proxy_failed";
  }
  return "other";
}

class Category final : public boost::system::error_category {
  const char* name() const noexcept override { return "foghorn"; }
  std::string message(int code) const override { return name_of(static_cast<Errc>(code)); }
};

}  // namespace

const boost::system::error_category& foghorn_category() noexcept {
  static const Category category;
  return category;
}

const char* error_label(boost::system::error_code error) noexcept {
  namespace errc = boost::system::errc;
  if (error.category() == foghorn_category()) return name_of(static_cast<Errc>(error.value()));
  const std::string_view category = error.category().name();
  if (category == "asio.netdb" || category == "asio.addrinfo") return "resolve";
  if (category == "asio.ssl" || category == "asio.ssl.stream") return "tls";
  if (category == "asio.misc") return "eof";
  if (error == errc::connection_reset || error == errc::broken_pipe) return "reset";
  if (error == errc::connection_refused || error == errc::host_unreachable ||
      error == errc::network_unreachable || error == errc::timed_out) {
    return "connect";
  }
  if (error == errc::operation_canceled) return "aborted";
  return "other";
}

std::string to_line(const Mistake& m) {
  std::string text = m.file;
  if (m.line > 0) text += ":" + std::to_string(m.line) + ":" + std::to_string(m.column);
  text += ": ";
  if (!m.place.empty()) text += m.place + ": ";
  text += m.what;
  if (!m.remedy.empty()) text += "; " + m.remedy;
  return text;
}

}  // namespace foghorn
