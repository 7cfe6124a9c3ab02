#pragma once
// `foghorn report`: the fact sheet of a window, read from the store beside the running daemon.

#include <ostream>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/report_sheet.hpp"
#include "model/time.hpp"

namespace foghorn {

/// The section, or `words.chart`'s chart, goes to `out`, what is wrong to `log`, a line. `notes`
/// names a file of the editor's own lines; empty: none. Returns the process's exit code.
int run_report(const Config& config, const ReportWords& words, const std::string& notes,
               Timestamp now, std::ostream& out, std::ostream& log);

}  // namespace foghorn
