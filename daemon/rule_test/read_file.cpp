#include <toml++/toml.h>

#include <fmt/format.h>

#include <algorithm>

#include "daemon/config/judging.hpp"
#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"
#include "daemon/engine_of.hpp"
#include "daemon/rule_test/sections.hpp"
#include "daemon/single_source.hpp"

namespace foghorn {
namespace {

namespace fs = std::filesystem;

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
    std::vector<Mistake> wrong;
    if (!read_config_part(wrong)) return wrong;
    universe_ = universe_of(file_.config.instruments, file_.config.feeds);
    for (auto& spec : file_.config.instruments)
      if (spec.sources.empty()) take_as_one_source(spec);
    file_.venues = event_venues_of(file_.config);
    for (const auto& channel : file_.config.channels) channels_.push_back(channel.name);
    for (const auto& table : tests) read_named_test(table);
    for (const auto& table : rejections) read_rejection(table);
    if (tests.empty() && rejections.empty() && mistakes_.found.empty())
      root_.refuse("the file holds no test", "write [[test]] or [[reject]]");
    return {};
  }

 private:
  /// Whether there is a config to read tests against; `wrong`: the mistakes of another file.
  bool read_config_part(std::vector<Mistake>& wrong) {
    constexpr std::string_view named = "config";
    const auto name = root_.text(named);
    if (!root_.has(named)) {
      file_.config = read_sections(root_, file_.file, environment_, mistakes_);
      forgive_what_judging_lacks(mistakes_.found);
      if (const auto* engine = root_.node("engine"); engine && engine->is_table())
        clock_written_ = engine->as_table()->contains("clock");
      return true;
    }
    for (const auto* key : {"daemon", "engine", "capture", "feed", "channel", "instrument", "rule"})
      if (root_.node(key))
        root_.refuse(key, "the file tests another's config and has one of its own",
                     "remove config, or this table");
    root_.refuse_unknown_keys();
    if (!name) return false;
    const auto path = file_.file.parent_path() / *name;
    if (const auto trouble = read_file(path).trouble; !trouble.empty()) {
      root_.refuse(named, trouble, "name a config file that exists and may be read");
      return false;
    }
    auto loaded = load_for_judging(path, environment_);
    if (auto* mistakes = std::get_if<std::vector<Mistake>>(&loaded)) {
      wrong = std::move(*mistakes);
      return false;
    }
    file_.config = std::get<Config>(std::move(loaded));
    return true;
  }

  void read_named_test(const TableReader& table) {
    auto test = read_test(table, clock_written_ ? file_.config.engine.clock : EngineClock::events,
                          around());
    for (const auto& other : file_.tests)
      if (!test.name.empty() && other.name == test.name)
        TableReader{table}.refuse(
            "name", fmt::format("the test of line {} has this name too", other.at.line),
            "give each test a name of its own");
    file_.tests.push_back(std::move(test));
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
