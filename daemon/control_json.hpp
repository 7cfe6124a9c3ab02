#pragma once
// Rows and silences as the control socket's answers have them; see control.hpp.

#include <boost/json/object.hpp>

#include <span>

#include "store/rows.hpp"

namespace foghorn {

boost::json::object control_json(const StoredMessage& message);
boost::json::object control_json(const Silence& silence);

/// The row in full: with its event, and the rows that its message tells besides.
boost::json::object control_json_in_full(const StoredMessage& message,
                                         std::span<const StoredMessage> told);

}  // namespace foghorn
