// foghorn: the command line. Each subcommand is a function elsewhere; here are only its words.

#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <system_error>

#include "daemon/app.hpp"
#include "daemon/backup_command.hpp"
#include "daemon/check_diff.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/judging.hpp"
#include "daemon/config/outdated_meetings.hpp"
#include "daemon/config/reference/reference.hpp"
#include "daemon/control_words.hpp"
#include "daemon/data_owner.hpp"
#include "daemon/decode.hpp"
#include "daemon/explain.hpp"
#include "daemon/history_import.hpp"
#include "daemon/mistake_lines.hpp"
#include "daemon/replay.hpp"
#include "daemon/replay_capture.hpp"
#include "daemon/report_command.hpp"
#include "daemon/rule_test/command.hpp"
#include "daemon/signals.hpp"
#include "daemon/version.hpp"

namespace {

using namespace foghorn;

constexpr int failed = 1;
constexpr int wrong_use = 2;

/// A person at a terminal is shown the place; other programs read one line each.
bool shows_places() {
  return isatty(STDERR_FILENO) == 1;
}

/// The config, or its mistakes on stderr and nullopt.
std::optional<Config> load(const std::string& file) {
  auto outcome = load_config(file, process_environment());
  if (auto* config = std::get_if<Config>(&outcome)) {
    write_mistakes(config->warnings, shows_places(), std::cerr);
    return std::move(*config);
  }
  write_mistakes(std::get<std::vector<Mistake>>(outcome), shows_places(), std::cerr);
  return std::nullopt;
}

/// The same for who neither listens nor sends: without what only the daemon's user has.
std::optional<Config> load_judging(const std::string& file) {
  auto outcome = load_for_judging(file, process_environment());
  if (auto* config = std::get_if<Config>(&outcome)) return std::move(*config);
  write_mistakes(std::get<std::vector<Mistake>>(outcome), shows_places(), std::cerr);
  return std::nullopt;
}

/// Says which calendars will soon know no holidays, or know none any more, and which probabilities
/// have no meeting to come.
void warn_of_dates(const Config& config) {
  const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  for (const auto& warnings : {outdated_calendars(config, now), outdated_meetings(config, now)})
    for (const auto& warning : warnings) std::cerr << to_line(warning) << '\n';
}

int check(const std::string& file) {
  const auto config = load(file);
  if (!config) return wrong_use;
  warn_of_dates(*config);
  std::cout << describe(*config);
  return 0;
}

int run(const std::string& file) {
  keep_reload_signals_waiting();
  const auto config = load(file);
  if (!config) return wrong_use;
  const auto missing = missing_for_run(*config);
  for (const auto& mistake : missing) std::cerr << to_line(mistake) << '\n';
  if (!missing.empty()) return wrong_use;
  warn_of_dates(*config);
  return run_daemon(*config);
}

/// A file to read, or "-" for standard input; null with a line on stderr where it cannot be opened.
class Input {
 public:
  explicit Input(const std::string& name) {
    if (name == "-") {
      in_ = &std::cin;
      return;
    }
    std::error_code ignored;
    if (std::filesystem::is_directory(name, ignored)) {
      std::cerr << name << ": is a folder; give a file\n";
      return;
    }
    file_.open(name, std::ios::binary);
    if (file_) {
      in_ = &file_;
    } else {
      std::cerr << name
                << ": cannot be read; give a file that exists and that this user may read\n";
    }
  }
  std::istream* get() { return in_; }

 private:
  std::ifstream file_;
  std::istream* in_{};
};

struct ReplayWords {
  std::string config, ticks, liquidations, capture, out;
};

int replay_rows(const ReplayWords& words, const Config& config, std::ostream& out) {
  ReplayInput inputs[2];
  std::unique_ptr<Input> files[2];
  const std::string* names[2] = {&words.ticks, &words.liquidations};
  for (int i = 0; i < 2; ++i) {
    if (names[i]->empty()) continue;
    files[i] = std::make_unique<Input>(*names[i]);
    if (!files[i]->get()) return failed;
    inputs[i] = {files[i]->get(), *names[i]};
  }
  return foghorn::replay(config, inputs[0], inputs[1], out, std::cerr, isatty(STDERR_FILENO) == 1);
}

int replay(const ReplayWords& words) {
  const bool rows = !words.ticks.empty() || !words.liquidations.empty();
  if (rows != words.capture.empty()) {
    std::cerr << (rows
                      ? "foghorn replay: a capture holds all that came; give --capture FILE alone\n"
                      : "foghorn replay: nothing to replay; give --ticks FILE, --liquidations FILE "
                        "or --capture FILE\n");
    return wrong_use;
  }
  const auto config = load_judging(words.config);
  if (!config) return wrong_use;
  const auto play = [&](std::ostream& out) {
    if (rows) return replay_rows(words, *config, out);
    return replay_capture(*config, words.capture, out, std::cerr, isatty(STDERR_FILENO) == 1);
  };
  if (words.out.empty()) return play(std::cout);
  std::ofstream out{words.out, std::ios::binary};
  if (!out) {
    std::cerr << words.out
              << ": cannot be written; give a file in a folder that this user may write\n";
    return failed;
  }
  const int result = play(out);
  out.flush();
  if (!out) {
    std::cerr << words.out << ": could not be written to its end; is the disk full?\n";
    return failed;
  }
  return result;
}

int import_file(const std::string& config_file, const std::string& instrument,
                const std::string& file) {
  const auto config = load_judging(config_file);
  if (!config) return wrong_use;
  Input input{file};
  if (!input.get()) return failed;
  act_as_owner_of(config->daemon.data_dir);
  const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  return import_history(*config, instrument, *input.get(), file, now, std::cout, std::cerr);
}

struct ExplainWords {
  std::string rule, config;
  bool json{};
};

int explain(const ExplainWords& words) {
  auto http = DaemonSpec{}.http;
  if (!words.config.empty()) {
    const auto config = load_judging(words.config);
    if (!config) return wrong_use;
    http = config->daemon.http;
  }
  return run_explain(http, words.rule, words.json, std::cout, std::cerr);
}

/// Where none is named; a name for the mistake where there is none.
std::string config_at_hand() {
  auto found = usual_config();
  return found.empty() ? "config.toml" : found;
}

struct ReportCommand {
  ReportWords words;
  std::string notes, out, config{config_at_hand()};
};

int report(const ReportCommand& command) {
  const auto config = load_judging(command.config);
  if (!config) return wrong_use;
  const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  if (command.out.empty())
    return run_report(*config, command.words, command.notes, now, std::cout, std::cerr);
  // What cannot be told leaves the file as it was.
  std::ostringstream told;
  if (const int code = run_report(*config, command.words, command.notes, now, told, std::cerr))
    return code;
  std::ofstream out{command.out, std::ios::binary};
  out << told.str() << std::flush;
  if (out) return 0;
  std::cerr << command.out
            << ": cannot be written; give a file in a folder that this user may write\n";
  return failed;
}

int backup(const std::string& config_file, const std::string& out) {
  const auto config = load_judging(config_file);
  return config ? run_backup(*config, out, std::cout, std::cerr) : wrong_use;
}

int dispatch(int argc, char** argv) {
  // A file at the limit that ulimit or systemd sets is a full disk: told, and tidied up after.
  std::signal(SIGXFSZ, SIG_IGN);
  CLI::App app{"Foghorn: market events, judged and told"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all");

  std::string config;
  const auto with_config = [&](CLI::App* command) {
    command->add_option("--config", config, "the configuration")->required()->type_name("FILE");
    return command;
  };
  auto* run_command = with_config(app.add_subcommand("run", "the daemon"));
  auto* check_command = with_config(
      app.add_subcommand("check", "load everything, open nothing, print what would run"));
  CheckDiffWords diff_words;
  bool shows_diff = false;
  auto* diff = check_command->add_flag("--diff", shows_diff,
                                       "instead, what a reload of the running daemon would change");
  check_command->add_option("--control", diff_words.control, "the daemon's socket; the config's")
      ->needs(diff)
      ->type_name("PATH");
  check_command->add_flag("--json", diff_words.json, "the difference as one JSON document")
      ->needs(diff);

  auto* decode_command =
      app.add_subcommand("decode", "frames on stdin, one a line, to events on stdout");
  std::string venue, contracts;
  decode_command->add_option("--venue", venue, "whose frames they are")
      ->required()
      ->type_name("NAME");
  decode_command
      ->add_option("--contracts", contracts, R"(JSON: symbol → {"multiplier":…,"inverse":…})")
      ->type_name("FILE");

  auto* replay_command = with_config(
      app.add_subcommand("replay", "history through the rules, as fast as it goes; sends nothing"));
  ReplayWords words;
  replay_command
      ->add_option("--ticks", words.ticks, "CSV: time,instrument,price[,source]; - for stdin")
      ->type_name("FILE");
  replay_command
      ->add_option("--liquidations", words.liquidations,
                   "CSV: time,venue,symbol,position,notional_usd")
      ->type_name("FILE");
  replay_command
      ->add_option("--capture", words.capture, "what [capture] wrote: a file, or a folder of them")
      ->type_name("FILE");
  replay_command->add_option("--out", words.out, "alert events go here instead of stdout")
      ->type_name("FILE");

  auto* test_command = app.add_subcommand("test", "rule tests: what must be said, and what not");
  std::vector<std::filesystem::path> test_files;
  std::string test_filter;
  test_command->add_option("files", test_files, "files of [[test]] tables")
      ->required()
      ->type_name("FILE");
  test_command->add_option("--filter", test_filter, "only tests with this in their names")
      ->type_name("TEXT");

  auto* history_command = app.add_subcommand("history", "daily histories of instruments");
  history_command->require_subcommand(1);
  auto* import_command = history_command->add_subcommand(
      "import", "CSV into the store: date,close or date,open,high,low,close");
  std::string import_config = config_at_hand(), instrument, history_file;
  import_command->add_option("instrument", instrument, "whose, such as WTI")->required();
  import_command->add_option("file", history_file, "the CSV; - for stdin")->required();
  import_command->add_option("--config", import_config, "the configuration, for its data_dir")
      ->type_name("FILE")
      ->capture_default_str();

  auto* explain_command =
      app.add_subcommand("explain", "a rule's truth now, of the running daemon");
  ExplainWords explain_words;
  explain_command->add_option("--rule", explain_words.rule, "the rule's id")
      ->required()
      ->type_name("ID");
  explain_command->add_option("--config", explain_words.config, "the daemon's configuration")
      ->type_name("FILE");
  explain_command->add_flag("--json", explain_words.json, "as /api/v1/explain gives it");

  ControlCommandLine control{app};

  auto* report_command =
      app.add_subcommand("report", "the last hours as facts, from the store; needs no daemon");
  ReportCommand report_words;
  report_command
      ->add_option("--at", report_words.words.at, "the end, such as 2026-04-20T08:00+08:00; now")
      ->type_name("TIME");
  report_command->add_option("--hours", report_words.words.hours, "how long before it; 24")
      ->type_name("N");
  report_command
      ->add_option("--since", report_words.words.since,
                   "the beginning, in place of --hours: a time, or last-digest")
      ->type_name("TIME");
  report_command
      ->add_option("--format", report_words.words.format, "md, text, json, html or tex; md")
      ->type_name("NAME");
  report_command->add_option("--lang", report_words.words.language, "zh or en; the config's")
      ->type_name("NAME");
  report_command->add_flag("--trace", report_words.words.trace,
                           "with each sentence the bars that it rests on");
  report_command
      ->add_option("--notes", report_words.notes, "the editor's own lines, shown as theirs")
      ->type_name("FILE");
  report_command
      ->add_option("--chart", report_words.words.chart,
                   "instead of the section a chart of one instrument, an SVG")
      ->type_name("INSTRUMENT");
  report_command->add_option("--out", report_words.out, "the file to write; standard output")
      ->type_name("FILE");
  report_command->add_option("--config", report_words.config, "the configuration")
      ->type_name("FILE")
      ->capture_default_str();

  auto* backup_command =
      app.add_subcommand("backup", "a copy of the store, made while the daemon runs or not");
  std::string backup_config = config_at_hand(), backup_file;
  backup_command->add_option("--out", backup_file, "the file to make, which must not exist")
      ->required()
      ->type_name("FILE");
  backup_command->add_option("--config", backup_config, "the configuration, for its data_dir")
      ->type_name("FILE")
      ->capture_default_str();

  auto* reference_command =
      app.add_subcommand("config-reference", "every key of the configuration, as Markdown");
  std::string reference_language = "en";
  reference_command->add_option("--lang", reference_language, "zh or en")
      ->check(CLI::IsMember({"zh", "en"}))
      ->type_name("NAME")
      ->capture_default_str();

  auto* version_command = app.add_subcommand("version", "which Foghorn this is");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);  // --help
    std::cerr << "foghorn: " << e.what() << "; see foghorn --help\n";
    return wrong_use;
  }
  if (*run_command) return run(config);
  if (*check_command) {
    diff_words.file = config;
    return shows_diff ? run_check_diff(diff_words, shows_places(), std::cout, std::cerr)
                      : check(config);
  }
  if (*decode_command) return run_decode(venue, contracts, std::cin, std::cout, std::cerr);
  if (*replay_command) {
    words.config = config;
    return replay(words);
  }
  if (*explain_command) return explain(explain_words);
  if (*report_command) return report(report_words);
  if (*backup_command) return backup(backup_config, backup_file);
  if (control.parsed()) return control.run(load_judging);
  if (*test_command)
    return run_rule_tests(test_files, test_filter, process_environment(), std::cout, std::cerr,
                          shows_places());
  if (*import_command) return import_file(import_config, instrument, history_file);
  if (*reference_command)
    std::cout << reference_text(reference_language == "zh" ? Language::zh : Language::en);
  if (*version_command) std::cout << version_line() << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  try {
    return dispatch(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "foghorn: " << e.what() << '\n';
    return failed;
  }
}
