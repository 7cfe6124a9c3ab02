#include "daemon/config/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "alerts/channels/templates.hpp"
#include "daemon/config/table_facts.hpp"
#include "rules/compiled_rule.hpp"

namespace foghorn {
namespace {

using How = TableChange::How;

constexpr std::size_t longest_value = 160;

std::vector<KeyChange> changes_of(const std::vector<TableFact>& now,
                                  const std::vector<TableFact>& next) {
  std::vector<KeyChange> changes;
  for (std::size_t i = 0; i < next.size(); ++i) {
    const auto& from = now[i];
    const auto& to = next[i];
    if (from.value == to.value) continue;
    KeyChange change{.key = to.key, .needs_restart = to.needs_restart};
    const bool fits = from.shown && to.shown && from.shown != to.shown &&
                      from.shown->size() <= longest_value && to.shown->size() <= longest_value;
    if (fits) {
      change.from = from.shown;
      change.to = to.shown;
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

bool changed(const TableChange& table, std::string_view key) {
  return std::ranges::find(table.keys, key, &KeyChange::key) != table.keys.end();
}

bool same_texts(const std::shared_ptr<const Templates>& a,
                const std::shared_ptr<const Templates>& b) {
  return (a ? *a : Templates::built_in()) == (b ? *b : Templates::built_in());
}

bool judged_alike(const Config& a, const Config& b) {
  return std::tie(a.engine.clock, a.engine.max_skew, a.engine.max_lag) ==
         std::tie(b.engine.clock, b.engine.max_skew, b.engine.max_lag);
}

/// Its state is kept while this is the same: see CompiledRule.
std::string condition_of(const Config& config, const std::string& id) {
  const auto rule = std::ranges::find(config.rules, id, &RuleSpec::id);
  const auto compiled = compile_rule(*rule, universe_of(config.instruments, config.feeds));
  const auto* good = std::get_if<CompiledRule>(&compiled);
  return good ? good->hash : std::string{};
}

class Comparison {
 public:
  Comparison(const Config& now, const Config& next) : now_{now}, next_{next} {}

  Difference made() {
    single("daemon", daemon_facts);
    add_templates();
    single("engine", engine_facts);
    if (!judged_alike(now_, next_)) all_.back().consequences.emplace_back("every feed reconnects");
    single("capture", capture_facts);
    single("heartbeat", heartbeat_facts);
    each("feed", feed_facts, &Comparison::explain_feed);
    each("instrument", instrument_facts, &Comparison::explain_instrument);
    each("channel", channel_facts, &Comparison::explain_channel);
    each("rule", rule_facts, &Comparison::explain_rule);
    each("digest", digest_facts, &Comparison::explain_digest);
    return {std::move(all_)};
  }

 private:
  using Explain = void (Comparison::*)(TableChange&);

  void single(const char* name, std::vector<TableFact> (*facts)(const Config&)) {
    auto keys = changes_of(facts(now_), facts(next_));
    if (keys.empty()) return;
    all_.push_back({.how = How::changed,
                    .what = name,
                    .name = {},
                    .brief = {},
                    .keys = std::move(keys),
                    .consequences = {}});
  }

  void add_templates() {
    if (same_texts(now_.daemon.templates, next_.daemon.templates)) return;
    if (all_.empty())
      all_.push_back(
          {.how = How::changed, .what = "daemon", .name = {}, .brief = {}, .consequences = {}});
    all_.front().keys.push_back({.key = "templates"});
  }

  void each(const char* what, std::vector<TableFacts> (*tables)(const Config&), Explain explain) {
    auto before = tables(now_);
    const auto add = [&](How how, const TableFacts& table, std::vector<KeyChange> keys) {
      TableChange change{.how = how,
                         .what = what,
                         .name = table.name,
                         .brief = how == How::added ? table.brief : std::string{},
                         .keys = std::move(keys),
                         .consequences = {}};
      (this->*explain)(change);
      all_.push_back(std::move(change));
    };
    for (const auto& table : tables(next_)) {
      const auto known = std::ranges::find(before, table.name, &TableFacts::name);
      if (known == before.end()) {
        add(How::added, table, {});
        continue;
      }
      if (auto keys = changes_of(known->facts, table.facts); !keys.empty())
        add(How::changed, table, std::move(keys));
      before.erase(known);
    }
    for (const auto& gone : before) add(How::removed, gone, {});
  }

  const FeedSpec* feed(const Config& config, const std::string& name) {
    const auto found = std::ranges::find(config.feeds, name, &FeedSpec::name);
    return found != config.feeds.end() && found->enabled ? &*found : nullptr;
  }

  void explain_feed(TableChange& change) {
    const auto* before = feed(now_, change.name);
    const auto* after = feed(next_, change.name);
    if (!before && after) change.consequences.emplace_back("it connects");
    if (before && !after) change.consequences.emplace_back("its connections are closed");
    if (before && after && !same_connections(now_, *before, next_, *after))
      change.consequences.emplace_back("it reconnects");
  }

  void explain_instrument(TableChange& change) {
    if (change.how == How::added)
      change.consequences.emplace_back("its windows begin with what the store has of it");
    if (change.how == How::changed && (changed(change, "class") || changed(change, "unit")))
      change.consequences.emplace_back("it is another series: what was seen of it is left behind");
  }

  void explain_channel(TableChange& change) {
    if (change.how == How::removed)
      change.consequences.emplace_back(
          "what waits for it stays in the outbox, for a channel of that name");
    if (change.how == How::added || changed(change, "type"))
      change.consequences.emplace_back(
          "what waits in the outbox for a channel of that name is its");
  }

  void explain_rule(TableChange& change) {
    if (change.how == How::removed)
      change.consequences.emplace_back("an open episode ends, with a resolve that says so");
    if (change.how == How::added)
      change.consequences.emplace_back("it starts idle, with the past that there is");
    if (change.how != How::changed) return;
    if (condition_of(now_, change.name) != condition_of(next_, change.name))
      change.consequences.emplace_back(
          "its condition is another: an open episode ends, with a resolve that says so, and it "
          "starts idle");
    else
      change.consequences.emplace_back("its episode and its timers go on");
  }

  void explain_digest(TableChange& change) {
    if (change.how == How::added)
      change.consequences.emplace_back("it is first sent when it is next due");
  }

  const Config& now_;
  const Config& next_;
  std::vector<TableChange> all_;
};

std::string value_text(const std::optional<std::string>& value) {
  return value->empty() ? "nothing" : *value;
}

std::string key_text(const KeyChange& key) {
  if (!key.from || !key.to) return key.key + " changed";
  return fmt::format("{} {} -> {}", key.key, value_text(key.from), value_text(key.to));
}

}  // namespace

std::vector<std::string> Difference::needs_restart() const {
  std::vector<std::string> keys;
  for (const auto& table : tables)
    for (const auto& key : table.keys)
      if (key.needs_restart) keys.push_back(fmt::format("[{}] {}", table.what, key.key));
  return keys;
}

Difference difference(const Config& now, const Config& next) {
  return Comparison{now, next}.made();
}

std::string_view sign_of(TableChange::How how) {
  return how == How::added ? "+" : how == How::removed ? "-" : "~";
}

std::string to_text(const Difference& difference) {
  if (difference.empty()) return "nothing would change\n";
  std::string text;
  for (const auto& table : difference.tables) {
    const auto head = fmt::format("{} {}{}{}", sign_of(table.how), table.what,
                                  table.name.empty() ? "" : " ", table.name);
    for (const auto& key : table.keys) text += fmt::format("{}: {}\n", head, key_text(key));
    if (table.keys.empty())
      text += fmt::format("{}{}{}\n", head, table.brief.empty() ? "" : ": ", table.brief);
    for (const auto& what : table.consequences) text += fmt::format("    {}\n", what);
  }
  if (const auto keys = difference.needs_restart(); !keys.empty())
    text += fmt::format("needs a restart: {}; a reload would be refused as a whole\n",
                        fmt::join(keys, ", "));
  return text;
}

std::string counts_text(const Difference& difference) {
  std::vector<std::string> order;
  std::map<std::string, std::array<int, 3>> counts;
  for (const auto& table : difference.tables) {
    if (!counts.contains(table.what)) order.push_back(table.what);
    ++counts[table.what][static_cast<std::size_t>(table.how)];
  }
  std::vector<std::string> words;
  for (const auto& what : order) {
    const auto& [added, removed, changed_ones] = counts[what];
    words.push_back(fmt::format("{}=+{}-{}~{}", what, added, removed, changed_ones));
  }
  return words.empty() ? "none" : fmt::format("{}", fmt::join(words, " "));
}

bool same_connections(const Config& now, const FeedSpec& before, const Config& next,
                      const FeedSpec& after) {
  const auto options = [](const FeedSpec& feed) {
    return std::tie(feed.ca_file, feed.proxy, feed.rest_url, feed.delayed);
  };
  if (options(before) != options(after) || !judged_alike(now, next)) return false;
  const auto a = request_of(now, before), b = request_of(next, after);
  const auto request = [](const FeedRequest& r) {
    return std::tie(r.liquidations, r.url, r.key, r.liquidations_elsewhere,
                    r.liquidation_size_is_order);
  };
  return request(a) == request(b) &&
         std::ranges::equal(a.prices, b.prices, [](const auto& x, const auto& y) {
           return x.symbol == y.symbol && x.kind == y.kind;
         });
}

}  // namespace foghorn
