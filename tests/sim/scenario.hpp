#pragma once
// A scenario: what the simulated venues quote, what goes wrong with them, and what the receivers
// answer, over simulated time. Read from TOML; deploy/demo/hormuz.toml shows and explains the whole
// format.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/alert_event.hpp"
#include "model/source.hpp"
#include "model/time.hpp"
#include "tests/sim/path.hpp"

namespace foghorn::sim {

struct SimSource {
  Source source{};
  double basis{};        ///< a ratio: how far this source stands from the instrument's path
  double contract{1.0};  ///< coins in one contract, at venues that count contracts
  std::uint64_t seed{};
};

struct SimInstrument {
  std::string id{};
  int decimals{};       ///< of its prices
  double trade_size{};  ///< in coins, about
  bool watched{
      true};  ///< false: listed at its venues, but nobody is expected to subscribe to its prices
  PricePath path;
  std::vector<SimSource> sources{};
};

/// Ticks come every `every` in [from, to) instead of at the scenario's own spacing.
struct Dense {
  Timestamp from{};
  Timestamp to{};
  Duration every{};
};

/// Forced closes: `orders` of them spread over [from, to), densest in the middle.
struct Wave {
  std::string instrument{};
  Timestamp from{};
  Timestamp to{};
  int orders{};
  double median_usd{};
  double spread{};      ///< of the logarithm of their size
  double long_share{};  ///< a ratio
  struct Venue {
    std::string name;
    double weight{};
  };
  std::vector<Venue> venues{};
};

struct Fault {
  enum class Kind : std::uint8_t {
    cut,        ///< the venue's sockets end at `from`, and none is accepted until `to`
    mute,       ///< acknowledged and answered, but without data from `from` to `to`
    garbage,    ///< frames that are no frames, once, on every socket of the venue
    bad_print,  ///< `source` quotes `factor` times its price from `from` to `to`, at least once
    late,       ///< `source` repeats, once, what it said `by` earlier
  };

  Kind kind{};
  std::string venue{};
  std::string symbol{};  ///< bad_print and late
  Timestamp from{};
  Timestamp to{};
  bool reset{};  ///< cut: by TCP reset rather than a close frame
  double factor{1.0};
  Duration by{};
};

/// What a receiver does with a request instead of accepting it.
struct ScriptedAnswer {
  enum class Kind : std::uint8_t {
    errcode,  ///< this error of the platform's own, as it tells it: WeCom's inside HTTP 200
    status,   ///< this HTTP status; `retry_after` where set
    html,     ///< a login page with HTTP 200
    hang,     ///< no answer at all
    reset,    ///< the message is shown, then the line breaks before the answer
  };

  std::uint64_t request{};  ///< counted from 1
  Kind kind{};
  int code{};
  std::optional<int> retry_after{};  ///< seconds
};

struct ReceiverSpec {
  std::string name{};
  std::string type{};  ///< of platforms()
  std::vector<ScriptedAnswer> answers{};
};

/// A sentence for who watches, printed when the simulated clock gets there.
struct Scene {
  Timestamp at{};
  std::string text{};
};

/// What a rule must have done by the end.
struct Expectation {
  std::string rule{};
  int episodes{1};
  Tier reaches{};   ///< the highest tier of its first episode, exactly
  bool resolved{};  ///< its first episode is over
};

/// Daily prices that the daemon is given before it starts.
struct History {
  std::string instrument{};
  std::string file{};  ///< as the scenario writes it: beside it
};

/// The section that is asked for at the end.
struct SectionWanted {
  Timestamp at{};  ///< the end of its window
  int hours{};
  std::vector<std::string> states{};  ///< what stands in it, in Chinese Markdown
};

struct Scenario {
  std::string name{};
  Timestamp start{};
  Timestamp end{};
  Duration every{};
  std::uint64_t seed{};
  std::vector<Dense> dense{};
  std::vector<SimInstrument> instruments{};
  std::vector<Wave> waves{};
  std::vector<Fault> faults{};
  std::vector<ReceiverSpec> receivers{};
  std::vector<Scene> scenes{};
  std::vector<Expectation> expectations{};
  std::vector<History> histories{};
  std::optional<SectionWanted> section{};
};

/// Reads a scenario. A time is a TOML date-time, or a duration ("90s") since the start. With
/// `start`, everything moves so that the scenario begins then. Throws std::runtime_error with
/// "file:line: what is wrong".
Scenario read_scenario(const std::string& file, std::optional<Timestamp> start = {});
Scenario parse_scenario(std::string_view text, const std::string& file,
                        std::optional<Timestamp> start = {});

/// The venues its sources name, in order of first mention.
std::vector<std::string> venues_of(const Scenario& scenario);

/// The times at which prices move, rising, from start to end: the tick grid, and where faults begin
/// and end.
std::vector<Timestamp> tick_times(const Scenario& scenario);

}  // namespace foghorn::sim
