#pragma once
// Why a store does not work, in classes: a closed list, for metrics, and a sentence for people.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace foghorn {

enum class StoreTrouble : std::uint8_t {
  full,       ///< the disk is
  read_only,  ///< the file system or the file is
  locked,     ///< by another program, for longer than a commit waits
  corrupt,    ///< the file is damaged, or is no database
  moved,      ///< the file is not where it was: what is written to it nobody would find again
  io,         ///< the disk refused
  other,
};
inline constexpr std::size_t store_troubles = 7;

std::string_view to_text(StoreTrouble trouble);  ///< "full", "read_only", …

/// `code` is SQLite's, extended or not; `system` the errno of its last failed system call, which
/// counts where the code leaves the matter open.
StoreTrouble trouble_of(int code, int system);

/// What is wrong with the database at `path`, and what to do about it, while the daemon runs.
std::string trouble_text(StoreTrouble trouble, const std::string& path, const std::string& detail);

/// The same of one that could not be opened.
std::string not_opened_text(StoreTrouble trouble, const std::string& path,
                            const std::string& detail);

/// " (pid 1234, sqlite3)": who holds the database at `path` locked; empty where that is not known.
/// REQUIRES: this process has no connection to it, for looking would undo its locks.
std::string lock_holder(const std::string& path);

}  // namespace foghorn
