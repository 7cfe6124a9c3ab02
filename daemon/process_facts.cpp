#include "daemon/process_facts.hpp"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

namespace foghorn {
namespace {

/// Wall time of boot, from the two clocks the kernel keeps: /proc/stat may be hidden by
/// ProcSubset=pid.
double boot_time() {
  timespec since_boot{};
  if (clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0) return 0;
  const auto wall =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  return wall - static_cast<double>(since_boot.tv_sec) -
         static_cast<double>(since_boot.tv_nsec) / 1e9;
}

double count_open_fds() {
  std::error_code error;
  double count = 0;
  for (std::filesystem::directory_iterator it{"/proc/self/fd", error}, end; !error && it != end;
       it.increment(error))
    ++count;
  return count > 0 ? count - 1 : 0;  // the one that lists them
}

}  // namespace

double memory_limit(const std::filesystem::path& own_groups,
                    const std::filesystem::path& hierarchy) {
  double least = std::numeric_limits<double>::infinity();
  std::ifstream groups{own_groups};
  for (std::string line; std::getline(groups, line);) {
    if (!line.starts_with("0::/")) continue;  // version 2; the others are numbered and named
    // A group's limit binds all below it.
    for (std::filesystem::path group{line.substr(4)};; group = group.parent_path()) {
      for (const auto* bound : {"memory.high", "memory.max"}) {
        std::ifstream file{hierarchy / group / bound};
        double limit{};  // or the word "max"
        if (file >> limit) least = std::min(least, limit);
      }
      if (group.empty()) break;
    }
  }
  return least;
}

ProcessFacts process_facts() {
  ProcessFacts facts;
  std::ifstream stat{"/proc/self/stat"};
  std::string text;
  std::getline(stat, text);
  // The second field is the program's name in parentheses and may hold anything; the rest are
  // numbers, proc(5).
  if (const auto name_end = text.rfind(") "); name_end != std::string::npos) {
    std::vector<std::string> fields;
    std::size_t at = name_end + 2;
    while (at < text.size()) {
      const auto space = std::min(text.find(' ', at), text.size());
      fields.push_back(text.substr(at, space - at));
      at = space + 1;
    }
    const auto field =
        [&](std::size_t number) {  // numbered as in proc(5), where the state is the third
          return number - 3 < fields.size() ? std::strtod(fields[number - 3].c_str(), nullptr)
                                            : 0.0;
        };
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    facts.cpu_seconds = (field(14) + field(15)) / ticks;
    // Read once: it is compared for changes, to see restarts.
    static const double started = boot_time() + field(22) / ticks;
    facts.start_time_seconds = started;
    facts.virtual_bytes = field(23);
    facts.resident_bytes = field(24) * static_cast<double>(sysconf(_SC_PAGESIZE));
  }
  facts.memory_limit_bytes = memory_limit("/proc/self/cgroup", "/sys/fs/cgroup");
  facts.open_fds = count_open_fds();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) facts.max_fds = static_cast<double>(limit.rlim_cur);
  return facts;
}

}  // namespace foghorn
