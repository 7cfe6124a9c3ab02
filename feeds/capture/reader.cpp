#include "feeds/capture/reader.hpp"

#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <tuple>

#include "feeds/capture/folder.hpp"

namespace foghorn {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t zstd_magic = 0xFD2FB528;

// Of a frame that turns out to be torn nothing is used, unless it is larger than ours ever are (a
// file that was compressed anew): its checksum vouches for the whole.
constexpr std::size_t most_held = 4u << 20;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

/// The text of a file, piece by piece.
class Text {
 public:
  explicit Text(std::FILE* file) : file_{file}, in_(ZSTD_DStreamInSize()) {
    fill();
    std::uint32_t magic = 0;
    if (filled_ >= sizeof magic) std::memcpy(&magic, in_.data(), sizeof magic);
    if (magic != zstd_magic) return;
    stream_.reset(ZSTD_createDStream());
    if (!stream_) throw std::bad_alloc{};
    piece_.resize(ZSTD_DStreamOutSize());
  }

  /// Appends some of it; false at the end.
  bool append_to(std::string& out) {
    if (used_ == filled_) fill();
    if (!stream_) {
      out.append(in_.data() + used_, filled_ - used_);
      const bool any = filled_ > used_;
      used_ = filled_;
      return any;
    }
    const auto before = out.size();
    while (out.size() - before < most_held) {
      if (used_ == filled_ && !pending_) fill();
      if (filled_ == 0 && !pending_) {
        if (in_frame_) return torn(out, before);
        return out.size() > before;
      }
      ZSTD_inBuffer in{in_.data(), filled_, used_};
      ZSTD_outBuffer piece{piece_.data(), piece_.size(), 0};
      const auto hint = ZSTD_decompressStream(stream_.get(), &piece, &in);
      used_ = in.pos;
      if (ZSTD_isError(hint)) return torn(out, before);
      out.append(piece_.data(), piece.pos);
      pending_ = hint != 0 && piece.pos == piece.size;
      in_frame_ = hint != 0;
      if (in_frame_) continue;
      whole_ = read_ - (filled_ - used_);
      if (out.size() > before) return true;
    }
    return true;
  }

  std::uint64_t read() const { return read_; }
  /// Of the file, behind its last whole frame.
  std::uint64_t torn_bytes() const { return torn_; }
  bool compressed() const { return stream_ != nullptr; }

 private:
  void fill() {
    filled_ = std::fread(in_.data(), 1, in_.size(), file_.get());
    used_ = 0;
    read_ += filled_;
  }

  bool torn(std::string& out, std::size_t before) {
    out.resize(before);
    while (filled_ > 0) fill();
    used_ = filled_;
    in_frame_ = pending_ = false;
    torn_ = read_ - whole_;
    return false;
  }

  std::unique_ptr<std::FILE, CloseFile> file_;
  std::unique_ptr<ZSTD_DStream, FreeStream> stream_;  // none: the file is not compressed
  std::vector<char> in_;
  std::vector<char> piece_;
  std::size_t filled_{};
  std::size_t used_{};
  bool in_frame_{};
  bool pending_{};  // zstd holds output for which it had no room
  std::uint64_t read_{};
  std::uint64_t whole_{};  // up to the end of the last whole frame
  std::uint64_t torn_{};
};

}  // namespace

struct CaptureReader::Impl {
  Impl(std::FILE* file, std::string file_name) : text{file}, name{std::move(file_name)} {}

  /// The next line without its newline, padding behind it; nullopt at the end.
  std::optional<std::string_view> next_line() {
    while (true) {
      const auto newline = buffer.find('\n', searched);
      if (newline != std::string::npos) {
        const std::string_view line{buffer.data() + begin, newline - begin};
        begin = searched = newline + 1;
        return line;
      }
      buffer.erase(0, begin);
      begin = 0;
      searched = buffer.size();
      if (buffer.size() > longest_line || !text.append_to(buffer)) return std::nullopt;
      buffer.reserve(buffer.size() + Frame::padding);
    }
  }

  Mistake mistake(std::string what, std::string remedy) const {
    return {.file = name,
            .line = number,
            .column = 1,
            .place = {},
            .what = std::move(what),
            .remedy = std::move(remedy)};
  }

  Text text;
  std::string name;
  std::string buffer;  // lines that were read, from `begin` on those that were not handed out
  std::size_t begin{};
  std::size_t searched{};
  int number{};
  CaptureParser parser;
};

CaptureReader::CaptureReader(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
CaptureReader::~CaptureReader() = default;
CaptureReader::CaptureReader(CaptureReader&&) noexcept = default;
CaptureReader& CaptureReader::operator=(CaptureReader&&) noexcept = default;

Result<CaptureReader> CaptureReader::open(const fs::path& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (!file) return boost::system::error_code{errno, boost::system::system_category()};
  return CaptureReader{std::make_unique<Impl>(file, path.string())};
}

std::variant<std::optional<CaptureRecord>, Mistake> CaptureReader::next() {
  const auto line = impl_->next_line();
  ++impl_->number;
  if (!line) {
    if (impl_->buffer.size() > longest_line)
      return impl_->mistake("this line is longer than 64 MiB", "give a file that foghorn wrote");
    return std::nullopt;
  }
  auto parsed = impl_->parser.parse(*line);
  if (auto* wrong = std::get_if<CaptureParser::Wrong>(&parsed))
    return impl_->mistake(std::move(wrong->what), std::move(wrong->remedy));
  const auto& record = std::get<CaptureRecord>(parsed);
  if (std::holds_alternative<FileBegins>(record) != (impl_->number == 1))
    return impl_->mistake("only the first line, and always the first, begins a capture",
                          "give a file as foghorn wrote it");
  return std::optional{record};
}

std::uint64_t CaptureReader::torn_bytes() const {
  // What is left without a newline was torn too; of a compressed file all of it lies in the frame.
  if (impl_->text.torn_bytes() > 0 || impl_->text.compressed()) return impl_->text.torn_bytes();
  return impl_->buffer.size() - impl_->begin;
}

std::uint64_t CaptureReader::bytes_read() const {
  return impl_->text.read();
}

std::variant<std::vector<CaptureFile>, Mistake> find_captures(const fs::path& path) {
  const auto refuse = [](const fs::path& file, const std::string& what, std::string remedy) {
    return Mistake{.file = file.string(),
                   .line = 0,
                   .column = 0,
                   .place = {},
                   .what = what,
                   .remedy = std::move(remedy)};
  };
  std::vector<fs::path> paths;
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  if (folder) {
    for (fs::directory_iterator entry{path, error}, last; !error && entry != last;
         entry.increment(error)) {
      if (is_capture_file_name(entry->path().filename().string())) paths.push_back(entry->path());
    }
    if (error) return refuse(path, error.message(), "give a folder that this user may read");
  } else {
    paths.push_back(path);
  }
  std::vector<CaptureFile> files;
  for (const auto& file : paths) {
    auto reader = CaptureReader::open(file);
    if (!reader)
      return refuse(file, reader.error().message(), "give a file or folder that can be read");
    auto first = reader->next();
    if (auto* mistake = std::get_if<Mistake>(&first)) return std::move(*mistake);
    const auto& record = std::get<std::optional<CaptureRecord>>(first);
    if (!record) continue;
    const auto& header = std::get<FileBegins>(*record);
    files.push_back({file, header.run, header.part, fs::file_size(file, error)});
  }
  if (files.empty())
    return refuse(path, "there is no capture in it",
                  "give a capture-….jsonl.zst, or the folder that [capture] dir names");
  std::ranges::sort(files, [](const CaptureFile& a, const CaptureFile& b) {
    return std::tie(a.run, a.part) < std::tie(b.run, b.part);
  });
  return files;
}

}  // namespace foghorn
