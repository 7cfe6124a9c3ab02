#include "daemon/config/table_facts.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "daemon/config/calendars.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

TableFact plain(std::string key, std::string value) {
  TableFact fact{.key = std::move(key), .value = std::move(value)};
  fact.shown = fact.value;
  return fact;
}

TableFact fixed(std::string key, std::string value) {
  auto fact = plain(std::move(key), std::move(value));
  fact.needs_restart = true;
  return fact;
}

/// What nobody is to see, or is too long to.
TableFact hidden(std::string key, std::string value) {
  return {.key = std::move(key), .value = std::move(value)};
}

TableFact of(std::string key, const Secret& secret) {
  return hidden(std::move(key), secret.reveal());
}

TableFact of(std::string key, Duration duration) {
  return plain(std::move(key), format_duration(duration));
}

TableFact of(std::string key, bool flag) {
  return plain(std::move(key), flag ? "true" : "false");
}

TableFact of(std::string key, const std::vector<std::string>& words) {
  return plain(std::move(key), fmt::format("{}", fmt::join(words, ", ")));
}

TableFact of(std::string key, Language language) {
  return plain(std::move(key), language == Language::zh ? "zh" : "en");
}

TableFact of(std::string key, const Text& text) {
  return plain(std::move(key), text.zh == text.en ? text.zh : text.zh + " / " + text.en);
}

/// A query may hold a token.
TableFact url(std::string key, const std::string& text) {
  auto fact = hidden(std::move(key), text);
  fact.shown = text.substr(0, text.find('?'));
  return fact;
}

/// The way to a host is compared, and not shown: it may hold a password.
TableFact of(std::string key, const ProxyChoice& proxy) {
  std::string value;
  for (const auto* target : {"https://example.com/", "wss://example.com/"}) {
    const auto parsed = parse_url(target);
    const auto way = parsed ? proxy.for_url(*parsed) : std::nullopt;
    if (way) value += fmt::format("{} {}:{} ", to_text(*way), way->user, way->password.reveal());
  }
  return hidden(std::move(key), std::move(value));
}

std::string percent(double ratio) {
  return fmt::format("{:g}%", ratio * 100);
}

std::string clock_text(Duration since_midnight) {
  return fmt::format("{:02}:{:02}", since_midnight / 1h, since_midnight / 1min % 60);
}

std::string days_text(const std::array<bool, 7>& days) {
  static constexpr std::array names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  std::vector<std::string> due;
  for (std::size_t day = 0; day < days.size(); ++day)
    if (days[day]) due.emplace_back(names[day]);
  return due.size() == days.size() ? "" : fmt::format("{}", fmt::join(due, ", "));
}

/// Every session of a market, so that two lists can be compared.
std::string hours_value(const TradingHours* hours) {
  std::string value;
  if (hours)
    for (const auto& session : hours->sessions())
      value += fmt::format("{}-{};", to_unix_ms(session.open), to_unix_ms(session.close));
  return value;
}

std::string calendars_value(const Calendars* calendars) {
  std::string value;
  if (calendars)
    for (const auto& calendar : calendars->all())
      value += calendar.name + ":" + hours_value(calendar.hours.get());
  return value;
}

std::string route_text(const RuleSpec& rule) {
  std::vector<std::string> tiers;
  for (const auto& [tier, channels] : rule.route)
    tiers.push_back(fmt::format("{} {}", to_text(tier), fmt::join(channels, "+")));
  return fmt::format("{}", fmt::join(tiers, ", "));
}

std::string tiers_text(const RuleSpec& rule) {
  std::vector<std::string> tiers;
  for (const auto& [tier, text] : rule.tiers)
    tiers.push_back(fmt::format("{} {}", to_text(tier), text.text));
  return fmt::format("{}", fmt::join(tiers, ", "));
}

std::string fedwatch_value(const std::optional<FedwatchSpec>& fedwatch) {
  if (!fedwatch) return {};
  auto value = std::to_string(static_cast<int>(fedwatch->of));
  for (const auto meeting : fedwatch->meetings) value += fmt::format(" {}", to_unix_ms(meeting));
  for (const auto& contract : fedwatch->contracts)
    value += fmt::format(" {}={}", to_unix_ms(contract.month), contract.instrument);
  return value;
}

}  // namespace

std::vector<TableFact> daemon_facts(const Config& config) {
  static constexpr std::array levels{"debug", "info", "warn", "error"};
  const auto& daemon = config.daemon;
  return {fixed("http", daemon.http),
          fixed("data_dir", daemon.data_dir.string()),
          fixed("control", daemon.control.string()),
          of("language", daemon.language),
          plain("timezone", daemon.timezone),
          plain("log", levels[static_cast<std::size_t>(daemon.log)]),
          of("notices", daemon.notices)};
}

std::vector<TableFact> engine_facts(const Config& config) {
  const auto& engine = config.engine;
  return {fixed("clock", engine.clock == EngineClock::arrival ? "arrival" : "events"),
          of("heartbeat", engine.heartbeat), of("max_skew", engine.max_skew),
          of("max_lag", engine.max_lag),
          hidden("calendars", calendars_value(engine.calendars.get()))};
}

std::vector<TableFact> capture_facts(const Config& config) {
  const auto& capture = config.capture;
  return {of("enabled", capture.enabled), plain("dir", capture.dir.string()),
          plain("max_bytes", std::to_string(capture.max_bytes)), of("rotate", capture.rotate)};
}

std::vector<TableFact> heartbeat_facts(const Config& config) {
  const auto& heartbeat = config.heartbeat;
  return {
      of("channels", heartbeat.channels),           of("every", heartbeat.every),
      plain("at", clock_text(heartbeat.at)),        of("ping_url", heartbeat.ping_url),
      of("ping_every", heartbeat.ping_every),       plain("ping_at", clock_text(heartbeat.ping_at)),
      plain("ca_file", heartbeat.ca_file.string()), of("proxy", heartbeat.proxy)};
}

std::vector<TableFacts> feed_facts(const Config& config) {
  static constexpr std::array prices{"trade", "mark", "mid", "last"};
  std::vector<TableFacts> feeds;
  for (const auto& feed : config.feeds) {
    std::vector<std::string> symbols;
    if (feed.enabled)
      for (const auto& price : request_of(config, feed).prices) symbols.push_back(price.symbol);
    const bool own_rest = !feed.rest_url.has_value();
    feeds.push_back(
        {.name = feed.name,
         .brief = feed.enabled ? fmt::format("{}", fmt::join(symbols, " ")) : "switched off",
         .facts = {of("enabled", feed.enabled), url("url", feed.url),
                   url("rest_url", own_rest ? "the venue's" : *feed.rest_url),
                   plain("ca_file", feed.ca_file.string()), of("proxy", feed.proxy),
                   of("key", feed.key), of("liquidations", feed.liquidations),
                   plain("liquidation_size", feed.liquidation_size_is_order ? "order" : "position"),
                   plain("price", prices[static_cast<std::size_t>(feed.price)]),
                   of("delayed", feed.delayed), of("symbols", symbols)}});
  }
  return feeds;
}

std::vector<TableFacts> channel_facts(const Config& config) {
  std::vector<TableFacts> channels;
  for (const auto& channel : config.channels) {
    const auto mute = channel.mute ? fmt::format("{}-{}", clock_text(channel.mute->from),
                                                 clock_text(channel.mute->to))
                                   : std::string{};
    channels.push_back(
        {.name = channel.name,
         .brief = channel.type,
         .facts = {plain("type", channel.type), of("url", channel.url),
                   of("secret", channel.secret), plain("chat_id", channel.chat_id),
                   of("mentions", channel.mentions), plain("ca_file", channel.ca_file.string()),
                   of("proxy", channel.proxy), of("language", channel.language),
                   plain("mute_hours", mute), plain("fallback", channel.fallback)}});
  }
  return channels;
}

std::vector<TableFacts> instrument_facts(const Config& config) {
  std::vector<TableFacts> instruments;
  for (const auto& spec : config.instruments) {
    std::vector<std::string> sources;
    for (const auto& source : spec.sources) sources.push_back(to_text(source));
    instruments.push_back(
        {.name = spec.id,
         .brief = fmt::format("{}", fmt::join(sources, ", ")),
         .facts = {of("name", spec.name), plain("unit", spec.unit),
                   plain("class", spec.event_series ? "event" : "price"), of("sources", sources),
                   plain("min_sources", std::to_string(spec.consensus.min_sources)),
                   of("max_age", spec.consensus.max_age),
                   plain("max_deviation", percent(spec.consensus.max_deviation)),
                   of("max_staleness", spec.max_staleness), plain("session", spec.session),
                   plain("underlying", spec.underlying),
                   plain("ref_window", spec.ref_window ? format_duration(*spec.ref_window) : ""),
                   hidden("trading hours", hours_value(spec.hours.get()) + "/" +
                                               hours_value(spec.underlying_hours.get())),
                   hidden("meetings and contracts", fedwatch_value(spec.fedwatch))}});
  }
  return instruments;
}

std::vector<TableFacts> rule_facts(const Config& config) {
  std::vector<TableFacts> rules;
  for (const auto& rule : config.rules)
    rules.push_back(
        {.name = rule.id,
         .brief = rule.when.text,
         .facts = {of("title", rule.title), plain("when", rule.when.text),
                   plain("tiers", tiers_text(rule)),
                   plain("severity", std::string{to_text(rule.severity)}), of("for", rule.hold),
                   plain("clear", rule.clear ? rule.clear->text : ""), of("keep", rule.keep),
                   of("cooldown", rule.cooldown),
                   plain("ratchet", rule.ratchet ? rule.ratchet->text : ""),
                   of("no_data", rule.no_data), plain("quiet_while", rule.quiet_while),
                   plain("gap", rule.bridge ? "bridge" : ""), plain("route", route_text(rule))}});
  return rules;
}

std::vector<TableFacts> digest_facts(const Config& config) {
  std::vector<TableFacts> digests;
  for (const auto& digest : config.digests) {
    auto name = digest.place.text;
    if (!digest.timezone.empty()) name += " " + digest.timezone;
    if (const auto days = days_text(digest.days); !days.empty()) name += " on " + days;
    const auto span = digest.hours ? fmt::format("{}", digest.hours->count()) : "since the last";
    digests.push_back({.name = std::move(name),
                       .brief = fmt::format("to {}", fmt::join(digest.channels, ", ")),
                       .facts = {of("channels", digest.channels), plain("hours", span),
                                 of("title", digest.title)}});
  }
  return digests;
}

}  // namespace foghorn
