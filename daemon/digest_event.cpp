#include "daemon/digest_event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/report_sheet.hpp"
#include "report/render.hpp"

namespace foghorn {
namespace {

constexpr Duration longest = std::chrono::days{31};  // as long as minutes are kept
constexpr std::size_t most_events = 10'000;

std::string date_text(std::chrono::sys_days day) {
  return format_utc(Timestamp{day}).substr(0, 10);
}

/// "07:30"; of another day than today "2026-11-22 07:30".
std::string due_text(const DigestOrder& order) {
  const auto here = order.now + offset_at(order.schedule.zone, order.now);
  if (std::chrono::floor<std::chrono::days>(here) == order.due.day) return order.spec.place.text;
  return date_text(order.due.day) + " " + order.spec.place.text;
}

std::string title_in(Language language, const DigestOrder& order) {
  auto title = order.spec.title.in(language);
  if (title.empty()) title = say(language, "全球财经", "Global finance");
  if (order.late)
    title += say(language, "（补发，原定 {}）", " (late, due at {})", due_text(order));
  return title;
}

std::string body_in(Language language, const FactSheet& sheet) {
  const auto section = make_section(sheet, {.language = language, .today = sheet.to}, {});
  return fmt::format("{}", fmt::join(to_lines(section), "\n"));
}

bool told_something(const FactSheet& sheet) {
  const bool seen = std::ranges::any_of(
      sheet.instruments, [](const InstrumentFacts& facts) { return facts.last.has_value(); });
  return seen || !sheet.episodes.empty() ||
         (sheet.liquidations && sheet.liquidations->orders() > 0);
}

/// The digest's window.
Result<ReportQuery> query_of(Store& store, const Config& config, const DigestOrder& order) {
  ReportQuery query;
  const bool live = config.engine.clock == EngineClock::arrival;
  if (live) query.at = order.due.time - minutes_settle;
  if (order.spec.hours) {
    query.hours = *order.spec.hours;
    return query;
  }
  const auto until = told_until(store, order.due.time, order.spec.channels);
  if (!until) return until.error();
  // After a long absence as much as there is.
  if (*until) query.since = live ? std::max(**until, *query.at - longest) : **until;
  return query;
}

}  // namespace

std::string digest_name(const DigestSpec& spec) {
  static constexpr std::array names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  auto name = spec.place.text;
  if (!spec.timezone.empty()) name += "@" + spec.timezone;
  std::vector<std::string_view> days;
  for (std::size_t day = 0; day < names.size(); ++day)
    if (spec.days[day]) days.emplace_back(names[day]);
  if (days.size() < names.size()) name += fmt::format(" {}", fmt::join(days, ","));
  return name;
}

std::string digest_id(const DigestSpec& spec, const DigestDue& due) {
  auto id = fmt::format("digest-{}T{}", date_text(due.day), spec.place.text);
  if (!spec.timezone.empty()) id += "@" + spec.timezone;
  return id;
}

AlertEvent digest_event(const DigestOrder& order, const FactSheet& sheet) {
  AlertEvent event;
  event.time = order.due.time;
  event.began = sheet.from;
  event.event_time = sheet.to;
  event.kind = AlertKind::digest;
  event.id = digest_id(order.spec, order.due);
  event.title = {title_in(Language::zh, order), title_in(Language::en, order)};
  event.body = {body_in(Language::zh, sheet), body_in(Language::en, sheet)};
  return event;
}

Result<std::optional<Timestamp>> told_until(Store& store, Timestamp before,
                                            const std::vector<std::string>& channels) {
  const auto events = store.events(before - longest, before, most_events);
  if (!events) return events.error();
  for (auto event = events->rbegin(); event != events->rend(); ++event) {
    if (event->kind != AlertKind::digest || event->body == Text{}) continue;
    const auto rows = store.deliveries(event->id);
    if (!rows) return rows.error();
    const auto got = [&](const OutboxRow& row) { return !dead(row.state); };
    const auto had_it = [&](const std::string& channel) {
      return std::ranges::any_of(
          *rows, [&](const OutboxRow& row) { return row.channel == channel && got(row); });
    };
    const bool by_all =
        channels.empty() ? std::ranges::any_of(*rows, got) : std::ranges::all_of(channels, had_it);
    if (by_all) return std::optional{event->event_time};
  }
  return std::optional<Timestamp>{};
}

MadeDigest make_digest(const Config& config, const DigestOrder& order) {
  try {
    Store store{ReadOnly{}, config.daemon.data_dir.string()};
    const auto query = query_of(store, config, order);
    if (!query) return {.trouble = "the store cannot be read: " + query.error().message()};
    const auto sheet = read_sheet(store, config, *query, order.now);
    if (const auto* refusal = std::get_if<ReportRefusal>(&sheet)) return {.trouble = refusal->what};
    const auto& facts = std::get<FactSheet>(sheet);
    if (order.late && !told_something(facts)) return {};
    return {.event = digest_event(order, facts)};
  } catch (const StoreError& e) {
    return {.trouble = e.what()};
  }
}

}  // namespace foghorn
