#include "alerts/channel_spec.hpp"

#include <fmt/format.h>

#include "model/nearest.hpp"
#include "net/url.hpp"

namespace foghorn {
namespace {

Mistake mistake(const ChannelSpec& spec, const char* key, std::string what, std::string remedy) {
  Mistake m;
  m.place = fmt::format("[channel.{}] {}", spec.name, key);
  m.what = std::move(what);
  m.remedy = std::move(remedy);
  return m;
}

Mistake unknown_type(const ChannelSpec& spec) {
  const auto types = channel_types();
  const auto close = nearest(spec.type, types);
  auto remedy = close.empty() ? fmt::format("write one of {}", fmt::join(types, ", "))
                              : fmt::format("write \"{}\"", close);
  return mistake(spec, "type", fmt::format("there is no channel type \"{}\"", spec.type),
                 std::move(remedy));
}

}  // namespace

std::optional<Mistake> check_channel(const ChannelSpec& spec) {
  const auto* channel = find_channel(spec.type);
  if (!channel) return unknown_type(spec);

  const auto host = channel->facts().host;
  const auto url = parse_url(spec.url.reveal());
  if (!url || (url->scheme != "https" && url->scheme != "http")) {
    return mistake(spec, "url", "is not a URL",
                   fmt::format("write the webhook's whole URL, https://{}/…", host));
  }
  if (url->loopback()) return std::nullopt;
  if (url->scheme != "https")
    return mistake(spec, "url", "is not encrypted, and whoever reads it can write to the group",
                   "write https://…");
  if (spec.ca_file.empty() && url->host != host) {
    return mistake(
        spec, "url", fmt::format("leads to another host than {}, where {} is", host, spec.type),
        "write the webhook's own URL, or name the ca_file of the host that stands in for it");
  }
  return std::nullopt;
}

}  // namespace foghorn
