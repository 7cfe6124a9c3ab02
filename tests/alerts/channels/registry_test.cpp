#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>

#include <type_traits>

#include "alerts/channels/channel.hpp"

using namespace foghorn;

namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};

}  // namespace

TEST_CASE("every channel is found by the type it says it is") {
  for (const auto type : channel_types()) {
    const auto* channel = find_channel(type);
    REQUIRE(channel);
    CHECK(channel->facts().type == type);
    CHECK(channel->facts().quota.sends > 0);
    CHECK(channel->facts().url.starts_with("https://"));
    for (const auto host : channel->facts().hosts) CHECK_FALSE(host.empty());
    CHECK((channel->facts().secret.need == Need::none) ==
          (channel->facts().secret.fits == nullptr));
  }
  CHECK(find_channel("carrier-pigeon") == nullptr);
}

TEST_CASE("a secret cannot be printed") {
  STATIC_CHECK_FALSE(Streamable<Secret>);
  STATIC_CHECK_FALSE(fmt::is_formattable<Secret>::value);
  STATIC_CHECK_FALSE(std::is_convertible_v<Secret, std::string>);
}
