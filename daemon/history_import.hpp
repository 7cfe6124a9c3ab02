#pragma once
// `foghorn history import`: an instrument's daily history out of a CSV into the store, whole or not
// at all.

#include <istream>
#include <ostream>
#include <string>

#include "daemon/config/config.hpp"
#include "model/time.hpp"

namespace foghorn {

/// `in`: rows under the header date,close or date,open,high,low,close (Date,Price is as good), in
/// any order, dates as YYYY-MM-DD of trading days that are over at `now`. Every row is checked
/// before anything is stored. A day that the daemon saw whole itself is kept; one that it saw in
/// part, or that was imported, is replaced. What was done goes to `out`, mistakes as
/// FILE:LINE:COLUMN to `log`.
///
/// Returns 0; 1 where the file is wrong or the store cannot be had (a daemon that runs owns it); 2
/// where the config has no such price instrument.
int import_history(const Config& config, const std::string& instrument, std::istream& in,
                   const std::string& name, Timestamp now, std::ostream& out, std::ostream& log);

}  // namespace foghorn
