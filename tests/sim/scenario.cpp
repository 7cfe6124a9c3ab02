#include "tests/sim/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <set>
#include <stdexcept>
#include <tuple>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "tests/sim/platform.hpp"

namespace foghorn::sim {
namespace {

[[noreturn]] void refuse(const toml::node& at, const std::string& what) {
  const auto& source = at.source();
  throw std::runtime_error{
      fmt::format("{}:{}: {}", source.path ? *source.path : "scenario", source.begin.line, what)};
}

void allow_only(const toml::table& table, std::initializer_list<std::string_view> keys) {
  for (const auto& [key, value] : table)
    if (std::find(keys.begin(), keys.end(), key.str()) == keys.end())
      refuse(value,
             fmt::format("unknown key \"{}\"; known here: {}", key.str(), fmt::join(keys, ", ")));
}

const toml::node& need(const toml::table& table, std::string_view key) {
  const auto* node = table.get(key);
  if (node == nullptr) refuse(table, fmt::format("\"{}\" is missing", key));
  return *node;
}

std::string text_of(const toml::node& node) {
  if (const auto value = node.value_exact<std::string>()) return *value;
  refuse(node, "this must be a text in quotes");
}

double number_of(const toml::node& node) {
  if (const auto value = node.value<double>(); value && !node.is_string()) return *value;
  refuse(node, "this must be a number");
}

int count_of(const toml::node& node) {
  if (const auto value = node.value_exact<std::int64_t>();
      value && *value >= 0 && *value < 1'000'000'000)
    return static_cast<int>(*value);
  refuse(node, "this must be a whole number from 0 to a billion");
}

bool truth_of(const toml::node& node) {
  if (const auto value = node.value_exact<bool>()) return *value;
  refuse(node, "this must be true or false");
}

/// "0.03%", as 0.0003.
double ratio_of(const toml::node& node) {
  const std::string text = text_of(node);
  double percent{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
  if (error != std::errc{} || std::string_view{end} != "%")
    refuse(node, "this must be a percentage, such as \"0.03%\"");
  return percent / 100;
}

Duration duration_of(const toml::node& node) {
  if (const auto value = parse_duration(text_of(node))) return *value;
  refuse(node, "this must be a duration with a unit, such as \"90s\" or \"1h30m\"");
}

class Reader {
 public:
  Reader(const toml::table& root, std::string file, std::optional<Timestamp> start) : root_{root} {
    allow_only(root, {"start", "end", "every", "seed", "dense", "instrument", "wave", "fault",
                      "receiver", "scene", "expect", "history", "section"});
    scenario_.name = std::move(file);
    const auto written = absolute(need(root, "start"));
    if (!written)
      refuse(need(root, "start"), "this must be a date-time, such as 2026-04-16T00:00:00Z");
    scenario_.start = start.value_or(*written);
    shift_ = scenario_.start - *written;
  }

  Scenario read() {
    scenario_.end = time_of(need(root_, "end"));
    scenario_.every = duration_of(need(root_, "every"));
    scenario_.seed =
        root_.contains("seed") ? static_cast<std::uint64_t>(count_of(need(root_, "seed"))) : 1;
    if (scenario_.end <= scenario_.start)
      refuse(need(root_, "end"), "the end must lie after the start");
    if (scenario_.every <= Duration::zero())
      refuse(need(root_, "every"), "the spacing must be longer than nothing");

    for_each("dense", [&](const toml::table& t) { read_dense(t); });
    const auto* instruments = root_.get_as<toml::table>("instrument");
    if (instruments == nullptr) refuse(root_, "a scenario needs [instrument.NAME] tables");
    for (const auto& [id, node] : *instruments) {
      if (!node.is_table()) refuse(node, "an instrument is a table, [instrument.NAME]");
      read_instrument(std::string{id.str()}, *node.as_table());
    }
    for_each("wave", [&](const toml::table& t) { read_wave(t); });
    for_each("fault", [&](const toml::table& t) { read_fault(t); });
    for_each("receiver", [&](const toml::table& t) { read_receiver(t); });
    for_each("scene", [&](const toml::table& t) {
      allow_only(t, {"at", "text"});
      scenario_.scenes.push_back({.at = time_of(need(t, "at")), .text = text_of(need(t, "text"))});
    });
    std::sort(scenario_.scenes.begin(), scenario_.scenes.end(), [](const Scene& a, const Scene& b) {
      return std::tie(a.at, a.text) < std::tie(b.at, b.text);
    });
    for_each("expect", [&](const toml::table& t) { read_expectation(t); });
    for_each("history", [&](const toml::table& t) { read_histories(t); });
    if (const auto* section = root_.get("section")) read_section(*section);
    return std::move(scenario_);
  }

 private:
  template <class Use>
  void for_each(std::string_view key, const Use& use) {
    const auto* node = root_.get(key);
    if (node == nullptr) return;
    if (!node->is_array_of_tables()) refuse(*node, fmt::format("write [[{}]]", key));
    for (const auto& element : *node->as_array()) use(*element.as_table());
  }

  static std::optional<Timestamp> absolute(const toml::node& node) {
    const auto value = node.value_exact<toml::date_time>();
    if (!value) return {};
    const auto& [date, time, offset] = *value;
    using namespace std::chrono;
    const sys_days day{year{date.year} / month{date.month} / std::chrono::day{date.day}};
    return Timestamp{day} + hours{time.hour} + minutes{time.minute} + seconds{time.second} +
           floor<microseconds>(nanoseconds{time.nanosecond}) -
           minutes{offset ? offset->minutes : 0};
  }

  Timestamp time_of(const toml::node& node) const {
    if (const auto t = absolute(node)) return *t + shift_;
    if (node.is_string()) return scenario_.start + duration_of(node);
    refuse(node, "this must be a date-time, or a duration since the start");
  }

  void read_dense(const toml::table& t) {
    allow_only(t, {"from", "to", "every"});
    scenario_.dense.push_back({.from = time_of(need(t, "from")),
                               .to = time_of(need(t, "to")),
                               .every = duration_of(need(t, "every"))});
    if (scenario_.dense.back().every <= Duration::zero())
      refuse(need(t, "every"), "the spacing must be longer than nothing");
  }

  void read_instrument(const std::string& id, const toml::table& t) {
    allow_only(t, {"decimals", "noise", "trade_size", "watched", "path", "sources"});
    const auto seed = seed_of(scenario_.seed, id.c_str());
    std::vector<SimSource> sources;
    for (const auto& element : array_of(t, "sources")) {
      if (!element.is_table()) refuse(element, "a source is written { name = \"venue:symbol\" }");
      const auto& row = *element.as_table();
      allow_only(row, {"name", "basis", "contract"});
      const auto name = text_of(need(row, "name"));
      const auto source = parse_source(name);
      if (!source) refuse(element, "a source is named venue:symbol");
      sources.push_back(
          {.source = *source,
           .basis = row.contains("basis") ? ratio_of(need(row, "basis")) : 0.0,
           .contract = row.contains("contract") ? number_of(need(row, "contract")) : 1.0,
           .seed = seed_of(seed, name.c_str())});
    }
    scenario_.instruments.push_back(
        {.id = id,
         .decimals = count_of(need(t, "decimals")),
         .trade_size = number_of(need(t, "trade_size")),
         .watched = !t.contains("watched") || truth_of(need(t, "watched")),
         .path = read_path(t, seed),
         .sources = std::move(sources)});
  }

  PricePath read_path(const toml::table& t, std::uint64_t seed) {
    std::vector<Anchor> anchors;
    for (const auto& element : array_of(t, "path")) {
      const auto* pair = element.as_array();
      if (pair == nullptr || pair->size() != 2)
        refuse(element, "an anchor is written [time, price]");
      anchors.push_back({.time = time_of((*pair)[0]), .price = number_of((*pair)[1])});
      if (anchors.back().price <= 0) refuse(element, "a price must be above zero");
      if (anchors.size() > 1 && anchors.back().time <= anchors[anchors.size() - 2].time)
        refuse(element, "anchors must be written in the order of time");
    }
    if (anchors.empty()) refuse(need(t, "path"), "a path needs at least one anchor");
    return {std::move(anchors), t.contains("noise") ? ratio_of(need(t, "noise")) : 0.0, seed};
  }

  const toml::array& array_of(const toml::table& t, std::string_view key) const {
    const auto& node = need(t, key);
    if (!node.is_array()) refuse(node, "this must be a list");
    return *node.as_array();
  }

  void read_wave(const toml::table& t) {
    allow_only(
        t, {"instrument", "from", "to", "orders", "median_usd", "spread", "long_share", "venues"});
    Wave wave{.instrument = text_of(need(t, "instrument")),
              .from = time_of(need(t, "from")),
              .to = time_of(need(t, "to")),
              .orders = count_of(need(t, "orders")),
              .median_usd = number_of(need(t, "median_usd")),
              .spread = number_of(need(t, "spread")),
              .long_share = ratio_of(need(t, "long_share")),
              .venues = {}};
    const auto known = std::any_of(scenario_.instruments.begin(), scenario_.instruments.end(),
                                   [&](const SimInstrument& i) { return i.id == wave.instrument; });
    if (!known) refuse(need(t, "instrument"), "no [instrument." + wave.instrument + "]");
    if (wave.to <= wave.from) refuse(t, "a wave must end after it begins");
    const auto& venues = need(t, "venues");
    if (!venues.is_table()) refuse(venues, "weights are written { bybit = 5, okx = 2 }");
    for (const auto& [name, weight] : *venues.as_table())
      wave.venues.push_back({.name = std::string{name.str()}, .weight = number_of(weight)});
    if (wave.venues.empty()) refuse(venues, "a wave needs a venue");
    scenario_.waves.push_back(std::move(wave));
  }

  void read_fault(const toml::table& t) {
    allow_only(t, {"kind", "venue", "source", "at", "for", "how", "factor", "by"});
    using Kind = Fault::Kind;
    static constexpr std::pair<std::string_view, Kind> kinds[]{{"cut", Kind::cut},
                                                               {"mute", Kind::mute},
                                                               {"garbage", Kind::garbage},
                                                               {"bad_print", Kind::bad_print},
                                                               {"late", Kind::late}};
    const auto kind = text_of(need(t, "kind"));
    const auto* found = std::find_if(std::begin(kinds), std::end(kinds),
                                     [&](const auto& k) { return k.first == kind; });
    if (found == std::end(kinds))
      refuse(need(t, "kind"), "faults are cut, mute, garbage, bad_print and late");

    Fault fault{.kind = found->second, .from = time_of(need(t, "at"))};
    fault.to = fault.from + (t.contains("for") ? duration_of(need(t, "for")) : Duration::zero());
    if (fault.kind == Kind::bad_print || fault.kind == Kind::late) {
      const auto source = parse_source(text_of(need(t, "source")));
      if (!source) refuse(need(t, "source"), "a source is named venue:symbol");
      fault.venue = source->venue;
      fault.symbol = source->symbol;
      if (fault.kind == Kind::bad_print) fault.factor = number_of(need(t, "factor"));
      if (fault.kind == Kind::late) fault.by = duration_of(need(t, "by"));
    } else {
      fault.venue = text_of(need(t, "venue"));
    }
    if (t.contains("how")) {
      const auto how = text_of(need(t, "how"));
      if (how != "close" && how != "reset")
        refuse(need(t, "how"), "a cut is made by \"close\" or by \"reset\"");
      fault.reset = how == "reset";
    }
    scenario_.faults.push_back(std::move(fault));
  }

  void read_receiver(const toml::table& t) {
    allow_only(t, {"name", "type", "answer"});
    ReceiverSpec spec{
        .name = text_of(need(t, "name")), .type = text_of(need(t, "type")), .answers = {}};
    if (find_platform(spec.type) == nullptr) {
      std::string types;
      for (const auto& platform : platforms())
        types.append(types.empty() ? "" : ", ").append(platform.type);
      refuse(need(t, "type"), "receivers are of type " + types);
    }
    if (t.contains("answer"))
      for (const auto& element : array_of(t, "answer")) {
        if (!element.is_table())
          refuse(element, "an answer is written { request = 3, with = \"errcode\", code = 45009 }");
        spec.answers.push_back(read_answer(*element.as_table()));
      }
    scenario_.receivers.push_back(std::move(spec));
  }

  static ScriptedAnswer read_answer(const toml::table& t) {
    allow_only(t, {"request", "with", "code", "retry_after"});
    using Kind = ScriptedAnswer::Kind;
    static constexpr std::pair<std::string_view, Kind> kinds[]{{"errcode", Kind::errcode},
                                                               {"status", Kind::status},
                                                               {"html", Kind::html},
                                                               {"hang", Kind::hang},
                                                               {"reset", Kind::reset}};
    const auto with = text_of(need(t, "with"));
    const auto* found = std::find_if(std::begin(kinds), std::end(kinds),
                                     [&](const auto& k) { return k.first == with; });
    if (found == std::end(kinds))
      refuse(need(t, "with"), "answers are errcode, status, html, hang and reset");
    ScriptedAnswer answer{.request = static_cast<std::uint64_t>(count_of(need(t, "request"))),
                          .kind = found->second};
    if (answer.kind == Kind::errcode || answer.kind == Kind::status) {
      const auto code = need(t, "code").value_exact<std::int64_t>();
      if (!code) refuse(need(t, "code"), "this must be a whole number");
      answer.code = static_cast<int>(*code);
    }
    if (t.contains("retry_after")) answer.retry_after = count_of(need(t, "retry_after"));
    return answer;
  }

  void read_expectation(const toml::table& t) {
    allow_only(t, {"rule", "episodes", "reaches", "resolved"});
    const auto tier = parse_tier(text_of(need(t, "reaches")));
    if (!tier) refuse(need(t, "reaches"), "tiers are notice, major and critical");
    scenario_.expectations.push_back(
        {.rule = text_of(need(t, "rule")),
         .episodes = t.contains("episodes") ? count_of(need(t, "episodes")) : 1,
         .reaches = *tier,
         .resolved = !t.contains("resolved") || truth_of(need(t, "resolved"))});
  }

  void read_histories(const toml::table& t) {
    allow_only(t, {"of", "file"});
    const auto pattern = text_of(need(t, "file"));
    for (const auto& element : array_of(t, "of")) {
      History history{.instrument = text_of(element), .file = pattern};
      if (const auto at = history.file.find('@'); at != std::string::npos)
        history.file.replace(at, 1, history.instrument);
      scenario_.histories.push_back(std::move(history));
    }
  }

  void read_section(const toml::node& node) {
    if (!node.is_table()) refuse(node, "write [section]");
    const auto& t = *node.as_table();
    allow_only(t, {"at", "hours", "states"});
    SectionWanted wanted{
        .at = time_of(need(t, "at")), .hours = count_of(need(t, "hours")), .states = {}};
    for (const auto& element : array_of(t, "states")) wanted.states.push_back(text_of(element));
    scenario_.section = std::move(wanted);
  }

  const toml::table& root_;
  Scenario scenario_;
  Duration shift_{};
};

}  // namespace

Scenario parse_scenario(std::string_view text, const std::string& file,
                        std::optional<Timestamp> start) {
  try {
    const auto root = toml::parse(text, file);
    return Reader{root, file, start}.read();
  } catch (const toml::parse_error& e) {
    throw std::runtime_error{
        fmt::format("{}:{}: {}", file, e.source().begin.line, e.description())};
  }
}

Scenario read_scenario(const std::string& file, std::optional<Timestamp> start) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw std::runtime_error{file + ": cannot be read"};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  return parse_scenario(text, file, start);
}

std::vector<std::string> venues_of(const Scenario& scenario) {
  std::vector<std::string> venues;
  for (const auto& instrument : scenario.instruments)
    for (const auto& [source, basis, contract, seed] : instrument.sources)
      if (std::find(venues.begin(), venues.end(), source.venue) == venues.end())
        venues.push_back(source.venue);
  return venues;
}

std::vector<Timestamp> tick_times(const Scenario& scenario) {
  std::set<Timestamp> times;
  for (auto t = scenario.start; t <= scenario.end; t += scenario.every) times.insert(t);
  for (const auto& dense : scenario.dense)
    for (auto t = dense.from; t < dense.to; t += dense.every) times.insert(t);
  for (const auto& fault : scenario.faults) times.insert({fault.from, fault.to});
  times.insert(scenario.end);
  return {times.begin(), times.end()};
}

}  // namespace foghorn::sim
