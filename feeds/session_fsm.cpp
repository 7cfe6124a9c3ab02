#include "feeds/session_fsm.hpp"

#include <algorithm>

namespace foghorn {

using Step = SessionAction::Step;

SessionAction SessionFsm::begin() {
  last_ = Step::connect;
  return {last_, {}};
}

SessionAction SessionFsm::next(const SessionOutcome& outcome, double random) {
  if (outcome.failed) {
    last_ = Step::wait;
    return {last_, wait_after(outcome, random)};
  }
  switch (last_) {
    case Step::connect: last_ = Step::listen; break;
    case Step::listen:
    case Step::wait: last_ = Step::connect; break;
  }
  return {last_, {}};
}

Duration SessionFsm::wait_after(const SessionOutcome& outcome, double random) {
  // Being let in proves nothing: a venue may accept, acknowledge and drop us in a loop. Data does.
  if (outcome.had_data) backoff_.reset();
  const auto least = outcome.turned_away ? policy_.turned_away : Duration{};
  return std::max(
      {backoff_.next(random), least, std::min(outcome.retry_after, policy_.longest_asked)});
}

}  // namespace foghorn
