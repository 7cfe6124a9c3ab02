#include "rules/value.hpp"

namespace foghorn {

std::string_view to_text(Unknown reason) {
  switch (reason) {
    case Unknown::none: return "known";
    case Unknown::warming: return "warming";
    case Unknown::incomplete: return "incomplete";
    case Unknown::stale: return "stale";
    case Unknown::unconfirmed: return "unconfirmed";
    case Unknown::undefined: return "undefined";
  }
  return "undefined";
}

}  // namespace foghorn
