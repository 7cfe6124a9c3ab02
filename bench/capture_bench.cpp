// What a capture costs the market thread for each frame, and how fast captures are read back.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "feeds/capture/capture.hpp"
#include "feeds/capture/reader.hpp"

namespace foghorn {
namespace {

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 4 / 17}};

/// Frames as a venue of trades sends them, 250 bytes or so, each another.
std::vector<std::string> trades() {
  std::vector<std::string> frames;
  std::uint32_t random = 1;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    random = random * 1664525 + 1013904223;
    frames.push_back(fmt::format(
        R"({{"topic":"publicTrade.CLUSDT","type":"snapshot","ts":{0},"data":[{{"T":{1},"s":"CLUSDT",)"
        R"("S":"{2}","v":"{3}","p":"{4:.2f}","L":"MinusTick","i":"{5:08x}-0d3e-5b11-9a77-{6:012x}",)"
        R"("BT":false,"RPI":false,"seq":{7}}}]}})",
        1'776'470'400'000 + i * 37, 1'776'470'399'990 + i * 37, random & 1 ? "Sell" : "Buy",
        random >> 24, 85 + (random >> 20 & 255) / 100.0, random, std::uint64_t{random} * 7919,
        11'200'345'678 + i * 3));
    frames.back().append(Frame::padding, ' ');
  }
  return frames;
}

struct Folder {
  Folder() {
    auto name = (std::filesystem::temp_directory_path() / "foghorn-bench-XXXXXX").string();
    if (mkdtemp(name.data())) path = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

/// `seconds` of `rate` frames a second; returns the bytes of their texts.
std::uint64_t capture(const Folder& folder, std::int64_t seconds, std::int64_t rate) {
  const auto frames = trades();
  std::uint64_t raw = 0;
  const LinkRef link{.feed = "bybit", .link = 0, .serial = 1};
  // As many chunks as it takes: a bench sends a minute in a blink.
  Capture capture{{.folder = folder.path, .foghorn = "bench", .setup = "{}", .chunks = 1u << 20},
                  [] { return CaptureState{}; }};
  capture.begin(start, start);
  std::size_t next = 0;
  for (std::int64_t s = 0; s < seconds; ++s) {
    for (std::int64_t i = 0; i < rate; ++i) {
      const auto& text = frames[next++ % frames.size()];
      const Frame frame{
          .data = text.data(), .size = text.size() - Frame::padding, .capacity = text.size()};
      raw += frame.size;
      capture.frame(link, frame, start + std::chrono::seconds{s} + Duration{i});
    }
    capture.time(start + std::chrono::seconds{s + 1});
  }
  capture.end(start + std::chrono::seconds{seconds});
  return raw;
}

void a_frame_on_the_market_thread(benchmark::State& state) {
  spdlog::set_level(spdlog::level::off);
  const Folder folder;
  const auto frames = trades();
  const LinkRef link{.feed = "bybit", .link = 0, .serial = 1};
  Capture capture{{.folder = folder.path, .foghorn = "bench", .setup = "{}"},
                  [] { return CaptureState{}; }};
  capture.begin(start, start);
  std::size_t next = 0;
  for (auto _ : state) {
    const auto& text = frames[next++ % frames.size()];
    const Frame frame{
        .data = text.data(), .size = text.size() - Frame::padding, .capacity = text.size()};
    capture.frame(link, frame, start);
  }
  state.counters["dropped"] = static_cast<double>(capture.counts().dropped);
}
BENCHMARK(a_frame_on_the_market_thread);

void a_minute_read_back(benchmark::State& state) {
  spdlog::set_level(spdlog::level::off);
  const Folder folder;
  const auto raw = capture(folder, 60, state.range(0));
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder.path})
    bytes += entry.file_size();
  std::uint64_t records = 0;
  for (auto _ : state) {
    const auto found = find_captures(folder.path);
    for (const auto& file : std::get<std::vector<CaptureFile>>(found)) {
      auto reader = CaptureReader::open(file.path);
      while (true) {
        const auto record = reader->next();
        const auto* good = std::get_if<std::optional<CaptureRecord>>(&record);
        if (!good || !*good) break;
        ++records;
      }
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(records));
  state.counters["ratio"] = static_cast<double>(raw) / static_cast<double>(bytes);
}
BENCHMARK(a_minute_read_back)->Arg(20)->Arg(500)->Arg(5000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace foghorn

BENCHMARK_MAIN();
