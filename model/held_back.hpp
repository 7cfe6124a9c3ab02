#pragma once
// An episode that a rule's cooldown held back and that was over before the cooldown: nobody was
// told, so it is recorded, and the next digest and section name it (design §6).

#include <string>

#include "model/alert_event.hpp"
#include "model/text.hpp"
#include "model/time.hpp"

namespace foghorn {

struct HeldBack {
  std::string rule;
  Text title;
  std::string instrument;
  Tier tier{};        ///< the highest that it would have been told at
  Timestamp began{};  ///< engine time, as of an AlertEvent
  Timestamp ended{};

  friend bool operator==(const HeldBack&, const HeldBack&) = default;
};

}  // namespace foghorn
