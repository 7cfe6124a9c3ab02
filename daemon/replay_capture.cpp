#include "daemon/replay_capture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "daemon/capture_setup.hpp"
#include "daemon/captured_run.hpp"
#include "feeds/capture/reader.hpp"

namespace foghorn {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Plays the files of a capture one after the other.
class Player {
 public:
  Player(const Config& config, std::vector<CaptureFile> files, std::ostream& out, std::ostream& log,
         bool progress)
      : config_{config}, files_{std::move(files)}, out_{out}, log_{log}, telling_{log, progress} {
    for (const auto& file : files_) bytes_ += file.bytes;
  }

  int play() {
    const auto began = SteadyClock::now();
    int exit = 0;
    for (const auto& file : files_) {
      exit = play(file);
      if (exit != 0) break;
      before_ += file.bytes;
    }
    run_.reset();
    out_.flush();
    telling_.clear();
    for (const auto& note : notes_) log_ << note << '\n';
    if (exit != 0) {
      log_ << failure_ << '\n';
      return exit;
    }
    summarize(std::chrono::duration<double>(SteadyClock::now() - began).count());
    return 0;
  }

 private:
  int play(const CaptureFile& file) {
    auto reader = CaptureReader::open(file.path);
    if (!reader) return fail(1, file.path.string() + ": " + reader.error().message());
    bool passing = false;  // over the state of a file that goes on
    while (true) {
      const auto next = reader->next();
      if (const auto* mistake = std::get_if<Mistake>(&next)) return fail(1, to_line(*mistake));
      const auto& record = std::get<std::optional<CaptureRecord>>(next);
      if (!record) break;
      if (const auto* header = std::get_if<FileBegins>(&*record)) {
        passing = run_ && run_->begun() && header->run == last_.run &&
                  header->part == last_.part + 1 && !header->after_loss && header->setup == setup_;
        if (!passing) {
          if (const int refused = begin(file, *header); refused != 0) return refused;
        }
        last_ = {.path = {}, .run = header->run, .part = header->part, .bytes = 0};
      }
      if (!passing) take(*record);
      if (std::holds_alternative<RunBegins>(*record)) passing = false;
      if (telling_.due()) show(reader->bytes_read());
    }
    if (const auto torn = reader->torn_bytes(); torn > 0)
      note(fmt::format("{}: its last {} bytes were torn by a crash and are not used",
                       file.path.string(), torn));
    return 0;
  }

  /// A run begins, or goes on without its beginning.
  int begin(const CaptureFile& file, const FileBegins& header) {
    const auto difference = compare_setup(header.setup, config_);
    if (!difference.impossible.empty())
      return fail(2, file.path.string() + ": " + difference.impossible.front());
    for (const auto& what : difference.notes) note(what);
    const bool goes_on = header.run == last_.run && header.part == last_.part + 1;
    if (header.part > 1)
      note(fmt::format(
          "{}: part {} of its run, without {}: windows begin with the minutes of the 25 hours "
          "before, liquidations are seen from the next connection on",
          file.path.string(), header.part,
          header.after_loss ? "records that were lost before it"
          : goes_on         ? "the part before, which had another config"
                            : "the part before"));
    setup_ = header.setup;
    run_.reset();
    run_ = std::make_unique<CapturedRun>(config_, out_, tally_);
    if (header.run != last_.run) ++tally_.runs;
    return 0;
  }

  void take(const CaptureRecord& record) {
    std::visit(*run_, record);
    run_->write();
    ++tally_.records;
    const auto at = std::visit(
        [](const auto& r) {
          if constexpr (requires { r.at; }) return r.at;
          return no_time;
        },
        record);
    if (tally_.from == no_time) tally_.from = at;
    tally_.to = std::max(tally_.to, at);
  }

  int fail(int exit, std::string why) {
    failure_ = std::move(why);
    return exit;
  }

  void note(const std::string& text) {
    if (std::ranges::find(notes_, text) == notes_.end()) notes_.push_back(text);
  }

  void show(std::uint64_t read) {
    const auto done = static_cast<double>(before_ + read) / static_cast<double>(bytes_);
    telling_.show(done, tally_.to, tally_.frames, "frames");
  }

  void summarize(double seconds) {
    const auto& t = tally_;
    if (t.lost.records > 0)
      log_ << fmt::format("{} records are missing between {} and {}: the disk did not take them\n",
                          t.lost.records, format_utc(t.lost.from), format_utc(t.lost.to));
    if (t.skipped > 0)
      log_ << fmt::format("{} records skipped: the config has no such feed or connection\n",
                          t.skipped);
    log_ << fmt::format(
        "replayed {} frames of {} run{}{}: {} events ({} judged, {} late, {} "
        "duplicate, {} history, {} rejected) into {} in {:.3f} s: {:.0f} frames/s, "
        "{:.0f} events/s\n",
        t.frames, t.runs, t.runs == 1 ? "" : "s", span_text(t.from, t.to), t.events, t.judged,
        t.late, t.duplicate, t.history, t.rejected, t.alerts.text(), seconds,
        static_cast<double>(t.frames) / std::max(seconds, 1e-9),
        static_cast<double>(t.events) / std::max(seconds, 1e-9));
  }

  const Config& config_;
  std::vector<CaptureFile> files_;
  std::ostream& out_;
  std::ostream& log_;
  ReplayProgress telling_;
  ReplayTally tally_;
  std::unique_ptr<CapturedRun> run_;
  CaptureFile last_{};
  std::string setup_;  // of the last file
  std::vector<std::string> notes_;
  std::string failure_;
  std::uint64_t bytes_{};
  std::uint64_t before_{};
};

}  // namespace

int replay_capture(const Config& config, const std::filesystem::path& capture, std::ostream& out,
                   std::ostream& log, bool progress) {
  auto found = find_captures(capture);
  if (const auto* mistake = std::get_if<Mistake>(&found)) {
    log << to_line(*mistake) << '\n';
    return 1;
  }
  return Player{config, std::move(std::get<std::vector<CaptureFile>>(found)), out, log, progress}
      .play();
}

}  // namespace foghorn
