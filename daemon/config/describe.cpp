// What `foghorn check` says when all is well.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/config/config.hpp"
#include "net/url.hpp"

namespace foghorn {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between = ", ") {
  return fmt::format("{}", fmt::join(words, between));
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// Lines of two columns, the first as wide as its widest word.
class Section {
 public:
  explicit Section(std::string title) : text_{std::move(title) + "\n"} {}

  void add(std::string name, std::vector<std::string> lines) {
    rows_.emplace_back(std::move(name), std::move(lines));
  }

  std::string text() const {
    std::size_t width = 0;
    for (const auto& [name, lines] : rows_) width = std::max(width, name.size());
    std::string text = text_;
    for (const auto& [name, lines] : rows_) {
      std::string_view first = name;
      for (const auto& line : lines) {
        text += fmt::format("  {:<{}}  {}\n", first, width, line);
        first = {};
      }
    }
    return text;
  }

 private:
  std::string text_;
  std::vector<std::pair<std::string, std::vector<std::string>>> rows_;
};

/// "daily at 08:00", "every 1h".
std::string times_text(Duration every, Duration at) {
  if (every != std::chrono::hours{24}) return "every " + format_duration(every);
  return fmt::format("daily at {:02}:{:02}", at / std::chrono::hours{1},
                     at / std::chrono::minutes{1} % 60);
}

std::string alive_text(const HeartbeatSpec& heartbeat) {
  std::vector<std::string> ways;
  if (!heartbeat.channels.empty())
    ways.push_back(fmt::format("to {} {}", joined(heartbeat.channels),
                               times_text(heartbeat.every, heartbeat.at)));
  if (!heartbeat.ping_url.empty())
    ways.push_back("a ping " + times_text(heartbeat.ping_every, heartbeat.ping_at));
  return joined(ways);
}

/// "at 07:30 on mon, tue to desk: the last 24 h".
std::string digest_text(const DigestSpec& digest) {
  static constexpr std::array names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  std::vector<std::string> days;
  for (std::size_t day = 0; day < names.size(); ++day)
    if (digest.days[day]) days.emplace_back(names[day]);
  return fmt::format("at {}{}{} to {}: {}", digest.place.text,
                     digest.timezone.empty() ? "" : " " + digest.timezone,
                     days.size() == names.size() ? "" : " on " + joined(days),
                     joined(digest.channels),
                     digest.hours ? fmt::format("the last {} h", digest.hours->count())
                                  : "what came since the last one");
}

std::string describe_daemon(const Config& config) {
  static constexpr std::array levels{"debug", "info", "warn", "error"};
  const auto& daemon = config.daemon;
  const auto& engine = config.engine;
  Section section{"daemon"};
  section.add("http", {daemon.http});
  section.add("data", {daemon.data_dir.string()});
  section.add("speaks",
              {fmt::format("{}, {}, log {}", daemon.language == Language::zh ? "zh" : "en",
                           daemon.timezone, levels[static_cast<std::size_t>(daemon.log)])});
  section.add("notices",
              {daemon.notices.empty() ? "to the log only" : "to " + joined(daemon.notices)});
  section.add("clock",
              {fmt::format("{}, heartbeat {}, max_skew {}, max_lag {}",
                           engine.clock == EngineClock::arrival ? "arrival" : "events",
                           format_duration(engine.heartbeat), format_duration(engine.max_skew),
                           format_duration(engine.max_lag))});
  if (auto alive = alive_text(config.heartbeat); !alive.empty())
    section.add("heartbeat", {std::move(alive)});
  if (!config.digests.empty()) {
    std::vector<std::string> digests;
    for (const auto& digest : config.digests) digests.push_back(digest_text(digest));
    section.add("digests", std::move(digests));
  }
  if (config.capture.enabled) {
    const auto& capture = config.capture;
    section.add("capture", {fmt::format("{}, {} MiB at most, a file every {}", capture.dir.string(),
                                        capture.max_bytes >> 20, format_duration(capture.rotate))});
  }
  return section.text();
}

/// ", through socks5://127.0.0.1:7890", where there is a proxy for `url`.
std::string way_to(const std::string& url, const ProxyChoice& choice) {
  const auto parsed = parse_url(url);
  const auto proxy = parsed ? choice.for_url(*parsed) : std::nullopt;
  return proxy ? ", through " + to_text(*proxy) : "";
}

std::string describe_feeds(const Config& config) {
  static constexpr std::array prices{"trade", "mark", "mid", "last"};
  static constexpr std::array kinds{"trades", "ticker", "mark", "book", "liquidations"};
  Section section{"feeds"};
  for (const auto& feed : config.feeds) {
    if (!feed.enabled) {
      section.add(feed.name, {"switched off"});
      continue;
    }
    std::array<std::vector<std::string>, kinds.size()> symbols;
    std::size_t streams = 0;
    const auto connections = find_venue(feed.name)->plan(request_of(config, feed));
    for (const auto& connection : connections) {
      for (const auto& stream : connection.streams)
        symbols[static_cast<std::size_t>(stream.kind)].push_back(stream.symbol);
      streams += connection.streams.size();
    }
    std::vector<std::string> lines{
        fmt::format("{}, {}, price {}{}{}", counted(connections.size(), "connection"),
                    counted(streams, "stream"), prices[static_cast<std::size_t>(feed.price)],
                    feed.delayed ? ", delayed" : "",
                    connections.empty() ? "" : way_to(connections.front().url, feed.proxy))};
    for (std::size_t i = 0; i < kinds.size(); ++i)
      if (!symbols[i].empty())
        lines.push_back(fmt::format("{} {}", kinds[i], joined(symbols[i], " ")));
    section.add(feed.name, std::move(lines));
  }
  return section.text();
}

std::string describe_instruments(const Config& config) {
  Section section{"instruments"};
  for (const auto& instrument : config.instruments) {
    std::vector<std::string> sources;
    for (const auto& source : instrument.sources) sources.push_back(to_text(source));
    std::string line = instrument.name.in(config.daemon.language);
    if (!instrument.unit.empty()) line += " in " + instrument.unit;
    if (!instrument.underlying.empty()) line += ", underlying " + instrument.underlying;
    if (instrument.event_series) line += ": all liquidations, added up";
    if (instrument.fedwatch)
      line += fmt::format(": from {} and {}",
                          counted(instrument.fedwatch->contracts.size(), "contract"),
                          counted(instrument.fedwatch->meetings.size(), "meeting"));
    std::vector<std::string> lines{std::move(line)};
    if (!sources.empty())
      lines.push_back(fmt::format("{} of {} must agree within {:g}%: {}",
                                  instrument.consensus.min_sources, sources.size(),
                                  instrument.consensus.max_deviation * 100, joined(sources)));
    section.add(instrument.id, std::move(lines));
  }
  return section.text();
}

std::string describe_rules(const Config& config) {
  Section section{"rules"};
  for (const auto& rule : config.rules) {
    std::vector<std::string> rungs;
    std::vector<std::string> routes;
    for (const auto& [tier, text] : rule.tiers)
      rungs.push_back(fmt::format("{} {}", to_text(tier), text.text));
    if (rungs.empty()) rungs.emplace_back(to_text(rule.severity));
    if (rule.ratchet) rungs.push_back("and every " + rule.ratchet->text + " above");
    if (!rule.quiet_while.empty()) rungs.push_back("quiet while " + rule.quiet_while + " tells it");
    for (const auto& [tier, channels] : rule.route)
      routes.push_back(fmt::format("{} to {}", to_text(tier), joined(channels, " and ")));
    section.add(rule.id, {rule.title.in(config.daemon.language), joined(rungs),
                          routes.empty() ? "to status and metrics only" : joined(routes)});
  }
  return section.text();
}

std::string describe_channels(const Config& config) {
  Section section{"channels"};
  for (const auto& channel : config.channels)
    section.add(
        channel.name,
        {fmt::format("{}, {}{}{}", channel.type, channel.language == Language::zh ? "zh" : "en",
                     way_to(channel.url.reveal(), channel.proxy),
                     channel.fallback.empty() ? "" : ", when it fails " + channel.fallback)});
  return section.text();
}

}  // namespace

FeedRequest request_of(const Config& config, const FeedSpec& feed) {
  FeedRequest request;
  request.url = feed.url;
  request.liquidations = feed.liquidations;
  request.key = feed.key;
  request.liquidation_size_is_order = feed.liquidation_size_is_order;
  // Binance's futures exchanges share their stream of liquidations: each is counted once.
  for (const auto& other : config.feeds) {
    if (feed.name == "binance-futures" && other.name == "binance-coinm" && other.enabled)
      request.liquidations_elsewhere = other.liquidations;
  }
  for (const auto& instrument : config.instruments) {
    for (const auto& source : instrument.sources) {
      const bool known = std::ranges::find(request.prices, source.symbol,
                                           &FeedRequest::Price::symbol) != request.prices.end();
      if (source.venue == feed.name && !known)
        request.prices.push_back({.symbol = source.symbol, .kind = feed.price});
    }
  }
  const auto canary = find_venue(feed.name)->canary();
  if (request.prices.empty() && !request.liquidations.empty() && !canary.empty())
    request.prices.push_back({.symbol = std::string{canary}, .kind = feed.price});
  return request;
}

std::string describe(const Config& config) {
  std::string text = describe_daemon(config);
  if (!config.feeds.empty()) text += describe_feeds(config);
  if (!config.instruments.empty()) text += describe_instruments(config);
  if (!config.rules.empty()) text += describe_rules(config);
  if (!config.channels.empty()) text += describe_channels(config);
  return text;
}

}  // namespace foghorn
