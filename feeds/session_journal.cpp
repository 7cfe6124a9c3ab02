#include "feeds/session_journal.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "model/result.hpp"

namespace foghorn {
namespace {

constexpr Duration between_unknown_refusals = std::chrono::minutes{1};
constexpr Duration between_holes = std::chrono::minutes{1};

/// Of the errors whose names do not tell an operator what to do.
std::string_view meaning(boost::system::error_code error) {
  if (error == Errc::rate_limited)
    return " meaning=\"the venue takes no more from this address for now (HTTP 429)\"";
  if (error == Errc::unavailable_here)
    return " meaning=\"the venue does not serve this place (HTTP 451); a proxy may\"";
  if (error == Errc::silent) return " meaning=\"connected, but what is due does not come\"";
  return {};
}

std::string in_ms(Duration wait) {
  return format_duration(std::chrono::floor<std::chrono::milliseconds>(wait));
}

}  // namespace

SessionJournal::SessionJournal(std::string feed, LinkCounts& counts, Voice voice)
    : feed_{std::move(feed)}, counts_{counts}, voice_{voice} {}

void SessionJournal::live() {
  if (live_) return;
  live_ = true;
  last_error_ = {};
  if (voice_ == Voice::aloud) spdlog::info("feed live feed={}", feed_);
}

void SessionJournal::lost(boost::system::error_code error, Duration retry_in,
                          std::string_view detail) {
  failed("lost", error, retry_in, detail);
}

void SessionJournal::login_failed(boost::system::error_code error, Duration retry_in,
                                  std::string_view detail) {
  failed("login failed", error, retry_in, detail);
}

void SessionJournal::failed(std::string_view what, boost::system::error_code error,
                            Duration retry_in, std::string_view detail) {
  counts_.count_reconnect(error_label(error));
  // What a proxy answers is a proxy's, and not the venue's: as news as an error of its own.
  const bool answered_otherwise = error == Errc::proxy_failed && detail != last_detail_;
  const bool news = live_ || error != last_error_ || answered_otherwise;
  live_ = false;
  last_error_ = error;
  last_detail_ = detail;
  if (!news || voice_ == Voice::quiet) return;
  spdlog::warn("feed {} feed={} error={}{}{} retry_in={}", what, feed_, error_label(error), detail,
               meaning(error), in_ms(retry_in));
}

void SessionJournal::replaced() {
  last_renewal_error_ = {};
  if (voice_ == Voice::aloud) spdlog::info("feed connection replaced feed={}", feed_);
}

void SessionJournal::relieved(boost::system::error_code error, std::string_view detail) {
  counts_.count_reconnect(error_label(error));
  last_renewal_error_ = {};
  if (voice_ == Voice::quiet) return;
  spdlog::info("feed connection cut feed={} error={}{} consequence=its_successor_goes_on", feed_,
               error_label(error), detail);
}

void SessionJournal::not_replaced(boost::system::error_code error, Duration retry_in,
                                  std::string_view detail) {
  counts_.count_reconnect(error_label(error));
  const bool news = error != last_renewal_error_;
  last_renewal_error_ = error;
  if (!news || voice_ == Voice::quiet) return;
  spdlog::warn(
      "feed connection not yet replaced feed={} error={}{}{} retry_in={} "
      "consequence=the_old_one_goes_on",
      feed_, error_label(error), detail, meaning(error), in_ms(retry_in));
}

void SessionJournal::login_refused(std::string_view message) {
  if (voice_ == Voice::quiet) return;
  auto text = printable(message);
  if (text == login_refusal_) return;
  spdlog::warn("feed login refused feed={} message=\"{}\"", feed_, text);
  login_refusal_ = std::move(text);
}

bool SessionJournal::may_tell_hole(Timestamp arrival) {
  if (voice_ == Voice::quiet) return false;
  if (hole_told_ != no_time && arrival - hole_told_ < between_holes) return false;
  hole_told_ = arrival;
  return true;
}

void SessionJournal::missed_trades(std::string_view symbol, std::uint64_t missed,
                                   Timestamp arrival) {
  if (!may_tell_hole(arrival)) return;
  spdlog::warn("feed missed trades feed={} symbol=\"{}\" missed={}", feed_, printable(symbol),
               missed);
}

void SessionJournal::missed_frames(std::uint64_t missed, Timestamp arrival) {
  if (may_tell_hole(arrival)) spdlog::warn("feed missed frames feed={} missed={}", feed_, missed);
}

void SessionJournal::refused(std::string_view stream, std::string_view message) {
  ++counts_.refused_subscriptions;
  if (voice_ == Voice::quiet) return;
  auto text = printable(message);
  const auto known = refusals_.find(stream);
  if (known != refusals_.end() && known->second == text) return;
  spdlog::warn("feed subscription refused feed={} stream=\"{}\" message=\"{}\"", feed_, stream,
               text);
  refusals_.insert_or_assign(std::string{stream}, std::move(text));
}

void SessionJournal::refused_unknown(std::string_view subject, std::string_view message,
                                     Timestamp arrival) {
  ++counts_.refused_subscriptions;
  if (voice_ == Voice::quiet) return;
  if (unknown_told_ != no_time && arrival - unknown_told_ < between_unknown_refusals) return;
  auto text = fmt::format("stream=\"{}\" message=\"{}\"", printable(subject), printable(message));
  if (text == unknown_refusal_) return;
  spdlog::warn("feed subscription refused feed={} {}", feed_, text);
  unknown_refusal_ = std::move(text);
  unknown_told_ = arrival;
}

std::string printable(std::string_view wire) {
  constexpr std::size_t longest = 200;
  std::string text{wire.substr(0, longest)};
  if (wire.size() > longest) {  // not in the middle of a UTF-8 sequence
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80)
      text.pop_back();
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0) text.pop_back();
  }
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  std::ranges::replace(text, '"', '\'');
  return text;
}

}  // namespace foghorn
