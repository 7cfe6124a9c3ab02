#pragma once
// Simulated webhook receivers. They check a message as the platform would, answer as the scenario
// says, and keep what they got.

#include <cstdint>
#include <deque>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "tests/sim/platform.hpp"
#include "tests/sim/scenario.hpp"
#include "tests/sim/tls_server.hpp"

namespace foghorn::sim {

/// One request, and what became of it.
struct Received {
  std::uint64_t number{};  ///< from 1
  Timestamp at{};          ///< wall clock
  std::string answer{};    ///< what was answered: "errcode 45009", "429", "ok", "reset", …
  bool shown{};            ///< the message appeared before its readers
  std::string text{};      ///< as they see it: lines without markup
  std::string body{};      ///< as it came
};

class Receiver final : public Service {
 public:
  using OnShown = std::function<void(const Receiver&, const Received&)>;
  using WallClock = std::function<Timestamp()>;

  /// `spec` names a platform that is known. `log`: a JSON line for every request is appended there;
  /// empty: none. It must outlive the executor's context.
  Receiver(asio::any_io_executor executor, const Credentials& credentials, ReceiverSpec spec,
           const std::string& log, WallClock clock, OnShown on_shown);

  std::uint16_t listen(std::uint16_t port) { return port_ = server_.listen(port); }
  /// Where messages are to be posted; holds a made-up key.
  std::string url() const;

  const ReceiverSpec& spec() const { return spec_; }
  const Platform& platform() const { return *platform_; }
  const std::deque<Received>& received() const { return received_; }
  std::size_t open_requests() const { return server_.open_requests(); }

  HttpPlan http(const HttpCall& call) override;

 private:
  const ScriptedAnswer* scripted(std::uint64_t number) const;
  bool over_limit(Timestamp now) const;
  HttpPlan said(const Judged& judged, Received& received) const;
  HttpPlan as_scripted(const ScriptedAnswer& script, Received& received) const;

  ReceiverSpec spec_;
  const Platform* platform_;
  WallClock clock_;
  OnShown on_shown_;
  TlsServer server_;
  std::uint16_t port_{};
  std::deque<Received> received_;
  std::ofstream log_;
};

}  // namespace foghorn::sim
