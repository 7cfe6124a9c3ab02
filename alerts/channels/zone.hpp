#pragma once
// The clock that a channel's readers go by.

#include <functional>
#include <string>

#include "model/time.hpp"

namespace foghorn {

struct Zone {
  std::string name{};                           ///< "Asia/Shanghai"
  std::function<Duration(Timestamp)> offset{};  ///< from UTC at that moment, to be added to it
};

}  // namespace foghorn
