#include "daemon/replay_telling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace foghorn {
namespace {

constexpr auto interval = std::chrono::milliseconds{500};
constexpr std::uint32_t between_looks = 1'024;  // at the clock

}  // namespace

bool ReplayProgress::due() {
  return shown_ && ++asked_ % between_looks == 0 && Clock::now() - last_ >= interval;
}

void ReplayProgress::show(std::optional<double> done, Timestamp at, std::uint64_t count,
                          std::string_view what) {
  last_ = Clock::now();
  const std::chrono::duration<double> took = last_ - began_;
  log_ << "\r\x1b[K";
  if (done) log_ << fmt::format("{:3.0f} %  ", std::min(*done, 1.0) * 100);
  log_ << fmt::format("{}  {:.0f} {}/s", format_utc(at),
                      static_cast<double>(count) / std::max(took.count(), 1e-9), what)
       << std::flush;
}

void ReplayProgress::clear() {
  if (shown_) log_ << "\r\x1b[K" << std::flush;
}

std::uint64_t AlertTally::all() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{});
}

std::string AlertTally::text() const {
  auto text = fmt::format("{} alert events", all());
  std::string_view before = " (";
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    text += fmt::format("{}{} {}", before, counts_[i], to_text(static_cast<AlertKind>(i)));
    before = ", ";
  }
  return before == ", " ? text + ")" : text;
}

std::string span_text(Timestamp from, Timestamp to) {
  if (from == no_time) return {};
  return fmt::format(" from {} to {}", format_utc(from), format_utc(to));
}

}  // namespace foghorn
