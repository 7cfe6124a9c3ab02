#include "feeds/feed_options.hpp"

namespace foghorn {

std::string rest_address(const Venue& venue, const FeedOptions& options, std::string_view path) {
  const auto base = options.rest_url ? std::string_view{*options.rest_url} : venue.rest_url();
  if (path.empty() || base.empty()) return {};
  const bool doubled = base.ends_with('/') && path.starts_with('/');
  return std::string{base.substr(0, base.size() - (doubled ? 1 : 0))} + std::string{path};
}

}  // namespace foghorn
