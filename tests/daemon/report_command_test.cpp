// `foghorn report` and /api/v1/section: what is read for a section, and what is refused.
#include "daemon/report_command.hpp"

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "daemon/history_import.hpp"
#include "daemon/report_reply.hpp"
#include "tests/daemon/config/rig.hpp"
#include "tests/support/alert_events.hpp"
#include "tests/support/temp_dir.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp morning{std::chrono::sys_days{std::chrono::year{2026} / 4 / 20}};

struct Told {
  int exit{};
  std::string out, log;
};

/// A data_dir in which oil stood at 96.46 until noon and at 85.91 from then on.
class Rig {
 public:
  Rig() {
    Store store{data_dir()};
    Commit commit;
    for (auto t = morning - 25h; t < morning; t += 1min) {
      const double price = t < morning - 12h ? 96.46 : 85.91;
      commit.bars.push_back({"WTI", t, price, price, price, price});
    }
    commit.streams.push_back({"okx", morning - 25h, morning, true});
    commit.liquidations.push_back({.minute = morning - 12h,
                                   .venue = "okx",
                                   .asset = "BTC",
                                   .position = Position::long_side,
                                   .part = morning - 12h + 60s,
                                   .orders = 5,
                                   .unsummed = 0,
                                   .usd = *usd(1'234'567),
                                   .largest = *usd(1'000'000),
                                   .largest_time = morning - 12h + 5s});
    auto fire = oil(AlertKind::fire, "K7Q2-0");
    fire.time = fire.event_time = morning - 12h;
    commit.events.push_back(fire);
    REQUIRE(store.commit(commit));
  }

  Config config(const std::string& clock = "arrival") const {
    return good(read("[daemon]\ndata_dir = \"" + data_dir() + "\"\n[engine]\nclock = \"" + clock +
                     R"("
[instrument.WTI]
name = { zh = "WTI 原油", en = "WTI crude" }
unit = "USD/bbl"
[instrument.LIQ]
class = "event"
unit = "USD"
)"));
  }

  Told operator()(const ReportWords& words, const std::string& notes = "",
                  Timestamp now = morning + 1h, const std::string& clock = "arrival") const {
    std::ostringstream out, log;
    const int exit = run_report(config(clock), words, notes, now, out, log);
    return {exit, out.str(), log.str()};
  }

  HttpReply get(std::vector<std::pair<std::string, std::string>> parameters) const {
    return section_reply(
        config(), {.path = "/api/v1/section", .parameters = std::move(parameters), .accept = {}},
        morning + 1h);
  }

  HttpReply chart(std::vector<std::pair<std::string, std::string>> parameters) const {
    return chart_reply(config(),
                       {.path = "/api/v1/chart", .parameters = std::move(parameters), .accept = {}},
                       morning + 1h);
  }

  std::string data_dir() const { return (dir_.path() / "data").string(); }
  std::string file(const std::string& text) const {
    const auto name = (dir_.path() / "notes.txt").string();
    std::ofstream{name, std::ios::binary} << text;
    return name;
  }

 private:
  TempDir dir_;
};

const ReportWords at_eight{
    .at = "2026-04-20T08:00+08:00", .hours = {}, .format = {}, .language = {}};

}  // namespace

TEST_CASE("a report tells of the stored day, while the daemon has the store open") {
  const Rig rig;
  const Store daemon{rig.data_dir()};
  const auto told = rig(at_eight);
  CHECK(told.log == "");
  CHECK(told.exit == 0);
  CHECK_THAT(told.out, ContainsSubstring("WTI原油报85.91美元/桶，较24小时前跌10.94%。"));
  CHECK_THAT(told.out, ContainsSubstring("可见爆仓订单5笔，金额不低于123.4万美元"));
  CHECK_THAT(told.out, ContainsSubstring("编号K7Q2"));
}

TEST_CASE("the report of a morning is the same at any later time") {
  const Rig rig;
  CHECK(rig(at_eight).out == rig(at_eight, "", morning + 240h).out);
}

TEST_CASE("without a time it is of the latest minutes that are complete") {
  const Rig rig;
  CHECK_THAT(rig({}, "", morning + 2min + 30s).out,
             ContainsSubstring("4月19日08:00至4月20日08:00"));
}

TEST_CASE("on the events' clock now is the last stored minute's end") {
  const Rig rig;
  CHECK_THAT(rig({}, "", morning + 5000h, "events").out,
             ContainsSubstring("4月19日08:00至4月20日08:00"));
}

TEST_CASE("of a window whose last minutes may be on their way the section says so") {
  const Rig rig;
  CHECK_THAT(rig(at_eight, "", morning + 1min).out, ContainsSubstring("可能尚未入库"));
}

TEST_CASE("English and plain text are had by their names") {
  const Rig rig;
  auto words = at_eight;
  words.format = "text";
  words.language = "en";
  CHECK_THAT(rig(words).out, ContainsSubstring("WTI crude stands at $85.91/bbl, down 10.94%"));
}

TEST_CASE("the editor's file is shown as the editor's") {
  const Rig rig;
  CHECK_THAT(rig(at_eight, rig.file("  海峡重开。 \n\n第二行\n")).out,
             ContainsSubstring("## 编者按\n\n- 海峡重开。\n- 第二行\n"));
  CHECK(rig(at_eight, rig.file("\xff\n")).exit == 1);
  CHECK(rig(at_eight, rig.data_dir() + "/none").exit == 1);
}

TEST_CASE("what is wrongly asked is refused by its name") {
  const Rig rig;
  const auto refused = [&](ReportWords words, const char* says) {
    const auto told = rig(words);
    CHECK(told.exit == 2);
    CHECK(told.out == "");
    CHECK_THAT(told.log, ContainsSubstring(says));
  };
  refused({.at = "yesterday", .hours = {}, .format = {}, .language = {}}, "\"yesterday\"");
  refused({.at = {}, .hours = "0", .format = {}, .language = {}}, "hours");
  refused({.at = {}, .hours = "1000", .format = {}, .language = {}}, "744");
  refused({.at = {}, .hours = {}, .format = "pdf", .language = {}}, "\"pdf\"");
  refused({.at = {}, .hours = {}, .format = {}, .language = "de"}, "\"de\"");
  refused({.at = "2027-01-01", .hours = {}, .format = {}, .language = {}}, "to come");
}

TEST_CASE("without a store there is no report, and none is made") {
  TempDir dir;
  auto config = Rig{}.config();
  config.daemon.data_dir = dir.path() / "none";
  std::ostringstream out, log;
  CHECK(run_report(config, {}, "", morning, out, log) == 1);
  CHECK_THAT(log.str(), ContainsSubstring("there is no store"));
  CHECK_FALSE(std::filesystem::exists(dir.path() / "none"));
}

TEST_CASE("over HTTP the section is JSON, unless another format is asked for") {
  const Rig rig;
  const auto reply = rig.get({{"at", "2026-04-20T00:00Z"}});
  CHECK(reply.status == 200);
  CHECK(reply.content_type == "application/json");
  const auto sheet = boost::json::parse(reply.body).as_object();
  CHECK(sheet.at("format") == "foghorn-section/1");
  const auto& wti = sheet.at("instruments").as_array().at(0).as_object();
  CHECK(wti.at("last").at("value") == 85.91);
  CHECK(sheet.at("liquidations").at("orders") == 5);
  CHECK(rig.get({{"at", "2026-04-20T00:00Z"}, {"format", "md"}}).content_type ==
        "text/markdown; charset=utf-8");
  CHECK(rig.get({{"format", "pdf"}}).status == 400);
}

TEST_CASE("a chart is an SVG of one instrument, with the alert events of its window") {
  const Rig rig;
  auto words = at_eight;
  words.chart = "WTI";
  const auto told = rig(words);
  CHECK(told.log == "");
  CHECK(told.exit == 0);
  CHECK(told.out.starts_with("<svg "));
  CHECK_THAT(told.out, ContainsSubstring("最新85.91美元/桶，较24小时前跌10.94%"));
  CHECK_THAT(told.out, ContainsSubstring("触发"));
}

TEST_CASE("a chart of what has no price is refused by its name, and so is one in another format") {
  const Rig rig;
  const auto refused = [&](std::string chart, std::string format, const char* says) {
    auto words = at_eight;
    words.chart = std::move(chart);
    words.format = std::move(format);
    const auto told = rig(words);
    CHECK(told.exit == 2);
    CHECK(told.out == "");
    CHECK_THAT(told.log, ContainsSubstring(says));
  };
  refused("WTT", "", "did you mean \"WTI\"?");
  refused("LIQ", "", "\"LIQ\"");
  refused("WTI", "md", "leave format");
}

TEST_CASE("over HTTP a chart is had by its instrument") {
  const Rig rig;
  const auto reply =
      rig.chart({{"instrument", "WTI"}, {"at", "2026-04-20T00:00Z"}, {"lang", "en"}});
  CHECK(reply.status == 200);
  CHECK(reply.content_type == "image/svg+xml");
  CHECK_THAT(reply.body, ContainsSubstring("WTI crude, the last 24 h"));
  CHECK(rig.chart({}).status == 400);
  CHECK(rig.chart({{"instrument", "GOLD"}}).status == 400);
}

TEST_CASE("the section as HTML holds the charts of what has minutes") {
  const Rig rig;
  const auto at = std::pair<std::string, std::string>{"at", "2026-04-20T00:00Z"};
  CHECK_THAT(rig.get({at, {"format", "html"}}).body, ContainsSubstring("<figure>\n<svg "));
  CHECK_THAT(rig.get({{"at", "2026-03-20T00:00Z"}, {"format", "html"}}).body,
             !ContainsSubstring("<svg"));
}

TEST_CASE("over forty years of daily oil each day's report says what a plain script says") {
  const std::string file = FOGHORN_DATA "/wti-daily.csv";
  if (!std::filesystem::exists(file)) SKIP("no wti-daily.csv beside the checkout");
  TempDir dir;
  auto config = Rig{}.config();
  config.daemon.data_dir = dir.path() / "data";
  std::ifstream csv{file};
  std::ostringstream out, log;
  REQUIRE(import_history(config, "WTI", csv, file, morning + std::chrono::years{1}, out, log) == 0);
  Store store{ReadOnly{}, config.daemon.data_dir.string()};
  const auto days = store.days("WTI").value();
  const auto at = [&](Timestamp day) {
    const ReportQuery query{
        .at = day + 24h, .hours = 24h, .format = {}, .language = {}, .trace = false};
    return std::get<FactSheet>(read_sheet(store, config, query, morning + std::chrono::years{1}))
        .instruments.front();
  };
  const auto ratio_of = [&](std::size_t i) {
    const double before = days[i - 1].bar.close;
    return before > 0 ? days[i].bar.close / before - 1 : 0.0;
  };

  // 原油闪崩超 10%: the fall of 17 April 2026, and the latest that had been as large.
  const auto april = at(morning - 72h);
  REQUIRE(april.day_move);
  CHECK(std::abs(april.day_move->ratio->value + 0.109372) < 1e-6);
  std::optional<Timestamp> as_large;
  for (std::size_t i = 1; i < days.size() && days[i].bar.day < morning - 72h; ++i)
    if (ratio_of(i) <= april.day_move->ratio->value) as_large = days[i].bar.day;
  CHECK(april.day_move->as_large_on == as_large);

  for (std::size_t i = 300; i < days.size(); i += 487) {
    const auto facts = at(days[i].bar.day);
    if (!facts.day_move || !facts.day_move->rank_known) continue;
    const double move = ratio_of(i);
    std::optional<Timestamp> before;
    for (std::size_t k = 1; k < i; ++k)
      if (days[k - 1].bar.close > 0 && (move < 0 ? ratio_of(k) <= move : ratio_of(k) >= move))
        before = days[k].bar.day;
    CAPTURE(format_utc(days[i].bar.day));
    CHECK(facts.day_move->as_large_on == before);
  }
}

TEST_CASE("a report may begin at a time instead of so many hours before") {
  const Rig rig;
  auto since = at_eight;
  since.since = "2026-04-19T08:00+08:00";
  CHECK(rig(since).out == rig(at_eight).out);
  since.since = "2026-04-19T20:30+08:00";
  CHECK_THAT(rig(since).out, ContainsSubstring("过去11小时30分钟"));
  CHECK(rig.get({{"at", "2026-04-20T00:00Z"}, {"since", "2026-04-19T00:00Z"}}).body ==
        rig.get({{"at", "2026-04-20T00:00Z"}}).body);
}

TEST_CASE("a report since the last digest begins where that ended") {
  const Rig rig;
  auto words = at_eight;
  words.since = "last-digest";
  CHECK_THAT(rig(words).log, ContainsSubstring("no digest was told before"));
  {
    AlertEvent digest;
    digest.id = "digest-2026-04-19T18:00";
    digest.kind = AlertKind::digest;
    digest.body = {"事实", "a fact"};
    digest.time = morning - 14h;
    digest.event_time = digest.time - 2min;
    Store store{rig.data_dir()};
    Commit commit;
    commit.events = {digest};
    commit.new_rows = {{.id = outbox_id(digest.id, "desk"),
                        .event = digest.id,
                        .channel = "desk",
                        .state = OutboxState::delivered}};
    REQUIRE(store.commit(commit));
  }
  const auto told = rig(words);
  CHECK(told.log == "");
  CHECK_THAT(told.out, ContainsSubstring("4月19日17:58至4月20日08:00"));
}

TEST_CASE("a beginning that cannot be one is refused") {
  const Rig rig;
  const auto refusal = [&](const std::string& since, const std::string& hours = {}) {
    auto words = at_eight;
    words.since = since;
    words.hours = hours;
    const auto told = rig(words);
    CHECK(told.exit == 2);
    CHECK(told.out == "");
    return told.log;
  };
  CHECK_THAT(refusal("yesterday"), ContainsSubstring("\"yesterday\" is not a time"));
  CHECK_THAT(refusal("2026-04-19T00:00Z", "24"), ContainsSubstring("write one of the two"));
  CHECK_THAT(refusal("2026-04-20T00:00Z"), ContainsSubstring("end before it begins"));
  CHECK_THAT(refusal("2026-03-01T00:00Z"), ContainsSubstring("more than 744 hours"));
}
