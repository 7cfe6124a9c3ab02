#pragma once
// Which Foghorn this is.

#include <string>
#include <string_view>

namespace foghorn {

std::string_view version();   ///< "0.1.0"
std::string_view compiler();  ///< "Clang 19.1.7"

/// "foghorn 0.1.0 (Clang 19.1.7, Boost 1.83, SQLite 3.40.1, OpenSSL 3.0.17)"
std::string version_line();

}  // namespace foghorn
