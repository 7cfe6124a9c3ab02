#pragma once
// Whom we trust: the roots that a peer's certificate must lead to.

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

#include "model/result.hpp"

namespace foghorn {

namespace asio = boost::asio;

/// TLS 1.2 or later, trusting the roots in `ca_file` (PEM), or the system's where it is empty.
/// Reading the roots is expensive, so each file is read once per process, and again when it has
/// changed. Any thread.
Result<std::shared_ptr<asio::ssl::context>> client_tls_context(const std::string& ca_file);

}  // namespace foghorn
