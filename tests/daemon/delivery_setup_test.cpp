#include "daemon/delivery_setup.hpp"

#include <catch2/catch_test_macros.hpp>

namespace foghorn {
namespace {

ChannelSpec channel(std::string name, std::string type, std::string chat_id) {
  ChannelSpec spec;
  spec.name = std::move(name);
  spec.type = std::move(type);
  spec.chat_id = std::move(chat_id);
  return spec;
}

}  // namespace

TEST_CASE("between two configs a channel is reached as the new one says") {
  const DeliverySetup now{
      .channels = {channel("desk", "telegram", "old")}, .routes = {}, .zone = {}, .templates = {}};
  const DeliverySetup next{
      .channels = {channel("desk", "telegram", "new")}, .routes = {}, .zone = {}, .templates = {}};
  const auto both = both_of(now, next);
  REQUIRE(both.channels.size() == 1);
  CHECK(both.channels.front().chat_id == "new");
}

TEST_CASE("between two configs a channel that changes its type is the old one") {
  const DeliverySetup now{
      .channels = {channel("desk", "telegram", "")}, .routes = {}, .zone = {}, .templates = {}};
  const DeliverySetup next{
      .channels = {channel("desk", "slack", "")}, .routes = {}, .zone = {}, .templates = {}};
  CHECK(both_of(now, next).channels.front().type == "telegram");
}

TEST_CASE("between two configs the channels of both are there, and a rule's route is the old one") {
  DeliverySetup now{
      .channels = {channel("gone", "slack", "")}, .routes = {}, .zone = {}, .templates = {}};
  DeliverySetup next{
      .channels = {channel("new", "slack", "")}, .routes = {}, .zone = {}, .templates = {}};
  now.routes.readers["WTI"] = {"oil"};
  next.routes.readers["WTI"] = {"oil", "added"};
  next.routes.readers["GOLD"] = {"added"};
  const auto both = both_of(now, next);
  CHECK(both.channels.size() == 2);
  CHECK(both.routes.readers.at("WTI") == std::vector<std::string>{"oil"});
  CHECK(both.routes.readers.at("GOLD") == std::vector<std::string>{"added"});
}

}  // namespace foghorn
