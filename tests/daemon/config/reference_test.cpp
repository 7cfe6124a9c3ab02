// The reference of the keys says what the readers do.

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cstdlib>
#include <iterator>
#include <set>

#include "alerts/channels/channel.hpp"
#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"
#include "tests/daemon/config/reference_rig.hpp"

namespace foghorn::test {
namespace {

using Keys = std::set<std::string>;

/// A config that leads every reader along every way; that it is full of mistakes does not matter.
std::string probing_config() {
  std::string text = R"(
[daemon]
[engine]
[capture]
[heartbeat]
[[digest]]
title = { zh = "a" }
[instrument.PRICE]
name = { zh = "a" }
consensus = { max_age = "1s" }
[instrument.EVENTS]
class = "event"
[instrument.FED]
class = "fedwatch"
[[rule]]
title = { zh = "a" }
tiers = { notice = "5%" }
route = { notice = ["a"] }
)";
  for (const auto venue : venue_names()) text += fmt::format("[feed.{}]\n", venue);
  for (const auto type : channel_types())
    text += fmt::format("[channel.{}]\ntype = \"{}\"\n", type, type);
  return text;
}

/// "[feed.okx] url" as the reference has it: "[feed.NAME] url".
std::string general(std::string key) {
  for (const auto& [table, name] :
       {std::pair{"[feed.", "NAME"}, {"[channel.", "NAME"}, {"[instrument.", "ID"}})
    if (key.starts_with(table))
      return fmt::format("{}{}{}", table, name, key.substr(key.find(']')));
  return key;
}

Keys asked_by_the_readers() {
  const auto text = probing_config();
  const SourceText source{text};
  Keys asked;
  Mistakes mistakes{
      .source = source, .file = "config.toml", .found = {}, .warnings = {}, .asked = &asked};
  const auto root = toml::parse(text);
  read_sections(TableReader{root, "", mistakes}, "config.toml", environment({}), mistakes);
  Keys keys;
  for (const auto& key : asked) keys.insert(general(key));
  return keys;
}

/// "[feed.NAME]" is asked of the file itself as " feed".
std::string as_root_key(std::string_view header) {
  const auto from = header.find_first_not_of('[');
  return fmt::format(" {}", header.substr(from, header.find_first_of(".]") - from));
}

Keys told_by_the_reference() {
  Keys keys;
  for (const auto& table : config_reference()) {
    keys.insert(as_root_key(table.header));
    for (const auto& entry : table.keys) {
      const auto key = fmt::format("{} {}", table.header, entry.key);
      keys.insert(key);
      if (const auto dot = key.rfind('.'); entry.key.find('.') != entry.key.npos)
        keys.insert(key.substr(0, dot));
      if (entry.kind == KeyKind::people_text)
        for (const auto* language : {"zh", "en"}) keys.insert(fmt::format("{}.{}", key, language));
      if (entry.kind == KeyKind::tier_values || entry.kind == KeyKind::tier_lists)
        for (const auto* tier : {"notice", "major", "critical"})
          keys.insert(fmt::format("{}.{}", key, tier));
    }
  }
  return keys;
}

Keys without(const Keys& keys, const Keys& others) {
  Keys rest;
  std::ranges::set_difference(keys, others, std::inserter(rest, rest.end()));
  return rest;
}

/// Calls `look(table, entry, surroundings)` for every key.
template <class Look>
void for_each_key(Look look) {
  for (const auto& table : config_reference())
    for (const auto& entry : table.keys) {
      CAPTURE(table.header, entry.key);
      look(table, entry, surroundings_of(table, entry));
    }
}

/// Whether `value` is refused at `entry`, or within it.
bool refuses(const ReferenceFolder& folder, const Surrounded& around, const KeyEntry& entry,
             const std::string& value) {
  const auto outcome = folder.read(text_with(around, entry.key, value));
  const auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome);
  const auto place = fmt::format("{} {}", around.header, entry.key);
  return mistakes && std::ranges::any_of(*mistakes, [&](const Mistake& mistake) {
           return mistake.place.starts_with(place);
         });
}

std::string in_quotes(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

std::string_view unquoted(std::string_view text) {
  return text.substr(1, text.size() - 2);
}

/// The next value below `least`, as TOML.
std::string just_below(const KeyEntry& entry) {
  switch (entry.kind) {
    case KeyKind::duration:
      return in_quotes(format_duration(*parse_duration(unquoted(entry.least)) - Duration{1}));
    case KeyKind::whole: return fmt::format("{}", std::atoll(std::string{entry.least}.c_str()) - 1);
    case KeyKind::size:
      return in_quotes(fmt::format("{}MiB", std::atoll(entry.least.data() + 1) - 1));
    default: FAIL("a bound of a kind that has none");
  }
  return {};
}

std::string just_above(const KeyEntry& entry) {
  switch (entry.kind) {
    case KeyKind::whole: return fmt::format("{}", std::atoll(std::string{entry.most}.c_str()) + 1);
    case KeyKind::ratio:
      return in_quotes(fmt::format("{}.001%", std::atoll(entry.most.data() + 1)));
    default: FAIL("a bound of a kind that has none");
  }
  return {};
}

/// Whether both say the same; sources have no bearing on any default.
bool same(const InstrumentSpec& a, const InstrumentSpec& b) {
  return a.name == b.name && a.unit == b.unit && a.event_series == b.event_series &&
         a.consensus == b.consensus && a.max_staleness == b.max_staleness &&
         a.session == b.session && a.underlying == b.underlying && a.ref_window == b.ref_window;
}

bool same(const Config& a, const Config& b) {
  return a.daemon == b.daemon && a.engine == b.engine && a.capture == b.capture &&
         a.heartbeat == b.heartbeat && a.digests == b.digests && a.feeds == b.feeds &&
         a.channels == b.channels && a.rules == b.rules &&
         std::ranges::equal(a.instruments, b.instruments,
                            [](const auto& x, const auto& y) { return same(x, y); });
}

TEST_CASE("the reference has every key that the readers ask for, and no other") {
  const auto asked = asked_by_the_readers();
  const auto told = told_by_the_reference();
  CHECK(without(asked, told) == Keys{});
  CHECK(without(told, asked) == Keys{});
}

TEST_CASE("the default that the reference shows is what an absent key means") {
  const ReferenceFolder folder;
  for_each_key([&](const TableEntry&, const KeyEntry& entry, const Surrounded& around) {
    if (entry.standard.empty()) return;
    const auto absent = good(folder.read(text_with(around, entry.key, std::nullopt)));
    const auto written =
        good(folder.read(text_with(around, entry.key, std::string{entry.standard})));
    CHECK(same(absent, written));
  });
}

TEST_CASE("a key that the reference calls required is, and no other") {
  const ReferenceFolder folder;
  for_each_key([&](const TableEntry&, const KeyEntry& entry, const Surrounded& around) {
    const bool loads = mistakes_in(folder.read(text_with(around, entry.key, std::nullopt))).empty();
    if (entry.required) CHECK_FALSE(loads);
    if (!entry.standard.empty()) CHECK(loads);
  });
}

TEST_CASE("every key's example loads") {
  const ReferenceFolder folder;
  for_each_key([&](const TableEntry&, const KeyEntry& entry, const Surrounded& around) {
    const auto example = entry.example.empty() ? entry.standard : entry.example;
    REQUIRE_FALSE(example.empty());
    CHECK(mistakes_in(folder.read(text_with(around, entry.key, std::string{example}))) ==
          std::vector<std::string>{});
  });
}

TEST_CASE(
    "the bounds in the reference are those that are held: the last value is taken, the next is "
    "not") {
  const ReferenceFolder folder;
  for_each_key([&](const TableEntry&, const KeyEntry& entry, const Surrounded& around) {
    const auto refused = [&](const std::string& value) {
      CAPTURE(value);
      return refuses(folder, around, entry, value);
    };
    if (entry.kind == KeyKind::duration && entry.least.empty()) CHECK_FALSE(refused("\"0s\""));
    if (!entry.least.empty()) {
      CHECK_FALSE(refused(std::string{entry.least}));
      CHECK(refused(just_below(entry)));
    }
    if (!entry.most.empty()) {
      CHECK_FALSE(refused(std::string{entry.most}));
      CHECK(refused(just_above(entry)));
    }
  });
}

TEST_CASE("what the reference says is refused, is") {
  const ReferenceFolder folder;
  for_each_key([&](const TableEntry&, const KeyEntry& entry, const Surrounded& around) {
    for (const auto value : entry.refused) {
      CAPTURE(value);
      CHECK(refuses(folder, around, entry, std::string{value}));
    }
  });
}

TEST_CASE("the choices in the reference are all there are") {
  const ReferenceFolder folder;
  for_each_key([&](const TableEntry&, const KeyEntry& entry, const Surrounded& around) {
    if (entry.kind != KeyKind::choice) return;
    const auto outcome = folder.read(text_with(around, entry.key, "\"nonsense\""));
    REQUIRE(std::holds_alternative<std::vector<Mistake>>(outcome));
    const auto& mistakes = std::get<std::vector<Mistake>>(outcome);
    const auto said = fmt::format("\"nonsense\" is not {}", one_of(entry.choices));
    CHECK(std::ranges::any_of(mistakes,
                              [&](const Mistake& mistake) { return mistake.what == said; }));
  });
}

TEST_CASE("every key has its sentence in both languages") {
  for_each_key([](const TableEntry&, const KeyEntry& entry, const Surrounded&) {
    CHECK(entry.says.en.ends_with('.'));
    CHECK(entry.says.zh.ends_with("。"));
    CHECK(entry.otherwise.en.empty() == entry.otherwise.zh.empty());
  });
}

/// The document with each part between its marks as the reference has it now.
std::string up_to_date(std::string text, Language language) {
  constexpr std::string_view end = "<!-- end of what the code says -->\n";
  for (const auto& table : config_reference()) {
    const auto mark = fmt::format("<!-- from the code: {} -->\n", table.header);
    const auto begins = text.find(mark);
    INFO(mark);
    REQUIRE(begins != text.npos);
    CHECK(text.find(mark, begins + 1) == text.npos);
    const auto from = begins + mark.size();
    const auto to = text.find(end, from);
    REQUIRE(to != text.npos);
    text.replace(from, to - from, "\n" + reference_rows(table, language) + "\n");
  }
  return text;
}

TEST_CASE("docs/configuration.md and its Chinese twin hold the reference as it is") {
  for (const auto& [name, language] :
       {std::pair{"configuration.md", Language::en}, {"configuration.zh.md", Language::zh}}) {
    const auto file = std::string{FOGHORN_ROOT} + "/docs/" + name;
    std::ifstream in{file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const auto now = up_to_date(text, language);
    if (std::getenv("FOGHORN_WRITE_GOLDEN")) {
      std::ofstream{file, std::ios::binary} << now;
      continue;
    }
    INFO(name << ": FOGHORN_WRITE_GOLDEN=1 writes it anew");
    CHECK(text == now);
  }
}

}  // namespace
}  // namespace foghorn::test
