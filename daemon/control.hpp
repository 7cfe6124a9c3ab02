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
// ROW: {"id","event","channel","state","kind","tier"|null,"rule"|null,"instrument"|null,
//   "title":{"zh","en"},"time","episode"|null,"created","tries","last_error"|null,
//   "next_try"|null,"told_by"|null,"maybe_repeated","settled"|null}
// SILENCE: {"id","rule"|null,"instrument"|null,"author","reason","made","until","ended"|null}; "*"
//   stands for any rule or instrument.
// Times are RFC 3339 in UTC. Answers to "list" and "show" also have "timezone" and "language": what
// the daemon's readers go by. Nothing secret is in any of it.

#include <boost/asio/awaitable.hpp>

#include <string>

#include "alerts/dispatcher.hpp"
#include "daemon/config/config.hpp"
#include "store/store.hpp"

namespace foghorn {

/// What commands are carried out on, all of it on the service thread.
struct ControlSources {
  Dispatcher& dispatcher;
  Store& store;
  const Config& config;
};

class Control {
 public:
  /// How long send-test waits for its message to be settled.
  static constexpr Duration test_patience = std::chrono::seconds{30};

  explicit Control(ControlSources sources) : sources_{sources} {}

  /// The answer to one request.
  asio::awaitable<std::string> answer(std::string line);

 private:
  ControlSources sources_;
};

}  // namespace foghorn
