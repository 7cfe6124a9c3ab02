#include "daemon/history_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "daemon/config/wording.hpp"
#include "daemon/csv.hpp"
#include "daemon/day_end.hpp"
#include "model/nearest.hpp"
#include "rules/daily_history.hpp"
#include "store/lock_file.hpp"
#include "store/store.hpp"

namespace foghorn {
namespace {

constexpr std::size_t most_told = 20;

// As they are handed out.
enum Column : std::size_t { date, close, open, high, low };

std::string date_of(Timestamp day) {
  return format_utc(day).substr(0, 10);
}

std::optional<double> parse_price(std::string_view text) {
  double value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

/// Reads a file whole; where a row is wrong, goes on to find what else is.
class Reading {
 public:
  Reading(CsvReader csv, const InstrumentSpec& spec, Timestamp now)
      : csv_{std::move(csv)}, spec_{spec}, now_{now}, ranges_{csv_.has(high)} {}

  void run() {
    while (const auto fields = csv_.next()) row(*fields);
  }

  const std::map<Timestamp, DayBar>& days() const { return days_; }
  const std::vector<Mistake>& mistakes() const { return mistakes_; }

 private:
  void complain(Column column, std::string what, std::string remedy) {
    mistakes_.push_back(csv_.mistake(column, std::move(what), std::move(remedy)));
  }

  void row(std::span<const std::string_view> fields) {
    const auto before = mistakes_.size();
    const auto day = read_date(fields[date]);
    DayBar bar{.close = read_price(close, fields), .closes_only = !ranges_};
    bar.open = ranges_ ? read_price(open, fields) : bar.close;
    bar.high = ranges_ ? read_price(high, fields) : bar.close;
    bar.low = ranges_ ? read_price(low, fields) : bar.close;
    if (mistakes_.size() != before) return;
    if (bar.high < bar.low) {
      return complain(high, fmt::format("the high {} is below the low {}", bar.high, bar.low),
                      "exchange them, or correct the row");
    }
    for (const auto& [column, price] : {std::pair{open, bar.open}, std::pair{close, bar.close}}) {
      if (price >= bar.low && price <= bar.high) continue;
      complain(column,
               fmt::format("{} is outside of the day's range, {} to {}", price, bar.low, bar.high),
               "correct the row, or import closes alone (date,close)");
    }
    bar.day = *day;
    if (mistakes_.size() == before) days_.emplace(bar.day, bar);
  }

  std::optional<Timestamp> read_date(std::string_view text) {
    const auto day = text.size() == 10 && text[4] == '-' ? parse_time(text) : std::nullopt;
    if (!day) {
      complain(date, echoed(text) + " is not a date from 1970 to 2100",
               "write it as YYYY-MM-DD, such as 2026-04-17");
    } else if (*day > now_) {
      complain(date, echoed(text) + " is a day to come", "leave out the row");
    } else if (rests_on(*day)) {
      complain(date, fmt::format("{} has no session on {}", spec_.session, echoed(text)),
               "leave out the row, or correct its date");
    } else if (end_of_day(spec_.hours.get(), *day) > now_) {
      complain(date, "this day is not over", "leave out the row");
    } else if (days_.contains(*day)) {
      complain(date, echoed(text) + " has a row already", "leave out one of them");
    } else {
      return day;
    }
    return std::nullopt;
  }

  /// Whether the market's calendar reaches to that day and has no session on it.
  bool rests_on(Timestamp day) const {
    if (!spec_.hours || spec_.hours->sessions().empty()) return false;
    const auto& sessions = spec_.hours->sessions();
    return day >= sessions.front().day && day <= sessions.back().day &&
           !session_of(*spec_.hours, day);
  }

  double read_price(Column column, std::span<const std::string_view> fields) {
    const auto price = parse_price(fields[column]);
    if (!price) {
      complain(column, echoed(fields[column]) + " is not a number",
               "write the price in digits, such as 85.91, or leave out the row");
    }
    return price.value_or(0);
  }

  CsvReader csv_;
  const InstrumentSpec& spec_;
  Timestamp now_;
  bool ranges_;
  std::map<Timestamp, DayBar> days_;
  std::vector<Mistake> mistakes_;
};

const InstrumentSpec* find_instrument(const Config& config, const std::string& id,
                                      std::ostream& log) {
  std::vector<std::string_view> known;
  for (const auto& spec : config.instruments) {
    if (spec.id == id && spec.event_series) {
      log << fmt::format(
          "foghorn history import: {} is an event series of {} and has no daily prices; name a "
          "price instrument\n",
          echoed(id), config.file.string());
      return nullptr;
    }
    if (spec.event_series) continue;
    if (spec.id == id) return &spec;
    known.push_back(spec.id);
  }
  const auto close_name = nearest(id, known);
  log << fmt::format("foghorn history import: {} has no price instrument {}; {}\n",
                     config.file.string(), echoed(id),
                     close_name.empty() ? "add an [instrument] table of this name to it"
                                        : "write " + std::string{close_name});
  return nullptr;
}

std::variant<CsvReader, Mistake> open_csv(std::istream& in, const std::string& name) {
  auto opened = CsvReader::open(in, name, {"date", "close|price", "open", "high", "low"}, 2);
  const auto* csv = std::get_if<CsvReader>(&opened);
  if (!csv) {
    auto& mistake = std::get<Mistake>(opened);
    mistake.remedy = "begin the file with date,close or date,open,high,low,close";
    return opened;
  }
  const auto ranges = csv->has(open) + csv->has(high) + csv->has(low);
  if (ranges != 0 && ranges != 3) {
    return Mistake{name,
                   1,
                   1,
                   "",
                   "the header names some of open, high and low, and not all",
                   "begin the file with date,close or date,open,high,low,close"};
  }
  return opened;
}

void tell_missing(const std::vector<DailyHistory::Hole>& holes, std::ostream& out) {
  std::int64_t missing = 0;
  for (const auto& hole : holes) missing += hole.days;
  out << (missing == 0
              ? "no trading day is missing\n"
              : fmt::format("missing: {} trading day{}\n", missing, missing == 1 ? "" : "s"));
  for (std::size_t i = 0; i < std::min(holes.size(), most_told); ++i) {
    out << fmt::format("  {} between {} and {}\n", holes[i].days, date_of(holes[i].after),
                       date_of(holes[i].before));
  }
  if (holes.size() > most_told) out << fmt::format("  and {} more\n", holes.size() - most_told);
}

}  // namespace

int import_history(const Config& config, const std::string& instrument, std::istream& in,
                   const std::string& name, Timestamp now, std::ostream& out, std::ostream& log) {
  const auto* spec = find_instrument(config, instrument, log);
  if (!spec) return 2;
  auto csv = open_csv(in, name);
  if (const auto* mistake = std::get_if<Mistake>(&csv)) {
    log << to_line(*mistake) << '\n';
    return 1;
  }
  Reading reading{std::move(std::get<CsvReader>(csv)), *spec, now};
  reading.run();
  const auto& mistakes = reading.mistakes();
  for (std::size_t i = 0; i < std::min(mistakes.size(), most_told); ++i)
    log << to_line(mistakes[i]) << '\n';
  if (mistakes.size() > most_told)
    log << fmt::format("{}: {} more mistakes\n", name, mistakes.size() - most_told);
  if (!mistakes.empty()) {
    log << name << ": nothing was imported\n";
    return 1;
  }
  if (reading.days().empty()) {
    log << name << ": no day stands in it; nothing was imported\n";
    return 1;
  }

  Commit commit;
  for (const auto& [day, bar] : reading.days())
    commit.days.push_back({.instrument = instrument, .bar = bar, .imported = true});
  try {
    Store store{config.daemon.data_dir.string()};
    const auto stored = store.commit(commit);
    const auto days = store.days(instrument);
    if (!stored || !days) {
      log << fmt::format("{}: the history was not stored: {}\n", config.daemon.data_dir.string(),
                         (stored ? days.error() : stored.error()).message());
      return 1;
    }
    DailyHistory history{spec->hours ? spec->hours : spec->underlying_hours};
    std::vector<DayBar> bars;
    std::size_t live = 0;
    for (const auto& day : *days) {
      bars.push_back(day.bar);
      live += !day.imported && reading.days().contains(day.bar.day) ? 1u : 0u;
    }
    history.load(bars);
    out << fmt::format(
        "imported {} days of {} ({}), {} to {}, into {}\n", commit.days.size() - live, instrument,
        reading.days().begin()->second.closes_only ? "closes alone" : "open, high, low, close",
        date_of(reading.days().begin()->first), date_of(reading.days().rbegin()->first),
        (config.daemon.data_dir / "foghorn.db").string());
    if (live > 0) out << fmt::format("kept {} days as the daemon saw them\n", live);
    tell_missing(history.holes(), out);
    return 0;
  } catch (const StoreInUse& e) {
    log << fmt::format(
        "foghorn history import: {}\n"
        "if the daemon is running: stop it, import, and start it again; it reads histories when it "
        "starts\n",
        e.what());
  } catch (const StoreError& e) {
    log << fmt::format("foghorn history import: {}\n", e.what());
  }
  return 1;
}

}  // namespace foghorn
