#include "daemon/config/calendars.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>

#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"

namespace foghorn {
namespace {

using std::chrono::seconds;
using LocalDays = date::local_days;
using LocalTime = date::local_seconds;

constexpr int first_year = 1983;
constexpr int last_year = 2060;

/// What a calendar's table says.
struct Hours {
  const date::time_zone* zone{};
  seconds open{};
  seconds close{};
  std::set<unsigned> days;  // of the week, 0 is Sunday
  std::set<LocalDays> holidays;
  std::map<LocalDays, seconds> early;
};

/// Local times of a zone as UTC. Asks the database once for each stretch between two changes of
/// the clock.
class LocalClock {
 public:
  explicit LocalClock(const date::time_zone& zone) : zone_{zone} {}

  Timestamp operator()(LocalTime local) {
    // The system's database ends in 2037. The days of the week come round every 28 years, and so
    // do the changes of the clock, as long as their rules stay.
    constexpr date::days round{28 * 365 + 7};
    const auto asked = local < LocalDays{date::year{2037} / 1 / 1} ? local : local - round;
    const auto since_epoch = asked.time_since_epoch();
    // Within a day of a change it is asked anew.
    if (since_epoch < from_ || since_epoch >= until_) ask(asked);
    return Timestamp{local.time_since_epoch() - offset_};
  }

 private:
  void ask(LocalTime local) {
    const auto info = zone_.get_info(local).first;
    offset_ = info.offset;
    from_ = info.begin.time_since_epoch() + date::days{1};
    until_ = info.end.time_since_epoch() - date::days{1};
  }

  const date::time_zone& zone_;
  seconds offset_{};
  seconds from_{seconds::max()};
  seconds until_{seconds::min()};
};

std::shared_ptr<const TradingHours> hours_of(const Hours& hours) {
  LocalClock utc{*hours.zone};
  std::vector<Session> sessions;
  const LocalDays end{date::year{last_year + 1} / 1 / 1};
  const date::days opens{hours.open < hours.close ? 0 : -1};
  for (LocalDays day{date::year{first_year} / 1 / 1}; day < end; day += date::days{1}) {
    if (!hours.days.contains(date::weekday{day}.c_encoding()) || hours.holidays.contains(day))
      continue;
    const auto early = hours.early.find(day);
    sessions.push_back(
        {.open = utc(day + opens + hours.open),
         .close = utc(day + (early == hours.early.end() ? hours.close : early->second)),
         .day = Timestamp{day.time_since_epoch()}});
  }
  return std::make_shared<TradingHours>(std::move(sessions));
}

/// "17:00" as a time of the day.
std::optional<seconds> time_of_day(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    return std::nullopt;
  const int hour = (text[0] - '0') * 10 + text[1] - '0';
  const int minute = (text[3] - '0') * 10 + text[4] - '0';
  if (hour > 23 || minute > 59) return std::nullopt;
  return std::chrono::hours{hour} + std::chrono::minutes{minute};
}

std::string text_of(LocalDays day) {
  const date::year_month_day ymd{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
                     static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

/// One calendar's table.
class CalendarReader {
 public:
  explicit CalendarReader(TableReader& table) : table_{table} {}

  Hours hours() {
    hours_.zone = zone();
    const auto open = time("open"), close = time("close");
    hours_.open = open.value_or(seconds{});
    hours_.close = close.value_or(seconds{});
    times_mistaken_ = !open || !close;
    days();
    const auto days = dates(table_, "holidays", table_.node("holidays"));
    hours_.holidays = {days.begin(), days.end()};
    early();
    return std::move(hours_);
  }

  int known_until() {
    const auto* years = table_.node("known");
    const auto* list = years ? years->as_array() : nullptr;
    const auto year = [&](std::size_t i) {
      const auto number = list->get(i)->value<std::int64_t>();
      return number && *number >= first_year && *number <= last_year ? static_cast<int>(*number)
                                                                     : 0;
    };
    if (!list || list->size() != 2 || year(0) == 0 || year(1) < year(0)) {
      table_.refuse("known", "these are not a first and a last year",
                    fmt::format("write the years whose holidays are listed, within {} and {}, "
                                "like [2015, 2027]",
                                first_year, last_year));
      return 0;
    }
    return year(1);
  }

 private:
  const date::time_zone* zone() {
    const auto name = required("timezone");
    if (!name) return nullptr;
    try {
      return date::locate_zone(*name);
    } catch (const std::runtime_error&) {
      table_.refuse("timezone", "this machine knows no time zone " + echoed(*name),
                    R"(write a name like "America/New_York" (apt install tzdata has them all))");
      return nullptr;
    }
  }

  std::optional<std::string> required(std::string_view key) {
    if (!table_.has(key)) {
      table_.node(key);
      table_.refuse(fmt::format("{} is missing", key), fmt::format("write {} = \"…\"", key));
      return std::nullopt;
    }
    return table_.text(key);
  }

  std::optional<seconds> time(std::string_view key) {
    const auto text = required(key);
    if (!text) return std::nullopt;
    const auto time = time_of_day(*text);
    if (!time)
      table_.refuse(key, echoed(*text) + " is not a time of the day",
                    R"(write hours and minutes, like "17:00")");
    return time;
  }

  void days() {
    static constexpr std::array<std::string_view, 7> names{"Sun", "Mon", "Tue", "Wed",
                                                           "Thu", "Fri", "Sat"};
    const auto words = table_.words("days");
    if (!words && !table_.has("days"))
      table_.refuse("days is missing", R"(write days = ["Mon", "Tue", "Wed", "Thu", "Fri"])");
    bool mistaken = false;
    for (const auto& word : words.value_or(std::vector<Located>{})) {
      const auto name = std::ranges::find(names, word.text);
      mistaken = mistaken || name == names.end();
      if (name == names.end())
        table_.refuse("days", word, echoed(word.text) + " is no day of the week",
                      instead_of(word.text, names, ""));
      else
        hours_.days.insert(static_cast<unsigned>(name - names.begin()));
    }
    if (mistaken) hours_.days.clear();  // no date is held against what is left of them
  }

  /// Dates without quotes, each a day on which a session would close.
  std::vector<LocalDays> dates(TableReader& table, std::string_view key, const toml::node* node) {
    std::vector<LocalDays> found;
    if (!node) return found;
    const auto* list = node->as_array();
    if (!list) {
      table.refuse(key, "these are not days", "write a list of dates, like [2026-12-25]");
      return found;
    }
    for (const auto& element : *list) {
      const auto written = element.value<toml::date>();
      if (!written) {
        table.refuse(key, "something in this list is not a day",
                     "write dates without quotes, like 2026-12-25");
        continue;
      }
      const LocalDays day{date::year{written->year} / written->month / written->day};
      if (!hours_.days.empty() && !hours_.days.contains(date::weekday{day}.c_encoding()))
        table.refuse(key, text_of(day) + " is none of `days`", "correct it, or remove it");
      found.push_back(day);
    }
    return found;
  }

  void early() {
    auto table = table_.table("early");
    if (!table) return;
    for (const auto& key : table->keys()) {
      const auto time = time_of_day(key);
      const auto within = [&] {
        if (times_mistaken_) return true;
        return hours_.open < hours_.close ? *time > hours_.open && *time < hours_.close
                                          : *time < hours_.close;
      };
      if (!time || !within())
        table->refuse(key, echoed(key) + " is not a time before the close",
                      R"(write hours and minutes, like "13:00")");
      for (const auto day : dates(*table, key, table->node(key))) {
        if (hours_.holidays.contains(day))
          table->refuse(key, text_of(day) + " is a holiday too", "remove it from one of the two");
        if (time && !hours_.early.emplace(day, *time).second)
          table->refuse(key, text_of(day) + " closes at two times", "remove it from one of them");
      }
    }
  }

  TableReader& table_;
  Hours hours_;
  bool times_mistaken_{};
};

}  // namespace

const Calendars& Calendars::built_in() {
  static const Calendars calendars = [] {
    auto read = Calendars::read(built_in_calendars(), "calendars.toml");
    if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&read))
      throw std::runtime_error{to_line(mistakes->front())};
    return std::get<Calendars>(std::move(read));
  }();
  return calendars;
}

std::variant<Calendars, std::vector<Mistake>> Calendars::read(std::string_view toml_text,
                                                              const std::filesystem::path& file) {
  const SourceText source{toml_text};
  Mistakes mistakes{.source = source, .file = file.string(), .found = {}, .warnings = {}};
  toml::table root;
  try {
    root = toml::parse(toml_text);
  } catch (const toml::parse_error& error) {
    return std::vector{syntax_mistake(error, mistakes.file)};
  }
  Calendars calendars;
  TableReader names{root, "", mistakes};
  for (const auto& name : names.keys()) {
    const auto* table = names.node(name)->as_table();
    if (!table || name == "always") {
      names.refuse(name, table ? "\"always\" has no hours" : "this is not a table",
                   "write [NAME] of a market above its hours");
      continue;
    }
    TableReader reader{*table, fmt::format("[{}]", name), mistakes};
    CalendarReader calendar{reader};
    const auto known_until = calendar.known_until();
    const auto hours = calendar.hours();
    reader.refuse_unknown_keys();
    if (mistakes.found.empty())
      calendars.calendars_.push_back({name, hours_of(hours), known_until});
  }
  if (!mistakes.found.empty()) {
    sort_as_written(mistakes.found);
    return std::move(mistakes.found);
  }
  return calendars;
}

const Calendar* Calendars::find(std::string_view name) const {
  const auto found = std::ranges::find(calendars_, name, &Calendar::name);
  return found == calendars_.end() ? nullptr : &*found;
}

std::vector<Mistake> outdated_calendars(const Config& config, Timestamp now) {
  constexpr date::days warned_before{60};
  const auto& calendars =
      config.engine.calendars ? *config.engine.calendars : Calendars::built_in();
  std::set<std::string> used;
  for (const auto& instrument : config.instruments)
    used.insert({instrument.session, instrument.underlying});
  std::vector<Mistake> warnings;
  for (const auto& calendar : calendars.all()) {
    const LocalDays end{date::year{calendar.known_until + 1} / 1 / 1};
    if (!used.contains(calendar.name) || now + warned_before < Timestamp{end.time_since_epoch()}) {
      continue;
    }
    warnings.push_back(
        {.file = config.file.string(),
         .line = 0,
         .column = 0,
         .place = "[engine] calendars",
         .what = fmt::format("warning: the holidays of {} are known until the end of {} only",
                             echoed(calendar.name), calendar.known_until),
         .remedy = "update foghorn, or name a file that knows more"});
  }
  return warnings;
}

}  // namespace foghorn
