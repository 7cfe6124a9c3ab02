// From the text of config.toml to a Config: the syntax, then the sections in the order in which
// they name each other.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"

namespace foghorn {
namespace {

/// toml++'s reason in words for somebody who has never read a parser. Its text is not echoed: it
/// may quote a secret.
std::pair<std::string, std::string> plain_words(std::string_view reason) {
  struct Rephrased {
    std::string_view sign, what, remedy;
  };
  static constexpr std::string_view in_quotes =
      R"(write text, durations and percentages in quotes, like "60s"; numbers, true and false without)";
  static constexpr Rephrased table[]{
      {"cannot redefine", "this key or table has been written before", "remove one of the two"},
      {"as dotted key-value", "this key has been written before as something else",
       "remove one of the two"},
      {"utf-8", "the file is not UTF-8 text", "save it as UTF-8"},
      {"could not determine value type", "this value is not TOML", in_quotes},
      {"escape sequence", "the text holds a backslash that TOML does not know",
       R"(write \\ for a backslash, or the text in single quotes)"},
      {"parsing string", "the text has no closing quote", R"(end it with " on the same line)"},
      {"parsing literal string", "the text has no closing quote", "end it with ' on the same line"},
      {"expected value, saw", "the key has no value", "write one after the =, or remove the key"},
      {"expected '='", "a key is not followed by =", R"(write key = "value")"},
      {"expected a comment or whitespace", "something follows where the line should end",
       R"(write one key = "value" a line, and comments after #)"},
      {"table header", "a table's header is not complete",
       "write [table.name], or [[rule]] for a rule"},
      {"inline table", "this { … } is not complete",
       "write it on one line, with commas between, none after the last"},
      {"parsing array", "this [ … ] is not complete",
       "separate its values by commas and close it with ]"},
      {"expected keys, tables", "this is neither a key nor a table",
       R"(write key = "value" or [table]; names other than letters, digits, - and _ in quotes)"},
      {"end-of-file", "the file ends in the middle of a value", "close what is open there"},
      {"control character", "there is a control character", "remove it"},
      {"maximum", "values are nested too deeply", "nest less"},
      {"Error while parsing", "this value is not TOML", in_quotes},
  };
  for (const auto& [sign, what, remedy] : table)
    if (reason.find(sign) != reason.npos) return {std::string{what}, std::string{remedy}};
  return {"this is not TOML", "see https://toml.io"};
}

/// The sections of a whole file.
class Loader {
 public:
  Loader(TableReader root, Config& config, const Environment& environment, Mistakes& mistakes)
      : root_{std::move(root)},
        config_{config},
        around_{config.file.parent_path(), environment},
        mistakes_{mistakes} {}

  void load() {
    auto channel_table = names_of("channel");
    const auto channels = channel_table ? channel_table->keys() : std::vector<std::string>{};
    if (auto table = single("daemon")) config_.daemon = read_daemon(*table, around_, channels);
    if (auto table = single("engine")) config_.engine = read_engine(*table, around_);
    if (auto table = single("capture"))
      config_.capture = read_capture(*table, around_, config_.daemon.data_dir);
    if (auto table = single("heartbeat"))
      config_.heartbeat = read_heartbeat(*table, around_, channels);
    each("feed", [&](const std::string& name, const TableReader& table) {
      config_.feeds.push_back(read_feed(name, table, around_));
    });
    each("channel", [&](const std::string& name, const TableReader& table) {
      config_.channels.push_back(
          read_channel(name, table, around_, channels, config_.daemon.language));
    });
    each("instrument", [&](const std::string& id, const TableReader& table) {
      config_.instruments.push_back(
          read_instrument(id, table, config_.feeds, config_.engine.calendars));
    });
    each("instrument", [&](const std::string& id, const TableReader& table) {
      const auto read = std::ranges::find(config_.instruments, id, &InstrumentSpec::id);
      check_contracts(*read, table, config_.instruments);
    });
    load_rules(channels);
    load_digests(channels);
    root_.refuse_unknown_keys();
    if (mistakes_.found.empty()) warn_of_venues();
  }

 private:
  /// A venue is read for what the whole config asks of it.
  void warn_of_venues() {
    for (const auto& feed : config_.feeds) {
      if (!feed.enabled) continue;
      for (const auto& caveat : find_venue(feed.name)->caveats(request_of(config_, feed)))
        mistakes_.warnings.push_back({.file = feed.at.file,
                                      .line = feed.at.line,
                                      .column = feed.at.column,
                                      .place = fmt::format("[feed.{}]", feed.name),
                                      .what = "warning: " + caveat,
                                      .remedy = {}});
    }
  }

  /// The table of that name; an empty one where the file has none, so that its defaults are made in
  /// one place.
  std::optional<TableReader> single(std::string_view key) {
    static const toml::table empty;
    const auto* node = root_.node(key);
    if (!node) return TableReader{empty, fmt::format("[{}]", key), mistakes_};
    if (node->is_table())
      return TableReader{*node->as_table(), fmt::format("[{}]", key), mistakes_};
    root_.refuse(key, "this is not a table", fmt::format("write [{}] on a line of its own", key));
    return std::nullopt;
  }

  /// The table that holds [key.NAME] for every NAME.
  std::optional<TableReader> names_of(std::string_view key) {
    const auto* node = root_.node(key);
    if (!node || !node->is_table()) return std::nullopt;
    return TableReader{*node->as_table(), fmt::format("[{}]", key), mistakes_};
  }

  template <class Read>
  void each(const std::string& key, Read read) {
    const auto* node = root_.node(key);
    if (!node) return;
    auto names = names_of(key);
    if (!names) {
      root_.refuse(key, "this is not a table of tables",
                   fmt::format("write [{}.NAME] on a line of its own", key));
      return;
    }
    for (const auto& name : names->keys()) {
      if (const auto* table = names->node(name)->as_table())
        read(name, TableReader{*table, fmt::format("[{}.{}]", key, name), mistakes_});
      else
        names->refuse(name, fmt::format("the key stands in [{}] itself", key),
                      fmt::format("write [{}.NAME] above it", key));
    }
  }

  void load_rules(const std::vector<std::string>& channels) {
    const auto* node = root_.node("rule");
    if (!node) return;
    const auto* rules = node->as_array();
    if (!rules || !rules->is_homogeneous(toml::node_type::table)) {
      root_.refuse("rule", "rules are a list of tables",
                   "write [[rule]], with two brackets on each side");
      return;
    }
    const auto universe = universe_of(config_.instruments, config_.feeds);
    for (const auto& element : *rules) {
      TableReader table{*element.as_table(), "[[rule]]", mistakes_};
      auto rule = read_rule(table, universe, channels);
      const auto same = std::ranges::find(config_.rules, rule.id, &RuleSpec::id);
      if (!rule.id.empty() && same != config_.rules.end())
        table.refuse(
            "id",
            fmt::format("the rule of line {} has the id {} too", same->at.line, echoed(rule.id)),
            "give each rule an id of its own");
      config_.rules.push_back(std::move(rule));
    }
    for (std::size_t i = 0; i < rules->size(); ++i)
      check_quiet_while(config_.rules[i],
                        TableReader{*rules->get(i)->as_table(), "[[rule]]", mistakes_},
                        config_.rules);
  }

  void load_digests(const std::vector<std::string>& channels) {
    const auto* node = root_.node("digest");
    if (!node) return;
    const auto* digests = node->as_array();
    if (!digests || !digests->is_homogeneous(toml::node_type::table)) {
      root_.refuse("digest", "digests are a list of tables",
                   "write [[digest]], with two brackets on each side");
      return;
    }
    for (const auto& element : *digests) {
      TableReader table{*element.as_table(), "[[digest]]", mistakes_};
      auto digest = read_digest(table, channels);
      refuse_incidents(table, digest);
      for (const auto& other : config_.digests) {
        if (digest.place.text.empty() || !at_once(digest, other, config_.daemon.timezone)) continue;
        table.refuse(
            "at", fmt::format("the digest of line {} is sent at that time too", other.place.line),
            "name the channels of both in one, or give them different days");
      }
      config_.digests.push_back(std::move(digest));
    }
  }

  /// What keeps incidents would keep one that nobody ever ends.
  void refuse_incidents(TableReader& table, const DigestSpec& digest) {
    for (const auto& name : digest.channels) {
      const auto channel = std::ranges::find(config_.channels, name, &ChannelConfig::name);
      if (channel == config_.channels.end()) continue;
      if (channel->type != "pagerduty" && channel->type != "alertmanager") continue;
      table.refuse("channels",
                   fmt::format("{} is of type {}, and a digest is no incident", echoed(name),
                               echoed(channel->type)),
                   "name a channel that people read, or a webhook");
    }
  }

  /// They would be the same message.
  static bool at_once(const DigestSpec& a, const DigestSpec& b, const std::string& zone) {
    const auto zone_of = [&](const DigestSpec& digest) {
      return digest.timezone.empty() ? zone : digest.timezone;
    };
    if (b.place.text.empty() || a.at != b.at || zone_of(a) != zone_of(b)) return false;
    for (std::size_t day = 0; day < a.days.size(); ++day)
      if (a.days[day] && b.days[day]) return true;
    return false;
  }

  TableReader root_;
  Config& config_;
  Surroundings around_;
  Mistakes& mistakes_;
};

bool in_file_order(const Mistake& a, const Mistake& b) {
  return std::tie(a.line, a.column, a.place, a.what) < std::tie(b.line, b.column, b.place, b.what);
}

}  // namespace

Mistake syntax_mistake(const toml::parse_error& error, const std::string& file) {
  auto [what, remedy] = plain_words(error.description());
  return {.file = file,
          .line = static_cast<int>(error.source().begin.line),
          .column = static_cast<int>(error.source().begin.column),
          .place = {},
          .what = std::move(what),
          .remedy = std::move(remedy)};
}

void sort_as_written(std::vector<Mistake>& mistakes) {
  std::ranges::sort(mistakes, in_file_order);
}

Config read_sections(TableReader root, const std::filesystem::path& file,
                     const Environment& environment, Mistakes& mistakes) {
  Config config;
  config.file = file;
  Loader{std::move(root), config, environment, mistakes}.load();
  return config;
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>{value} : std::nullopt;
  };
}

ConfigOrMistakes read_config(std::string_view toml_text, const std::filesystem::path& file,
                             const Environment& environment) {
  const SourceText source{toml_text};
  Mistakes mistakes{.source = source, .file = file.string(), .found = {}, .warnings = {}};
  toml::table root;
  try {
    root = toml::parse(toml_text);
  } catch (const toml::parse_error& error) {
    return std::vector{syntax_mistake(error, mistakes.file)};
  }
  auto config = read_sections(TableReader{root, "", mistakes}, file, environment, mistakes);
  if (!mistakes.found.empty()) {
    sort_as_written(mistakes.found);
    return std::move(mistakes.found);
  }
  sort_as_written(mistakes.warnings);
  config.warnings = std::move(mistakes.warnings);
  return config;
}

ConfigOrMistakes load_config(const std::filesystem::path& file, const Environment& environment) {
  const auto [text, trouble] = read_file(file);
  if (!trouble.empty())
    return std::vector{Mistake{.file = file.string(),
                               .line = 0,
                               .column = 0,
                               .place = {},
                               .what = trouble,
                               .remedy = "name a config file that exists and may be read"}};
  return read_config(text, file, environment);
}

std::vector<Mistake> missing_for_run(const Config& config) {
  if (std::ranges::any_of(config.feeds, &FeedSpec::enabled)) return {};
  return {{.file = config.file.string(),
           .line = 0,
           .column = 0,
           .place = "[feed]",
           .what = "no feed is enabled, so that there is nothing to listen to",
           .remedy = "add a table such as [feed.bybit]"}};
}

}  // namespace foghorn
