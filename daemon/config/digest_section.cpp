// [[digest]]: the section, sent at a time of the day.

#include <fmt/format.h>

#include <algorithm>

#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"

namespace foghorn {
namespace {

constexpr std::int64_t most_hours = 24 * 31;  // as long as minutes are kept
constexpr std::array<std::string_view, 7> weekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

void read_at(TableReader& table, DigestSpec& digest) {
  const auto at = table.text("at");
  if (!at) {
    if (!table.has("at"))
      table.refuse("nothing says when the digest is sent",
                   R"(write at = "07:30", in the reader's zone)");
    return;
  }
  const auto time = parse_time_of_day(*at);
  if (!time)
    table.refuse("at", echoed(*at) + " is not a time of day",
                 R"(write hours and minutes in the reader's zone, like "07:30")");
  digest.at = time.value_or(Duration{});
  digest.place = table.here(time ? *at : std::string{});
}

void read_span(TableReader& table, DigestSpec& digest) {
  const auto hours = table.whole("hours", 1);
  const auto since = table.text("since");
  if (hours && *hours > most_hours)
    table.refuse("hours",
                 fmt::format("{} is more than 31 days, as long as minutes are kept", *hours),
                 "write at most 744");
  if (since && *since != "last")
    table.refuse("since", "there is no " + echoed(*since),
                 R"(write "last", or hours = 24 in its place)");
  if (table.has("hours") && table.has("since"))
    table.refuse("since", "the table has hours as well",
                 R"(write hours = 24, or since = "last" for what came since the last digest)");
  if (table.has("since")) return;
  digest.hours = std::chrono::hours{std::min(hours.value_or(24), most_hours)};
}

void read_days(TableReader& table, DigestSpec& digest) {
  digest.days.fill(!table.has("days"));
  for (const auto& day : table.words("days").value_or(std::vector<Located>{})) {
    const auto known = std::ranges::find(weekdays, std::string_view{day.text});
    if (known == weekdays.end()) {
      table.refuse("days", day, "there is no day " + echoed(day.text),
                   R"(write days like "mon", "tue", "wed", "thu", "fri", "sat" and "sun")");
      continue;
    }
    digest.days[static_cast<std::size_t>(known - weekdays.begin())] = true;
  }
}

}  // namespace

DigestSpec read_digest(TableReader table, const std::vector<std::string>& channels) {
  DigestSpec digest;
  read_at(table, digest);
  read_span(table, digest);
  read_days(table, digest);
  digest.channels = read_channel_names(table, "channels", channels);
  if (!table.has("channels"))
    table.refuse("the digest goes nowhere", R"(write channels = ["NAME"])");
  if (const auto zone = table.text("timezone")) {
    check_timezone(table, *zone);
    digest.timezone = *zone;
  }
  digest.title = table.bilingual("title").value_or(Text{});
  table.refuse_unknown_keys();
  return digest;
}

}  // namespace foghorn
