// Everything that arrives is counted once, however it is packed, cut, numbered or dated.
#include "tests/faults/fault_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

/// Waits until the feed has taken `frames` frames of data.
double until_taken(FaultGround& ground, const FaultRig& rig, std::uint64_t frames,
                   std::chrono::seconds limit) {
  return ground.run_until([&] { return rig.intake().frames_data >= frames; }, limit);
}

/// Subscribed, then one thing said, then nothing more.
ImposterVenue::Script saying(std::function<void(BlockingLine&)> once) {
  return [once = std::move(once)](ImposterVenue& venue, BlockingLine& line, int) {
    line.upgrade();
    bool said = false;
    venue.serve(line, [&] {
      if (!std::exchange(said, true)) once(line);
    });
  };
}

bool balanced(const FeedCounters& counters) {
  const auto& intake = counters.intake;
  return intake.frames() == intake.frames_data + intake.frames_control + intake.frames_ignored +
                                intake.frames_malformed &&
         intake.events() == intake.judged + intake.late + intake.duplicate + intake.history +
                                intake.rejected + intake.unwanted;
}

}  // namespace

TEST_CASE("a hundred records in one frame are a hundred liquidations") {
  FaultGround ground;
  ImposterVenue venue{ground.ca.issue(),
                      saying([](BlockingLine& line) { line.say(bybit_liquidations(0, 100)); })};
  FaultRig rig{ground, venue.url()};
  within("100 records in one frame: all counted", until_taken(ground, rig, 1, 10s), 5);
  CHECK(rig.tally.liquidations == 100);
  CHECK(rig.intake().judged == 100);
}

TEST_CASE("a hundred frames in one TLS record are a hundred trades") {
  FaultGround ground;
  ImposterVenue venue{ground.ca.issue(), saying([](BlockingLine& line) {
                        std::string all;
                        for (std::uint64_t i = 1; i <= 60; ++i)
                          all += server_frame(1, bybit_trade("CLUSDT", i));
                        line.write(all);
                        all.clear();
                        for (std::uint64_t i = 61; i <= 100; ++i)
                          all += server_frame(1, bybit_trade("CLUSDT", i));
                        line.write(all);
                      })};
  FaultRig rig{ground, venue.url()};
  within("100 frames in two TLS records: all counted", until_taken(ground, rig, 100, 10s), 5);
  CHECK(rig.intake().frames_data == 100);
  CHECK(rig.intake().judged == 100);
  CHECK(rig.intake().frames_malformed == 0);
}

TEST_CASE("a line cut in the middle of a frame costs that frame and nothing else") {
  FaultGround ground;
  ImposterVenue venue{ground.ca.issue(), [](ImposterVenue& self, BlockingLine& line, int number) {
                        line.upgrade();
                        const auto first = static_cast<std::uint64_t>(number) * 1'000;
                        std::uint64_t said = 0;
                        self.serve(line, [&] {
                          if (said == 3 && number == 1) {
                            const auto frame = server_frame(1, bybit_trade("CLUSDT", first + 4));
                            line.write(std::string_view{frame}.substr(0, frame.size() / 2));
                            throw Hangup{};
                          }
                          if (said < 3) line.say(bybit_trade("CLUSDT", first + ++said));
                        });
                      }};
  FaultRig rig{ground, venue.url()};
  within("cut in the middle of a frame: data again", until_taken(ground, rig, 6, 10s), 5);
  CHECK(venue.connections() == 2);
  CHECK(rig.intake().judged == 6);
  CHECK(rig.intake().frames_malformed == 0);
  CHECK(rig.feed.counters().links.gaps == 1);
}

TEST_CASE("of a flood of 100,000 liquidations every one is counted") {
  constexpr std::uint64_t orders = 100'000;
  FaultGround ground;
  ImposterVenue venue{ground.ca.issue(), saying([](BlockingLine& line) {
                        for (std::uint64_t i = 0; i < orders; i += 4)
                          line.say(bybit_liquidations(i, 4));
                      })};
  FaultRig rig{ground, venue.url()};
  const auto took = until_taken(ground, rig, orders / 4, 120s);
  within("a flood of 100,000 liquidations: all counted", took, 60);
  CHECK(rig.tally.liquidations == orders);
  CHECK(rig.intake().judged == orders);
  CHECK(balanced(rig.feed.counters()));
}

TEST_CASE("a venue whose clock is wrong is heard at our time, or counted as late") {
  FaultGround ground;
  ImposterVenue venue{ground.ca.issue(), saying([](BlockingLine& line) {
                        line.say(bybit_trade("CLUSDT", 1, -1h));
                        line.say(bybit_trade("CLUSDT", 2));
                        line.say(bybit_trade("CLUSDT", 3, 1h));
                      })};
  FaultRig rig{ground, venue.url()};
  within("clock skew of an hour either way: counted", until_taken(ground, rig, 3, 10s), 5);
  CHECK(rig.intake().late == 1);
  CHECK(rig.intake().judged == 2);
  CHECK(rig.intake().time_replaced == 1);
}

TEST_CASE("a hole in a venue's trade numbers is found") {
  FaultGround ground;
  const auto trade = [](std::uint64_t id) {
    return "{\"stream\":\"clusdt@aggTrade\",\"data\":{\"e\":\"aggTrade\",\"E\":" +
           std::to_string(to_unix_ms(ArrivalClock{}.now())) + ",\"a\":" + std::to_string(id) +
           ",\"s\":\"CLUSDT\",\"p\":\"85.00\",\"q\":\"1\",\"f\":1,\"l\":1,\"T\":" +
           std::to_string(to_unix_ms(ArrivalClock{}.now())) + ",\"m\":true,\"st\":1}}";
  };
  ImposterVenue venue{ground.ca.issue(), [&](ImposterVenue& self, BlockingLine& line, int) {
                        line.upgrade();
                        bool said = false;
                        self.serve(line, [&] {
                          if (std::exchange(said, true)) return;
                          for (const std::uint64_t id : {10u, 11u, 15u, 16u}) line.say(trade(id));
                        });
                      }};
  FaultRig rig{ground,
               venue.url(),
               {.prices = {{"CLUSDT", PriceKind::trade}}, .liquidations = {}, .url = {}},
               {},
               "binance-futures"};
  within("id holes: found", until_taken(ground, rig, 4, 10s), 5);
  CHECK(rig.intake().judged == 4);
  CHECK(rig.intake().trade_holes == 1);
  CHECK(rig.intake().trades_missed == 3);
}
