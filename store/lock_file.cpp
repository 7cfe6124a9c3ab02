#include "store/lock_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "store/store.hpp"

namespace foghorn {
namespace {

std::string holder(int file) {
  std::array<char, 24> text{};
  const auto size = ::pread(file, text.data(), text.size() - 1, 0);
  return size > 0 ? fmt::format(" (pid {})", std::string_view{text.data()}) : "";
}

}  // namespace

LockFile::LockFile(const std::string& path)
    : file_{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)} {
  if (file_ < 0) {
    throw StoreError(
        fmt::format("{}: cannot be written ({}); give data_dir to the user that runs foghorn", path,
                    std::strerror(errno)));
  }
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const auto who = holder(file_);
    ::close(file_);
    throw StoreInUse(fmt::format(
        "{}: another foghorn{} is using this data_dir; stop it, or give this one its own", path,
        who));
  }
  // Only for the message above: who cannot write it still holds the lock.
  const auto pid = std::to_string(::getpid());
  if (::ftruncate(file_, 0) == 0) [[maybe_unused]]
    const auto written = ::pwrite(file_, pid.data(), pid.size(), 0);
}

LockFile::~LockFile() {
  ::close(file_);
}

}  // namespace foghorn
