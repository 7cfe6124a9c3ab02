#pragma once
// What the kernel says of this process, for the process_* metrics.

namespace foghorn {

struct ProcessFacts {
  double cpu_seconds{};
  double resident_bytes{};
  double virtual_bytes{};
  /// Where the kernel begins to slow the process, or ends it: the least memory.high or memory.max
  /// from its control group up; infinite where there is none, or it is not shown.
  double memory_limit_bytes{};
  double open_fds{};
  double max_fds{};
  double start_time_seconds{};  ///< Unix time
};

/// Reads /proc/self and the boot time; a figure that cannot be read is zero.
ProcessFacts process_facts();

}  // namespace foghorn
