#pragma once
// SIGHUP, which kills who has not said otherwise, while the daemon does not listen for it yet.

namespace foghorn {

/// To be called first, while there is one thread: a request to reload that comes from now on waits.
void keep_reload_signals_waiting();

/// Now they are listened for.
void let_reload_signals_in();

}  // namespace foghorn
