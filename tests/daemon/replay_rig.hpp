#pragma once
// Replays of texts: what was decided, and what was said on the side.

#include <boost/json/parse.hpp>

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/replay.hpp"
#include "tests/daemon/config/rig.hpp"

namespace foghorn::test {

struct Replayed {
  int exit{};
  std::string out;
  std::string log;

  /// Each alert event as "2026-04-17T00:00 oil fire".
  std::vector<std::string> said() const {
    std::vector<std::string> lines;
    std::istringstream in{out};
    for (std::string line; std::getline(in, line);) {
      const auto alert = boost::json::parse(line).as_object();
      const auto text = [&](const char* key) {
        return alert.at(key).is_null() ? "-" : boost::json::value_to<std::string>(alert.at(key));
      };
      lines.push_back(text("time").substr(0, 16) + " " + text("rule") + " " + text("kind"));
    }
    return lines;
  }
};

/// `ticks` as the file t.csv, `liquidations` as l.csv, through the config `toml`.
inline Replayed replayed(const std::string& toml, const std::optional<std::string>& ticks,
                         const std::optional<std::string>& liquidations = std::nullopt) {
  const auto config = good(read(toml));
  std::istringstream t{ticks.value_or("")}, l{liquidations.value_or("")};
  std::ostringstream out, log;
  const int exit = replay(config, {ticks ? &t : nullptr, "t.csv"},
                          {liquidations ? &l : nullptr, "l.csv"}, out, log);
  return {exit, out.str(), log.str()};
}

}  // namespace foghorn::test
