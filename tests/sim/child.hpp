#pragma once
// A program started by us, and ended by us.

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace foghorn::sim {

class Child {
 public:
  /// Starts `arguments` (the first is the program's path), what it prints going to the file `log`.
  /// Throws std::runtime_error.
  Child(const std::vector<std::string>& arguments, const std::string& log);

  /// Kills it if it still runs.
  ~Child();

  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Its exit code, or 128 and the signal's number, once it has ended.
  std::optional<int> ended();
  void terminate();

 private:
  pid_t pid_{};
  std::optional<int> exit_code_;
};

}  // namespace foghorn::sim
