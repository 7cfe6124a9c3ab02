// Any bytes as a request's head: it is understood or refused; a refusal has words and a status of
// its own, nothing that came is among our headers, and no answer is longer than what we say.
#include <boost/asio/buffer.hpp>

#include <cstdlib>
#include <string>

#include "net/http_request.hpp"

using namespace foghorn;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  HttpRequestParser parser;
  parser.header_limit(8 << 10);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(data, size), error);
  if (!parser.is_header_done()) return 0;
  for (const bool only_local : {false, true}) {
    const auto asked = read_request(parser, only_local);
    if (asked.query) {
      if (!asked.query->path.starts_with('/')) std::abort();
      if (asked.query->path.size() > size) std::abort();
      continue;
    }
    if (asked.refusal.status < 400 || asked.refusal.body.empty()) std::abort();
    if (to_http(asked.refusal, asked.keep_alive, asked.head_only).size() > 1024) std::abort();
  }
  is_local_host({reinterpret_cast<const char*>(data), size});
  return 0;
}
