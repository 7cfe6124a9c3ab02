#pragma once
// A disk that refuses when told to: SQLite's own file system with a switch between it and SQLite,
// so that a full or broken disk needs neither privileges nor a disk.

#include <sqlite3.h>

#include <cstddef>
#include <stdexcept>

namespace foghorn::test {

/// While one lives, every database opened goes through it. One at a time, one thread.
class FaultyVfs {
 public:
  FaultyVfs() {
    real_ = sqlite3_vfs_find(nullptr);
    if (!real_ || failing_with()) throw std::runtime_error{"no file system to stand before"};
    vfs_ = *real_;
    vfs_.zName = "faulty";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.pAppData = real_;  // its own is used by itself only
    vfs_.xOpen = open;
    vfs_.xDelete = [](sqlite3_vfs* v, const char* name, int sync) {
      return real(v)->xDelete(real(v), name, sync);
    };
    vfs_.xAccess = [](sqlite3_vfs* v, const char* name, int flags, int* out) {
      return real(v)->xAccess(real(v), name, flags, out);
    };
    vfs_.xFullPathname = [](sqlite3_vfs* v, const char* name, int size, char* out) {
      return real(v)->xFullPathname(real(v), name, size, out);
    };
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FaultyVfs() {
    sqlite3_vfs_unregister(&vfs_);
    heal();
  }
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  /// From the write after the next `after` ones on, every write ends with `code`.
  void fail(int code, long after = 0) {
    failing_with() = code;
    writes_left() = after;
  }
  void heal() { failing_with() = SQLITE_OK; }

 private:
  struct File {
    sqlite3_file base;
    sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static int& failing_with() {
    static int code = SQLITE_OK;
    return code;
  }
  static long& writes_left() {
    static long left = 0;
    return left;
  }
  static int verdict() {
    return failing_with() != SQLITE_OK && writes_left()-- <= 0 ? failing_with() : SQLITE_OK;
  }

  static sqlite3_vfs* real(sqlite3_vfs* v) { return static_cast<sqlite3_vfs*>(v->pAppData); }
  static sqlite3_file* of(sqlite3_file* f) { return reinterpret_cast<File*>(f)->inner(); }

  static int open(sqlite3_vfs* v, const char* name, sqlite3_file* file, int flags, int* out) {
    const int code = real(v)->xOpen(real(v), name, of(file), flags, out);
    file->pMethods = of(file)->pMethods ? &methods() : nullptr;
    return code;
  }

  static const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods all{
        .iVersion = 3,
        .xClose = [](sqlite3_file* f) { return of(f)->pMethods->xClose(of(f)); },
        .xRead = [](sqlite3_file* f, void* to, int n,
                    sqlite3_int64 at) { return of(f)->pMethods->xRead(of(f), to, n, at); },
        .xWrite =
            [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
              const int refused = verdict();
              return refused ? refused : of(f)->pMethods->xWrite(of(f), from, n, at);
            },
        .xTruncate = [](sqlite3_file* f,
                        sqlite3_int64 n) { return of(f)->pMethods->xTruncate(of(f), n); },
        .xSync = [](sqlite3_file* f, int how) { return of(f)->pMethods->xSync(of(f), how); },
        .xFileSize = [](sqlite3_file* f,
                        sqlite3_int64* n) { return of(f)->pMethods->xFileSize(of(f), n); },
        .xLock = [](sqlite3_file* f, int how) { return of(f)->pMethods->xLock(of(f), how); },
        .xUnlock = [](sqlite3_file* f, int how) { return of(f)->pMethods->xUnlock(of(f), how); },
        .xCheckReservedLock =
            [](sqlite3_file* f, int* out) {
              return of(f)->pMethods->xCheckReservedLock(of(f), out);
            },
        .xFileControl = [](sqlite3_file* f, int what,
                           void* in) { return of(f)->pMethods->xFileControl(of(f), what, in); },
        .xSectorSize = [](sqlite3_file* f) { return of(f)->pMethods->xSectorSize(of(f)); },
        .xDeviceCharacteristics =
            [](sqlite3_file* f) { return of(f)->pMethods->xDeviceCharacteristics(of(f)); },
        .xShmMap =
            [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
              return of(f)->pMethods->xShmMap(of(f), page, size, extend, out);
            },
        .xShmLock = [](sqlite3_file* f, int at, int n,
                       int how) { return of(f)->pMethods->xShmLock(of(f), at, n, how); },
        .xShmBarrier = [](sqlite3_file* f) { of(f)->pMethods->xShmBarrier(of(f)); },
        .xShmUnmap = [](sqlite3_file* f,
                        int remove) { return of(f)->pMethods->xShmUnmap(of(f), remove); },
        .xFetch = [](sqlite3_file* f, sqlite3_int64 at, int n,
                     void** out) { return of(f)->pMethods->xFetch(of(f), at, n, out); },
        .xUnfetch = [](sqlite3_file* f, sqlite3_int64 at,
                       void* page) { return of(f)->pMethods->xUnfetch(of(f), at, page); }};
    return all;
  }

  sqlite3_vfs* real_{};
  sqlite3_vfs vfs_{};
};

}  // namespace foghorn::test
