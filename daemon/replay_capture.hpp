#pragma once
// `foghorn replay --capture`: what a capture recorded is told again to the books of the config's
// feeds, with an engine behind them. With the recorded config the alert events are the live run's,
// byte for byte. Sends nothing, opens no socket, keeps no store.

#include <filesystem>
#include <ostream>

#include "daemon/config/config.hpp"

namespace foghorn {

/// `capture`: a file, or a folder with the files of one or more runs, which are replayed in order,
/// each from the state it began with. A file that continues the one before goes on; one whose
/// predecessor is missing begins with what it knows itself, and `log` says so.
///
/// Alert events go to `out`, one JSON object a line as they are decided; a summary to `log`, and
/// with `progress` how far it is. Returns 0; 1 after a line that says where the capture is wrong
/// (what was decided before that place has been written); 2 where the config listens to other
/// streams than the capture did.
int replay_capture(const Config& config, const std::filesystem::path& capture, std::ostream& out,
                   std::ostream& log, bool progress);

}  // namespace foghorn
