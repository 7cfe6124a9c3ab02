#pragma once
// Asking the running daemon over its control socket.

#include <boost/json/object.hpp>

#include <filesystem>
#include <string>

namespace foghorn {

/// What the daemon answered, or why there is no answer.
struct ControlAnswer {
  boost::json::object object{};
  std::string trouble{};  ///< a sentence for people; empty: there is an answer
  bool wrong_use{};       ///< the trouble is what was asked for
};

/// Sends `request` and waits for its answer, for as long as the longest of commands may take.
ControlAnswer ask_daemon(const std::filesystem::path& socket, const boost::json::object& request);

}  // namespace foghorn
