#pragma once
// `foghorn outbox`, `silence` and `send-test`: what was written on the command line, asked of the
// running daemon, and its answer for people or, with --json, as one JSON document.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace foghorn {

/// Where a command goes to, and how its answer is to look.
struct ControlDesk {
  std::filesystem::path socket;
  bool json{};
  std::size_t places{};  ///< of the terminal's line; 0: no terminal, or one of any width
  std::ostream& out;
  std::ostream& log;
};

struct OutboxWords {
  std::string id, channel;
  std::vector<std::string> states;
  bool dead{};
  std::size_t limit{50};
};

struct SilenceWords {
  std::string id, rule, instrument, span, until, reason, author;
  bool all{};
};

struct SendTestWords {
  std::string channel, rule, tier;
};

// The process's exit code: 0; 1 where the daemon is not there or cannot, after a line on `log`;
// 2 where what was asked for is wrong, likewise.

int outbox_list(const ControlDesk& desk, const OutboxWords& words);
int outbox_show(const ControlDesk& desk, const OutboxWords& words);
int outbox_retry(const ControlDesk& desk, const OutboxWords& words);
int outbox_drop(const ControlDesk& desk, const OutboxWords& words);
int silence_add(const ControlDesk& desk, const SilenceWords& words);
int silence_list(const ControlDesk& desk);
int silence_expire(const ControlDesk& desk, const SilenceWords& words);

/// 0 only where the platform said that it has the message.
int send_test(const ControlDesk& desk, const SendTestWords& words);

}  // namespace foghorn
