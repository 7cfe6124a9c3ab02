#pragma once
// What the daemon says of its own store.

#include <string>

#include "model/alert_event.hpp"

namespace foghorn {

/// `what`: in a sentence, with what to do.
AlertEvent store_down(const std::string& what, Timestamp at);
AlertEvent store_back(Timestamp at);

}  // namespace foghorn
