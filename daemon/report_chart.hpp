#pragma once
// Charts of what the store holds: one alone, and those that an HTML section shows.

#include <string>
#include <variant>
#include <vector>

#include "daemon/report_sheet.hpp"

namespace foghorn {

/// What `query` asks for: the chart of one instrument, by the clock of the config's time zone, or
/// the section; as HTML with its instruments' charts, by Beijing's clock as all of it.
std::variant<std::string, ReportRefusal> read_answer(Store& store, const Config& config,
                                                     const ReportQuery& query,
                                                     std::vector<std::string> notes, Timestamp now);

}  // namespace foghorn
