#include "feeds/session_journal.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "model/result.hpp"

namespace foghorn {
namespace {

constexpr Duration between_unknown_refusals = std::chrono::minutes{1};

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
  counts_.count_reconnect(error_label(error));
  const bool news = live_ || error != last_error_;
  live_ = false;
  last_error_ = error;
  if (!news || voice_ == Voice::quiet) return;
  const auto wait = std::chrono::floor<std::chrono::milliseconds>(retry_in);
  spdlog::warn("feed lost feed={} error={}{} retry_in={}", feed_, error_label(error), detail,
               format_duration(wait));
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
