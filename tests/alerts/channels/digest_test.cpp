// Digests, and what messages say of rarity and lateness.

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "alerts/channels/text.hpp"
#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

std::string told(const std::vector<AlertEvent>& events, RenderOptions options) {
  std::string text;
  for (const auto& line : tell(events, options)) text += (text.empty() ? "" : "\n") + line.text;
  return text;
}

std::string digest_zh(const std::vector<AlertEvent>& events, RenderOptions options = {}) {
  options.form = Form::digest;
  return told(events, options);
}

std::string digest_en(const std::vector<AlertEvent>& events, RenderOptions options = {}) {
  options.form = Form::digest;
  options.language = Language::en;
  return told(events, options);
}

bool says(const std::string& text, std::string_view line) {
  return ("\n" + text + "\n").find("\n" + std::string{line} + "\n") != std::string::npos;
}

AlertEvent held_back() {
  auto e = oil(AlertKind::notice, "K7Q2-held", Tier::notice);
  e.move.reset();
  e.value.reset();
  e.reason = "held back";
  return e;
}

}  // namespace

TEST_CASE("a digest has a total, and every event on a line of its own, in order") {
  const std::vector events{oil(AlertKind::fire, "K7Q2-0"), oil(AlertKind::escalate, "K7Q2-1"),
                           oil(AlertKind::resolve, "K7Q2-2")};
  CHECK(digest_zh(events) ==
        "汇总：共 3 条（时区：北京时间）\n"
        "04-17 22:15 【重大】原油剧烈波动：触发（编号 K7Q2-0），"
        "WTI 原油 24 小时内下跌 10.94%，至 85.91 美元/桶\n"
        "04-17 22:15 【重大】原油剧烈波动：升级（编号 K7Q2-1），"
        "WTI 原油 24 小时内下跌 10.94%，至 85.91 美元/桶\n"
        "04-17 22:15 【重大】原油剧烈波动：恢复（编号 K7Q2-2），"
        "WTI 原油 24 小时内下跌 10.94%，至 85.91 美元/桶");
  CHECK(digest_en({events.front()}) ==
        "Digest, 1 in all (times: UTC)\n"
        "04-17 14:15 [MAJOR] Crude oil shock: FIRED (id K7Q2-0), "
        "WTI crude fell 10.94% in 24 h to 85.91 USD/bbl");
}

TEST_CASE("what is told too late says so on its line, and the total how many there are") {
  const std::vector events{oil(AlertKind::fire, "a"), oil(AlertKind::fire, "b")};
  const auto zh = digest_zh(events, {.late = {"a"}});
  CHECK(zh.starts_with("汇总：共 2 条，其中 1 条未及时送达（时区：北京时间）\n"));
  CHECK(zh.find("（编号 a），WTI 原油 24 小时内下跌 10.94%，至 85.91 美元/桶（未及时送达）\n") !=
        std::string::npos);
  CHECK(std::ranges::count(zh, '\n') == 2);
  CHECK(digest_en(events, {.late = {"a"}})
            .starts_with("Digest, 2 in all, 1 of them not delivered in time (times: UTC)\n"));
}

TEST_CASE("what an earlier life left behind is a late report") {
  const std::vector events{oil(AlertKind::fire, "a")};
  CHECK(
      digest_zh(events, {.catch_up = true, .maybe_repeated = true})
          .starts_with("补报：服务中断前后尚未送达的消息共 1 条（时区：北京时间）（可能重复）\n"));
  CHECK(digest_en(events, {.catch_up = true})
            .starts_with("Catch-up after a restart: 1 messages (times: UTC)\n"));
}

TEST_CASE("a listed event has the same in columns") {
  const auto lines =
      tell(std::vector{oil(AlertKind::fire, "K7Q2-0")}, {.form = Form::digest, .late = {"K7Q2-0"}});
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].cells ==
        std::vector<std::string>{"04-17 22:15", "重大", "原油剧烈波动", "触发",
                                 "WTI 原油 24 小时内下跌 10.94%，至 85.91 美元/桶", "K7Q2-0",
                                 "未及时送达"});
  CHECK(column_names(Language::zh).size() == lines[1].cells.size());
}

TEST_CASE("a digest's times are by the reader's clock, and it says which") {
  const Zone new_york{"America/New_York", [](Timestamp) { return Duration{-4h}; }};
  const auto zh = digest_zh({oil(AlertKind::fire, "a")}, {.zone = &new_york});
  CHECK(zh.starts_with("汇总：共 1 条（时区：UTC-4）\n04-17 10:15 "));
}

TEST_CASE("an episode that the cooldown held back says why nobody heard of it") {
  CHECK(digest_zh({held_back()})
            .ends_with("04-17 22:15 【提示】原油剧烈波动：冷却期内未通知（编号 K7Q2-held），"
                       "冷却期内发生且已结束，未单独通知"));
  CHECK(told({held_back()}, {.language = Language::en})
            .starts_with("[NOTICE] Crude oil shock: HELD BACK (id K7Q2-held)\n"));
}

TEST_CASE("a move says how many of its usual moves it is") {
  auto e = oil(AlertKind::fire, "a");
  e.sigma = -5.21;
  CHECK(says(told({e}, {}), "幅度约为同等时长通常波动的 5.2 倍（σ）"));
  CHECK(says(told({e}, {.language = Language::en}), "A 5.2 σ move"));
  e.sigma = 0.4;
  CHECK(told({e}, {}).find("σ") == std::string::npos);
}

TEST_CASE("a price says since when it was not seen") {
  struct Told {
    Extreme extreme;
    std::string zh, en;
  };
  const Timestamp august{1'722'816'000s};
  const Timestamp first{504'921'600s};
  const std::vector<Told> all{
      {{.high = true, .last_beyond = august},
       "创 2024 年 8 月 5 日以来新高",
       "Highest since 5 August 2024"},
      {{.high = false, .last_beyond = august},
       "创 2024 年 8 月 5 日以来新低",
       "Lowest since 5 August 2024"},
      {{.high = false, .known_since = first},
       "创有记录以来新低（记录自 1986 年 1 月起）",
       "Lowest on record, which begins in January 1986"},
      {{.high = true, .known_since = august, .at_least = true},
       "至少为 2024 年 8 月 5 日以来最高",
       "Highest since at least 5 August 2024"},
      {{.high = false, .known_since = august, .closes_only = true, .at_least = true},
       "至少跌破 2024 年 8 月 5 日以来最低收盘价",
       "Below every close since at least 5 August 2024"},
      {{.high = true, .last_beyond = august, .closes_only = true},
       "突破 2024 年 8 月 5 日以来最高收盘价",
       "Above every close since 5 August 2024"},
      {{.high = false, .known_since = first, .closes_only = true},
       "跌破有记录以来最低收盘价（记录自 1986 年 1 月起）",
       "Below every close on record, which begins in January 1986"}};
  for (const auto& told_as : all) {
    auto e = oil(AlertKind::fire, "a");
    e.extreme = told_as.extreme;
    CAPTURE(told({e}, {}), told_as.zh);
    CHECK(says(told({e}, {}), told_as.zh));
    CHECK(says(told({e}, {.language = Language::en}), told_as.en));
  }
}
