#include "daemon/version.hpp"

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <boost/version.hpp>

namespace foghorn {

std::string_view version() {
  return FOGHORN_VERSION;
}
std::string_view compiler() {
  return FOGHORN_COMPILER;
}

std::string version_line() {
  return fmt::format("foghorn {} ({}, Boost {}.{}, SQLite {}, OpenSSL {})", version(), compiler(),
                     BOOST_VERSION / 100'000, BOOST_VERSION / 100 % 1'000, sqlite3_libversion(),
                     OpenSSL_version(OPENSSL_VERSION_STRING));
}

}  // namespace foghorn
