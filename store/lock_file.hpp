#pragma once
// Keeps two daemons from sharing one data directory.

#include <string>

#include "store/store.hpp"

namespace foghorn {

/// Another process holds the lock.
class StoreInUse : public StoreError {
 public:
  using StoreError::StoreError;
};

/// Holds `path` locked for as long as it lives; the system lets go of it when the process dies,
/// however it dies.
class LockFile {
 public:
  /// Throws StoreInUse, naming its pid, when another process holds it, StoreError when the file
  /// cannot be made.
  explicit LockFile(const std::string& path);
  ~LockFile();

  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

 private:
  int file_;
};

}  // namespace foghorn
