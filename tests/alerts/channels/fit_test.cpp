#include "alerts/channels/fit.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::test;

namespace {

using Kind = ToldLine::Kind;
using Texts = std::vector<std::string>;

std::size_t size_of(const ToldLine& line) {
  return line.text.size() + 1;
}

const RenderOptions in_alert{.language = Language::en};
const RenderOptions in_digest{.language = Language::en, .form = Form::digest};

AlertEvent alert(const std::string& id, std::string episode = "e") {
  auto e = oil(AlertKind::fire, id);
  e.title.en = "Oil";
  e.episode = std::move(episode);
  return e;
}

/// Three events of three episodes.
std::vector<AlertEvent> three() {
  return {alert("a-0", "a"), alert("b-0", "b"), alert("c-0", "c")};
}

/// One episode from its beginning to its end.
std::vector<AlertEvent> whole() {
  std::vector events{alert("a-0"), alert("a-1"), alert("a-2")};
  events[1].kind = AlertKind::escalate;
  events[2].kind = AlertKind::resolve;
  return events;
}

Fitted fit(const std::vector<AlertEvent>& events, std::size_t limit,
           const RenderOptions& options = in_alert) {
  return fitted(events, options, {.limit = limit, .size = size_of});
}

std::size_t names(const Fitted& fitted) {
  std::size_t count = 0;
  for (const auto& line : fitted.lines)
    if (line.kind == Kind::headline || line.kind == Kind::earlier || line.kind == Kind::listed)
      ++count;
  return count;
}

constexpr std::size_t a_name = 31;  // "[MAJOR] Oil: FIRED (id a-0)" is 27 bytes, and a break

}  // namespace

TEST_CASE("a message that fits is told whole") {
  const auto [lines, told] = fit(three(), 4096);
  CHECK(lines == tell(three(), in_alert));
  CHECK(told == 3);
}

TEST_CASE("names outlive details") {
  const auto fitted = fit(three(), 100);
  CHECK(fitted.told == 3);
  CHECK(names(fitted) == 3);
  CHECK(fitted.lines.size() == 3);
}

TEST_CASE("a detail that does not fit makes room for a shorter one") {
  auto events = three();
  events.resize(1);
  events.front().move.reset();
  events.front().value_term = std::string(500, 'x');
  const auto [lines, told] = fit(events, 300);
  CHECK(told == 1);
  CHECK(lines.back().text == "Time: 2026-04-17 14:15:02 UTC");
  for (const auto& line : lines) CHECK(line.text.find("xxx") == std::string::npos);
}

TEST_CASE("where a message wants none, details are left out however much room there is") {
  const auto [lines, told] =
      fitted(three(), in_alert, {.limit = 4096, .size = size_of, .details = false});
  CHECK(lines.size() == 3);
  CHECK(told == 3);
}

TEST_CASE("an event that does not fit waits for the next message, and no name is cut") {
  const auto [lines, told] = fit(three(), 2 * a_name);
  CHECK(told == 2);
  CHECK(lines.back().text == "[MAJOR] Oil: FIRED (id b-0)");
}

TEST_CASE("an episode that does not fit is told from its beginning") {
  const auto all = fit(whole(), 4096);
  CHECK(all.told == 3);
  CHECK(all.lines.front().text == "[MAJOR] Oil: FIRED AND RESOLVED (id a-2)");
  const auto some = fit(whole(), 120);
  CHECK(some.told == 2);
  CHECK(some.lines.front().text == "[MAJOR] Oil: FIRED AND ESCALATED (id a-1)");
  CHECK(fit(whole(), a_name).told == 1);
}

TEST_CASE("a name too long for any message loses its title's end, and neither tier, kind nor id") {
  auto events = three();
  events.front().title.en = std::string(9000, 'x');
  const auto [lines, told] = fit(events, 60);
  CHECK(told == 1);
  REQUIRE(lines.size() == 1);
  CHECK(lines.front().text == "[MAJOR] " + std::string(32, 'x') + "…: FIRED (id a-0)");
}

TEST_CASE("a line is as long as a line may be, however long the message") {
  auto events = three();
  events.front().title.en = events.back().title.en = std::string(300, 'x');
  const auto [lines, told] =
      fitted(events, in_alert, {.limit = 4096, .longest_line = 100, .size = size_of});
  CHECK(told == 2);
  for (const auto& line : lines) CHECK(size_of(line) <= 100);
  CHECK(lines.front().text.ends_with("x…: FIRED (id a-0)"));
}

TEST_CASE("a digest holds as many events as fit, and its total is theirs") {
  const auto all = fit(three(), 4096, in_digest);
  CHECK(all.told == 3);
  CHECK(all.lines == tell(three(), in_digest));
  const auto some = fit(three(), 250, in_digest);
  CHECK(some.told == 2);
  CHECK(some.lines.front().text == "Digest, 2 in all (times: UTC)");
  CHECK(some.lines.size() == 3);
}

TEST_CASE("a digest's first event is always told, if need be without its value") {
  const auto [lines, told] = fit(three(), 80, in_digest);
  CHECK(told == 1);
  CHECK(lines.back().text.find("[MAJOR] Oil: FIRED (id a-0)") != std::string::npos);
  CHECK(lines.back().text.find("fell") == std::string::npos);
}

TEST_CASE("a headline within a limit keeps what names the event") {
  auto events = three();
  events.front().title.en = std::string(9000, 'x');
  const auto text = headline_within(events, in_alert, 50);
  CHECK(text.size() <= 50);
  CHECK(text.starts_with("[MAJOR] xxx"));
  CHECK(text.ends_with("…: FIRED (id a-0)"));
}

namespace {

/// A digest of which every line takes ten bytes.
AlertEvent at_length(int lines) {
  auto e = alert("a-0");
  e.kind = AlertKind::notice;
  e.tier.reset();
  e.value.reset();
  e.move.reset();
  for (int i = 0; i < lines; ++i) e.body.en += "a fact " + std::to_string(10 + i) + "\n";
  return e;
}

Texts body_of(const Fitted& fitted) {
  Texts texts;
  for (const auto& line : fitted.lines)
    if (line.kind == Kind::body) texts.push_back(line.text);
  return texts;
}

constexpr std::size_t below_the_body = 60;  // the word on what was left out

std::size_t in_all(const Fitted& fitted) {
  std::size_t size = 0;
  for (const auto& line : fitted.lines) size += size_of(line);
  return size;
}

}  // namespace

TEST_CASE("a body that fits is told whole, below the details") {
  const auto message = fit({at_length(3)}, 4096);
  CHECK(body_of(message) == Texts{"a fact 10", "a fact 11", "a fact 12"});
  CHECK(message.lines.back().kind == Kind::body);
}

TEST_CASE("of a longer body the first lines are told, and how many follow and where") {
  const std::vector events{at_length(90)};
  const auto named = in_all(fit({at_length(0)}, 4096));
  const auto message = fit(events, named + 3 * 10 + below_the_body);
  const auto body = body_of(message);
  REQUIRE(body.size() >= 3);
  CHECK(body.front() == "a fact 10");
  const auto left_out = std::to_string(90 - (body.size() - 1));
  CHECK(body.back() == "(" + left_out + " more lines; foghorn report has the whole)");
}

TEST_CASE("whatever the room, a body's lines are its first ones and keep to it") {
  const std::vector events{at_length(90), alert("b-0", "b")};
  for (std::size_t limit = 70; limit < 1'200; ++limit) {
    const auto message = fit(events, limit);
    CAPTURE(limit);
    CHECK(in_all(message) <= limit);
    const auto body = body_of(message);
    for (std::size_t i = 0; i + 1 < body.size(); ++i)
      CHECK(body[i] == "a fact " + std::to_string(10 + i));
    CHECK(names(message) >= 1);
  }
}

TEST_CASE("a list has no room for a body") {
  CHECK(body_of(fit({at_length(3)}, 4096, in_digest)).empty());
}
