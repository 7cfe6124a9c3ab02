#include "feeds/venues/venue.hpp"

namespace foghorn {

#define FOGHORN_VENUE(function, name) const Venue& function();
#include "feeds/venues/venues.def"
#undef FOGHORN_VENUE

const Venue* find_venue(std::string_view name) {
#define FOGHORN_VENUE(function, text) \
  if (name == text) return &function();
#include "feeds/venues/venues.def"
#undef FOGHORN_VENUE
  return nullptr;
}

std::vector<std::string_view> venue_names() {
  return {
#define FOGHORN_VENUE(function, text) text,
#include "feeds/venues/venues.def"
#undef FOGHORN_VENUE
  };
}

}  // namespace foghorn
