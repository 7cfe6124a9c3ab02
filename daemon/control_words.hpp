#pragma once
// The command line's words for the commands that talk to the running daemon.

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/control_commands.hpp"

namespace foghorn {

/// The config of a command where none is named: config.toml here, then the installation's in
/// /etc/foghorn; empty where there is neither.
std::string usual_config();

class ControlCommandLine {
 public:
  /// Adds `outbox`, `silence` and `send-test`, with all they take. Must outlive the parsing.
  explicit ControlCommandLine(CLI::App& app);

  /// One of them was written.
  bool parsed() const;

  /// Carries it out. `load` reads the config of that file, or says what is wrong with it and gives
  /// nullopt. The process's exit code.
  int run(const std::function<std::optional<Config>(const std::string& file)>& load);

 private:
  struct Command {
    CLI::App* words;
    std::function<int(const ControlDesk&)> carry_out;
  };

  CLI::App* add(CLI::App& to, const std::string& name, const std::string& what,
                std::function<int(const ControlDesk&)> carry_out);

  CLI::App* outbox_;
  CLI::App* silence_;
  std::vector<Command> commands_;
  std::string config_, control_;
  bool json_{};
  OutboxWords rows_;
  SilenceWords hush_;
  SendTestWords test_;
};

}  // namespace foghorn
