#include "feeds/capture/writer.hpp"

#include <spdlog/spdlog.h>
#include <zstd.h>

#include <algorithm>
#include <new>
#include <utility>

namespace foghorn {
namespace {

// The oldest file is what deleting frees: an eighth of the whole at most.
constexpr std::uint64_t files_at_least = 8;

// A chunk with the state of a start may be large; lines beyond this are a frame of their own.
constexpr std::size_t longest_frame = 1u << 20;

}  // namespace

struct CaptureWriter::Compressor {
  Compressor() {
    if (!context) throw std::bad_alloc{};
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  }
  ~Compressor() { ZSTD_freeCCtx(context); }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  /// One complete frame; valid until the next call.
  std::string_view compress(std::string_view text) {
    frame.resize(ZSTD_compressBound(text.size()));
    const auto size = ZSTD_compress2(context, frame.data(), frame.size(), text.data(), text.size());
    // With room for the worst case, only memory can be lacking.
    if (ZSTD_isError(size)) throw std::bad_alloc{};
    return {frame.data(), size};
  }

  ZSTD_CCtx* context{ZSTD_createCCtx()};
  std::string frame;
};

CaptureWriter::CaptureWriter(std::filesystem::path folder, std::uint64_t max_bytes,
                             CaptureCounters& counters)
    : folder_{std::move(folder), max_bytes},
      most_of_a_file_{max_bytes / files_at_least},
      counters_{counters},
      compressor_{std::make_unique<Compressor>()} {}

CaptureWriter::~CaptureWriter() = default;

void CaptureWriter::write(const CaptureChunk& chunk) {
  if (chunk.empty()) return;
  const auto last = time_of(chunk.records().back());
  if (chunk.begins_file()) {
    if (const auto begun = folder_.begin(time_of(chunk.records().front())); !begun) {
      fail(begun.error());
    } else {
      synced_ = last;
      part_ = std::get<FileBegins>(chunk.records().front()).part;
    }
  }
  if (!folder_.open()) return drop(chunk);
  if (const auto written = write_lines(chunk); !written) {
    fail(written.error());
    return drop(chunk);
  }
  counters_.records += chunk.records().size();
  lost_ = {};
  if (std::exchange(failing_, false))
    spdlog::info("capture goes on folder={}", folder_.path().string());
  counters_.up = true;
  if (last - synced_ >= sync_every) {
    synced_ = last;
    sync();
  }
}

Result<void> CaptureWriter::write_lines(const CaptureChunk& chunk) {
  lines_.clear();
  for (const auto& record : chunk.records()) {
    if (const auto* header = std::get_if<FileBegins>(&record); header && lost_.records > 0) {
      auto marked = *header;
      marked.after_loss = true;
      append_line(lines_, marked);
    } else {
      append_line(lines_, record);
    }
    if (lost_.records > 0 && std::holds_alternative<RunBegins>(record)) append_line(lines_, lost_);
    if (lines_.size() < longest_frame) continue;
    if (const auto written = write_frame(); !written) return written;
  }
  return write_frame();
}

Result<void> CaptureWriter::write_frame() {
  if (lines_.empty()) return {};
  const auto frame = compressor_->compress(lines_);
  lines_.clear();
  const auto written = folder_.append(frame);
  if (written) counters_.bytes += frame.size();
  return written;
}

void CaptureWriter::drop(const CaptureChunk& chunk) {
  const auto& records = chunk.records();
  counters_.dropped += records.size();
  if (lost_.records == 0) lost_.from = time_of(records.front());
  lost_.records += records.size();
  lost_.to = std::max(lost_.to, time_of(records.back()));
}

void CaptureWriter::fail(boost::system::error_code error) {
  folder_.end();
  counters_.up = false;
  if (std::exchange(failing_, true)) return;
  spdlog::error("capture stopped folder={} error=\"{}\" consequence=records_lost_until_it_succeeds",
                folder_.path().string(), error.message());
}

void CaptureWriter::sync() {
  if (!folder_.open()) return;
  if (const auto synced = folder_.sync(); !synced) fail(synced.error());
}

}  // namespace foghorn
