#pragma once
// The capture of a run: listens in on the market thread, copies what it hears into chunks, and
// leaves lines, compression and files to a thread of its own. Where the disk cannot keep up, whole
// chunks are dropped, counted and told; the market thread never waits.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "feeds/capture/writer.hpp"
#include "feeds/tap.hpp"

namespace foghorn {

struct CaptureOptions {
  std::filesystem::path folder;
  std::uint64_t max_bytes{2ull << 30};         ///< of all files in it
  Duration rotate{std::chrono::hours{1}};      ///< files begin at whole multiples of it
  std::string foghorn;                         ///< the version, for the files' first line
  std::string setup;                           ///< the same: a JSON object
  std::size_t chunks{64};                      ///< that may wait for the disk, 16 MiB
  Duration retry{std::chrono::seconds{30}};    ///< after the disk refused
  Duration farewell{std::chrono::seconds{2}};  ///< for what waits when the capture goes
};

/// What a file begins with, beside the connections and contracts that the capture knows itself.
struct CaptureState {
  struct Minute {
    std::string instrument;
    Timestamp minute{};
    std::array<double, 4> prices{};  ///< open, high, low, close
  };
  struct Day {
    std::string instrument;
    DayBar bar;
  };
  std::vector<std::pair<std::string, std::string>> kept;  ///< as in the store
  std::vector<Minute> minutes;
  std::vector<Day> days;
};

/// Adds what is newer than all minutes of its instrument; replaces the newest, where it is that one
/// told again; leaves out what is older.
void keep_minute(std::vector<CaptureState::Minute>& minutes, CaptureState::Minute minute);

struct CaptureCounts {
  std::uint64_t bytes{};
  std::uint64_t records{};
  std::uint64_t dropped{};
  bool up{};
};

/// Lives on the market thread, counts() excepted.
class Capture final : public Tap {
 public:
  /// Asked on the market thread at the start of each file.
  using State = std::function<CaptureState()>;

  Capture(CaptureOptions options, State state);
  /// Writes what is left, as long as CaptureOptions::farewell; the rest is dropped, counted and
  /// logged. The writer's thread is then joined: it may still have one chunk and the last sync in
  /// hand, and as long as the disk lets those hang, so does this.
  ~Capture() override;

  /// The run begins: stored state was taken up at `restored`, engine time begins at `at`. Before
  /// all else, contracts that are known from an earlier life excepted.
  void begin(Timestamp restored, Timestamp at);
  /// The run goes on by another setup: a new file begins with that.
  void go_on(std::string setup, Timestamp at);
  /// About once a second, whatever else comes: what waits is then written.
  void time(Timestamp at);
  /// The run ends; nothing comes after it.
  void end(Timestamp at);

  void opened(const LinkRef& link, std::uint32_t takes_over, Timestamp arrival) override;
  void frame(const LinkRef& link, const Frame& frame, Timestamp arrival) override;
  void ended(const LinkRef& link, LinkEnd how, Timestamp arrival) override;
  void contracts(std::string_view feed, std::string_view body, Timestamp arrival) override;
  void candles(std::string_view feed, std::string_view symbol, std::string_view body,
               Timestamp arrival) override;

  CaptureCounts counts() const;

 private:
  struct Link {
    std::string feed;
    std::uint32_t link{};
    std::uint32_t serial{};
    std::uint32_t takes_over{};
    Timestamp at{};
  };

  void put(const CaptureRecord& record, std::size_t bytes, Timestamp at);
  void begin_file(Timestamp state_at, Timestamp at);
  bool file_is_due(Timestamp at);
  bool disk_keeps_up();
  void hand_over(bool last = false);
  void drop();
  std::unique_ptr<CaptureChunk> empty_chunk();
  void run_writer();
  void give_up();

  // The market thread's.
  CaptureOptions options_;
  State state_;
  Timestamp run_{no_time};
  std::uint64_t part_{};
  Timestamp file_began_{no_time};
  Timestamp file_until_{no_time};
  bool file_began_well_{};  // its first chunk was not dropped
  bool gap_{};              // a chunk was dropped since then
  std::unique_ptr<CaptureChunk> chunk_;
  RecordsLost lost_{};
  std::vector<Link> links_;
  std::map<std::string, std::pair<Timestamp, std::string>, std::less<>> contracts_;  // the last

  // Shared.
  CaptureCounters counters_;
  std::atomic<std::uint64_t> full_part_{};  // CaptureWriter's
  std::mutex mutex_;
  std::condition_variable_any news_;
  std::deque<std::unique_ptr<CaptureChunk>> waiting_;
  std::vector<std::unique_ptr<CaptureChunk>> spare_;
  bool closing_{};
  std::chrono::steady_clock::time_point give_up_at_{};  // once closing

  std::thread writer_;  // the last member: it uses the others
};

}  // namespace foghorn
