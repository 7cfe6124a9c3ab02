#include "feeds/capture/folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace foghorn {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view beginning = "capture-";
constexpr std::string_view ending = ".jsonl.zst";

boost::system::error_code last_error() {
  return {errno, boost::system::system_category()};
}

/// A new file's name is durable once its folder is.
void sync_folder(const fs::path& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

}  // namespace

std::string capture_file_name(Timestamp at) {
  auto text = format_utc(at);  // 2026-11-22T03:15:00.000Z
  text = text.substr(0, text.find('.'));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return std::string{beginning} + text + "Z" + std::string{ending};
}

bool is_capture_file_name(const std::string& name) {
  return name.starts_with(beginning) && (name.ends_with(ending) || name.ends_with(".jsonl"));
}

CaptureFolder::CaptureFolder(fs::path path, std::uint64_t max_bytes)
    : path_{std::move(path)}, max_bytes_{max_bytes} {}

CaptureFolder::~CaptureFolder() {
  end();
}

void CaptureFolder::look_around() {
  others_.clear();
  others_bytes_ = 0;
  std::error_code error;
  for (fs::directory_iterator entry{path_, error}, last; !error && entry != last;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    std::error_code unknown;
    const auto bytes = entry->file_size(unknown);
    if (unknown || !is_capture_file_name(name) || !name.ends_with(ending)) continue;
    others_[name] = bytes;
    others_bytes_ += bytes;
  }
}

Result<void> CaptureFolder::begin(Timestamp at) {
  end();
  std::error_code made;
  fs::create_directories(path_, made);  // a failure shows when the file is made
  look_around();
  // Of two files that begin within one second (a restart, say) the later is named by the next.
  for (auto name_at = at;; name_at += std::chrono::seconds{1}) {
    current_ = capture_file_name(name_at);
    if (others_.contains(current_)) continue;
    file_ = ::open((path_ / current_).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (file_ >= 0) break;
    if (errno != EEXIST) return last_error();
  }
  current_bytes_ = 0;
  sync_folder(path_);
  return {};
}

bool CaptureFolder::make_room(std::uint64_t bytes) {
  while (total_bytes() + bytes > max_bytes_ && !others_.empty()) {
    const auto oldest = others_.begin();
    std::error_code error;
    fs::remove(path_ / oldest->first, error);
    if (error) return false;
    others_bytes_ -= oldest->second;
    others_.erase(oldest);
  }
  return total_bytes() + bytes <= max_bytes_;
}

Result<void> CaptureFolder::append(std::string_view bytes) {
  if (!make_room(bytes.size()))
    return boost::system::errc::make_error_code(boost::system::errc::no_space_on_device);
  std::size_t written = 0;
  while (written < bytes.size()) {
    const auto n = ::write(file_, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const auto error = last_error();
      if (::ftruncate(file_, static_cast<off_t>(current_bytes_)) == 0)
        ::lseek(file_, static_cast<off_t>(current_bytes_), SEEK_SET);
      return error;
    }
    written += static_cast<std::size_t>(n);
  }
  current_bytes_ += bytes.size();
  return {};
}

Result<void> CaptureFolder::sync() {
  if (file_ >= 0 && ::fdatasync(file_) != 0) return last_error();
  return {};
}

void CaptureFolder::end() {
  if (file_ < 0) return;
  ::fdatasync(file_);
  ::close(file_);
  file_ = -1;
  if (current_bytes_ == 0) {  // nothing could be written
    std::error_code ignored;
    fs::remove(path_ / current_, ignored);
    return;
  }
  others_[current_] = current_bytes_;
  others_bytes_ += current_bytes_;
  current_bytes_ = 0;
}

std::uint64_t CaptureFolder::total_bytes() const {
  return others_bytes_ + current_bytes_;
}

}  // namespace foghorn
