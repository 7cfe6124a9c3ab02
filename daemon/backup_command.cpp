#include "daemon/backup_command.hpp"

#include <fmt/format.h>

#include "store/backup.hpp"

namespace foghorn {
namespace {

std::string size_text(std::int64_t bytes) {
  const auto mebibytes = static_cast<double>(bytes) / (1 << 20);
  return mebibytes < 1 ? fmt::format("{} KiB", bytes >> 10) : fmt::format("{:.1f} MiB", mebibytes);
}

}  // namespace

int run_backup(const Config& config, const std::string& file, std::ostream& out,
               std::ostream& log) {
  try {
    const auto made = back_up(config.daemon.data_dir.string(), file);
    out << fmt::format("{}: {}, schema {}, checked\n", file, size_text(made.bytes), made.schema)
        << std::flush;
    return out ? 0 : 1;
  } catch (const StoreError& e) {
    log << "foghorn backup: " << e.what() << '\n';
    return 1;
  }
}

}  // namespace foghorn
