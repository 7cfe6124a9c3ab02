#pragma once
// Reading a request of the control socket: what it asks for, and what is wrong with it.

#include <boost/json/object.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace foghorn {

/// Takes keys one after the other; the first mistake stands, whatever is asked for after it.
class ControlRequest {
 public:
  /// Not an object with a "command": a request that is all mistake.
  explicit ControlRequest(std::string_view line);

  const std::string& command() const { return command_; }

  /// Absent: empty, false or nullopt.
  std::string text(std::string_view key);
  bool flag(std::string_view key);
  std::optional<std::size_t> count(std::string_view key, std::size_t least, std::size_t most);
  std::vector<std::string> words(std::string_view key);

  void refuse(std::string sentence);

  /// To be asked last: of keys that nobody took the first is a mistake, too. Empty: none.
  const std::string& mistake();

 private:
  const boost::json::value* take(std::string_view key);

  boost::json::object keys_;
  std::vector<std::string_view> taken_;
  std::string command_;
  std::string mistake_;
};

}  // namespace foghorn
