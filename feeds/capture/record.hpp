#pragma once
// What a capture is made of: one record for everything that decides what the engine is told, and
// the line of JSON that it is in a file. A frame's own text is a JSON string, exact to the byte;
// what is no UTF-8 text is in base64.
//
//   {"at":1776384000000000,"what":"frame","feed":"bybit","link":0,"serial":1,"text":"{\"topic\"…"}

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "feeds/tap.hpp"
#include "model/day_bar.hpp"
#include "model/result.hpp"

namespace foghorn {

/// The version of these lines. Readers refuse a newer one.
inline constexpr std::uint64_t capture_format = 1;

/// The first record of a file: the `part`th (from 1) of the run that began at `run`. `setup` is a
/// JSON object that the capture does not look into. What follows, up to RunBegins, is the state in
/// which the file begins.
struct FileBegins {
  std::uint64_t format{capture_format};
  std::string_view foghorn;  ///< the version that wrote it
  Timestamp run{};
  std::uint64_t part{};
  std::string_view setup;
  Timestamp at{};     ///< when stored state was taken up
  bool after_loss{};  ///< records are missing since the part before: only the state knows them
};

// State. After them come LinkOpened of the connections that are open and the last ContractsTold of
// each feed, both with the arrival times they had.
struct StateKept {
  std::string_view key;   ///< as in the store: a rule's id, or "@" and an instrument's
  std::string_view text;  ///< as in the store
  Timestamp at{};
};
struct MinuteKept {
  std::string_view instrument;
  Timestamp minute{};
  std::array<double, 4> prices{};  ///< open, high, low, close
};
struct DayKept {
  std::string_view instrument;
  DayBar bar;
};

/// Engine time begins, in a file that is not the first: goes on.
struct RunBegins {
  Timestamp at{};
};

// What came, as Tap has it.
struct LinkOpened {
  LinkRef link;
  std::uint32_t takes_over{};
  Timestamp at{};
};
struct LinkFrame {
  LinkRef link;
  Frame::Kind kind{};
  std::string_view text;
  Timestamp at{};
};
struct LinkEnded {
  LinkRef link;
  LinkEnd how{};
  Timestamp at{};
};
struct ContractsTold {
  std::string_view feed;
  std::string_view body;
  Timestamp at{};
};
struct CandlesTold {
  std::string_view feed;
  std::string_view symbol;
  std::string_view body;
  Timestamp at{};
};

/// The daemon's timer: nothing had come, and it was this late.
struct TimePassed {
  Timestamp at{};
};

/// The run was stopped, not killed.
struct RunEnds {
  Timestamp at{};
};

/// So many records are missing here: the disk was too slow, or full.
struct RecordsLost {
  std::uint64_t records{};
  Timestamp from{};
  Timestamp to{};

  friend bool operator==(const RecordsLost&, const RecordsLost&) = default;
};

/// Texts are borrowed.
using CaptureRecord =
    std::variant<FileBegins, StateKept, DayKept, MinuteKept, RunBegins, LinkOpened, LinkFrame,
                 LinkEnded, ContractsTold, CandlesTold, TimePassed, RunEnds, RecordsLost>;

/// Appends the record's line, with its newline.
void append_line(std::string& out, const CaptureRecord& record);

/// Reads lines back.
class CaptureParser {
 public:
  CaptureParser();
  ~CaptureParser();
  CaptureParser(CaptureParser&&) noexcept;
  CaptureParser& operator=(CaptureParser&&) noexcept;

  /// Why a line is no record, in words without the line's own.
  struct Wrong {
    std::string what;
    std::string remedy;
  };

  /// `line` without its newline; Frame::padding bytes behind it can be read. The record borrows
  /// from the line and from the parser, until the next call. What this version does not know is
  /// wrong.
  std::variant<CaptureRecord, Wrong> parse(std::string_view line);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foghorn
