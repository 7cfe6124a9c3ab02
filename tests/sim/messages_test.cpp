// The daemon's channels and the simulated platforms mean the same by what they say to each other.

#include <catch2/catch_test_macros.hpp>

#include "alerts/channels/channel.hpp"
#include "tests/sim/platform.hpp"
#include "tests/support/alert_events.hpp"

using namespace foghorn;
using namespace foghorn::sim;
using namespace foghorn::test;

namespace {

std::string body_of(const Channel& channel, const AlertEvent& event) {
  const Address to{.channel = "desk",
                   .url = Secret{"https://127.0.0.1/x"},
                   .secret = Secret{channel.facts().secret.need == Need::required
                                        ? "abcdefghijklmnopqrstuvwxyz012345"
                                        : ""},
                   .chat_id = "-1001"};
  return channel.render({&event, 1}, to, {.now = hormuz}).body;
}

Delivery judged(const Channel& channel, const Said& said) {
  return channel.judge(said.plan.status, said.plan.body);
}

}  // namespace

TEST_CASE("every channel's messages are taken by its platform, and shown") {
  REQUIRE(platforms().size() == channel_types().size());
  for (const auto type : channel_types()) {
    const auto& channel = *find_channel(type);
    const auto* platform = find_platform(type);
    REQUIRE(platform != nullptr);
    for (const auto& event :
         {oil(AlertKind::fire, "k7q2-0"), oil(AlertKind::resolve, "k7q2-1", Tier::critical),
          about_gold(AlertKind::no_data, "g-0"), about_gold(AlertKind::confirmed, "g-1")}) {
      const auto taken = platform->judge(body_of(channel, event));
      CAPTURE(type, event.id, taken.reason);
      CHECK(taken.good);
      CHECK(taken.text.find("（编号 " + event.id + "）") != std::string::npos);
      CHECK(judged(channel, platform->answer(taken)).verdict == Delivery::Verdict::delivered);
    }
  }
}

TEST_CASE("every channel knows its platform's words for too often, and for a wrong key") {
  for (const auto type : channel_types()) {
    CAPTURE(type);
    const auto& channel = *find_channel(type);
    const auto& platform = *find_platform(type);
    CHECK(judged(channel, platform.answer(platform.too_often)).too_often);
    CHECK(judged(channel, platform.answer(platform.elsewhere)).channel_is_dead);
  }
}
