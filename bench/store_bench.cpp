// How large a store grows, and how long forgetting and copying take: a year of a daemon's life, as
// its commits, in a folder of its own.
//
// Minutes and liquidations are kept for 31 days, so that only the last 40 days of the year have
// them; alert events, their messages and trading days come all year.
//
//   store_bench FOLDER     a new folder on the disk that is to be measured
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>

#include "store/backup.hpp"
#include "store/store.hpp"

namespace {

using namespace foghorn;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int instruments = 8;
constexpr int liquidation_rows = 40;  // a minute: five busy venues
constexpr int events_a_day = 24;      // to two channels each
constexpr auto begin = Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
constexpr int days = 366;
constexpr int days_of_minutes = 40;

double milliseconds(Clock::duration span) {
  return std::chrono::duration<double, std::milli>{span}.count();
}

std::string name_of(int instrument) {
  return fmt::format("INSTRUMENT{}", instrument);
}

void add_minutes(Commit& commit, Timestamp hour) {
  for (auto t = hour; t < hour + 1h; t += 1min) {
    const double price = 80 + static_cast<double>((t - begin) / 1min % 997) / 100;
    for (int i = 0; i < instruments; ++i)
      commit.bars.push_back({name_of(i), t, price, price + 0.07, price - 0.05, price + 0.01});
    for (int i = 0; i < liquidation_rows; ++i)
      commit.liquidations.push_back(
          {.minute = t,
           .venue = fmt::format("venue-{}", i % 5),
           .asset = fmt::format("COIN{}", i / 10),
           .position = i / 5 % 2 ? Position::long_side : Position::short_side,
           .part = t + 1min,
           .orders = 7,
           .unsummed = 0,
           .usd = *usd(123'456.78),
           .largest = *usd(65'432.1),
           .largest_time = t + 17s});
  }
}

void add_alert(Commit& commit, Timestamp t, int number) {
  AlertEvent event;
  event.time = event.event_time = event.began = t;
  event.rule = "oil-shock";
  event.instrument = "WTI";
  event.kind = number % 2 ? AlertKind::resolve : AlertKind::fire;
  event.tier = Tier::major;
  event.value = 0.109372;
  event.episode = fmt::format("EP{:06}", number / 2);
  event.id = fmt::format("{}-{}", event.episode, number % 2);
  event.title = {"原油剧烈波动", "Crude oil shock"};
  event.name = {"WTI 原油", "WTI crude"};
  event.unit = "USD/bbl";
  event.value_term = "abs(change(WTI, 24h))";
  event.price = 85.91;
  event.sources = {{"bybit:CLUSDT", 85.91, true},
                   {"okx:CL-USDT-SWAP", 85.88, true},
                   {"hyperliquid:xyz:CL", 85.9, true}};
  for (const auto* channel : {"desk", "macro"})
    commit.new_rows.push_back({.id = outbox_id(event.id, channel),
                               .event = event.id,
                               .channel = channel,
                               .episode = event.episode,
                               .tier = event.tier,
                               .state = OutboxState::delivered,
                               .tries = 1,
                               .created = t,
                               .settled = t + 1s});
  commit.events.push_back(std::move(event));
}

void live_through(Store& store, int day, Clock::duration& longest_prune) {
  for (int hour = 0; hour < 24; ++hour) {
    const auto t = begin + std::chrono::days{day} + std::chrono::hours{hour};
    Commit commit;
    if (day >= days - days_of_minutes) add_minutes(commit, t);
    for (int i = 0; i < events_a_day / 24; ++i)
      add_alert(commit, t + i * 1min, (day * 24 + hour) * (events_a_day / 24) + i);
    if (hour == 0)
      for (int i = 0; i < instruments; ++i)
        commit.days.push_back(
            {name_of(i), {.day = t, .open = 80, .high = 81, .low = 79, .close = 80.5}, false});
    if (!store.commit(commit)) throw StoreError(store.trouble_text());
    for (bool more = true; more;) {
      const auto before = Clock::now();
      more = store.prune(t).value();
      longest_prune = std::max(longest_prune, Clock::now() - before);
    }
  }
}

void print_tables(const std::string& file) {
  SQLite::Database database{file, SQLite::OPEN_READONLY};
  SQLite::Statement sizes{
      database, "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 8"};
  while (sizes.executeStep())
    fmt::print("  {:<22} {:8.1f} MiB\n", sizes.getColumn(0).getString(),
               sizes.getColumn(1).getDouble() / (1 << 20));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: store_bench FOLDER\n");
    return 2;
  }
  const std::string folder = argv[1];
  const auto file = folder + "/foghorn.db";
  const auto began = Clock::now();
  Store store{folder};
  Clock::duration longest_prune{};
  for (int day = 0; day < days; ++day) {
    live_through(store, day, longest_prune);
    if (day % 30 == 29 || day >= days - 3)
      fmt::print("day {:3}: {:7.1f} MiB\n", day + 1,
                 static_cast<double>(std::filesystem::file_size(file)) / (1 << 20));
  }
  fmt::print("lived in {:.0f} s; longest prune() {:.1f} ms\n",
             milliseconds(Clock::now() - began) / 1000, milliseconds(longest_prune));
  print_tables(file);

  // A daemon that was off for a month wakes up.
  Clock::duration longest{}, all{};
  int calls = 0;
  for (bool more = true; more; ++calls) {
    const auto before = Clock::now();
    more = store.prune(begin + std::chrono::days{days + 31}).value();
    longest = std::max(longest, Clock::now() - before);
    all += Clock::now() - before;
  }
  fmt::print("a month forgotten in {} calls, {:.1f} s; the longest {:.1f} ms\n", calls,
             milliseconds(all) / 1000, milliseconds(longest));
  const auto before = Clock::now();
  const auto copy = back_up(folder, folder + "/copy.db");
  fmt::print("copy of {:.1f} MiB in {:.1f} s\n", static_cast<double>(copy.bytes) / (1 << 20),
             milliseconds(Clock::now() - before) / 1000);
}
