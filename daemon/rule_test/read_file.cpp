#include <toml++/toml.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"
#include "daemon/engine_of.hpp"
#include "daemon/rule_test/sections.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// A Monday, so that markets with trading hours are open.
constexpr Timestamp default_start = std::chrono::sys_days{std::chrono::January / 5 / 2026};

constexpr std::array<std::pair<std::string_view, EngineClock>, 2> clocks{
    {{"arrival", EngineClock::arrival}, {"events", EngineClock::events}}};

/// The tables of one file.
class Reader {
 public:
  Reader(const toml::table& root, TestFile& file, const Environment& environment,
         Mistakes& mistakes)
      : root_{root, "", mistakes}, file_{file}, environment_{environment}, mistakes_{mistakes} {}

  /// What is wrong with the config that the file names; empty where it names none.
  std::vector<Mistake> read() {
    const auto tests = tables_at(root_, "test", "[[test]]", mistakes_);
    const auto rejections = tables_at(root_, "reject", "[[reject]]", mistakes_);
    if (auto wrong = read_config_part(); !wrong.empty()) return wrong;
    universe_ = universe_of(file_.config.instruments, file_.config.feeds);
    file_.venues = event_venues_of(file_.config);
    for (const auto& channel : file_.config.channels) channels_.push_back(channel.name);
    for (const auto& table : tests) read_test(table);
    for (const auto& table : rejections) read_rejection(table);
    if (tests.empty() && rejections.empty() && mistakes_.found.empty())
      root_.refuse("the file holds no test", "write [[test]] or [[reject]]");
    return {};
  }

 private:
  std::vector<Mistake> read_config_part() {
    const auto named = root_.text("config");
    if (!root_.has("config")) {
      file_.config = read_sections(root_, file_.file, environment_, mistakes_);
      if (const auto* engine = root_.node("engine"); engine && engine->is_table())
        clock_written_ = engine->as_table()->contains("clock");
      return {};
    }
    for (const auto* key : {"daemon", "engine", "capture", "feed", "channel", "instrument", "rule"})
      if (root_.node(key))
        root_.refuse(key, "the file tests another's config and has one of its own",
                     "remove config, or this table");
    root_.refuse_unknown_keys();
    if (!named) return {};
    auto loaded = load_config(file_.file.parent_path() / *named, environment_);
    if (auto* wrong = std::get_if<std::vector<Mistake>>(&loaded)) return std::move(*wrong);
    file_.config = std::get<Config>(std::move(loaded));
    return {};
  }

  void read_test(TableReader table) {
    RuleTest test;
    test.name = table.text("name").value_or("");
    test.at = table.here(test.name);
    if (!table.has("name")) table.refuse("the test has no name", "write a sentence: name = \"…\"");
    for (const auto& other : file_.tests)
      if (other.name == test.name)
        table.refuse("name", fmt::format("the test of line {} has this name too", other.at.line),
                     "give each test a name of its own");
    test.start = read_start(table);
    test.clock = table.choice<EngineClock>("clock", clocks)
                     .value_or(clock_written_ ? file_.config.engine.clock : EngineClock::events);
    test.rules = read_rules(table);
    const auto until = moment_at(table, "until", test.start);
    test.until = until.value_or(Duration::max());
    read_market(table, test);
    const auto lives = read_lives(table, test);
    read_expectations(table, test, lives);
    if (!until) test.until = last_of(test);
    table.refuse_unknown_keys();
    file_.tests.push_back(std::move(test));
  }

  Timestamp read_start(TableReader& table) {
    const auto text = table.text("start");
    if (!text) return default_start;
    if (const auto t = parse_time(*text)) return *t;
    table.refuse("start", echoed(*text) + " is not a time", "write \"2026-04-17T00:00:00Z\"");
    return default_start;
  }

  /// The rules that run: those that are named, else all.
  std::vector<RuleSpec> read_rules(TableReader& table) {
    const auto names = table.words("rules");
    if (!names) return file_.config.rules;
    std::vector<std::string_view> known;
    for (const auto& rule : file_.config.rules) known.push_back(rule.id);
    std::vector<RuleSpec> rules;
    for (const auto& name : *names) {
      const auto rule = std::ranges::find(file_.config.rules, name.text, &RuleSpec::id);
      if (rule != file_.config.rules.end())
        rules.push_back(*rule);
      else
        table.refuse("rules", name, "there is no rule " + echoed(name.text),
                     instead_of(name.text, known, "remove it here"));
    }
    return rules;
  }

  void read_market(TableReader& table, RuleTest& test) {
    for (const auto& inner : tables_at(table, "series", "[[test.series]]", mistakes_))
      if (auto prices = read_prices(inner, test, around()))
        test.prices.push_back(std::move(*prices));
    for (const auto& inner : tables_at(table, "liquidations", "[[test.liquidations]]", mistakes_))
      if (auto orders = read_orders(inner, test, around()))
        test.orders.push_back(std::move(*orders));
    for (const auto& inner : tables_at(table, "stream", "[[test.stream]]", mistakes_))
      for (auto& change : read_stream(inner, test, around()))
        in_order(test.streams, std::move(change), [](const StreamChange& c) { return c.at; });
  }

  /// After what is there already of its time.
  template <class T, class TimeOf>
  static void in_order(std::vector<T>& all, T one, TimeOf time_of) {
    const auto place = std::ranges::upper_bound(all, time_of(one), {}, time_of);
    all.insert(place, std::move(one));
  }

  /// Restarts and reloads, in the order of time; a reload changes the rules as they are then.
  /// Returns the ids of all rules that run at some time.
  std::vector<std::string> read_lives(TableReader& table, RuleTest& test) {
    struct Written {
      TableReader table;
      NextLife life;
      bool reload;
    };
    std::vector<Written> all;
    for (const bool reload : {false, true}) {
      const std::string key = reload ? "reload" : "restart";
      for (auto& inner : tables_at(table, key, "[[test." + key + "]]", mistakes_)) {
        NextLife life;
        if (!inner.has("at")) inner.refuse("it does not say when", R"(write at = "1h")");
        life.at = moment_at(inner, "at", test.start).value_or(0s);
        if (!reload) life.down = inner.duration("down").value_or(0s);
        if (life.at > test.until)
          inner.refuse("at", fmt::format("the test ends at {}", format_duration(test.until)),
                       "write a later until");
        in_order(all, {inner, std::move(life), reload}, [](const Written& w) { return w.life.at; });
      }
    }
    auto rules = test.rules;
    std::vector<std::string> ids;
    const auto remember = [&] {
      for (const auto& rule : rules)
        if (std::ranges::find(ids, rule.id) == ids.end()) ids.push_back(rule.id);
    };
    remember();
    for (auto& [inner, life, reload] : all) {
      if (reload) change_rules(inner, rules);
      inner.refuse_unknown_keys();
      remember();
      life.rules = rules;
      test.lives.push_back(std::move(life));
    }
    return ids;
  }

  /// [[test.reload.rule]]: the keys that change, or a rule that comes; remove: ids of those that
  /// go.
  void change_rules(TableReader& table, std::vector<RuleSpec>& rules) {
    const auto find = [&](const std::string& id) {
      return std::ranges::find(rules, id, &RuleSpec::id);
    };
    for (const auto& gone : table.words("remove").value_or(std::vector<Located>{})) {
      std::vector<std::string_view> known;
      for (const auto& rule : rules) known.push_back(rule.id);
      if (const auto rule = find(gone.text); rule != rules.end())
        rules.erase(rule);
      else
        table.refuse("remove", gone, "no rule " + echoed(gone.text) + " runs in this test",
                     instead_of(gone.text, known, "remove it here"));
    }
    for (auto& inner : tables_at(table, "rule", "[[test.reload.rule]]", mistakes_)) {
      const auto* id = inner.node("id");
      const auto rule = find(id && id->is_string() ? id->as_string()->get() : "");
      if (rule == rules.end())
        rules.push_back(read_rule(inner, universe_, channels_));
      else
        *rule = read_rule(inner, universe_, channels_, *rule);
    }
  }

  void read_expectations(TableReader& table, RuleTest& test,
                         const std::vector<std::string>& rules) {
    for (const auto& inner : tables_at(table, "expect", "[[test.expect]]", mistakes_))
      if (auto event = read_expected(inner, test, rules, around()))
        test.expected.push_back(std::move(*event));
  }

  static Duration last_of(const RuleTest& test) {
    Duration last{};
    const auto told = [&](const auto& all) {
      for (const auto& one : all)
        for (const auto& seen : one.told) last = std::max(last, seen.arrived);
    };
    told(test.prices);
    told(test.orders);
    for (const auto& change : test.streams) last = std::max(last, change.at);
    for (const auto& life : test.lives) last = std::max(last, life.at + life.down);
    for (const auto& event : test.expected) last = std::max(last, event.at);
    return last;
  }

  void read_rejection(TableReader table) {
    Rejection rejection;
    rejection.says = table.text("says").value_or("");
    if (!table.has("says"))
      table.refuse("it does not say what the error says", "write says = \"…\"");
    const auto when = table.text("when");
    rejection.at = table.here(when.value_or(""));
    if (!table.has("when")) {
      table.refuse("it has no condition", R"(write when = "change(WTI, 1h) > 10")");
    } else {
      RuleSpec base;
      base.id = "rejected";
      Mistakes apart{
          .source = mistakes_.source, .file = mistakes_.file, .found = {}, .warnings = {}};
      // Its own mistakes are what it is about.
      auto rule = table.noting_in(apart);
      read_rule(rule, universe_, channels_, base);
      sort_as_written(apart.found);
      rejection.mistakes = std::move(apart.found);
    }
    file_.rejections.push_back(std::move(rejection));
  }

  TestSurroundings around() {
    return {file_.config, universe_, channels_, file_.venues, mistakes_};
  }

  TableReader root_;
  TestFile& file_;
  const Environment& environment_;
  Mistakes& mistakes_;
  Universe universe_;
  std::vector<std::string> channels_;
  bool clock_written_{};
};

}  // namespace

std::vector<TableReader> tables_at(TableReader& table, std::string_view key,
                                   const std::string& header, Mistakes& mistakes) {
  std::vector<TableReader> tables;
  const auto* node = table.node(key);
  if (!node) return tables;
  const auto* all = node->as_array();
  if (!all || !all->is_homogeneous(toml::node_type::table)) {
    table.refuse(key, "this is not a list of tables",
                 fmt::format("write {}, with two brackets on each side", header));
    return tables;
  }
  for (const auto& element : *all) tables.emplace_back(*element.as_table(), header, mistakes);
  return tables;
}

std::optional<Duration> parse_moment(std::string_view text, Timestamp start) {
  // Digits alone would be Unix milliseconds, and are more likely a duration without its unit.
  if (text.find('-') == text.npos) return parse_duration(text);
  const auto time = parse_time(text);
  return time && *time >= start ? std::optional{*time - start} : std::nullopt;
}

std::optional<Duration> moment_at(TableReader& table, std::string_view key, Timestamp start) {
  const auto* node = table.node(key);
  const auto* text = node ? node->as_string() : nullptr;
  if (!text || text->get().find('-') == std::string::npos) return table.duration(key);
  const auto moment = parse_moment(text->get(), start);
  if (!moment)
    table.refuse(key,
                 fmt::format("{} is no time from {} on", echoed(text->get()), format_utc(start)),
                 "write \"1h0m25s\" since the start, or a later time");
  return moment;
}

std::variant<TestFile, std::vector<Mistake>> read_test_file(std::string_view toml_text,
                                                            const fs::path& file,
                                                            const Environment& environment) {
  const SourceText source{toml_text};
  Mistakes mistakes{.source = source, .file = file.string(), .found = {}, .warnings = {}};
  toml::table root;
  try {
    root = toml::parse(toml_text);
  } catch (const toml::parse_error& error) {
    return std::vector{syntax_mistake(error, mistakes.file)};
  }
  TestFile read;
  read.file = file;
  auto wrong_config = Reader{root, read, environment, mistakes}.read();
  sort_as_written(mistakes.found);
  wrong_config.insert(wrong_config.begin(), mistakes.found.begin(), mistakes.found.end());
  if (!wrong_config.empty()) return wrong_config;
  return read;
}

std::variant<TestFile, std::vector<Mistake>> load_test_file(const fs::path& file,
                                                            const Environment& environment) {
  const auto [text, trouble] = read_file(file);
  if (trouble.empty()) return read_test_file(text, file, environment);
  return std::vector{Mistake{.file = file.string(),
                             .line = 0,
                             .column = 0,
                             .place = {},
                             .what = trouble,
                             .remedy = "name a file of rule tests that exists and may be read"}};
}

}  // namespace foghorn
