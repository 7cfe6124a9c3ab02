#pragma once
// One run of a daemon, told again from its capture: the books of the config's feeds and an engine,
// without connections.

#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/engine_input.hpp"
#include "daemon/replay_telling.hpp"
#include "feeds/capture/record.hpp"
#include "feeds/feed_books.hpp"
#include "rules/engine.hpp"
#include "store/rows.hpp"

namespace foghorn {

/// What came of a replay, over all its runs.
struct ReplayTally {
  std::uint64_t runs{};
  std::uint64_t records{};
  std::uint64_t frames{};
  std::uint64_t skipped{};  // of feeds or connections that the config does not have
  AlertTally alerts;
  RecordsLost lost{};
  Timestamp from{no_time};
  Timestamp to{no_time};
  std::uint64_t events{}, judged{}, late{}, duplicate{}, history{}, rejected{};

  void add(const IntakeCounts& counts) {
    events += counts.events();
    judged += counts.judged;
    late += counts.late;
    duplicate += counts.duplicate;
    history += counts.history;
    rejected += counts.rejected;
  }
};

/// Told the records of a run in order, by std::visit.
class CapturedRun {
 public:
  /// Alert events go to `out`, one JSON object a line. All references outlive the run.
  CapturedRun(const Config& config, std::ostream& out, ReplayTally& tally);
  ~CapturedRun();
  CapturedRun(const CapturedRun&) = delete;
  CapturedRun& operator=(const CapturedRun&) = delete;

  // The state in which a file begins.
  void operator()(const FileBegins& r) { restored_ = r.at; }
  void operator()(const StateKept& r);
  void operator()(const MinuteKept& r);
  void operator()(const DayKept& r);
  void operator()(const RunBegins& r);

  // What came.
  void operator()(const LinkOpened& r);
  void operator()(const LinkFrame& r);
  void operator()(const LinkEnded& r);
  void operator()(const ContractsTold& r);
  void operator()(const CandlesTold& r);
  void operator()(const TimePassed& r);
  void operator()(const RunEnds&) {}
  void operator()(const RecordsLost& r);

  /// Whether RunBegins was told: before it there is only state.
  bool begun() const { return begun_; }

  /// What was decided so far goes out.
  void write();

 private:
  struct Open {
    std::string feed;
    std::uint32_t link{};
    std::uint32_t serial{};
    std::uint32_t takes_over{};
  };

  void add_feed(const FeedSpec& spec);
  FeedBooks* find(std::string_view feed, std::uint32_t link);

  const Config& config_;
  EngineTime time_;
  SourceTable sources_;
  Engine engine_;
  EngineInput input_;
  std::map<std::string, std::unique_ptr<FeedBooks>, std::less<>> feeds_;
  std::ostream& out_;
  ReplayTally& tally_;
  std::string frame_;

  Timestamp restored_{no_time};
  std::vector<RuleMemory> rules_;
  std::vector<InstrumentMemory> instruments_;
  std::map<std::string, std::vector<StoredBar>> minutes_;
  std::map<std::string, std::vector<DayBar>> days_;
  std::vector<Open> open_;
  bool begun_{};
};

}  // namespace foghorn
