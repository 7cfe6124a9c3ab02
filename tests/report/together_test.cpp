// Assets together, and the episodes of the window.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>

#include "report/render.hpp"
#include "tests/report/series.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

InstrumentInput moved(std::string id, std::string market, std::string unit, double by) {
  auto spec = btc();
  spec.id = std::move(id);
  spec.underlying = std::move(market);
  spec.unit = std::move(unit);
  return day_of(spec, {{0h, 100}, {1h, 100}, {2h, 100 * (1 + by)}, {25h, 100 * (1 + by)}});
}

SheetInput all_of(double oil, double gold, double equities, double crypto) {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  input.instruments = {
      moved("WTI", "nymex-energy", "USD/bbl", oil), moved("GOLD", "comex-metals", "USD/oz", gold),
      moved("NASDAQ", "us-equity", "USD", equities), moved("BTC", "", "USD", crypto)};
  return input;
}

std::optional<CrossAssetFacts> together(double oil, double gold, double equities, double crypto) {
  return make_sheet(all_of(oil, gold, equities, crypto)).cross_asset;
}

Section section_of(const SheetInput& input, Language language = Language::zh) {
  return make_section(make_sheet(input), {.language = language, .today = input.to}, {});
}

std::string sentences_of(const Section& section, std::string_view subject) {
  std::string text;
  for (const auto& paragraph : section.paragraphs)
    if (paragraph.subject == subject)
      for (const auto& sentence : paragraph.sentences) text += sentence.text + "\n";
  return text;
}

AlertEvent event(AlertKind kind, Tier tier, Timestamp time) {
  AlertEvent e;
  e.kind = kind;
  e.tier = tier;
  e.time = e.event_time = time;
  e.rule = "oil-shock";
  e.episode = "K7Q2";
  return e;
}

}  // namespace

TEST_CASE("gold up while equities and crypto fall is risk-off") {
  CHECK(together(0.05, 0.01, -0.01, -0.02)->mood == RiskMood::risk_off);
}

TEST_CASE("equities and crypto up while gold does not rise is risk-on") {
  CHECK(together(-0.05, -0.002, 0.01, 0.02)->mood == RiskMood::risk_on);
}

TEST_CASE("one that does not follow makes it mixed, and little moves make it calm") {
  CHECK(together(0, 0.01, -0.01, 0.001)->mood == RiskMood::mixed);
  CHECK(together(0.001, 0.001, -0.001, 0.002)->mood == RiskMood::calm);
}

TEST_CASE("of two kinds of assets nothing is said together") {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  input.instruments = {moved("GOLD", "comex-metals", "USD/oz", 0.01),
                       moved("BTC", "", "USD", -0.01)};
  CHECK_FALSE(make_sheet(input).cross_asset);
}

TEST_CASE("an episode is told once, with its highest tier, its beginning and its end") {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  input.events = {event(AlertKind::fire, Tier::notice, morning - 5h),
                  event(AlertKind::escalate, Tier::critical, morning - 4h),
                  event(AlertKind::resolve, Tier::critical, morning - 1h)};
  const auto episodes = make_sheet(input).episodes;
  REQUIRE(episodes.size() == 1);
  CHECK(episodes[0].tier == Tier::critical);
  CHECK(episodes[0].fired == morning - 5h);
  CHECK(episodes[0].resolved == morning - 1h);
}

TEST_CASE("an episode from before the window is told while it is open, and not once it is over") {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  input.events = {event(AlertKind::fire, Tier::major, morning - 50h)};
  REQUIRE(make_sheet(input).episodes.size() == 1);
  CHECK(make_sheet(input).episodes[0].fired == morning - 50h);
  input.events.push_back(event(AlertKind::resolve, Tier::major, morning - 30h));
  CHECK(make_sheet(input).episodes.empty());
}

TEST_CASE("what an instrument says of its data is no episode") {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  auto stale = event(AlertKind::no_data, Tier::notice, morning - 5h);
  stale.rule.clear();
  stale.episode.clear();
  input.events = {stale};
  CHECK(make_sheet(input).episodes.empty());
}

TEST_CASE("what names say of their data stands once with what they say together") {
  auto input = all_of(-0.05, -0.002, 0.01, 0.02);
  for (auto& instrument : input.instruments)
    instrument.spec.name = {"名（重构数据）", "Name (reconstructed)"};
  CHECK(sentences_of(section_of(input), "cross-asset") ==
        "原油跌5.00%、黄金跌0.20%、美股涨1.00%、加密货币涨2.00%，风险偏好回升（重构数据）。\n");
  CHECK(sentences_of(section_of(input, Language::en), "cross-asset") ==
        "Oil down 5.00%, gold down 0.20%, US equities up 1.00%, crypto up 2.00%: risk-on "
        "(reconstructed).\n");
  CHECK_THAT(section_of(input).summary,
             Catch::Matchers::ContainsSubstring("市场风险偏好回升（重构数据）"));
}

TEST_CASE("what some names say of their data stands beside theirs") {
  auto input = all_of(-0.05, -0.002, 0.01, 0.02);
  input.instruments[1].spec.name = {"国际金价（重构数据）", "Gold (reconstructed)"};
  CHECK(sentences_of(section_of(input), "cross-asset") ==
        "原油跌5.00%、黄金（重构数据）跌0.20%、美股涨1.00%、加密货币涨2.00%，风险偏好回升。\n");
}

TEST_CASE("a parenthesis of a name that says nothing of its data marks no sentence") {
  auto input = all_of(-0.05, -0.002, 0.01, 0.02);
  input.instruments[2].spec.name = {"纳斯达克 100（QQQ）", "Nasdaq 100 (QQQ)"};
  const auto section = section_of(input);
  CHECK(sentences_of(section, "cross-asset") ==
        "原油跌5.00%、黄金跌0.20%、美股涨1.00%、加密货币涨2.00%，风险偏好回升。\n");
  CHECK(section.summary.find("风险偏好回升（") == std::string::npos);
  CHECK(section.headline.find("风险偏好回升（") == std::string::npos);
  CHECK(sentences_of(section_of(input, Language::en), "cross-asset").find("QQQ") ==
        std::string::npos);
}

TEST_CASE("a held-back episode is told once, though its notice is an alert event too") {
  SheetInput input;
  input.from = morning - 24h;
  input.to = morning;
  const HeldBack held{.rule = "oil-shock",
                      .title = {"原油剧烈波动", "Crude oil shock"},
                      .instrument = "WTI",
                      .tier = Tier::major,
                      .began = morning - 3h,
                      .ended = morning - 2h};
  input.held_back = {held};
  AlertEvent notice;  // as the dispatcher tells of it
  notice.time = notice.event_time = held.began;
  notice.rule = held.rule;
  notice.instrument = held.instrument;
  notice.kind = AlertKind::notice;
  notice.tier = held.tier;
  notice.id = "oil-shock@2026-04-19T21:00:00.000Z";
  notice.title = held.title;
  notice.reason = "held back";
  input.events = {notice};
  CHECK(sentences_of(section_of(input), "alerts") ==
        "原油剧烈波动（重大）：4月20日05:00至4月20日06:00，冷却期内未通知。\n");
}

TEST_CASE("lines for a chat begin with what is critical, and end with the other alerts") {
  auto input = all_of(-0.05, -0.002, 0.01, 0.02);
  input.events = {event(AlertKind::fire, Tier::critical, morning - 3h)};
  auto other = event(AlertKind::fire, Tier::notice, morning - 2h);
  other.episode = "M3X9";
  input.events.push_back(other);
  const auto lines = to_lines(section_of(input));
  const auto at = [&](std::string_view text) {
    return std::ranges::find_if(lines,
                                [&](const auto& line) { return line.find(text) != line.npos; }) -
           lines.begin();
  };
  CHECK(at("编号K7Q2") == 2);  // after the window and the summary
  CHECK(at("编号K7Q2") < at("跨资产"));
  CHECK(at("编号M3X9") > at("跨资产"));
  CHECK(std::ranges::count_if(
            lines, [](const auto& line) { return line.find("编号K7Q2") != line.npos; }) == 1);
}
