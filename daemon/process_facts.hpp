#pragma once
// What the kernel says of this process, for the process_* metrics.

#include <filesystem>

namespace foghorn {

struct ProcessFacts {
  double cpu_seconds{};
  double resident_bytes{};
  double virtual_bytes{};
  /// See memory_limit().
  double memory_limit_bytes{};
  double open_fds{};
  double max_fds{};
  double start_time_seconds{};  ///< Unix time
};

/// Reads /proc/self and the boot time; a figure that cannot be read is zero.
ProcessFacts process_facts();

/// Where the kernel begins to slow a process, or ends it: the least memory.high or memory.max from
/// its control group (version 2) up. `own_groups` is its /proc/PID/cgroup, `hierarchy` where groups
/// are mounted. Infinite where there is no limit, or it is not shown.
double memory_limit(const std::filesystem::path& own_groups,
                    const std::filesystem::path& hierarchy);

}  // namespace foghorn
