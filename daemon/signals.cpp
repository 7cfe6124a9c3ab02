#include "daemon/signals.hpp"

#include <pthread.h>
#include <signal.h>

namespace foghorn {
namespace {

void mask_reload_signal(int how) {
  sigset_t reload;
  sigemptyset(&reload);
  sigaddset(&reload, SIGHUP);
  pthread_sigmask(how, &reload, nullptr);
}

}  // namespace

void keep_reload_signals_waiting() {
  mask_reload_signal(SIG_BLOCK);
}

void let_reload_signals_in() {
  mask_reload_signal(SIG_UNBLOCK);
}

}  // namespace foghorn
