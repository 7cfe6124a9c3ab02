#pragma once
// `foghorn replay`: recorded or historical prices through the same intake, consensus and rules as
// the live daemon's, as fast as they go. Sends nothing, opens no socket, keeps no store.

#include <istream>
#include <ostream>
#include <string>

#include "daemon/config/config.hpp"

namespace foghorn {

struct ReplayInput {
  std::istream* in{};  ///< null: none
  std::string name;    ///< for messages
};

/// `ticks`: CSV under the header time,instrument,price[,source]. `liquidations`: CSV under
/// time,venue,symbol,position,notional_usd. Both in time order; engine time is the events' own.
/// Alert events go to `out`, one JSON object a line as they are decided; a summary to `log`, and
/// with `progress`, for a terminal, how far it is. Returns 0, or 1 after a line that says where the
/// input is wrong: what was decided before that place has been written.
int replay(const Config& config, ReplayInput ticks, ReplayInput liquidations, std::ostream& out,
           std::ostream& log, bool progress = false);

}  // namespace foghorn
