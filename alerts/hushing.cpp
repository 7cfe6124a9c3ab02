// The dispatcher's part in who is not told, for now: silences as people order them, and what is
// told once its reason for silence is over. What decides is in hush.cpp.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "alerts/channels/matter.hpp"
#include "alerts/dispatcher_courier.hpp"
#include "alerts/readable.hpp"
#include "alerts/silences.hpp"

namespace foghorn {
namespace {

constexpr char id_letter = 's';  // "s17": short, for it is typed by hand

/// 0 for an id that is not of ours.
std::uint64_t number_of(const std::string& id) {
  std::uint64_t number = 0;
  if (id.size() > 1 && id[0] == id_letter)
    std::from_chars(id.data() + 1, id.data() + id.size(), number);
  return number;
}

Coverable named_by(const Routes& routes) {
  Coverable there_are;
  for (const auto& [rule, route] : routes.rules) there_are.rules.insert(rule);
  for (const auto& [instrument, readers] : routes.readers) there_are.instruments.insert(instrument);
  return there_are;
}

Refusal not_stored(const boost::system::error_code& error) {
  return {fmt::format("the store cannot commit ({}), so that nothing was changed; try again",
                      error.message())};
}

/// As the value in a log line's key="value".
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string any_if_empty(const std::string& name) {
  return name.empty() ? "any" : name;
}

}  // namespace

void Dispatcher::take_up_hush() {
  const auto all = readable(store_.silences(Timestamp::min()));
  for (const auto& silence : all) last_silence_ = std::max(last_silence_, number_of(silence.id));
  hush_ = Hush{routes_.quiet_while, all, readable(store_.unfinished())};
  look_again(now());
}

/// A program that keeps state is told every end of what it knows of, whatever the silence: there it
/// would go on for as long.
std::optional<OutboxState> Dispatcher::why_not_told(const AlertEvent& event,
                                                    const std::string& channel, Timestamp at) {
  const auto* courier = courier_of(channel);
  const bool program = courier && courier->channel.facts().telling != Telling::together;
  if (program && matter_of(event).over && !hush_.takes_back(event, channel)) return std::nullopt;
  return hush_.reason(event, channel, at);
}

Granted<Silence> Dispatcher::add_silence(Silence wish) {
  const auto at = now();
  auto silence = granted(std::move(wish), named_by(routes_), hush_.silences(at).size(), at);
  if (silence.has_error()) return silence;
  silence->id = fmt::format("{}{}", id_letter, last_silence_ + 1);
  if (const auto stored = store_.commit({.silences = {*silence}}); stored.has_error())
    return not_stored(stored.error());
  ++last_silence_;
  hush_.put(*silence);
  spdlog::info("silence made id={} rule={} instrument={} author=\"{}\" until={} reason=\"{}\"",
               silence->id, any_if_empty(silence->rule), any_if_empty(silence->instrument),
               escaped(silence->author), format_utc(silence->until), escaped(silence->reason));
  return silence;
}

Granted<Silence> Dispatcher::expire_silence(const std::string& id) {
  const auto at = now();
  const auto in_force = hush_.silences(at);
  const auto known = std::ranges::find(in_force, id, &Silence::id);
  if (known == in_force.end())
    return Refusal{
        "no silence of that id is in force; `foghorn silence list` shows those that are"};
  auto silence = *known;
  silence.ended = at;
  if (const auto stored = store_.commit({.silences = {silence}}); stored.has_error())
    return not_stored(stored.error());
  spdlog::info("silence expired id={} by=hand", id);
  hush_.put(silence);
  look_again(at);
  return silence;
}

std::vector<Silence> Dispatcher::silences() const {
  return hush_.silences(now());
}

void Dispatcher::set_routes(Routes routes) {
  routes_ = std::move(routes);
  hush_.set_quiet_while(routes_.quiet_while);
  look_again(now());
}

void Dispatcher::look_again(Timestamp at) {
  Commit commit;
  release(at, commit);
  if (commit.empty()) return;
  writer_.save(std::move(commit), at);
  wake_couriers();
}

void Dispatcher::release(Timestamp at, Commit& commit) {
  for (auto& [row, event] : hush_.look(at)) {
    if (!hushed(row.state)) {
      auto* courier = courier_of(row.channel);
      if (!courier) continue;
      row.created = row.next_try = at;
      row.settled = no_time;
      queue(row, event, *courier, at, commit);
      spdlog::info("told late channel={} id={} state={}", row.channel, event.id,
                   to_text(row.state));
      if (courier->fsm.circuit_open()) pass_on(event, row.channel, at, commit);
    }
    commit.changed_rows.push_back(std::move(row));
  }
}

}  // namespace foghorn
