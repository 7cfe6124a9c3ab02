#pragma once
// An instrument whose prices a file tells without naming sources: it is taken as one source.

#include <string>
#include <string_view>

#include "model/specs.hpp"

namespace foghorn {

/// The venue of such a source; its symbol is the instrument's id.
inline constexpr std::string_view file_venue = "file";

inline void take_as_one_source(InstrumentSpec& spec) {
  if (spec.event_series || spec.fedwatch) return;
  spec.sources = {{std::string{file_venue}, spec.id}};
  spec.consensus.min_sources = 1;
}

}  // namespace foghorn
