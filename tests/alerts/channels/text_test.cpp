#include "alerts/channels/text.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

std::string told(const std::vector<AlertEvent>& events, RenderOptions options = {}) {
  std::string text;
  for (const auto& line : tell(events, options)) text += (text.empty() ? "" : "\n") + line.text;
  return text;
}

std::string told_en(const std::vector<AlertEvent>& events) {
  return told(events, {.language = Language::en});
}

AlertEvent liquidations() {
  auto e = oil(AlertKind::fire, "L1-0", Tier::critical);
  e.rule = "liq-wave";
  e.instrument = "LIQ";
  e.title = {"爆仓潮", "Liquidation wave"};
  e.name = {"爆仓", "Liquidations"};
  e.unit = e.value_unit = "USD";
  e.value = 321'000'000;
  e.value_kind = ValueKind::quantity;
  e.value_term = "sum(LIQ, 1h)";
  e.price.reset();
  e.move.reset();
  e.sources.clear();
  return e;
}

}  // namespace

TEST_CASE("a fire says what moved, from what to what, over which window, and who agrees") {
  CHECK(told({oil(AlertKind::fire, "K7Q2-0")}) ==
        "【重大】原油剧烈波动：触发（编号 K7Q2-0）\n"
        "WTI 原油 24 小时内下跌 10.94%：96.46 → 85.91 美元/桶\n"
        "一致来源：bybit:CLUSDT 85.91、okx:CL-USDT-SWAP 85.88；未采用：hyperliquid:xyz:CL 91.20\n"
        "时间：2026-04-17 22:15:02（北京时间）");
  CHECK(told_en({oil(AlertKind::fire, "K7Q2-0")}) ==
        "[MAJOR] Crude oil shock: FIRED (id K7Q2-0)\n"
        "WTI crude fell 10.94% in 24 h: 96.46 → 85.91 USD/bbl\n"
        "Sources agreeing: bybit:CLUSDT 85.91, okx:CL-USDT-SWAP 85.88; not used: "
        "hyperliquid:xyz:CL 91.20\n"
        "Time: 2026-04-17 14:15:02 UTC");
}

TEST_CASE("an escalation and an end say how long after the beginning") {
  auto resolve = oil(AlertKind::resolve, "K7Q2-2");
  resolve.time = resolve.event_time = hormuz + 83min;
  resolve.reason = "rule changed";
  CHECK(told({resolve}).ends_with(
      "原因：规则已修改\n时间：2026-04-17 23:38:03（北京时间），距开始 1 小时 23 分"));
  CHECK(told_en({resolve}).ends_with(
      "Reason: rule changed\nTime: 2026-04-17 15:38:03 UTC, 1 h 23 min after it began"));
  CHECK(told({oil(AlertKind::escalate, "K7Q2-1", Tier::critical)})
            .starts_with("【紧急】原油剧烈波动：升级（编号 K7Q2-1）\n"));
}

TEST_CASE("an end that overtakes its beginning tells both") {
  const std::vector events{oil(AlertKind::fire, "K7Q2-0", Tier::notice),
                           oil(AlertKind::escalate, "K7Q2-1"), oil(AlertKind::resolve, "K7Q2-2")};
  const auto zh = told(events);
  CHECK(zh.starts_with("【重大】原油剧烈波动：触发并已恢复（编号 K7Q2-2）\n"));
  CHECK(zh.ends_with(
      "此前：【提示】原油剧烈波动：触发（编号 K7Q2-0），2026-04-17 22:15:02（北京时间）\n"
      "此前：【重大】原油剧烈波动：升级（编号 K7Q2-1），2026-04-17 22:15:02（北京时间）"));
  const auto en = told_en(events);
  CHECK(en.starts_with("[MAJOR] Crude oil shock: FIRED AND RESOLVED (id K7Q2-2)\n"));
  CHECK(en.ends_with(
      "Earlier: [MAJOR] Crude oil shock: ESCALATED (id K7Q2-1), 2026-04-17 14:15:02 UTC"));
}

TEST_CASE("events of different episodes are each told in full") {
  auto wave = liquidations();
  wave.episode = "L1";
  const auto text = told({oil(AlertKind::fire, "K7Q2-0"), wave});
  CHECK(text.starts_with("【重大】原油剧烈波动：触发（编号 K7Q2-0）\nWTI 原油"));
  CHECK(text.find("\n【紧急】爆仓潮：触发（编号 L1-0）\n爆仓近 1 小时") != std::string::npos);
}

TEST_CASE("a sum of liquidations is at least what was seen, and says how much that was") {
  auto e = liquidations();
  CHECK(told({e}).find("\n爆仓近 1 小时合计 ≥ 3.21 亿美元\n") != std::string::npos);
  e.seen = 0.9786;
  CHECK(told({e}).find("\n爆仓近 1 小时合计 ≥ 3.21 亿美元（覆盖 97.8% 的时段）\n") !=
        std::string::npos);
  CHECK(told_en({e}).find(
            "\nLiquidations, total over 1 h: ≥ 321.00 million USD (97.8% of the window seen)\n") !=
        std::string::npos);
}

TEST_CASE("a sum of liquidations names its venues, what they withhold and what was missed") {
  auto e = liquidations();
  e.venues = {{"bybit", LiquidationCoverage::complete},
              {"okx", LiquidationCoverage::one_per_second, 0.2, hormuz - 3h},
              {"binance-futures", LiquidationCoverage::one_per_second}};
  e.seen = 0.2;
  e.unsummed = 3;
  CHECK(told({e}) ==
        "【紧急】爆仓潮：触发（编号 L1-0）\n"
        "爆仓近 1 小时合计 ≥ 3.21 亿美元（覆盖 20% 的时段）\n"
        "来源：bybit、okx、binance-futures；okx 自 19:15 起缺失；"
        "okx、binance-futures 每合约每秒至多公布一笔；另有 3 笔金额不详，未计入\n"
        "时间：2026-04-17 22:15:02（北京时间）");
  CHECK(told_en({e}) ==
        "[CRITICAL] Liquidation wave: FIRED (id L1-0)\n"
        "Liquidations, total over 1 h: ≥ 321.00 million USD (20% of the window seen)\n"
        "Venues: bybit, okx, binance-futures; okx missing since 11:15; "
        "okx, binance-futures publish at most one order per contract per second; "
        "3 more of unknown amount, not added\n"
        "Time: 2026-04-17 14:15:02 UTC");
}

TEST_CASE("venues that were seen whole and withhold nothing are only named") {
  auto e = liquidations();
  e.venues = {{"bybit", LiquidationCoverage::complete}};
  CHECK(told({e}).find("\n来源：bybit\n") != std::string::npos);
  CHECK(told_en({e}).find("\nVenues: bybit\n") != std::string::npos);
}

TEST_CASE("a venue that was away and is back says how much of the window it was there") {
  auto e = liquidations();
  e.venues = {{"bybit", LiquidationCoverage::complete},
              {"okx", LiquidationCoverage::complete, 0.8}};
  CHECK(told({e}).find("\n来源：bybit、okx；okx 仅覆盖 80% 的时段\n") != std::string::npos);
  CHECK(told_en({e}).find("\nVenues: bybit, okx; okx seen 80% of the time\n") != std::string::npos);
  e.venues[0].seen = 0.8;  // all since the start: the sum itself says so
  CHECK(told({e}).find("\n来源：bybit、okx\n") != std::string::npos);
}

TEST_CASE("venues that are all alike are not listed twice") {
  auto e = liquidations();
  e.venues = {{"okx", LiquidationCoverage::one_per_second, 0, hormuz - 20h},
              {"gate", LiquidationCoverage::one_per_second, 0, hormuz - 20h}};
  CHECK(told({e}).find(
            "\n来源：okx、gate；okx、gate 自 02:15 起缺失；各家均为每合约每秒至多公布一笔\n") !=
        std::string::npos);
  CHECK(told_en({e}).find("\nVenues: okx, gate; okx, gate missing since 04-16 18:15; "
                          "each publishes at most one order per contract per second\n") !=
        std::string::npos);
}

TEST_CASE("of many venues the first few are named") {
  auto e = liquidations();
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"})
    e.venues.push_back({name, LiquidationCoverage::unknown});
  CHECK(
      told({e}).find("\n来源：a、b、c、d、e、f 等 8 家；a、b、c、d、e、f 等 8 家公布比例不详\n") !=
      std::string::npos);
  CHECK(told_en({e}).find("\nVenues: a, b, c, d, e, f and 2 more; ") != std::string::npos);
}

TEST_CASE("a narrowed series says what of it") {
  auto e = liquidations();
  e.value_term = "sum(LIQ.BTC.long@okx, 24h)";
  CHECK(told({e}).find("\n爆仓（BTC，多单，okx）近 24 小时合计 ≥ 3.21 亿美元\n") !=
        std::string::npos);
  CHECK(told_en({e}).find(
            "\nLiquidations (BTC, longs, okx), total over 24 h: ≥ 321.00 million USD\n") !=
        std::string::npos);
  e.value_term = "count(LIQ.short, 24h)";
  e.value = 1234;
  e.value_kind = ValueKind::number;
  CHECK(told({e}).find("\n爆仓（空单）近 24 小时笔数 ≥ 1,234 笔\n") != std::string::npos);
}

TEST_CASE(
    "a value without a move is told with its name, and a term without a name as it was written") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.move.reset();
  e.value_term = "range_pct(WTI, 24h)";
  e.value = 0.123;
  CHECK(told({e}).find("\nWTI 原油近 24 小时振幅 12.30%\n现价：85.91 美元/桶\n") !=
        std::string::npos);
  e.value_term = "abs(change(WTI, 1h)) / 2";
  CHECK(told({e}).find("\nabs(change(WTI, 1h)) / 2 = 12.30%\n") != std::string::npos);
}

TEST_CASE("what rules count and measure is told in words, in either language") {
  struct Told {
    std::string term;
    double value;
    std::string zh, en;
  };
  const std::vector<Told> all{
      {"abs(sigma(WTI, 1h))", 6.12, "近 1 小时涨跌幅 6.1 σ", ", move over 1 h: 6.1 σ"},
      {"zscore(WTI, 24h, 5m)", -4.26, "最近一根 5 分钟 K 线涨跌幅 -4.3 σ（对比近 24 小时）",
       ", last bar of 5 min against those of 24 h: -4.3 σ"},
      {"jump(WTI, 5m)", 5.04, "最近一根 5 分钟 K 线跳变 5.0 σ",
       ", jump of the last bar of 5 min: 5.0 σ"},
      {"vol(WTI, 24h, 5m)", 0.0031, "近 24 小时波动率 0.31%（每 5 分钟）",
       ", volatility over 24 h: 0.31% per 5 min"},
      {"streak(WTI)", 13, "连涨 13 个交易日", ": 13 rising closes in a row"},
      {"streak(WTI)", -7, "连跌 7 个交易日", ": 7 falling closes in a row"},
      {"abs(streak(WTI))", 7, "连涨或连跌 7 个交易日", ": 7 closes in a row, all one way"},
      {"change(WTI, settle)", -0.031, "较上一交易时段收盘下跌 3.10%",
       ", fall from the last session's close: 3.10%"},
      {"abs(change(WTI, settle))", 0.031, "较上一交易时段收盘涨跌 3.10%",
       ", change from the last session's close: 3.10%"},
      {"abs(gap(WTI))", 0.0514, "开盘跳空 5.14%", ", opening gap: 5.14%"},
      {"since_high(WTI)", 1'759'276'800, "为 2025-10-01 以来最高", ": highest since 2025-10-01"},
  };
  for (const auto& told_as : all) {
    auto e = oil(AlertKind::fire, "K7Q2-0");
    e.move.reset();
    e.value_term = told_as.term;
    e.value = told_as.value;
    const bool number = told_as.zh.find('%') == std::string::npos;
    e.value_kind = number ? ValueKind::number : ValueKind::ratio;
    CAPTURE(told({e}), told_en({e}));
    CHECK(told({e}).find("\nWTI 原油" + told_as.zh + "\n") != std::string::npos);
    CHECK(told_en({e}).find("\nWTI crude" + told_as.en + "\n") != std::string::npos);
  }
}

TEST_CASE("a move since a day names the day, and no window") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.value_term = "abs(change(WTI, since=@2026-04-01))";
  e.move = Move{96.46, Timestamp{1'775'001'600s}, 85.91, Duration{}};
  CHECK(told({e}).find("\nWTI 原油自 2026-04-01 以来下跌 10.94%：96.46 → 85.91 美元/桶\n") !=
        std::string::npos);
  CHECK(told_en({e}).find("\nWTI crude fell 10.94% since 2026-04-01: 96.46 → 85.91 USD/bbl\n") !=
        std::string::npos);
}

TEST_CASE("a move since a settlement says so, with both prices") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.value_term = "abs(change(WTI, settle))";
  e.move = Move{96.46, Timestamp{1'775'077'200s}, 85.91, Duration{}};
  CHECK(told({e}).find("WTI 原油较上一交易时段收盘下跌 10.94%：96.46 → 85.91 美元/桶") !=
        std::string::npos);
  CHECK(told_en({e}).find("WTI crude fell 10.94% from the last session's close: 96.46 → 85.91") !=
        std::string::npos);
}

TEST_CASE("a probability is no price, and its range and moves are in percentage points") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.instrument = "FED_HOLD";
  e.name = {"美联储按兵不动", "Fed on hold"};
  e.unit = e.value_unit = "%";
  e.move.reset();
  e.price = e.value = 0.923;
  e.value_term = "last(FED_HOLD)";
  CHECK(told({e}).find("\n美联储按兵不动概率 92.30%\n概率：92.30%\n") != std::string::npos);
  CHECK(told_en({e}).find("\nFed on hold, probability: 92.30%\n") != std::string::npos);
  e.value = 0.2;
  e.value_term = "range(FED_HOLD, 24h)";
  CHECK(told({e}).find("\n美联储按兵不动近 24 小时高低差 20.00 个百分点\n") != std::string::npos);
  CHECK(told_en({e}).find(", high less low over 24 h: 20.00 percentage points\n") !=
        std::string::npos);
  e.move = Move{0.9, hormuz - 24h, 0.81, 24h};
  CHECK(told({e}).find("24 小时内下降 9.00 个百分点：90.00% → 81.00%") != std::string::npos);
}

TEST_CASE("a fall below zero is told with its prices and the ratio that still means something") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.move = Move{18.27, hormuz - 24h, -37.63, 24h};
  CHECK(told({e}).find("WTI 原油 24 小时内下跌 305.97%：18.27 → -37.63 美元/桶") !=
        std::string::npos);
  e.move = Move{-37.63, hormuz - 24h, 10.01, 24h};
  CHECK(told({e}).find("WTI 原油 24 小时内：-37.63 → 10.01 美元/桶") != std::string::npos);
}

TEST_CASE("an instrument's own events name it and what each source last said") {
  CHECK(told({about_gold(AlertKind::no_data, "g1")}) ==
        "黄金：行情中断（编号 g1）\n"
        "此前价格：4,812.50 美元/盎司\n"
        "各来源最近报价：bybit:XAUUSDT 4,812.50、okx:XAU-USDT-SWAP 4,990.00\n"
        "时间：2026-04-17 22:15:03（北京时间）");
  CHECK(told({about_gold(AlertKind::unconfirmed, "g2")})
            .find("\n各来源报价不一致：bybit:XAUUSDT 4,812.50、") != std::string::npos);
  CHECK(told_en({about_gold(AlertKind::data_back, "g3")})
            .starts_with("Gold: DATA BACK (id g3)\nPrice now: 4,812.50 USD/oz\n"));
  CHECK(told_en({about_gold(AlertKind::confirmed, "g4")}).starts_with("Gold: CONFIRMED (id g4)\n"));
}

TEST_CASE("a message that the reader may have had says so on its first line") {
  const auto fire = oil(AlertKind::fire, "K7Q2-0");
  CHECK(told({fire}, {.maybe_repeated = true})
            .starts_with("【重大】原油剧烈波动：触发（编号 K7Q2-0）（可能重复）\n"));
  CHECK(told({fire}, {.language = Language::en, .maybe_repeated = true})
            .find("(may be a repeat)\n") != std::string::npos);
  CHECK(told({fire}, {.unsaved = true}).find("（未存盘，重启后可能重复）\n") != std::string::npos);
}

TEST_CASE("every text is one line of UTF-8, whatever the config holds") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.title.zh = "两\n行\xFF";
  const auto lines = tell(std::vector{e}, {});
  CHECK(lines.front().text == "【重大】两 行\xEF\xBF\xBD：触发（编号 K7Q2-0）");
}

TEST_CASE("a message says when the market that the instrument follows is closed") {
  auto fire = oil(AlertKind::fire, "K7Q2-0");
  fire.underlying_closed = true;
  CHECK(told({fire}).find("\n标的交易所休市中，仅永续合约成交\n") != std::string::npos);
  CHECK(told_en({fire}).find("\nThe underlying exchange is closed: only perpetuals trade\n") !=
        std::string::npos);
}

TEST_CASE("a message says when its reference is from before a closure") {
  auto fire = oil(AlertKind::fire, "K7Q2-0");
  fire.move->bridged = true;
  CHECK(told({fire}).find("：96.46 → 85.91 美元/桶（基准为休市前最后价）\n") != std::string::npos);
  CHECK(told_en({fire}).find("85.91 USD/bbl (from the last price before the close)\n") !=
        std::string::npos);
}

TEST_CASE("times are those of the zone that is given") {
  const Zone new_york{"America/New_York", [](Timestamp) { return Duration{-4h}; }};
  CHECK(told({oil(AlertKind::fire, "K7Q2-0")}, {.zone = &new_york})
            .ends_with("时间：2026-04-17 10:15:02（UTC-4）"));
}

TEST_CASE("a rule that asks several instruments names the one whose value decided") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.value_term = "change(NASDAQ, 24h)";
  CHECK(tell(std::vector{e}, {.language = Language::en})[1].text ==
        "NASDAQ fell 10.94% in 24 h: 96.46 → 85.91");
  CHECK(tell(std::vector{e}, {})[1].text == "NASDAQ 24 小时内下跌 10.94%：96.46 → 85.91");
  e.move.reset();
  e.value = 4801;
  e.value_kind = ValueKind::quantity;
  e.value_unit = "USD/oz";
  e.value_term = "last(GOLD)";
  CHECK(tell(std::vector{e}, {.language = Language::en})[1].text == "GOLD, price: 4,801.00 USD/oz");
}

TEST_CASE(
    "beside another instrument's value no price, source or market of the event's own is told") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.move.reset();
  e.price = 80.5;
  e.underlying_closed = true;
  e.value = 4801;
  e.value_kind = ValueKind::quantity;
  e.value_unit = "USD/oz";
  e.value_term = "last(GOLD)";
  CHECK(told_en({e}) ==
        "[MAJOR] Crude oil shock: FIRED (id K7Q2-0)\n"
        "GOLD, price: 4,801.00 USD/oz\n"
        "Time: 2026-04-17 14:15:02 UTC");
  e.value_term = "change(GOLD, 1h)";
  e.value = -0.03;
  e.value_kind = ValueKind::ratio;
  e.value_unit.clear();
  e.move = Move{4950, hormuz - 1h, 4801.5, 1h};
  CHECK(told_en({e}).find("bybit:CLUSDT") == std::string::npos);
}

TEST_CASE("another instrument's price is no probability, nor its probability a price") {
  auto e = oil(AlertKind::fire, "K7Q2-0");
  e.move.reset();
  e.unit = "%";
  e.value = 4801;
  e.value_kind = ValueKind::quantity;
  e.value_unit = "USD/oz";
  e.value_term = "last(GOLD)";
  CHECK(tell(std::vector{e}, {})[1].text == "GOLD 现价 4,801.00 美元/盎司");
  e.value_term = "change(GOLD, 1h)";
  e.value_kind = ValueKind::ratio;
  e.value_unit.clear();
  e.move = Move{4950, hormuz - 1h, 4801.5, 1h};
  CHECK(tell(std::vector{e}, {})[1].text == "GOLD 1 小时内下跌 3.00%：4,950.00 → 4,801.50");
  e.unit = "USD/bbl";
  e.move.reset();
  e.value = 0.923;
  e.value_kind = ValueKind::quantity;
  e.value_unit = "%";
  e.value_term = "last(FED_HOLD)";
  CHECK(tell(std::vector{e}, {})[1].text == "FED_HOLD 概率 92.30%");
}
