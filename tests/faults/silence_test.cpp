// Lines that stay open and bring nothing: what no error ever tells. They take real time, so that
// all of them run side by side, with the policies of the daemon.
#include "tests/faults/fault_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

/// Speaks of `symbol` at every turn.
std::function<void()> speaking(BlockingLine& line, std::string symbol, std::uint64_t first) {
  auto id = std::make_shared<std::uint64_t>(first);
  return [&line, symbol = std::move(symbol), id] {
    line.say(bybit_trade(symbol, ++*id));
    line.say(bybit_ticker(symbol));
  };
}

/// Serves as a venue should.
void serve_well(ImposterVenue& venue, BlockingLine& line, int number) {
  venue.serve(line, speaking(line, "CLUSDT", static_cast<std::uint64_t>(number) * 1'000'000));
}

/// One connection that goes wrong as `first` does, and good ones after it.
ImposterVenue::Script wrong_at_first(std::function<void(ImposterVenue&, BlockingLine&)> first) {
  return [first = std::move(first)](ImposterVenue& venue, BlockingLine& line, int number) {
    line.upgrade();
    if (number == 1) first(venue, line);
    serve_well(venue, line, number);
  };
}

/// When each of several things happened, in seconds from the start.
struct Moments {
  std::chrono::steady_clock::time_point began{std::chrono::steady_clock::now()};
  std::optional<double> at;

  bool note(bool happened) {
    if (happened && !at)
      at = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return at.has_value();
  }
};

}  // namespace

TEST_CASE("a line that stays open and brings nothing is replaced") {
  FaultGround ground;
  const auto certificate = ground.ca.issue();

  // Answers every ping and every subscription, and brings no data: Binance's old URLs, a geo-wall.
  ImposterVenue mute{certificate, wrong_at_first([](ImposterVenue& venue, BlockingLine& line) {
                       venue.serve(line, [] {});
                     })};
  // Speaks for a second, then neither reads nor writes: a NAT that has forgotten us.
  ImposterVenue blackhole{certificate, wrong_at_first([](ImposterVenue& venue, BlockingLine& line) {
                            venue.serve(line, speaking(line, "CLUSDT", 0), 50ms, 1000ms);
                            venue.freeze();
                          })};
  // The same where only liquidations were asked for, whose silence alone means nothing.
  ImposterVenue sparse{certificate, [](ImposterVenue& venue, BlockingLine& line, int number) {
                         line.upgrade();
                         if (number == 1) {
                           venue.serve(
                               line, [] {}, 50ms, 1000ms);
                           venue.freeze();
                         }
                         venue.serve(line, [] {});
                       }};
  // One of two symbols falls silent while the other goes on.
  ImposterVenue half{certificate, [](ImposterVenue& venue, BlockingLine& line, int number) {
                       line.upgrade();
                       const auto first = static_cast<std::uint64_t>(number) * 1'000'000;
                       const auto oil = speaking(line, "CLUSDT", first);
                       const auto gold = speaking(line, "XAUUSDT", first);
                       if (number == 1) {
                         const auto both = [&] { oil(), gold(); };
                         venue.serve(line, both, 50ms, 1000ms);
                         venue.serve(line, oil);
                       }
                       const auto both = [&] { oil(), gold(); };
                       venue.serve(line, both);
                     }};

  FaultRig on_mute{ground, mute.url()};
  FaultRig on_blackhole{ground, blackhole.url()};
  FaultRig on_sparse{ground, sparse.url(), {.prices = {}, .liquidations = {"BTCUSDT"}, .url = {}}};
  FaultRig on_half{ground,
                   half.url(),
                   {.prices = {{"CLUSDT", PriceKind::trade}, {"XAUUSDT", PriceKind::trade}},
                    .liquidations = {},
                    .url = {}}};

  Moments mute_replaced;
  Moments blackhole_replaced;
  Moments sparse_replaced;
  Moments half_replaced;
  ground.run_until(
      [&] {
        const bool a = mute_replaced.note(mute.connections() >= 2 && on_mute.live());
        const bool b = blackhole_replaced.note(blackhole.connections() >= 2 && on_blackhole.live());
        const bool c = sparse_replaced.note(sparse.connections() >= 2);
        const bool d = half_replaced.note(half.connections() >= 2);
        return a && b && c && d;
      },
      60s);

  within("mute: found and replaced", mute_replaced.at.value_or(999), 30);
  within("blackhole: found and replaced", blackhole_replaced.at.value_or(999), 31);
  within("blackhole, liquidations only: found and replaced", sparse_replaced.at.value_or(999), 31);
  within("half-mute: the silent stream's connection replaced", half_replaced.at.value_or(999), 46);
  CHECK(on_mute.lost("silent") == 1);
  CHECK(on_blackhole.lost("silent") == 1);
  CHECK(on_sparse.lost("silent") == 1);
  CHECK(on_half.lost("silent") == 1);
}
