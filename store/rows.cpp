#include "store/rows.hpp"

#include <array>

namespace foghorn {
namespace {

constexpr std::array<std::string_view, 10> states{"pending",  "sending",  "delivered", "refused",
                                                  "unknown",  "replaced", "dropped",   "for_digest",
                                                  "silenced", "quiet"};

}  // namespace

std::string_view to_text(OutboxState state) {
  return states[static_cast<std::size_t>(state)];
}

std::optional<OutboxState> parse_outbox_state(std::string_view text) {
  for (std::size_t i = 0; i < states.size(); ++i)
    if (states[i] == text) return static_cast<OutboxState>(i);
  return std::nullopt;
}

std::string outbox_id(std::string_view event, std::string_view channel) {
  std::string id{event};
  id += '/';
  id += channel;
  return id;
}

}  // namespace foghorn
