#pragma once
// A certificate authority that lives for one run, and a server certificate of it for loopback
// names.

#include <string>

namespace foghorn::sim {

struct Credentials {
  std::string ca_pem;           ///< what a client must trust
  std::string certificate_pem;  ///< for localhost, 127.0.0.1 and ::1, valid a day around now
  std::string key_pem;          ///< its private key
};

/// New keys each time. Throws std::runtime_error with OpenSSL's reason.
Credentials make_credentials();

}  // namespace foghorn::sim
