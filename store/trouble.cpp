#include "store/trouble.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <optional>

namespace foghorn {
namespace {

std::optional<StoreTrouble> of_errno(int system) {
  switch (system) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return StoreTrouble::full;
    case EROFS:
    case EACCES:
    case EPERM: return StoreTrouble::read_only;
    default: return std::nullopt;
  }
}

/// Who holds a lock on any byte of `file`; 0: nobody, or it cannot be seen.
pid_t holder_of(const std::string& file) {
  const int opened = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (opened < 0) return 0;
  struct flock asked {};
  asked.l_type = F_WRLCK;
  asked.l_whence = SEEK_SET;
  const bool answered = ::fcntl(opened, F_GETLK, &asked) == 0;
  ::close(opened);
  return answered && asked.l_type != F_UNLCK && asked.l_pid > 0 ? asked.l_pid : 0;
}

}  // namespace

std::string_view to_text(StoreTrouble trouble) {
  constexpr std::array<std::string_view, store_troubles> words{
      "full", "read_only", "locked", "corrupt", "moved", "io", "other"};
  return words[static_cast<std::size_t>(trouble)];
}

StoreTrouble trouble_of(int code, int system) {
  using enum StoreTrouble;
  if (code == SQLITE_READONLY_DBMOVED) return moved;
  switch (code & 0xFF) {
    case SQLITE_FULL: return full;
    case SQLITE_READONLY:
    case SQLITE_PERM: return read_only;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return locked;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return corrupt;
    case SQLITE_CANTOPEN: return of_errno(system).value_or(read_only);
    case SQLITE_IOERR: return of_errno(system).value_or(io);
    default: return other;
  }
}

std::string trouble_text(StoreTrouble trouble, const std::string& path, const std::string& detail) {
  switch (trouble) {
    case StoreTrouble::full:
      return fmt::format("{}: the disk is full; make room, and what waits in memory is stored",
                         path);
    case StoreTrouble::read_only:
      return fmt::format(
          "{}: cannot be written ({}); mount its disk writable, and what waits in memory is stored",
          path, detail);
    case StoreTrouble::locked:
      return fmt::format("{}: another program has it locked; end that program (fuser names it)",
                         path);
    case StoreTrouble::corrupt:
      return fmt::format(
          "{}: is damaged ({}); stop foghorn, restore a copy or move the file and its -wal away, "
          "and start it again: what waits in memory is lost then",
          path, detail);
    case StoreTrouble::moved:
      return fmt::format(
          "{}: was moved or deleted while in use; put the file back, and what waits in memory is "
          "stored, or restart foghorn to begin an empty one",
          path);
    case StoreTrouble::io:
    case StoreTrouble::other: break;
  }
  return fmt::format("{}: cannot be written ({}); see whether its disk is in order (dmesg)", path,
                     detail);
}

std::string not_opened_text(StoreTrouble trouble, const std::string& path,
                            const std::string& detail) {
  switch (trouble) {
    case StoreTrouble::full: return fmt::format("{}: the disk is full; make room", path);
    case StoreTrouble::read_only:
      return fmt::format(
          "{}: cannot be written ({}); give data_dir to the user that runs foghorn, on a disk that "
          "is mounted writable",
          path, detail);
    case StoreTrouble::locked:
      return fmt::format("{}: another program{} has it locked; end that program", path,
                         lock_holder(path));
    case StoreTrouble::corrupt:
      return fmt::format(
          "{}: is damaged or not a database ({}); restore a copy, or move the file and its -wal "
          "away to start with an empty store: rules start idle, windows fill anew, and what was "
          "not delivered, alert events, silences and daily histories are lost",
          path, detail);
    default:
      return fmt::format("{}: cannot be opened ({}); see whether its disk is in order (dmesg)",
                         path, detail);
  }
}

std::string lock_holder(const std::string& path) {
  // In WAL mode the locks lie on the shared memory's file, those of exclusive mode on the database.
  auto pid = holder_of(path);
  if (pid == 0) pid = holder_of(path + "-shm");
  if (pid == 0) return {};
  std::string name;
  std::getline(std::ifstream{fmt::format("/proc/{}/comm", pid)}, name);
  return name.empty() ? fmt::format(" (pid {})", pid) : fmt::format(" (pid {}, {})", pid, name);
}

}  // namespace foghorn
