// Venues, and what stands between, that do not let us in: what it is called, and how soon, and how
// late, we come again.
#include <algorithm>
#include <set>

#include "tests/faults/fault_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

std::vector<double> waits(const ImposterVenue& venue) {
  const auto times = venue.times();
  std::vector<double> between;
  for (std::size_t i = 1; i < times.size(); ++i)
    between.push_back(std::chrono::duration<double>(times[i] - times[i - 1]).count());
  return between;
}

ImposterVenue::Script refusing(std::string head) {
  return [head = std::move(head)](ImposterVenue&, BlockingLine& line, int) {
    line.read_request();
    line.write(head + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  };
}

}  // namespace

TEST_CASE("who is not let in is told why, and does not hammer at the door") {
  FaultGround ground;
  const auto certificate = ground.ca.issue();

  ImposterVenue busy{certificate, refusing("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7")};
  ImposterVenue walled{certificate, refusing("HTTP/1.1 451 Unavailable For Legal Reasons")};
  // Takes the connection and never says a word of TLS.
  ImposterVenue slow{certificate, [](ImposterVenue&, BlockingLine&, int) {},
                     [](ImposterVenue& venue, int, int) -> bool {
                       venue.freeze();
                       return true;
                     }};
  FaultRig on_busy{ground, busy.url()};
  FaultRig on_walled{ground, walled.url()};
  FaultRig on_slow{ground, slow.url()};
  FaultRig on_nowhere{ground, "wss://nowhere.invalid/v5/public/linear"};

  double slow_found = 999;
  double nowhere_found = 999;
  const auto began = std::chrono::steady_clock::now();
  const auto now = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  };
  ground.run_until(
      [&] {
        if (on_slow.lost("timed_out") > 0) slow_found = std::min(slow_found, now());
        if (on_nowhere.lost("resolve") + on_nowhere.lost("timed_out") > 0)
          nowhere_found = std::min(nowhere_found, now());
        return slow_found < 999 && nowhere_found < 999 && busy.connections() >= 2 &&
               walled.connections() >= 2;
      },
      30s);

  within("a handshake that never comes is given up", slow_found, 15);
  within("a name that does not resolve is given up", nowhere_found, 15);
  REQUIRE(waits(busy).size() >= 1);
  REQUIRE(waits(walled).size() >= 1);
  CHECK(waits(busy).front() >= 7.0);
  within("429 with Retry-After 7: asked again", waits(busy).front(), 10);
  CHECK(on_busy.lost("rate_limited") >= 1);
  CHECK(waits(walled).front() >= 5.0);
  within("451: asked again", waits(walled).front(), 8);
  CHECK(on_walled.lost("unavailable_here") >= 1);
}

TEST_CASE("a certificate that nobody we trust has signed is refused before a word is said") {
  FaultGround ground;
  const TestCa stranger;
  int upgrades = 0;
  ImposterVenue venue{stranger.issue(), [&](ImposterVenue&, BlockingLine& line, int) {
                        line.upgrade();
                        ++upgrades;
                      }};
  FaultRig rig{ground, venue.url()};
  within("wrong certificate: refused", ground.run_until([&] { return rig.lost("tls") > 0; }, 10s),
         5);
  CHECK(upgrades == 0);
}

TEST_CASE("a certificate for another host is refused before a word is said") {
  FaultGround ground;
  int upgrades = 0;
  ImposterVenue venue{ground.ca.issue("DNS:other.example"),
                      [&](ImposterVenue&, BlockingLine& line, int) {
                        line.upgrade();
                        ++upgrades;
                      }};
  FaultRig rig{ground, venue.url("localhost")};
  within("wrong host name: refused", ground.run_until([&] { return rig.lost("tls") > 0; }, 10s), 5);
  CHECK(upgrades == 0);
}

TEST_CASE("a venue that lets us in and drops us is asked ever later, until it brings data") {
  FaultGround ground;
  ImposterVenue venue{ground.ca.issue(), [](ImposterVenue& self, BlockingLine& line, int number) {
                        line.upgrade();
                        if (number == 6) {
                          self.serve(
                              line, [&] { line.say(bybit_trade("CLUSDT", 1)); }, 20ms, 300ms);
                        }
                      }};
  FaultRig rig{ground, venue.url()};
  const auto took = ground.run_until([&] { return venue.connections() >= 7; }, 60s);
  within("reconnect storm: six drops, then data, then again", took, 45);

  const auto between = waits(venue);
  REQUIRE(between.size() >= 6);
  // Full jitter below 0.5 s doubling, and some milliseconds for the handshakes.
  double ceiling = 0.5;
  for (std::size_t i = 0; i < 5; ++i, ceiling *= 2) {
    CAPTURE(i, between[i]);
    CHECK(between[i] <= ceiling + 1.0);
  }
  const std::set<double> different(between.begin(), between.begin() + 5);
  CHECK(different.size() == 5);
  // After data the ceiling is the first again; the connection itself lasted 0.3 s or more.
  CHECK(between[5] <= 0.5 + 0.3 + 1.5);
}
