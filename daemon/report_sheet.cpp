#include "daemon/report_sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "daemon/config/wording.hpp"
#include "daemon/digest_event.hpp"
#include "feeds/venues/venue.hpp"
#include "report/sheet.hpp"

namespace foghorn {
namespace {

constexpr int most_hours = 24 * 31;  // as long as minutes are kept
constexpr std::size_t most_events = 10'000;
// What fired so long before the window and is open still is told.
constexpr Duration episodes_before = std::chrono::days{31};

ReportRefusal wrong(std::string what) {
  return {.wrong_use = true, .what = std::move(what)};
}
ReportRefusal unreadable(const boost::system::error_code& error) {
  return {.wrong_use = false, .what = "the store cannot be read: " + error.message()};
}

Timestamp whole_minute(Timestamp t) {
  return std::chrono::floor<std::chrono::minutes>(t);
}

Result<std::vector<DayBar>> read_days(Store& store, const std::string& instrument) {
  const auto stored = store.days(instrument);
  if (!stored) return stored.error();
  std::vector<DayBar> days;
  for (const auto& day : *stored) days.push_back(day.bar);
  return days;
}

Result<InstrumentInput> read_instrument(Store& store, const InstrumentSpec& spec, Timestamp from,
                                        Timestamp to) {
  InstrumentInput input{.spec = spec, .minutes = {}, .days = {}, .told_later = {}};
  const auto bars = store.bars(spec.id, from - minutes_before, to);
  if (!bars) return bars.error();
  for (const auto& bar : *bars) {
    input.minutes.push_back({bar.minute, bar.open, bar.high, bar.low, bar.close});
    if (!bar.told_later) continue;
    const Gap minute{bar.minute, bar.minute + std::chrono::minutes{1}};
    if (!input.told_later.empty() && input.told_later.back().to == minute.from) {
      input.told_later.back().to = minute.to;
    } else {
      input.told_later.push_back(minute);
    }
  }
  if (spec.fedwatch) {
    std::vector<std::vector<DayBar>> contracts;
    for (const auto& contract : spec.fedwatch->contracts) {
      auto days = read_days(store, contract.instrument);
      if (!days) return days.error();
      contracts.push_back(*std::move(days));
    }
    input.days = days_of_probability(*spec.fedwatch, contracts);
    return input;
  }
  auto days = read_days(store, spec.id);
  if (!days) return days.error();
  input.days = *std::move(days);
  return input;
}

Result<void> read_liquidations(Store& store, SheetInput& input) {
  auto rows = store.liquidations(input.from, input.to);
  if (!rows) return rows.error();
  input.liquidations = *std::move(rows);
  auto streams = store.liquidation_streams(input.from, input.to);
  if (!streams) return streams.error();
  input.streams = *std::move(streams);
  std::set<std::string> names;
  for (const auto& row : input.liquidations) names.insert(row.venue);
  for (const auto& stretch : input.streams) names.insert(stretch.venue);
  for (const auto& name : names)
    if (const auto* venue = find_venue(name))
      input.venues.push_back({name, venue->coverage(), venue->repeats_others()});
  return {};
}

/// The end of the latest window that is complete; no_time where there is none.
Result<Timestamp> latest_end(Store& store, const Config& config, Timestamp now) {
  if (config.engine.clock == EngineClock::arrival) return whole_minute(now - minutes_settle);
  auto latest = no_time;
  for (const auto* spec : told_instruments(config)) {
    const auto last = store.last_minute(spec->id);
    if (!last) return last.error();
    if (*last) latest = std::max(latest, **last + std::chrono::minutes{1});
  }
  return latest;
}

/// RFC 3339, and the same without seconds: nobody asks for a section to the second.
std::optional<Timestamp> parse_moment(std::string text) {
  constexpr std::size_t after_minutes = std::string_view{"2026-04-20T08:00"}.size();
  if (text.size() > after_minutes &&
      std::string_view{"Zz+-"}.find(text[after_minutes]) != std::string_view::npos)
    text.insert(after_minutes, ":00");
  return parse_time(text);
}

/// Where the window begins that ends at `to`.
std::variant<Timestamp, ReportRefusal> begin_of(Store& store, const ReportQuery& query,
                                                Timestamp to) {
  if (!query.since && !query.since_last_digest) return to - query.hours;
  auto since = query.since;
  if (query.since_last_digest) {
    const auto until = told_until(store, to, {});
    if (!until) return unreadable(until.error());
    if (!*until) return wrong("since: no digest was told before; write a time, or hours");
    since = *until;
  }
  if (*since >= to) return wrong("since: the window would end before it begins");
  if (to - *since > std::chrono::hours{most_hours})
    return wrong(fmt::format(
        "since: that is more than {} hours before, as long as minutes are kept", most_hours));
  return *since;
}

}  // namespace

std::vector<const InstrumentSpec*> told_instruments(const Config& config) {
  std::set<std::string> behind;
  for (const auto& spec : config.instruments)
    if (spec.fedwatch)
      for (const auto& contract : spec.fedwatch->contracts) behind.insert(contract.instrument);
  std::vector<const InstrumentSpec*> told;
  for (const auto& spec : config.instruments)
    if (!spec.event_series && !behind.contains(spec.id)) told.push_back(&spec);
  return told;
}

std::variant<ReportQuery, ReportRefusal> read_report_words(const ReportWords& words,
                                                           ReportFormat format, Language language) {
  ReportQuery query{.at = std::nullopt,
                    .hours = std::chrono::hours{24},
                    .format = format,
                    .language = language,
                    .trace = words.trace};
  if (!words.at.empty()) {
    const auto at = parse_moment(words.at);
    if (!at)
      return wrong("at: " + echoed(words.at) +
                   " is not a time; write it as 2026-04-20T08:00+08:00");
    query.at = whole_minute(*at);
  }
  if (!words.hours.empty()) {
    int hours{};
    const auto* end = words.hours.data() + words.hours.size();
    const auto [stop, error] = std::from_chars(words.hours.data(), end, hours);
    if (error != std::errc{} || stop != end || hours < 1 || hours > most_hours)
      return wrong(fmt::format("hours: {} is not a whole number from 1 to {}", echoed(words.hours),
                               most_hours));
    query.hours = std::chrono::hours{hours};
  }
  if (!words.since.empty()) {
    if (!words.hours.empty())
      return wrong("since: hours says when the window begins as well; write one of the two");
    query.since_last_digest = words.since == "last-digest";
    const auto since = parse_moment(words.since);
    if (!since && !query.since_last_digest)
      return wrong("since: " + echoed(words.since) +
                   " is not a time; write it as 2026-04-17T17:00-04:00, or last-digest");
    if (since) query.since = whole_minute(*since);
  }
  if (!words.format.empty()) {
    const auto known = parse_report_format(words.format);
    if (!known)
      return wrong("format: there is no " + echoed(words.format) +
                   "; write md, text, json, html or tex");
    query.format = *known;
  }
  if (!words.language.empty()) {
    if (words.language != "zh" && words.language != "en")
      return wrong("lang: there is no " + echoed(words.language) + "; write zh or en");
    query.language = words.language == "zh" ? Language::zh : Language::en;
  }
  query.chart = words.chart;
  return query;
}

std::variant<SheetInput, ReportRefusal> read_input(Store& store, const Config& config,
                                                   const ReportQuery& query, Timestamp now) {
  const auto latest = latest_end(store, config, now);
  if (!latest) return unreadable(latest.error());
  if (*latest == no_time && !query.at)
    return ReportRefusal{.wrong_use = false, .what = "the store holds no minutes yet"};
  SheetInput input;
  input.to = query.at.value_or(*latest);
  const auto from = begin_of(store, query, input.to);
  if (const auto* refusal = std::get_if<ReportRefusal>(&from)) return *refusal;
  input.from = std::get<Timestamp>(from);
  const bool live = config.engine.clock == EngineClock::arrival;
  if (live && input.to > now) return wrong("at: that is a time to come");
  input.settled = input.to <= *latest;

  for (const auto* spec : told_instruments(config)) {
    if (!query.chart.empty() && spec->id != query.chart) continue;
    auto instrument = read_instrument(store, *spec, input.from, input.to);
    if (!instrument) return unreadable(instrument.error());
    input.instruments.push_back(*std::move(instrument));
  }
  const auto series = std::ranges::find_if(config.instruments, &InstrumentSpec::event_series);
  input.has_liquidations = series != config.instruments.end();
  if (input.has_liquidations) {
    input.liquidations_name = series->name;
    if (const auto read = read_liquidations(store, input); !read) return unreadable(read.error());
  }
  auto events = store.events(input.from - episodes_before, input.to, most_events);
  if (!events) return unreadable(events.error());
  input.events = *std::move(events);
  auto held_back = store.held_back(input.from, input.to);
  if (!held_back) return unreadable(held_back.error());
  input.held_back = *std::move(held_back);
  return input;
}

std::variant<FactSheet, ReportRefusal> read_sheet(Store& store, const Config& config,
                                                  const ReportQuery& query, Timestamp now) {
  const auto input = read_input(store, config, query, now);
  if (const auto* refusal = std::get_if<ReportRefusal>(&input)) return *refusal;
  return make_sheet(std::get<SheetInput>(input));
}

std::string rendered(const FactSheet& sheet, const ReportQuery& query,
                     std::vector<std::string> notes, std::map<std::string, std::string> charts) {
  const auto section =
      make_section(sheet, {.language = query.language, .today = sheet.to}, std::move(notes));
  switch (query.format) {
    case ReportFormat::markdown: return to_markdown(section, {.trace = query.trace});
    case ReportFormat::text: return to_plain_text(section, {.trace = query.trace});
    case ReportFormat::html:
      return to_html(section, {.trace = query.trace, .charts = std::move(charts)});
    case ReportFormat::tex: return to_tex(section, {.trace = query.trace});
    case ReportFormat::json: break;
  }
  return to_json(sheet, section);
}

}  // namespace foghorn
