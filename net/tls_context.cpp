#include "net/tls_context.hpp"

#include <openssl/ssl.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <system_error>

namespace foghorn {
namespace {

using boost::system::error_code;

struct Cached {
  std::filesystem::file_time_type written;
  std::shared_ptr<asio::ssl::context> context;
};

Result<std::shared_ptr<asio::ssl::context>> make_context(const std::string& ca_file) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  error_code error;
  if (ca_file.empty()) {
    context->set_default_verify_paths(error);
  } else {
    context->load_verify_file(ca_file, error);
  }
  if (error) return error;
  return context;
}

}  // namespace

Result<std::shared_ptr<asio::ssl::context>> client_tls_context(const std::string& ca_file) {
  static std::mutex mutex;
  static std::map<std::string, Cached> cache;

  std::error_code
      unreadable;  // then loading it fails too, and says why; "" has no time, and never changes
  const auto written = std::filesystem::last_write_time(ca_file, unreadable);

  const std::lock_guard lock{mutex};
  if (const auto found = cache.find(ca_file);
      found != cache.end() && found->second.written == written)
    return found->second.context;
  auto made = make_context(ca_file);
  if (made) cache[ca_file] = {written, *made};
  return made;
}

}  // namespace foghorn
