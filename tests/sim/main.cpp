// foghorn-sim: simulated venues and webhook receivers for demonstrations and tests. The daemon
// carries none of it.
#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

#include "tests/sim/run.hpp"

int main(int argc, char** argv) {
  CLI::App app{
      "Simulated venues and webhook receivers.\n"
      "With --daemon it starts that foghorn with --config and plays the scenario to it. With "
      "--status it plays to a daemon\n"
      "that runs already. With neither, the scenario is moved to begin now and runs at the wall "
      "clock's pace.\n"
      "What a client needs (addresses, ca.pem, webhook URLs) is written to the run folder."};
  foghorn::sim::RunOptions options;
  std::string status;
  app.add_option("--scenario", options.scenario, "the scenario, TOML")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--run-dir", options.run_dir,
                 "folder for everything this run writes (default: a new temporary one)");
  auto* daemon =
      app.add_option("--daemon", options.daemon, "the foghorn to start")->check(CLI::ExistingFile);
  auto* config = app.add_option("--config", options.config, "its config, with @PLACES@ to fill in")
                     ->check(CLI::ExistingFile);
  auto* url = app.add_option("--status", status,
                             "http://127.0.0.1:PORT of a running daemon (clock = \"events\")");
  app.add_flag("--keep", options.keep, "stay when the scenario is over, until Ctrl-C");
  daemon->needs(config);
  config->needs(daemon);
  url->excludes(daemon);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  if (!status.empty()) options.status = status;

  try {
    return foghorn::sim::run(options);
  } catch (const std::exception& e) {
    std::cerr << "foghorn-sim: " << e.what() << '\n';
    return 1;
  }
}
