// What a fresh daemon exports is what docs/metrics.md says: each metric with its type and its
// labels, every label value that the config knows from the start, and none besides.
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>

#include "alerts/channels/channel.hpp"
#include "alerts/judge.hpp"
#include "daemon/digests.hpp"
#include "daemon/heartbeat.hpp"
#include "daemon/market_side.hpp"
#include "daemon/metrics.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/daemon/exposition.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

using Values = std::vector<std::string>;
/// Label, value: of one sample.
using Labels = std::map<std::string, std::string>;

constexpr std::string_view config_text = R"(
[daemon]
data_dir = "data"
[capture]
enabled = true
dir = "DIR"
[heartbeat]
every = "1h"
channels = ["desk"]
ping_url = "http://127.0.0.1:9/"
[[digest]]
at = "07:30"
channels = ["desk"]
[feed.bybit]
liquidations = ["BTCUSDT"]
[feed.okx]
liquidations = ["*"]
[feed.hyperliquid]
[feed.coinbase]
enabled = false
[channel.desk]
type = "wecom"
url = "http://127.0.0.1:9/a"
[channel.macro]
type = "slack"
url = "http://127.0.0.1:9/b"
[instrument.WTI]
unit = "USD/bbl"
sources = ["bybit:CLUSDT", "okx:CL-USDT-SWAP"]
[instrument.BTC]
unit = "USD"
sources = ["hyperliquid:BTC", "coinbase:BTC-USD"]
[instrument.LIQ]
class = "event"
unit = "USD"
[[rule]]
id = "oil"
when = "abs(change(WTI, 1h)) >= 10%"
[[rule]]
id = "liquidations"
when = "sum(LIQ, 1h) >= 1M USD"
)";

/// A daemon that has just been put together, and has not seen a frame.
class FreshDaemon {
 public:
  FreshDaemon() {
    for (const auto& channel : config_->channels)
      specs_.push_back({.name = channel.name, .type = channel.type, .url = channel.url});
    Dispatcher dispatcher{io_.get_executor(), store_, specs_, {}};
    MarketSide market{io_, config_, [](Decisions) {}};
    Heartbeat heartbeat{io_.get_executor(), config_->heartbeat, dispatcher, store_, {}};
    Digests digests{io_.get_executor(), *config_, dispatcher, store_, {}};
    const OwnCounts own{.heartbeat = heartbeat.counts(), .digests = digests.counts()};
    page_ = read_exposition(metrics_text(market.snapshot(), dispatcher.snapshot(), {}, own));
  }

  const Exposition& page() const { return page_; }

  /// What a label that docs/metrics.md gives no values may say, by what the config has.
  Values values(const std::string& family, const std::string& label) const {
    if (label == "feed") return {"bybit", "okx", "hyperliquid"};
    if (label == "venue") return {"bybit", "okx"};
    if (label == "instrument") return {"WTI", "BTC"};
    if (label == "rule") return {"oil", "liquidations"};
    if (label == "channel") return {"desk", "macro"};
    if (label == "digest") return {"07:30"};
    if (family == "foghorn_feed_reconnects_total" && label == "reason")
      return {reconnect_reasons.begin(), reconnect_reasons.end()};
    FAIL(family << " has a label " << label << " whose values nobody knows");
    return {};
  }

 private:
  static Config read_here(const TempDir& dir) {
    auto text = std::string{config_text};
    text.replace(text.find("DIR"), 3, dir.string());
    return good(read(text));
  }

  TempDir dir_;
  asio::io_context io_{1};
  Store store_{dir_.string()};
  std::shared_ptr<const Config> config_ = std::make_shared<const Config>(read_here(dir_));
  std::vector<ChannelSpec> specs_;
  Exposition page_;
};

struct Documented {
  std::string type;
  std::vector<std::pair<std::string, Values>> labels;  ///< no values: those of the config
};

std::vector<std::string> matches(const std::string& text, const std::string& pattern) {
  std::vector<std::string> found;
  const std::regex regex{pattern};
  for (std::sregex_iterator it{text.begin(), text.end(), regex}, end; it != end; ++it)
    found.push_back((*it)[1]);
  return found;
}

/// The rows "| `metric` | type, unit | `label`: value, value, `label` | …" of docs/metrics.md.
std::map<std::string, Documented> documented() {
  std::map<std::string, Documented> metrics;
  std::ifstream in{FOGHORN_ROOT "/docs/metrics.md"};
  const std::regex row{R"(\| `((?:foghorn|process)_\w+)` \| (\w+)[^|]* \| ?([^|]*)\|.*)"};
  for (std::string line; std::getline(in, line);) {
    std::smatch cells;
    if (!std::regex_match(line, cells, row)) continue;
    Documented metric{.type = cells[2], .labels = {}};
    const std::string labels = cells[3];
    const std::regex label{R"(`(\w+)`(?:: ([^`;]*))?)"};
    for (std::sregex_iterator it{labels.begin(), labels.end(), label}, end; it != end; ++it) {
      auto values = matches((*it)[2], R"(\b([a-z_]+)\b)");
      // "the 16 of the table below": a sentence, not a list.
      if (std::ranges::find(values, "of") != values.end()) values.clear();
      metric.labels.emplace_back((*it)[1], std::move(values));
    }
    REQUIRE(metrics.emplace(cells[1], std::move(metric)).second);
  }
  return metrics;
}

/// The samples of a family that `page` holds: of a histogram its counts.
std::set<Labels> exported(const Exposition& page, const std::string& family) {
  const bool histogram = page.types.at(family) == "histogram";
  const auto name = family + (histogram ? "_count" : "");
  std::set<Labels> samples;
  for (const auto& [sample, value] : page.values) {
    if (sample.substr(0, sample.find('{')) != name) continue;
    Labels labels;
    const std::regex label{R"re((\w+)="([^"]*)")re"};
    for (std::sregex_iterator it{sample.begin(), sample.end(), label}, end; it != end; ++it)
      labels[(*it)[1]] = (*it)[2];
    samples.insert(std::move(labels));
  }
  return samples;
}

}  // namespace

TEST_CASE("docs/metrics.md has every metric that the daemon exports, and no other") {
  std::map<std::string, std::string> told;
  for (const auto& [family, metric] : documented()) told[family] = metric.type;
  CHECK(FreshDaemon{}.page().types == told);
}

TEST_CASE("a fresh daemon exports every label value that its config knows, and none besides") {
  const FreshDaemon daemon;
  // Not known yet: no sample rather than a false 0.
  const std::set<std::string> unknown_yet{"foghorn_instrument_price",
                                          "foghorn_instrument_change_ratio", "foghorn_rule_value"};
  // Of their labels each value goes with some only: tested for itself, below.
  const std::set<std::string> apart{"foghorn_build_info", "foghorn_notification_errors_total"};
  for (const auto& [family, metric] : documented()) {
    CAPTURE(family);
    if (unknown_yet.contains(family)) CHECK(exported(daemon.page(), family).empty());
    if (unknown_yet.contains(family) || apart.contains(family)) continue;
    std::set<Labels> expected{{}};
    for (const auto& [label, listed] : metric.labels) {
      if (label == "le") continue;
      const auto values = listed.empty() ? daemon.values(family, label) : listed;
      std::set<Labels> wider;
      for (auto labels : expected)
        for (const auto& value : values) {
          labels[label] = value;
          wider.insert(labels);
        }
      expected = std::move(wider);
    }
    CHECK(exported(daemon.page(), family) == expected);
  }
}

TEST_CASE(
    "a channel's errors are those of its own platform and the network's, each from the start") {
  const FreshDaemon daemon;
  std::set<Labels> expected;
  for (const auto& [name, type] :
       std::map<std::string, std::string>{{"desk", "wecom"}, {"macro", "slack"}}) {
    for (const auto reason : attempt_reasons(*find_channel(type)))
      expected.insert({{"channel", name}, {"code", std::string{reason}}});
  }
  CHECK(exported(daemon.page(), "foghorn_notification_errors_total") == expected);
}

TEST_CASE("a fresh daemon's counters are at zero, and every metric has a help") {
  const FreshDaemon daemon;
  for (const auto& [family, type] : daemon.page().types) {
    CAPTURE(family);
    CHECK(daemon.page().helps.at(family).size() > 10);
    if (type != "counter" || family.starts_with("process_")) continue;
    for (const auto& [sample, value] : daemon.page().values)
      if (sample == family || sample.starts_with(family + "{")) CHECK(value == "0");
  }
}
