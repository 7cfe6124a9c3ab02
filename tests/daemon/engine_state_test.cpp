// The engine's state on its way to the store and back.
#include "daemon/engine_state.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

RuleMemory firing_rule() {
  return {.rule = "oil-shock",
          .hash = "h4sh",
          .instrument = "WTI",
          .episode = "K7Q2",
          .state = {.open = true,
                    .rung = 1,
                    .began = at(90s),
                    .announced = at(105s) + 1us,
                    .messages = 2,
                    .held = {15s, 3s, 0s},
                    .kept = 599'999'999us}};
}

}  // namespace

TEST_CASE("a rule's state reads back as it was written") {
  CHECK(parse_rule_memory(to_text(firing_rule())) == firing_rule());
}

TEST_CASE("a rule that never fired reads back without times") {
  const RuleMemory idle{
      .rule = "\"odd\" 规则\n", .hash = "", .instrument = "LIQ", .episode = "", .state = {}};
  CHECK(parse_rule_memory(to_text(idle)) == idle);
}

TEST_CASE("what a rule's functions remember reads back as it was written") {
  auto rule = firing_rule();
  rule.state.held_back = 1;
  rule.when = {{.truth = true, .counted = 90s},
               {},
               {.truth = false, .followed = true, .antecedent = at(10s)}};
  rule.clear = {{.edges = {at(1s), at(2s)}, .unsure_until = at(1h), .seen_until = at(5s)}};
  CHECK(parse_rule_memory(to_text(rule)) == rule);
}

TEST_CASE("a state of before there was anything to remember reads as one that remembers nothing") {
  const auto memory = parse_rule_memory(
      R"({"rule":"r","hash":"h","instrument":"WTI","episode":"","open":false,"rung":0,)"
      R"("began":null,"announced":null,"messages":0,"held":[],"kept":0})");
  REQUIRE(memory);
  CHECK(memory->when.empty());
  CHECK(memory->clear.empty());
  CHECK_FALSE(memory->state.held_back);
}

TEST_CASE("an instrument's state reads back as it was written") {
  const InstrumentMemory memory{.instrument = "WTI",
                                .no_data = true,
                                .unconfirmed = true,
                                .complained = at(1h),
                                .agreed = {"bybit:CLUSDT", "okx:CL-USDT-SWAP"}};
  CHECK(parse_instrument_memory(to_text(memory)) == memory);
  CHECK(parse_instrument_memory(to_text(InstrumentMemory{.instrument = "BTC"})) ==
        InstrumentMemory{.instrument = "BTC"});
}

TEST_CASE("an instrument's state of before it said who agreed is read without that") {
  const auto memory = parse_instrument_memory(
      R"({"instrument":"WTI","no_data":true,"unconfirmed":false,"complained":null})");
  REQUIRE(memory);
  CHECK(memory->no_data);
  CHECK(memory->agreed.empty());
}

TEST_CASE("a damaged state is none") {
  const auto whole = to_text(firing_rule());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(parse_rule_memory(std::string_view{whole}.substr(0, size)));
  }
  CHECK_FALSE(parse_rule_memory("null"));
  CHECK_FALSE(parse_rule_memory("{}"));
  CHECK_FALSE(parse_rule_memory(whole + "}"));
  CHECK_FALSE(parse_rule_memory(to_text(InstrumentMemory{.instrument = "BTC"})));
  CHECK_FALSE(parse_instrument_memory(whole));
}

TEST_CASE("a state with a value of another type is none") {
  for (const auto* field :
       {R"("open":true)", R"("rung":1)", R"("messages":2)", R"("held":[15000000,3000000,0])"}) {
    auto text = to_text(firing_rule());
    const std::string_view known{field};
    const auto place = text.find(known);
    REQUIRE(place != std::string::npos);
    const auto colon = known.find(':');
    text.replace(place + colon + 1, known.size() - colon - 1, R"("text")");
    CAPTURE(text);
    CHECK_FALSE(parse_rule_memory(text));
  }
}
