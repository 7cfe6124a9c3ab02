// The section over the demo's reconstructed weekend: its config, its scenario's prices and forced
// closes and its imported histories, through the store. FOGHORN_WRITE_GOLDEN=1 writes the golden
// files anew.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>

#include "daemon/history_import.hpp"
#include "daemon/report_sheet.hpp"
#include "report/render.hpp"
#include "rules/day_roll_up.hpp"
#include "rules/liquidation_minutes.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/report/golden_file.hpp"
#include "tests/sim/certificate.hpp"
#include "tests/sim/orders.hpp"
#include "tests/sim/run.hpp"
#include "tests/sim/scenario.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string demo_folder = FOGHORN_ROOT "/deploy/demo/";

std::string text_of(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  REQUIRE(in);
  return {std::istreambuf_iterator<char>{in}, {}};
}

Timestamp on(const char* time) {
  return *parse_time(time);
}

const sim::Scenario& hormuz() {
  static const auto scenario = sim::read_scenario(demo_folder + "hormuz.toml");
  return scenario;
}

/// A stretch in which we were not there.
struct Outage {
  Timestamp from{}, to{};

  bool at(Timestamp t) const { return t >= from && t < to; }
};

/// A store that has lived through the weekend.
class Weekend {
 public:
  explicit Weekend(Outage outage = {}) : outage_{outage} {
    std::filesystem::create_directory(data());
    for (const auto& [instrument, file] : hormuz().histories) import(instrument, file);
    Store store{data()};
    Commit commit;
    for (const auto& instrument : hormuz().instruments)
      if (instrument.watched) add_prices(instrument, commit);
    add_liquidations(commit);
    REQUIRE(store.commit(commit));
  }

  FactSheet sheet() const {
    Store store{ReadOnly{}, data()};
    const auto read = read_sheet(store, config_, query(), hormuz().end);
    REQUIRE(std::holds_alternative<FactSheet>(read));
    return std::get<FactSheet>(read);
  }

  std::string told(ReportFormat format, Language language) const {
    auto asked = query();
    asked.format = format;
    asked.language = language;
    return rendered(sheet(), asked, {});
  }

  Store store() const { return Store{ReadOnly{}, data()}; }

 private:
  static ReportQuery query() {
    return {.at = hormuz().section->at,
            .hours = std::chrono::hours{hormuz().section->hours},
            .format = ReportFormat::markdown,
            .language = Language::zh,
            .trace = false};
  }

  std::string data() const { return (dir_.path() / "data").string(); }

  Config demo_config() const {
    const auto ca = (dir_.path() / "ca.pem").string();
    const auto url = (dir_.path() / "url").string();
    std::ofstream{ca} << sim::make_credentials().ca_pem;
    std::ofstream{url} << "https://127.0.0.1:1/a-key\n";
    for (const auto& file : {ca, url})
      std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    return good(
        read(sim::filled(text_of(demo_folder + "demo.toml.in"), {{"RUN_DIR", dir_.path().string()},
                                                                 {"CA_FILE", ca},
                                                                 {"HTTP_PORT", "1"},
                                                                 {"BYBIT_PORT", "1"},
                                                                 {"OKX_PORT", "1"},
                                                                 {"HYPERLIQUID_PORT", "1"},
                                                                 {"BINANCE_FUTURES_PORT", "1"},
                                                                 {"DESK_URL_FILE", url},
                                                                 {"MACRO_URL_FILE", url}})));
  }

  void import(const std::string& instrument, const std::string& file) const {
    std::ifstream csv{demo_folder + file};
    std::ostringstream out, log;
    const int failed = import_history(config_, instrument, csv, file, hormuz().end, out, log);
    INFO(log.str());
    REQUIRE(failed == 0);
  }

  /// Its path at each tick, rounded as venues print it: what their median confirms.
  void add_prices(const sim::SimInstrument& instrument, Commit& commit) const {
    const double scale = std::pow(10.0, instrument.decimals);
    DayRollUp days{nullptr, 2min};
    const auto first = commit.bars.size();
    for (const auto t : sim::tick_times(hormuz())) {
      days.advance(t);
      if (outage_.at(t)) continue;
      const double price = std::round(instrument.path.at(t) * scale) / scale;
      days.add(t, price);
      const auto minute = std::chrono::floor<std::chrono::minutes>(t);
      if (commit.bars.size() == first || commit.bars.back().minute != minute)
        commit.bars.push_back({instrument.id, minute, price, price, price, price});
      auto& bar = commit.bars.back();
      bar.high = std::max(bar.high, price);
      bar.low = std::min(bar.low, price);
      bar.close = price;
    }
    for (const auto& day : days.ended()) commit.days.push_back({instrument.id, day, false});
  }

  void add_liquidations(Commit& commit) const {
    LiquidationMinutes minutes{{"bybit", "okx", "binance-futures"}};
    struct Change {
      Timestamp at;
      std::string venue;
      bool up;
    };
    std::vector<Change> changes;
    for (const auto* venue : {"bybit", "okx", "binance-futures"})
      changes.push_back({hormuz().start, venue, true});
    for (const auto& fault : hormuz().faults) {
      if (fault.kind != sim::Fault::Kind::cut) continue;
      changes.push_back({fault.from, fault.venue, false});
      changes.push_back({fault.to, fault.venue, true});
    }
    std::ranges::sort(changes, {}, &Change::at);
    std::vector<std::string> down;
    auto change = changes.begin();
    for (const auto& push : sim::pushes_of(hormuz())) {
      for (; change != changes.end() && change->at <= push.time; ++change) {
        minutes.stream(change->venue, change->up, change->at);
        change->up ? std::erase(down, change->venue)
                   : (down.push_back(change->venue), std::size_t{});
      }
      if (std::ranges::count(down, push.venue) > 0) continue;
      for (const auto& order : push.orders)
        minutes.add({.source = {},
                     .position = order.position,
                     .unit = QuantityUnit::base,
                     .history = false,
                     .price = order.price,
                     .quantity = order.quantity,
                     .notional = usd(order.price * order.quantity),
                     .event_time = order.time},
                    {push.venue, order.symbol}, push.time);
    }
    minutes.end(hormuz().end);
    commit.liquidations = minutes.rows();
    commit.streams = minutes.stretches();
  }

  TempDir dir_;
  Outage outage_;
  Config config_ = demo_config();
};

const Weekend& weekend() {
  static const Weekend whole;
  return whole;
}

const InstrumentFacts& facts_of(const FactSheet& sheet, const std::string& id) {
  return *std::ranges::find(sheet.instruments, id, &InstrumentFacts::id);
}

const std::string& in_chinese() {
  static const auto text = weekend().told(ReportFormat::markdown, Language::zh);
  return text;
}

Section section() {
  const auto sheet = weekend().sheet();
  return make_section(sheet, {.language = Language::zh, .today = sheet.to}, {});
}

}  // namespace

TEST_CASE("the demo's weekend reads as its golden files") {
  for (const auto& [format, ending] : {std::pair{ReportFormat::markdown, "md"},
                                       {ReportFormat::json, "json"},
                                       {ReportFormat::tex, "tex"}}) {
    check_golden(std::string{"hormuz.zh."} + ending, weekend().told(format, Language::zh));
    check_golden(std::string{"hormuz.en."} + ending, weekend().told(format, Language::en));
  }
}

TEST_CASE("the demo's weekend states what the demo itself is asked to state") {
  for (const auto& statement : hormuz().section->states)
    CHECK_THAT(in_chinese(), ContainsSubstring(statement));
}

TEST_CASE("WTI fell by more than 10 % in two hours, and it is said when") {
  const auto sheet = weekend().sheet();
  const auto& wti = facts_of(sheet, "WTI");
  REQUIRE_FALSE(wti.sudden_moves.empty());
  const auto& fall = wti.sudden_moves.front();
  CHECK(fall.ratio.value < -0.10);
  CHECK(fall.ratio.value > -0.11);
  CHECK(fall.to.at == on("2026-04-17T15:05:00Z"));
  CHECK(fall.from.at >= on("2026-04-17T13:00:00Z"));
  CHECK_THAT(in_chinese(), ContainsSubstring("WTI原油（重构数据）闪崩超10%，4月17日21:"));
}

TEST_CASE("at NYMEX's reopening the perpetual is told against its own price at the closing") {
  const auto sheet = weekend().sheet();
  const auto& wti = facts_of(sheet, "WTI");
  REQUIRE(wti.reopening);
  CHECK(wti.reopening->before.at == on("2026-04-17T20:59:00Z"));
  CHECK(wti.reopening->ratio.at == on("2026-04-19T22:00:00Z"));
  CHECK(std::abs(wti.reopening->ratio.value - 0.060) < 0.002);
}

TEST_CASE(
    "bitcoin broke 78,000 and fell back by 1.7 %, and had not been so high since 3 February") {
  const auto sheet = weekend().sheet();
  const auto& btc = facts_of(sheet, "BTC");
  REQUIRE(btc.reversals.size() == 1);
  CHECK(btc.reversals[0].level == 78'000);
  CHECK(btc.reversals[0].retreat.value < -0.017);
  CHECK(btc.reversals[0].retreat.value > -0.018);
  const auto high = std::ranges::find(btc.extremes, true, &ExtremeFact::high);
  REQUIRE(high != btc.extremes.end());
  CHECK(high->last_beyond == on("2026-02-03T00:00:00Z"));
}

TEST_CASE("liquidations are at least what was seen, and the venues' outages are told") {
  const auto sheet = weekend().sheet();
  REQUIRE(sheet.liquidations);
  CHECK(sheet.liquidations->usd() > 200e6);
  CHECK_THAT(in_chinese(), ContainsSubstring("可见爆仓订单"));
  CHECK_THAT(in_chinese(), ContainsSubstring("金额不低于"));
  const auto binance =
      std::ranges::find(sheet.liquidations->venues, "binance-futures", &LiquidationVenue::venue);
  REQUIRE(binance != sheet.liquidations->venues.end());
  CHECK(binance->gaps.size() == 1);
}

TEST_CASE("gold moved sideways between 4,800 and 4,860, high within its month") {
  const auto sheet = weekend().sheet();
  const auto& gold = facts_of(sheet, "GOLD");
  REQUIRE(gold.consolidation);
  CHECK(gold.consolidation->low == 4800);
  CHECK(gold.consolidation->high == 4860);
  CHECK(gold.consolidation->near_high);
}

TEST_CASE("the Nasdaq closed higher 13 times in a row, more often than ever on record") {
  const auto sheet = weekend().sheet();
  const auto& streak = facts_of(sheet, "NASDAQ_INDEX").streak;
  REQUIRE(streak);
  CHECK(streak->days == 13);
  CHECK_FALSE(streak->at_least);
  CHECK(streak->rank_known);
  CHECK_FALSE(streak->as_long_until);
  CHECK(streak->bars.size() == 14);
}

TEST_CASE("the Fed's next steps are told by Friday's closes of the futures") {
  const auto sheet = weekend().sheet();
  const auto& hold = facts_of(sheet, "FED_HOLD");
  REQUIRE(hold.last);
  CHECK(hold.last->value >= 0.965);
  CHECK(hold.last->value < 0.966);
  CHECK(hold.last->bars.front().start == on("2026-04-17T00:00:00Z"));
  REQUIRE(facts_of(sheet, "FED_NO_CUT").last);
  CHECK(std::abs(facts_of(sheet, "FED_NO_CUT").last->value - 0.698) < 0.001);
}

TEST_CASE(
    "every sentence of a reconstructed price says that it is reconstructed, in both languages") {
  const auto sheet = weekend().sheet();
  for (const auto language : {Language::zh, Language::en}) {
    const auto told = make_section(sheet, {.language = language, .today = sheet.to}, {});
    const auto* mark = language == Language::zh ? "重构数据" : "reconstructed";
    for (const auto& paragraph : told.paragraphs)
      for (const auto& sentence : paragraph.sentences)
        CHECK_THAT(sentence.text, ContainsSubstring(mark));
    for (const auto& row : told.prices) CHECK_THAT(row.name, ContainsSubstring(mark));
    CHECK_THAT(told.headline, ContainsSubstring(mark));
    CHECK_THAT(told.summary, ContainsSubstring(mark));
  }
}

TEST_CASE("every bar that a sentence of the weekend names is stored as it is named") {
  auto store = weekend().store();
  std::size_t checked = 0;
  for (const auto& paragraph : section().paragraphs) {
    for (const auto& sentence : paragraph.sentences) {
      if (sentence.bars_of.starts_with("FED_")) continue;  // worked out of the futures' days
      for (const auto& named : sentence.bars) {
        INFO(sentence.text);
        ++checked;
        if (named.source == FactSource::minutes) {
          const auto bars = store.bars(sentence.bars_of, named.start, named.start + 1min).value();
          REQUIRE(bars.size() == 1);
          CHECK(named == BarRef{FactSource::minutes, bars[0].minute, bars[0].open, bars[0].high,
                                bars[0].low, bars[0].close});
        } else {
          const auto days = store.days(sentence.bars_of).value();
          CHECK(std::ranges::any_of(days, [&](const StoredDay& day) {
            return named == BarRef{FactSource::days, day.bar.day, day.bar.open,
                                   day.bar.high,     day.bar.low, day.bar.close};
          }));
        }
      }
    }
  }
  CHECK(checked > 40);
}

TEST_CASE(
    "four hours without data, over bitcoin's peak: what they touch is a bound, and nothing is "
    "claimed of them") {
  const Outage outage{on("2026-04-17T15:00:00Z"), on("2026-04-17T19:00:00Z")};
  const Weekend holed{outage};
  const auto sheet = holed.sheet();
  const auto text = holed.told(ReportFormat::markdown, Language::zh);
  for (const auto* id : {"WTI", "BRENT", "GOLD", "BTC", "NASDAQ"}) {
    INFO(id);
    const auto& facts = facts_of(sheet, id);
    CHECK(facts.seen < 0.95);
    REQUIRE(facts.gaps.size() == 1);
    CHECK(facts.gaps[0].to == outage.to);
    CHECK(facts.high->bound == Bound::at_least);
    CHECK(facts.low->bound == Bound::at_most);
    CHECK(facts.range->bound == Bound::at_least);
    CHECK_FALSE(facts.consolidation);
    for (const auto& move : facts.moves) CHECK(move.ratio.bound != Bound::exact);
    for (const auto& move : facts.sudden_moves) CHECK(move.ratio.bound != Bound::exact);
    for (const auto& reversal : facts.reversals) CHECK(reversal.retreat.bound != Bound::exact);
  }
  CHECK_THAT(text, ContainsSubstring("比特币（重构数据）缺3小时"));
  CHECK_THAT(text, !ContainsSubstring("78,000"));
  CHECK_THAT(text, !ContainsSubstring("区间震荡"));
  // No price of the outage is named anywhere.
  const auto told = make_section(sheet, {.language = Language::zh, .today = sheet.to}, {});
  for (const auto& paragraph : told.paragraphs)
    for (const auto& sentence : paragraph.sentences)
      for (const auto& bar : sentence.bars)
        CHECK_FALSE((bar.source == FactSource::minutes && outage.at(bar.start)));
}
