// [[test]]: what is told is read elsewhere; here are the test's own keys, its rules and its lives.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"
#include "daemon/rule_test/sections.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

// A Monday, so that markets with trading hours are open.
constexpr Timestamp default_start = std::chrono::sys_days{std::chrono::January / 5 / 2026};

constexpr std::array<std::pair<std::string_view, EngineClock>, 2> clocks{
    {{"arrival", EngineClock::arrival}, {"events", EngineClock::events}}};

class TestReader {
 public:
  TestReader(TableReader table, const TestSurroundings& around)
      : table_{std::move(table)}, around_{around} {}

  RuleTest read(EngineClock clock) {
    test_.name = table_.text("name").value_or("");
    test_.at = table_.here(test_.name);
    if (!table_.has("name"))
      table_.refuse("the test has no name", "write a sentence: name = \"…\"");
    test_.start = read_start();
    test_.clock = table_.choice<EngineClock>("clock", clocks).value_or(clock);
    test_.rules = read_rules();
    const auto until = moment_at(table_, "until", test_.start);
    test_.until = until.value_or(Duration::max());
    read_market();
    const auto ids = read_lives();
    for (const auto& inner : tables("expect"))
      if (auto event = read_expected(inner, test_, ids, around_))
        test_.expected.push_back(std::move(*event));
    if (!until) test_.until = last_of(test_);
    table_.refuse_unknown_keys();
    return std::move(test_);
  }

 private:
  /// The tables of [[test.KEY]].
  std::vector<TableReader> tables(const std::string& key) {
    return tables_at(table_, key, "[[test." + key + "]]", around_.mistakes);
  }

  Timestamp read_start() {
    const auto text = table_.text("start");
    if (!text) return default_start;
    if (const auto t = parse_time(*text)) return *t;
    table_.refuse("start", echoed(*text) + " is not a time", "write \"2026-04-17T00:00:00Z\"");
    return default_start;
  }

  /// The rules that run: those that are named, else all. Where a name is mistaken, all, so that
  /// what is expected of it is no second mistake.
  std::vector<RuleSpec> read_rules() {
    const auto names = table_.words("rules");
    if (!names) return around_.config.rules;
    std::vector<std::string_view> known;
    for (const auto& rule : around_.config.rules) known.push_back(rule.id);
    std::vector<RuleSpec> rules;
    bool mistaken = false;
    for (const auto& name : *names) {
      const auto rule = std::ranges::find(around_.config.rules, name.text, &RuleSpec::id);
      if (rule != around_.config.rules.end()) {
        rules.push_back(*rule);
        continue;
      }
      mistaken = true;
      table_.refuse("rules", name, "there is no rule " + echoed(name.text),
                    instead_of(name.text, known, "remove it here"));
    }
    return mistaken ? around_.config.rules : rules;
  }

  void read_market() {
    for (const auto& inner : tables("history"))
      if (auto days = read_history(inner, test_, around_))
        test_.history.push_back(std::move(*days));
    for (const auto& inner : tables("series"))
      if (auto prices = read_prices(inner, test_, around_))
        test_.prices.push_back(std::move(*prices));
    for (const auto& inner : tables("liquidations"))
      if (auto orders = read_orders(inner, test_, around_))
        test_.orders.push_back(std::move(*orders));
    for (const auto& inner : tables("stream"))
      for (auto& change : read_stream(inner, test_, around_))
        in_order(test_.streams, std::move(change), [](const StreamChange& c) { return c.at; });
  }

  /// After what is there already of its time.
  template <class T, class TimeOf>
  static void in_order(std::vector<T>& all, T one, TimeOf time_of) {
    const auto place = std::ranges::upper_bound(all, time_of(one), {}, time_of);
    all.insert(place, std::move(one));
  }

  /// Restarts and reloads, in the order of time; a reload changes the rules as they are then.
  /// Returns the ids of all rules that run at some time.
  std::vector<std::string> read_lives() {
    struct Written {
      TableReader table;
      NextLife life;
      bool reload;
    };
    std::vector<Written> all;
    for (const bool reload : {false, true}) {
      const std::string key = reload ? "reload" : "restart";
      for (auto& inner : tables(key)) {
        NextLife life;
        if (!inner.has("at")) inner.refuse("it does not say when", R"(write at = "1h")");
        life.at = moment_at(inner, "at", test_.start).value_or(0s);
        if (!reload) life.down = inner.duration("down").value_or(0s);
        if (life.at > test_.until)
          inner.refuse("at", fmt::format("the test ends at {}", format_duration(test_.until)),
                       "write a later until");
        in_order(all, {inner, std::move(life), reload}, [](const Written& w) { return w.life.at; });
      }
    }
    auto rules = test_.rules;
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
      test_.lives.push_back(std::move(life));
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
    for (auto& inner : tables_at(table, "rule", "[[test.reload.rule]]", around_.mistakes)) {
      const auto* id = inner.node("id");
      const auto rule = find(id && id->is_string() ? id->as_string()->get() : "");
      if (rule == rules.end())
        rules.push_back(read_rule(inner, around_.universe, around_.channels));
      else
        *rule = read_rule(inner, around_.universe, around_.channels, *rule);
    }
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

  TableReader table_;
  const TestSurroundings& around_;
  RuleTest test_;
};

}  // namespace

RuleTest read_test(TableReader table, EngineClock clock, const TestSurroundings& around) {
  return TestReader{std::move(table), around}.read(clock);
}

}  // namespace foghorn
