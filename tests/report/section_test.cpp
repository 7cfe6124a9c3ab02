// The section as an editor gets it: golden files, and the style of its Chinese.
// FOGHORN_WRITE_GOLDEN=1 writes the files anew.
#include "report/section.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <set>

#include "report/render.hpp"
#include "report/words.hpp"
#include "tests/report/golden_file.hpp"
#include "tests/report/weekend.hpp"

using namespace foghorn;
using namespace foghorn::test;
using Catch::Matchers::ContainsSubstring;

namespace {

Section section_of(const FactSheet& sheet, Language language, std::vector<std::string> notes = {}) {
  return make_section(sheet, {.language = language, .today = sheet.to}, std::move(notes));
}

/// Code points of valid UTF-8.
std::vector<char32_t> points_of(std::string_view text) {
  std::vector<char32_t> points;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      points.push_back(byte);
    } else if (byte >= 0xC0) {
      points.push_back(byte & (byte >= 0xF0 ? 0x07u : byte >= 0xE0 ? 0x0Fu : 0x1Fu));
    } else {
      points.back() = points.back() << 6 | (byte & 0x3Fu);
    }
  }
  return points;
}

bool chinese(char32_t c) {
  return c >= 0x4E00 && c <= 0x9FFF;
}

std::vector<std::string> all_sentences(const Section& section) {
  std::vector<std::string> all;
  for (const auto& paragraph : section.paragraphs)
    for (const auto& sentence : paragraph.sentences) all.push_back(sentence.text);
  return all;
}

bool says(const Section& section, std::string_view text) {
  const auto all = all_sentences(section);
  return std::ranges::any_of(
      all, [&](const std::string& s) { return s.find(text) != std::string::npos; });
}

/// Trades always, and follows a market that was open long ago.
InstrumentSpec following_nymex() {
  auto spec = wti();
  spec.underlying = "nymex-energy";
  spec.underlying_hours =
      std::make_shared<TradingHours>(TradingHours{{{morning - 60h, morning - 52h, morning - 72h}}});
  return spec;
}

}  // namespace

TEST_CASE("the weekend's section reads as its golden files") {
  const auto sheet = make_sheet(weekend());
  for (const auto language : {Language::zh, Language::en}) {
    const auto section = section_of(sheet, language,
                                    {language == Language::zh ? "霍尔木兹海峡周五一度重开。"
                                                              : "The strait reopened on Friday."});
    const std::string suffix = language == Language::zh ? "zh" : "en";
    check_golden("weekend." + suffix + ".md", to_markdown(section));
    check_golden("weekend." + suffix + ".traced.md", to_markdown(section, {.trace = true}));
    check_golden("weekend." + suffix + ".txt", to_plain_text(section));
    check_golden("weekend." + suffix + ".html", to_html(section));
    check_golden("weekend." + suffix + ".tex", to_tex(section));
    check_golden("weekend." + suffix + ".json", to_json(sheet, section));
  }
}

TEST_CASE("the same input gives the same bytes") {
  const auto one = make_sheet(weekend());
  const auto two = make_sheet(weekend());
  CHECK(to_json(one, section_of(one, Language::zh)) == to_json(two, section_of(two, Language::zh)));
}

TEST_CASE("the Chinese is set as Chinese is set") {
  const auto section = section_of(make_sheet(weekend()), Language::zh);
  auto texts = all_sentences(section);
  texts.push_back(section.summary);
  for (const auto& text : texts) {
    INFO(text);
    const auto points = points_of(text);
    CHECK(points.size() <= 60);
    CHECK(text.ends_with("。"));
    // One sentence, one fact.
    CHECK(std::ranges::count(points, U'。') == 1);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const bool beside =
          (i > 0 && chinese(points[i - 1])) || (i + 1 < points.size() && chinese(points[i + 1]));
      CHECK_FALSE((beside &&
                   std::u32string_view{U",.;:()!? "}.find(points[i]) != std::u32string_view::npos));
    }
    // Four digits in a row are decimals or a year, or they would be grouped.
    int digits = 0;
    bool decimals = false;
    for (std::size_t i = 0; i <= points.size(); ++i) {
      const bool digit = i < points.size() && points[i] >= U'0' && points[i] <= U'9';
      if (!digit && !decimals && digits >= 4) CHECK((i < points.size() && points[i] == U'年'));
      if (!digit) decimals = i < points.size() && points[i] == U'.';
      digits = digit ? digits + 1 : 0;
    }
  }
}

TEST_CASE("liquidations are orders that were seen, never people") {
  const auto section = section_of(make_sheet(weekend()), Language::zh);
  for (const auto& text : all_sentences(section)) CHECK(text.find("人") == std::string::npos);
  CHECK(says(section, "可见爆仓订单"));
  CHECK(says(section, "不低于"));
  CHECK_THAT(section.remarks.front(), ContainsSubstring("可见部分"));
}

TEST_CASE("sentences stand in the order of their weight") {
  const auto section = section_of(make_sheet(weekend()), Language::zh);
  for (const auto& paragraph : section.paragraphs)
    CHECK(std::ranges::is_sorted(paragraph.sentences, std::greater{}, &Sentence::weight));
  CHECK(section.paragraphs.back().subject == "alerts");
}

TEST_CASE("the editor's lines stand beside the facts, marked as theirs") {
  const auto section = section_of(make_sheet(weekend()), Language::zh, {"海峡重开。"});
  CHECK_THAT(to_plain_text(section), ContainsSubstring("【编者按】\n海峡重开。"));
  CHECK_FALSE(says(section, "海峡"));
}

TEST_CASE("a fall of 9.96 % is told as one of more than 9 %") {
  const auto sheet = sheet_of(day_of(wti(), {{0h, 100}, {14h, 100}, {16h, 90.04}, {25h, 90.04}}));
  CHECK(says(section_of(sheet, Language::zh), "急跌超9%"));
}

TEST_CASE("of data that are missing each number that they touch says so") {
  auto input = day_of(wti(), {{0h, 100}, {14h, 100}, {16h, 89}, {25h, 90}});
  std::erase_if(input.minutes,
                [](const Candle& m) { return m.start >= morning - 8h && m.start < morning - 4h; });
  const auto section = section_of(sheet_of(std::move(input)), Language::zh);
  CHECK(says(section, "跌至89.00美元/桶（可见部分）"));
  CHECK(says(section, "振幅11.00%（可见部分）"));
  CHECK(says(section, "缺3小时59分数据"));
  CHECK(section.prices.front().low == "≤89.00");
}

TEST_CASE("of minutes that venues told of afterwards the section says when") {
  auto input = day_of(wti(), {{0h, 100}, {25h, 100}});
  input.told_later = {{morning - 5h, morning - 4h}};
  CHECK_THAT(
      to_markdown(section_of(sheet_of(input), Language::zh)),
      ContainsSubstring("WTI原油有1小时行情为交易所事后补报（4月20日03:00至4月20日04:00）。"));
  CHECK_THAT(to_markdown(section_of(sheet_of(input), Language::en)),
             ContainsSubstring("WTI crude: exchanges told of 1 h afterwards"));
}

TEST_CASE("a bar that nobody saw is told as such where its sentence is traced, and in JSON") {
  auto input = day_of(wti(), {{0h, 100}, {25h, 100}});
  const auto seen = sheet_of(input);
  input.told_later = {{morning - 1h, morning}};
  const auto told = sheet_of(input);
  const auto markdown = [](const FactSheet& sheet) {
    return to_markdown(section_of(sheet, Language::en), {.trace = true});
  };
  CHECK_THAT(markdown(told), ContainsSubstring("O 100 H 100 L 100 C 100 told afterwards"));
  CHECK_THAT(markdown(seen), !ContainsSubstring("told afterwards"));
  const auto json = [](const FactSheet& sheet) {
    return to_json(sheet, section_of(sheet, Language::en));
  };
  CHECK_THAT(json(told), ContainsSubstring(R"("close":100,"told_later":true})"));
  CHECK_THAT(json(seen), !ContainsSubstring(R"("told_later":true)"));
}

TEST_CASE("an instrument without data is named, and nothing is claimed of it") {
  const auto section = section_of(sheet_of({wti(), {}, {}}), Language::zh);
  CHECK(all_sentences(section) == std::vector<std::string>{"WTI原油在该时段无分钟数据。"});
  CHECK(section.headline.empty());
}

TEST_CASE("an old price of what trades on while its market is closed is told with its time") {
  auto input = day_of(following_nymex(), {{0h, 90}, {25h, 90}});
  std::erase_if(input.minutes, [](const Candle& m) { return m.start >= morning - 5h; });
  const auto old = section_of(sheet_of(input), Language::zh);
  CHECK(says(old, "WTI原油最后报价90.00美元/桶（4月20日02:59），与24小时前持平。"));
  CHECK_FALSE(says(old, "仍有报价"));
  CHECK(says(old, "NYMEX休市中。"));
}

TEST_CASE("what trades on while its market is closed says so") {
  const auto section =
      section_of(sheet_of(day_of(following_nymex(), {{0h, 90}, {25h, 90}})), Language::zh);
  CHECK(says(section, "WTI原油报90.00美元/桶，与24小时前持平。"));
  CHECK(says(section, "NYMEX休市中，WTI原油仍有报价。"));
}

TEST_CASE("a sudden move is within no less than it took") {
  const auto sheet = sheet_of(day_of(wti(), {{0h, 100}, {14h, 100}, {16h, 89}, {25h, 89}}));
  const auto section = section_of(sheet, Language::zh);
  const auto& move = sheet.instruments.front().sudden_moves.front();
  CHECK(says(section, span_words(move.took + 1min, Language::zh) + "内"));
}

TEST_CASE("an English sentence and summary begin with a capital") {
  const auto section = section_of(make_sheet(weekend()), Language::en);
  CHECK(section.summary.front() == capitalised(section.summary).front());
  CHECK(says(section, "Oil "));
}

TEST_CASE("LaTeX takes no text for an argument of its own") {
  auto spec = wti();
  spec.name.zh = "[x]";
  const auto tex =
      to_tex(section_of(sheet_of(day_of(spec, {{0h, 90}, {25h, 90}})), Language::zh, {"[note]"}));
  CHECK_THAT(tex, ContainsSubstring("\\item {}[x]"));
  CHECK_THAT(tex, ContainsSubstring("\\item {}[note]"));
  CHECK_THAT(tex, ContainsSubstring("\n{}[x] & "));
}

TEST_CASE("a price that fell below zero is told in dollars, not in per cent of nothing") {
  const auto section = section_of(
      sheet_of(day_of(wti(), {{0h, -5}, {1h, -5}, {2h, -37}, {25h, -37}})), Language::zh);
  CHECK(says(section, "WTI原油报-37.00美元/桶，较24小时前跌32.00美元/桶。"));
}

TEST_CASE("a probability is cut to a tenth, never rounded up") {
  InstrumentSpec spec;
  spec.id = "FED_HOLD";
  spec.name = {"美联储下次会议维持利率不变的概率", "Probability that the Fed holds"};
  spec.fedwatch = FedwatchSpec{};
  const auto section =
      section_of(sheet_of(day_of(spec, {{0h, 0.94}, {1h, 0.94}, {2h, 0.96599}, {25h, 0.96599}})),
                 Language::zh);
  CHECK(
      says(section, "市场预计美联储下次会议维持利率不变的概率为96.5%，较24小时前升2.5个百分点。"));
}

TEST_CASE("a probability of Friday's settlement is told over the weekend, as of Friday") {
  InstrumentSpec spec;
  spec.id = "FED_HOLD";
  spec.name = {"美联储下次会议维持利率不变的概率", "Probability that the Fed holds"};
  spec.fedwatch = FedwatchSpec{};
  const auto section = section_of(sheet_of({spec, {flat(morning - 51h, 0.965)}, {}}), Language::zh);
  CHECK(all_sentences(section) ==
        std::vector<std::string>{
            "市场预计美联储下次会议维持利率不变的概率为96.5%（截至4月18日05:00）。"});
}

TEST_CASE("formats that are not made are not known") {
  CHECK(parse_report_format("md"));
  CHECK_FALSE(parse_report_format("pdf"));
  CHECK_FALSE(parse_report_format(""));
}

TEST_CASE("what a config or an editor wrote is no mark-up of the page's") {
  auto spec = wti();
  spec.name.zh = "<b>&\\_油";
  const auto section =
      section_of(sheet_of(day_of(spec, {{0h, 90}, {25h, 90}})), Language::zh, {"<script>"});
  const auto html = to_html(section);
  CHECK_THAT(html, ContainsSubstring("&lt;b&gt;&amp;"));
  CHECK_THAT(html, ContainsSubstring("<li>&lt;script&gt;</li>"));
  CHECK_THAT(to_tex(section), ContainsSubstring("\\&\\textbackslash{}\\_油"));
  CHECK_THAT(to_markdown(section), ContainsSubstring("\\<b\\>&"));
}
