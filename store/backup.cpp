#include "store/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <thread>

#include "store/impl.hpp"
#include "store/schema.hpp"

namespace foghorn {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Duration patience = 5s;
constexpr int pages_at_once = 256;
// So that who commits meanwhile gets its turn at the disk.
constexpr auto breath = 2ms;

[[noreturn]] void fail(const std::string& file, const std::string& why) {
  throw StoreError(fmt::format("{}: {}", file, why));
}

/// A file that is being written, under a name of its own; gone unless it was finished.
class Draft {
 public:
  explicit Draft(std::string file)
      : file_{std::move(file)}, draft_{fmt::format("{}.{}.part", file_, ::getpid())} {
    ::unlink(draft_.c_str());  // of a process of our number that died
    const int made = ::open(draft_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0)
      fail(file_,
           fmt::format("cannot be written ({}); give a file in a folder that this user may write",
                       std::strerror(errno)));
    ::close(made);
  }
  ~Draft() {
    if (!finished_) ::unlink(draft_.c_str());
    ::unlink((draft_ + "-journal").c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  const std::string& name() const { return draft_; }

  /// Onto the disk, and to its name, if nobody took that meanwhile or `may_replace`.
  void finish(bool may_replace) {
    sync(draft_, O_RDONLY);
    const auto flags = may_replace ? 0U : static_cast<unsigned>(RENAME_NOREPLACE);
    int moved = ::renameat2(AT_FDCWD, draft_.c_str(), AT_FDCWD, file_.c_str(), flags);
    // Not every file system knows how not to replace.
    if (moved != 0 && errno == EINVAL && !fs::exists(file_))
      moved = ::rename(draft_.c_str(), file_.c_str());
    if (moved != 0) fail(file_, fmt::format("cannot be made ({})", std::strerror(errno)));
    finished_ = true;
    const auto folder = fs::path{file_}.parent_path();
    sync(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
  }

 private:
  void sync(const std::string& what, int flags) {
    const int opened = ::open(what.c_str(), flags | O_CLOEXEC);
    const bool synced = opened >= 0 && ::fsync(opened) == 0;
    const int error = errno;
    if (opened >= 0) ::close(opened);
    if (!synced)
      fail(file_, fmt::format("cannot be brought to the disk ({})", std::strerror(error)));
  }

  std::string file_, draft_;
  bool finished_{};
};

void copy(SQLite::Database& from, SQLite::Database& to) {
  // One moment for all of it: else each commit of the store's owner would begin the copy anew.
  from.exec("BEGIN");
  from.execAndGet("SELECT count(*) FROM sqlite_schema");
  auto* backup = sqlite3_backup_init(to.getHandle(), "main", from.getHandle(), "main");
  if (!backup) throw SQLite::Exception(to.getHandle());
  int state = SQLITE_OK;
  while (state == SQLITE_OK || state == SQLITE_BUSY || state == SQLITE_LOCKED) {
    state = sqlite3_backup_step(backup, pages_at_once);
    if (state != SQLITE_DONE) std::this_thread::sleep_for(breath);
  }
  const int ended = sqlite3_backup_finish(backup);
  if (state != SQLITE_DONE) throw SQLite::Exception(sqlite3_errstr(ended), ended);
}

/// What is kept is not what was written but what can be read.
StoreCopy checked(const std::string& file, const std::string& called) {
  SQLite::Database copy{file, SQLite::OPEN_READWRITE};
  // One file, that needs no other beside it.
  copy.exec("PRAGMA journal_mode = DELETE");
  const auto verdict = copy.execAndGet("PRAGMA integrity_check(1)").getString();
  if (verdict != "ok")
    fail(called,
         fmt::format(
             "the copy is damaged ({}); the store may be, too: restart foghorn, which checks it",
             verdict));
  return {.bytes = copy.execAndGet("PRAGMA page_count").getInt64() *
                   copy.execAndGet("PRAGMA page_size").getInt64(),
          .schema = schema_of(copy)};
}

/// Takes "123" off the front; false: there is no digit.
bool skip_digits(std::string_view& text) {
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(end);
  return end > 0;
}

/// Whether `name` is one that an upgrade of the store at `path` gives: foghorn.db.schema-4, or that
/// with .PID.part while it is written. Anything else beside the store is somebody's own.
bool made_by_upgrade(std::string_view name, const std::string& path) {
  const auto prefix = fs::path{path}.filename().string() + ".schema-";
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  if (!skip_digits(name)) return false;
  if (name.empty()) return true;
  if (!name.starts_with('.')) return false;
  name.remove_prefix(1);
  return skip_digits(name) && name == ".part";
}

}  // namespace

StoreCopy back_up(const std::string& directory, const std::string& file) {
  const auto path = (fs::path{directory} / "foghorn.db").string();
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    fail(path,
         "there is no store that this user may read; start the daemon once, or correct data_dir");
  if (fs::exists(fs::symlink_status(file, ignored)))
    fail(file, "is there already; name a file that is not, or delete it");
  Draft draft{file};
  try {
    auto from = open_to_read(path, patience);
    {
      SQLite::Database to{draft.name(), SQLite::OPEN_READWRITE};
      copy(from, to);
    }
    const auto made = checked(draft.name(), file);
    draft.finish(false);
    return made;
  } catch (const SQLite::Exception& e) {
    fail(file, fmt::format("{} was not copied ({})", path, e.what()));
  }
}

std::string keep_copy(SQLite::Database& database, const std::string& path, int schema) {
  const auto file = fmt::format("{}.schema-{}", path, schema);
  Draft draft{file};
  try {
    SQLite::Statement vacuum{database, "VACUUM INTO ?"};
    vacuum.bind(1, draft.name());
    vacuum.exec();
    checked(draft.name(), file);
  } catch (const SQLite::Exception& e) {
    fail(file,
         fmt::format("the store was to be copied there before its upgrade, and was not ({}); make "
                     "room on the disk: nothing was changed",
                     e.what()));
  }
  draft.finish(true);
  for (const auto& entry : fs::directory_iterator{fs::path{path}.parent_path()}) {
    std::error_code ignored;
    if (entry.path() != fs::path{file} && made_by_upgrade(entry.path().filename().string(), path))
      fs::remove(entry, ignored);
  }
  return file;
}

}  // namespace foghorn
