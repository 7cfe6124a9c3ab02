#pragma once
// From the store to the fact sheet: which window is meant, what is read for it, how it is told.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/config/config.hpp"
#include "model/time.hpp"
#include "report/facts.hpp"
#include "report/render.hpp"
#include "report/sheet.hpp"
#include "store/store.hpp"

namespace foghorn {

/// The words of `foghorn report` and of /api/v1/section, as somebody wrote them; empty: not given.
struct ReportWords {
  std::string at;
  std::string hours;
  std::string since{};
  std::string format;
  std::string language;
  bool trace{};
  std::string chart{};  ///< an instrument: its chart instead of the section
};

/// What they mean.
struct ReportQuery {
  std::optional<Timestamp> at;   ///< the window's end, a whole minute; nullopt: the latest that is
                                 ///< complete
  std::chrono::hours hours{24};  ///< the window's length, unless one of these two says when it
                                 ///< begins
  std::optional<Timestamp> since{};  ///< a whole minute
  bool since_last_digest{};          ///< where the last one that was told ended
  ReportFormat format{};
  Language language{};
  bool trace{};
  std::string chart{};  ///< an instrument, of which alone is read; empty: all
};

/// A sentence in place of an answer.
struct ReportRefusal {
  bool wrong_use{};  ///< the question is wrong; else the store is
  std::string what;
};

/// Minutes are complete so long after their end: the engine ends one with the next price, or two
/// minutes after its last.
inline constexpr Duration minutes_settle = std::chrono::minutes{2};

std::variant<ReportQuery, ReportRefusal> read_report_words(const ReportWords& words,
                                                           ReportFormat format, Language language);

/// Instruments that are told of: prices, and probabilities without the futures behind them.
std::vector<const InstrumentSpec*> told_instruments(const Config& config);

/// Reads the window that ends at `query.at`. With clock = "events" time is the stored minutes',
/// else `now`. The same `at` gives the same sheet at any later time, for as long as the store keeps
/// its minutes.
std::variant<SheetInput, ReportRefusal> read_input(Store& store, const Config& config,
                                                   const ReportQuery& query, Timestamp now);
/// The same as facts.
std::variant<FactSheet, ReportRefusal> read_sheet(Store& store, const Config& config,
                                                  const ReportQuery& query, Timestamp now);

/// `charts`: SVG by instrument, shown where the format can.
std::string rendered(const FactSheet& sheet, const ReportQuery& query,
                     std::vector<std::string> notes,
                     std::map<std::string, std::string> charts = {});

}  // namespace foghorn
