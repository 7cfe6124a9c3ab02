#include "daemon/control_words.hpp"

#include <pwd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <utility>

namespace foghorn {
namespace {

constexpr int wrong_use = 2;

/// Of the person who asks, also where the shell is root's.
std::string user_name() {
  if (const char* behind_sudo = std::getenv("SUDO_USER"); behind_sudo && ::geteuid() == 0)
    return behind_sudo;
  const auto* entry = ::getpwuid(::getuid());
  return entry ? entry->pw_name : std::to_string(::getuid());
}

std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) != 1 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace

std::string usual_config() {
  std::error_code ignored;
  for (const auto* file : {"config.toml", "/etc/foghorn/config.toml"})
    if (std::filesystem::exists(file, ignored)) return file;
  return {};
}

CLI::App* ControlCommandLine::add(CLI::App& to, const std::string& name, const std::string& what,
                                  std::function<int(const ControlDesk&)> carry_out) {
  auto* command = to.add_subcommand(name, what);
  auto* config =
      command->add_option("--config", config_, "the daemon's configuration")->type_name("FILE");
  command->add_option("--control", control_, "the daemon's control socket")
      ->type_name("PATH")
      ->excludes(config);
  command->add_flag("--json", json_, "the answer as one JSON document");
  commands_.push_back({command, std::move(carry_out)});
  return command;
}

ControlCommandLine::ControlCommandLine(CLI::App& app) {
  using Desk = const ControlDesk&;
  outbox_ = app.add_subcommand("outbox", "messages on their way, of the running daemon");
  outbox_->require_subcommand(1);
  const auto with_channel = [this](CLI::App* command) {
    command->add_option("--channel", rows_.channel, "of this channel only")->type_name("NAME");
    return command;
  };
  const auto with_id = [this](CLI::App* command) {
    return command->add_option("id", rows_.id, "of a message, EVENT/CHANNEL, or of an event")
        ->type_name("ID");
  };
  auto* list = with_channel(add(*outbox_, "list", "what waits and what became of the rest",
                                [this](Desk desk) { return outbox_list(desk, rows_); }));
  list->add_option("--state", rows_.states,
                   "pending, sending, delivered, refused, unknown, replaced, dropped, for_digest, "
                   "silenced or quiet; may be given again")
      ->type_name("S");
  list->add_flag("--dead", rows_.dead, "dead letters: refused, unknown and dropped");
  list->add_option("--limit", rows_.limit, "so many, the newest")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  with_id(with_channel(add(*outbox_, "show", "all that there is to say of a message",
                           [this](Desk desk) { return outbox_show(desk, rows_); })))
      ->required();
  auto* retry = with_channel(add(*outbox_, "retry", "dead letters go out after all",
                                 [this](Desk desk) { return outbox_retry(desk, rows_); }));
  auto* retried = with_id(retry);
  retry->add_flag("--dead", rows_.dead, "all of them")->excludes(retried);
  retry->callback([this] {
    if (rows_.id.empty() && !rows_.dead) throw CLI::RequiredError("an ID, or --dead,");
  });
  with_id(with_channel(add(*outbox_, "drop", "what waits is not sent", [this](Desk desk) {
    return outbox_drop(desk, rows_);
  })))->required();

  silence_ = app.add_subcommand("silence", "not to be told for a while, of the running daemon");
  silence_->require_subcommand(1);
  auto* begin = add(*silence_, "add", "a silence of a rule or an instrument, from now on",
                    [this](Desk desk) { return silence_add(desk, hush_); });
  auto* of = begin->add_option_group("what", "whose messages are held back");
  of->add_option("--rule", hush_.rule, "of this rule")->type_name("ID");
  of->add_option("--instrument", hush_.instrument, "of this instrument")->type_name("NAME");
  of->add_flag("--all", hush_.all, "of all");
  of->require_option(1);
  auto* end = begin->add_option_group("end", "for how long");
  end->add_option("--for", hush_.span, "such as 2h")->type_name("DURATION");
  end->add_option("--until", hush_.until,
                  "such as 2026-04-18T09:00, by the daemon's clock, or with a zone")
      ->type_name("TIME");
  end->require_option(1);
  begin->add_option("--reason", hush_.reason, "why, for the others")->required()->type_name("TEXT");
  begin->add_option("--author", hush_.author, "who; else this user's name")->type_name("NAME");
  add(*silence_, "list", "those in force", [](Desk desk) { return silence_list(desk); });
  add(*silence_, "expire", "ends one now",
      [this](Desk desk) { return silence_expire(desk, hush_); })
      ->add_option("id", hush_.id, "as the list has it")
      ->required()
      ->type_name("ID");

  auto* test = add(app, "send-test", "a test message on its real way, by the running daemon",
                   [this](Desk desk) { return send_test(desk, test_); });
  test->add_option("--channel", test_.channel, "where to")->required()->type_name("NAME");
  test->add_option("--rule", test_.rule, "as this rule would speak")->type_name("ID");
  test->add_option("--tier", test_.tier, "notice, major or critical")->type_name("T");
}

bool ControlCommandLine::parsed() const {
  return std::ranges::any_of(commands_,
                             [](const Command& command) { return command.words->parsed(); });
}

int ControlCommandLine::run(
    const std::function<std::optional<Config>(const std::string& file)>& load) {
  std::filesystem::path socket = control_;
  if (socket.empty()) {
    const auto file = config_.empty() ? usual_config() : config_;
    if (file.empty()) {
      std::cerr << "foghorn: which daemon? there is no config.toml here and none in /etc/foghorn; "
                   "give its --config FILE or its --control PATH\n";
      return wrong_use;
    }
    const auto config = load(file);
    if (!config) return wrong_use;
    socket = config->daemon.control;
  }
  if (hush_.author.empty()) hush_.author = user_name();
  const ControlDesk desk{.socket = std::move(socket),
                         .json = json_,
                         .places = terminal_width(),
                         .out = std::cout,
                         .log = std::cerr};
  const auto asked = std::ranges::find_if(
      commands_, [](const Command& command) { return command.words->parsed(); });
  return asked->carry_out(desk);
}

}  // namespace foghorn
