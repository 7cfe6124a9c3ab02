// [heartbeat]: how the daemon's own silence is noticed.

#include <fmt/format.h>

#include <charconv>

#include "daemon/config/secrets.hpp"
#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

constexpr Duration shortest = 1min;

/// `every` and `at` say the same thing, of which one is wanted; nullopt: neither is there.
std::optional<std::pair<Duration, Duration>> read_times(TableReader& table) {
  const auto every = table.duration("every", shortest);
  const auto at = table.text("at");
  if (every && at) {
    table.refuse("at", "the table has an every as well",
                 R"(write every = "1h", or at = "08:00" for once a day)");
    return std::nullopt;
  }
  if (every) return std::pair{*every, Duration{}};
  if (!at) return std::nullopt;
  const auto time = parse_time_of_day(*at);
  if (!time)
    table.refuse("at", echoed(*at) + " is not a time of day",
                 R"(write hours and minutes in the reader's zone, like "08:00")");
  return std::pair{Duration{24h}, time.value_or(Duration{})};
}

}  // namespace

std::optional<Duration> parse_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  int hours{};
  int minutes{};
  const auto read = [&](std::string_view digits, int& number) {
    const auto* end = digits.data() + digits.size();
    return std::from_chars(digits.data(), end, number).ptr == end && number >= 0;
  };
  if (!read(text.substr(0, 2), hours) || !read(text.substr(3), minutes)) return std::nullopt;
  if (hours > 23 || minutes > 59) return std::nullopt;
  return std::chrono::hours{hours} + std::chrono::minutes{minutes};
}

HeartbeatSpec read_heartbeat(TableReader table, const Surroundings& around,
                             const std::vector<std::string>& channels) {
  HeartbeatSpec spec;
  const bool written = !table.keys().empty();
  const auto times = read_times(table);
  spec.channels = read_channel_names(table, "channels", channels);
  spec.ping_url = ping_url_of(table, around).value_or(Secret{});
  const bool pings = table.has("ping_url") || table.has("ping_url_file");
  const auto ping_every = table.duration("ping_every", shortest);
  if (times) std::tie(spec.every, spec.at) = *times;
  if (times) std::tie(spec.ping_every, spec.ping_at) = *times;
  if (ping_every) {
    spec.ping_every = *ping_every;
    spec.ping_at = {};
  }
  spec.ca_file = ca_file_of(table, around);
  if (pings) {
    spec.proxy = proxy_of(table, around).value_or(ProxyChoice{});
  } else {
    table.node("proxy");
    if (ping_every) table.refuse("ping_every", "there is no ping_url", "write one, or remove this");
  }
  if (written && !pings && !table.has("channels"))
    table.refuse("the heartbeat goes nowhere",
                 R"(write channels = ["NAME"], or ping_url_file = "FILE")");
  const bool timed = table.has("every") || table.has("at");
  if (!timed && table.has("channels"))
    table.refuse("nothing says when the heartbeat is sent",
                 R"(write every = "1h", or at = "08:00" for once a day)");
  table.refuse_unknown_keys();
  return spec;
}

}  // namespace foghorn
