// Any bytes as a proxy's answers, CONNECT's or SOCKS5's as the first byte says, cut as it says: no
// crash, an end after a bounded number of bytes, and the same end as when they come as fast as they
// are wanted.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/proxy_talk.hpp"

using namespace foghorn;

namespace {

std::string course(const Proxy& proxy, std::string_view stream, std::size_t piece) {
  const auto talk = talk_with(proxy, "venue.example", "443");
  std::string said;
  std::size_t heard = 0;
  while (talk->wanted() > 0) {
    said += talk->take_words();
    if (talk->wanted() > 260) std::abort();
    const auto size = std::min({talk->wanted(), stream.size(), piece});
    if (size == 0) break;
    talk->hear(stream.substr(0, size));
    stream.remove_prefix(size);
    heard += size;
  }
  if (talk->wanted() == 0 && !talk->take_words().empty()) std::abort();
  if (talk->refusal().find("a-pass") != std::string::npos) std::abort();
  if (heard > (17u << 10)) std::abort();
  // A refusal may be seen a byte sooner in smaller pieces; a free way begins at the same byte.
  const bool is_free = talk->wanted() == 0 && talk->refusal().empty();
  return said + "|" + talk->refusal() + "|" + (is_free ? std::to_string(heard) : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream{reinterpret_cast<const char*>(data) + 1, size - 1};
  Proxy proxy;
  proxy.kind = (data[0] & 1) != 0 ? Proxy::Kind::socks5 : Proxy::Kind::http_connect;
  if ((data[0] & 2) != 0) {
    proxy.user = "a-user";
    proxy.password = Secret{"a-pass"};
  }
  if (course(proxy, stream, std::size_t{data[0]} / 4 + 1) != course(proxy, stream, size))
    std::abort();
  return 0;
}
