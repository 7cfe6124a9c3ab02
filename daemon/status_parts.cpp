#include "daemon/status_parts.hpp"

namespace foghorn::status_parts {

namespace json = boost::json;

json::value text(std::string_view t) {
  return json::value(json::string{t.data(), t.size()});
}

json::value time(Timestamp t) {
  if (t == no_time) return nullptr;
  return text(format_utc(t));
}

json::object feed(const FeedSnapshot& feed) {
  json::array streams;
  for (const auto& stream : feed.status.streams)
    streams.push_back(json::object{{"name", text(stream.name)},
                                   {"state", text(to_text(stream.state))},
                                   {"last_data", time(stream.last_data)}});
  return {{"name", text(feed.status.name)},
          {"state", text(to_text(feed.status.state))},
          {"streams", std::move(streams)}};
}

json::object liquidations(const LiquidationSnapshot& venue) {
  const auto side = [&](std::size_t p) {
    return json::object{{"orders", static_cast<std::int64_t>(venue.orders[p])},
                        {"usd_at_least", venue.usd[p].dollars()},
                        {"orders_without_notional", static_cast<std::int64_t>(venue.unsummed[p])}};
  };
  const auto missing_since = venue.stream.missing_since;
  return {{"venue", text(venue.venue)},
          {"coverage", text(to_text(venue.stream.coverage))},
          {"seen_24h", venue.stream.seen},
          {"missing_since", missing_since ? time(*missing_since) : nullptr},
          {"long", side(0)},
          {"short", side(1)}};
}

json::object channel(const ChannelSnapshot& channel) {
  return {{"name", text(channel.name)},
          {"circuit", channel.circuit_open ? "open" : "closed"},
          {"waiting", static_cast<std::int64_t>(channel.waiting)}};
}

json::object silence(const Silence& silence) {
  return {
      {"id", text(silence.id)},
      {"rule", silence.rule.empty() ? json::value(nullptr) : text(silence.rule)},
      {"instrument", silence.instrument.empty() ? json::value(nullptr) : text(silence.instrument)},
      {"author", text(silence.author)},
      {"reason", text(silence.reason)},
      {"made", time(silence.made)},
      {"until", time(silence.until)}};
}

}  // namespace foghorn::status_parts
