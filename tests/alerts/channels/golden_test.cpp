// What every channel sends for every kind of event, to be read: tests/alerts/channels/golden/ holds
// a file for each, in both languages. FOGHORN_WRITE_GOLDEN=1 writes them anew.

#include <fmt/format.h>
#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "alerts/channels/channel.hpp"
#include "alerts/held_back_notice.hpp"
#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono_literals;

struct Golden {
  std::string name;
  std::vector<AlertEvent> events;
  RenderOptions options{};
  bool calls{};  ///< people by name, where the channel can
};

AlertEvent later(AlertEvent event, Duration by) {
  event.time += by;
  event.event_time += by;
  return event;
}

AlertEvent liquidations() {
  auto e = oil(AlertKind::fire, "lq2w-0", Tier::critical);
  e.rule = "liq-wave";
  e.episode = "lq2w";
  e.instrument = "LIQ";
  e.title = {"爆仓潮", "Liquidation wave"};
  e.name = {"爆仓", "Liquidations"};
  e.unit = e.value_unit = "USD";
  e.value = 321'000'000;
  e.value_kind = ValueKind::quantity;
  e.value_term = "sum(LIQ.long, 1h)";
  e.price.reset();
  e.move.reset();
  e.sources.clear();
  e.seen = 0.975;
  e.venues = {{"binance-futures", LiquidationCoverage::one_per_second, 1.0, {}},
              {"bybit", LiquidationCoverage::complete, 0.95, hormuz - 3min}};
  e.unsummed = 12;
  return e;
}

AlertEvent in_a_closed_market() {
  auto e = oil(AlertKind::fire, "k7q2-0");
  e.underlying_closed = true;
  e.move->bridged = true;
  return e;
}

AlertEvent of_the_daemon(AlertKind kind, Text title) {
  AlertEvent e;
  e.time = e.event_time = e.began = hormuz;
  e.kind = kind;
  e.id = std::string{to_text(kind)} + "-1";
  e.title = std::move(title);
  return e;
}

/// Brent on the same day, as far down as in years.
AlertEvent brent() {
  auto e = oil(AlertKind::fire, "b9t4-0", Tier::critical);
  e.rule = "brent-shock";
  e.episode = "b9t4";
  e.instrument = "BRENT";
  e.title = {"布伦特原油剧烈波动", "Brent crude shock"};
  e.name = {"布伦特原油", "Brent crude"};
  e.value_term = "change(BRENT, 24h)";
  e.move = Move{98.11, hormuz - 24h, 81.92, 24h};
  e.price = 81.92;
  e.sigma = -5.21;
  e.extreme = Extreme{.high = false, .last_beyond = Timestamp{1'722'816'000s}};
  return e;
}

/// An episode that the cooldown held back, as it is told afterwards.
AlertEvent held_back() {
  const auto e = oil(AlertKind::fire, "k7q2-0");
  return held_back_notice({.rule = e.rule,
                           .title = e.title,
                           .instrument = e.instrument,
                           .tier = Tier::major,
                           .began = hormuz + 110min,
                           .ended = hormuz + 2h});
}

/// A scheduled digest that has the section to tell.
AlertEvent section() {
  auto e = of_the_daemon(AlertKind::digest, {"全球财经", "Global finance"});
  e.id = "digest-2026-04-18T07:30";
  e.body = {
      "4月17日07:28至4月18日07:28（北京时间）\n摘要：WTI原油闪崩10.9%；比特币突破78,000美元。\n"
      "【WTI原油】WTI原油闪崩10.9%，从96.46美元/桶跌至85.91美元/桶。\n报85.91美元/桶。\n"
      "【爆仓】可见爆仓订单5笔，金额不低于123."
      "4万美元。\n注：以上数字由行情数据计算得出，不推断涨跌原因。",
      "Apr 17 07:28 to Apr 18 07:28, Beijing time\nSummary: WTI crude crashed 10.9%.\n"
      "WTI crude: WTI crude crashed 10.9%, from 96.46 to 85.91 USD/bbl.\nIt is at 85.91 USD/bbl.\n"
      "Note: All numbers are computed from market data; no cause is inferred."};
  return e;
}

std::vector<Golden> goldens() {
  std::vector<Golden> all{
      {"fire", {oil(AlertKind::fire, "k7q2-0")}},
      {"escalate", {later(oil(AlertKind::escalate, "k7q2-1", Tier::critical), 10min)}},
      {"resolve", {later(oil(AlertKind::resolve, "k7q2-2", Tier::critical), 83min)}},
      {"closed_market", {in_a_closed_market()}},
      {"rarity", {brent()}},
      {"liquidations", {liquidations()}},
      {"notice",
       {of_the_daemon(AlertKind::notice, {"渠道 desk 恢复发送", "Channel desk is back"})}},
      {"digest", {of_the_daemon(AlertKind::digest, {"每日汇总", "Daily digest"})}},
      {"section", {section()}}};
  for (const auto kind :
       {AlertKind::no_data, AlertKind::data_back, AlertKind::unconfirmed, AlertKind::confirmed})
    all.push_back(
        {std::string{to_text(kind)}, {about_gold(kind, "gold-" + std::string{to_text(kind)})}});
  return all;
}

std::vector<AlertEvent> a_day() {
  return {oil(AlertKind::fire, "k7q2-0", Tier::notice),
          brent(),
          later(oil(AlertKind::escalate, "k7q2-1"), 10min),
          later(liquidations(), 12min),
          later(oil(AlertKind::resolve, "k7q2-2"), 83min),
          later(about_gold(AlertKind::no_data, "gold-1"), 90min),
          held_back()};
}

/// What people are told of several events; programs get one at a time.
std::vector<Golden> goldens_of_several() {
  auto at_once = std::vector{oil(AlertKind::fire, "k7q2-0"), brent()};
  const RenderOptions digest{.form = Form::digest};
  const RenderOptions catch_up{
      .form = Form::digest, .late = {"k7q2-0", "gold-1"}, .catch_up = true, .maybe_repeated = true};
  return {{"fire_and_resolve",
           {oil(AlertKind::fire, "k7q2-0", Tier::notice),
            later(oil(AlertKind::escalate, "k7q2-1"), 10min),
            later(oil(AlertKind::resolve, "k7q2-2"), 83min)}},
          {"at_once", at_once},
          {"section_and_held_back", {section(), held_back()}},
          {"calling", {brent()}, {}, true},
          {"digest_of_many", a_day(), digest},
          {"catch_up", a_day(), catch_up}};
}

/// `before` and `after`, a blank between them where they stand on one line.
std::string joined(std::string before, const std::string& after) {
  const bool on_one_line = !after.empty() && after.front() != '\n';
  return std::move(before) + (on_one_line ? " " : "") + after;
}

/// JSON for people: a member a line, and texts of several lines as they are read.
std::string pretty(const json::value& value, const std::string& indent = "") {
  std::string out;
  const auto deeper = indent + "  ";
  if (const auto* object = value.if_object(); object && !object->empty()) {
    for (const auto& [key, member] : *object)
      out += joined(fmt::format("\n{}{}:", indent, std::string_view{key}), pretty(member, deeper));
  } else if (const auto* array = value.if_array(); array && !array->empty()) {
    for (const auto& element : *array)
      out += joined(fmt::format("\n{}-", indent), pretty(element, deeper));
  } else if (const auto* text = value.if_string(); text && text->find('\n') != text->npos) {
    std::string_view rest = *text;
    for (auto end = rest.find('\n');; end = rest.find('\n')) {
      out += joined(fmt::format("\n{}|", indent), std::string{rest.substr(0, end)});
      if (end == rest.npos) break;
      rest.remove_prefix(end + 1);
    }
  } else {
    out = json::serialize(value);
  }
  return out;
}

std::string secret_of(const ChannelFacts& facts) {
  for (const char* secret :
       {"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "SEC0", "abcdefghijklmnopqrstuvwxyz012345"})
    if (facts.secret.need != Need::none && facts.secret.fits(secret)) return secret;
  return {};
}

using Mentions = std::vector<std::string>;

Mentions mentions_of(const ChannelFacts& facts) {
  Mentions mentions;
  for (const char* mention : {"@all", "@channel", "13800001111", "U012AB3CD", "ou_7d8a6e6df7"})
    if (facts.mentions.fits && facts.mentions.fits(mention)) mentions.emplace_back(mention);
  return mentions;
}

std::string told(const Channel& channel, const Golden& golden) {
  std::string text;
  for (const auto language : {Language::zh, Language::en}) {
    const Address to{.channel = "desk",
                     .url = Secret{std::string{channel.facts().url}},
                     .secret = Secret{secret_of(channel.facts())},
                     .chat_id = channel.facts().chat_id == Need::none ? "" : "-1001234567890",
                     .mentions = golden.calls ? mentions_of(channel.facts()) : Mentions{}};
    auto options = golden.options;
    options.language = language;
    options.now = hormuz;
    const auto request = channel.render(golden.events, to, options);
    text +=
        fmt::format("{}{} {}\n", text.empty() ? "" : "\n\n", request.method, request.url.reveal());
    for (const auto& [name, value] : request.headers) text += fmt::format("{}: {}\n", name, value);
    text += pretty(json::parse(request.body)) + "\n";
  }
  return text;
}

std::string content_of(const fs::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

const fs::path folder = fs::path{FOGHORN_ROOT} / "tests/alerts/channels/golden";

}  // namespace

TEST_CASE("every channel says of every kind of event what its golden file says") {
  for (const auto type : channel_types()) {
    const auto& channel = *find_channel(type);
    auto all = goldens();
    if (channel.facts().telling == Telling::together)
      for (auto& golden : goldens_of_several()) all.push_back(std::move(golden));
    for (const auto& golden : all) {
      const auto file = folder / type / (golden.name + ".txt");
      const auto text = told(channel, golden);
      if (std::getenv("FOGHORN_WRITE_GOLDEN")) {
        fs::create_directories(file.parent_path());
        std::ofstream{file} << text;
      }
      CAPTURE(file.string());
      CHECK(text == content_of(file));
    }
  }
}
