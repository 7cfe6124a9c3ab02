#pragma once
// Keeps two daemons from sharing one data directory.

#include <string>

namespace foghorn {

/// Holds `path` locked for as long as it lives; the system lets go of it when the process dies,
/// however it dies.
class LockFile {
 public:
  /// Throws StoreError when another process holds it, naming its pid, or when the file cannot be
  /// made.
  explicit LockFile(const std::string& path);
  ~LockFile();

  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

 private:
  int file_;
};

}  // namespace foghorn
