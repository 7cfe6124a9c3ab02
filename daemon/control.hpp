#pragma once
// What the control socket understands. A request is one JSON object on one line: "command", and
// that command's keys and no others. So is its answer; {"error":…} where there is none
// (control_socket.hpp).
//
//   {"command":"outbox list"}        and "id" (of a row, EVENT/CHANNEL, or of its event),
//   "channel",
//                                    "states":["pending",…] or "dead":true, "limit" (1 to 200, else
//                                    100), "before" (a row's id: older ones only)
//     → {"rows":[ROW,…],"more":true} the newest that match, oldest first; more: there are older
//     ones
//   {"command":"outbox show","id":ID}                          and "channel"
//     → {"rows":[ROW,…]}             each with "alert" (the event as replay writes it), "text"
//                                    {"zh":…,"en":…} (what moved) and "tells" (the ids of the rows
//                                    that its message tells besides)
//   {"command":"outbox retry","id":ID}, or "dead":true         and "channel"
//   {"command":"outbox drop","id":ID}                          and "channel"
//     → {"rows":[ROW,…],"more":false} as they are now; more: another call would change more
//   {"command":"silence add","reason":…,"author":…}            with "rule", "instrument" or
//                                    "all":true, and with "for" ("2h") or "until" (RFC 3339, or
//                                    2026-04-18T09:00 of the daemon's own zone)
//   {"command":"silence expire","id":ID}
//     → {"silence":SILENCE}
//   {"command":"silence list"} → {"silences":[SILENCE,…]}      those in force
//   {"command":"send-test","channel":NAME}                     and "rule", "tier"
//     → {"row":ROW,"circuit":"closed"}  once the message is settled, or after 30 s, or as soon as
//     the
//                                    channel turns out to be down ("open")
//
//   {"command":"config diff","text":TOML,"name":FILE}
//     → DIFFERENCE                 from what the daemon runs to what it would load if its config
//                                  were that text, with its own environment and rights;
//                                  {"mistakes":[LINE,…]} as `foghorn check` prints them where it
//                                  would not. FILE is what they call it
//
// ROW: {"id","event","channel","state","kind","tier"|null,"rule"|null,"instrument"|null,
//   "title":{"zh","en"},"time","episode"|null,"created","tries","last_error"|null,
//   "next_try"|null,"told_by"|null,"maybe_repeated","settled"|null}
// SILENCE: {"id","rule"|null,"instrument"|null,"author","reason","made","until","ended"|null}; "*"
//   stands for any rule or instrument.
// DIFFERENCE: {"changes":[{"change":"added"|"removed"|"changed","what","name"|null,"brief"|null,
//   "keys":[{"key","from"|null,"to"|null,"needs_restart"}],"consequences":[…]}],
//   "needs_restart":["[daemon] http",…],"warnings":[LINE,…],"text"}; a key without from and to is
//   a secret, or too long to show.
// Times are RFC 3339 in UTC. Answers to "list" and "show" also have "timezone" and "language": what
// the daemon's readers go by. Nothing secret is in any of it.

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "alerts/dispatcher.hpp"
#include "daemon/config/config.hpp"
#include "daemon/next_config.hpp"
#include "store/store.hpp"

namespace foghorn {

/// What commands are carried out on, all of it on the service thread.
struct ControlSources {
  Dispatcher& dispatcher;
  Store& store;
  std::shared_ptr<const Config> config;  ///< that runs
  /// load_next_config(), wherever it does not stand in the way.
  std::function<asio::awaitable<NextConfig>(ConfigText)> preview{};
};

class Control {
 public:
  /// How long send-test waits for its message to be settled.
  static constexpr Duration test_patience = std::chrono::seconds{30};

  explicit Control(ControlSources sources) : sources_{std::move(sources)} {}

  /// Of commands that come from now on.
  void reconfigure(std::shared_ptr<const Config> config) { sources_.config = std::move(config); }

  /// The answer to one request.
  asio::awaitable<std::string> answer(std::string line);

 private:
  ControlSources sources_;
};

}  // namespace foghorn
