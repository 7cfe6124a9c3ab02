#include "daemon/control.hpp"

#include <fmt/format.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "alerts/silences.hpp"
#include "daemon/config/wording.hpp"
#include "daemon/control_config.hpp"
#include "daemon/control_json.hpp"
#include "daemon/control_request.hpp"
#include "daemon/control_socket.hpp"
#include "daemon/zone.hpp"
#include "net/clock.hpp"

namespace foghorn {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::size_t usual_page = 100, largest_page = 200;
constexpr std::size_t largest_list = 512 << 10;  // bytes of an answer's rows; the rest is for later
constexpr auto look_again_after = 100ms;
constexpr auto line_patience = 10s;  // of a test that is on the line when its time is up

constexpr std::array<std::string_view, 9> commands{"outbox list",    "outbox show", "outbox retry",
                                                   "outbox drop",    "silence add", "silence list",
                                                   "silence expire", "send-test",   "config diff"};

json::string text(std::string_view t) {
  return json::string{t.data(), t.size()};
}

std::string wrong(std::string_view sentence) {
  return control_refusal(sentence, "request");
}
std::string failed(std::string_view sentence) {
  return control_refusal(sentence, "work");
}

std::string unreadable(const boost::system::error_code& error) {
  return failed("the store cannot be read: " + error.message());
}

template <class Of>
std::vector<std::string_view> names_of(const std::vector<Of>& things, std::string Of::*name) {
  std::vector<std::string_view> names;
  for (const auto& thing : things) names.push_back(thing.*name);
  return names;
}

/// A name of the config's, or a mistake of the request's.
void check_name(ControlRequest& request, std::string_view what, const std::string& name,
                const std::vector<std::string_view>& known) {
  if (name.empty() || std::ranges::find(known, name) != known.end()) return;
  request.refuse(fmt::format("the config names no {} {}; {}", what, echoed(name),
                             instead_of(name, known, "it names none")));
}

/// A moment with its zone, or by the clock of `zone`: "2026-04-18", "2026-04-18T09:00".
std::optional<Timestamp> moment_of(std::string written, const Zone& zone) {
  std::ranges::replace(written, ' ', 'T');
  if (const auto moment = parse_time(written); moment && written.find('T') != written.npos)
    return moment;
  if (written.size() == std::string_view{"2026-04-18"}.size()) written += "T00:00";
  if (written.size() == std::string_view{"2026-04-18T09:00"}.size()) written += ":00";
  const auto local = parse_time(written + "Z");
  if (!local) return std::nullopt;
  // The offset at the moment itself: of a clock that is being set, the one after.
  const auto guess = *local - zone.offset(*local);
  return *local - zone.offset(guess);
}

void add_reader(json::object& answer, const DaemonSpec& daemon) {
  answer["timezone"] = text(daemon.timezone);
  answer["language"] = daemon.language == Language::zh ? "zh" : "en";
}

// Each command takes its keys and looks for mistakes before it does anything.

std::string list_outbox(ControlRequest& request, const ControlSources& on) {
  OutboxQuery query;
  query.id = request.text("id");
  query.channel = request.text("channel");
  query.before = request.text("before");
  query.most = request.count("limit", 1, largest_page).value_or(usual_page);
  if (request.flag("dead"))
    query.states = {OutboxState::refused, OutboxState::unknown, OutboxState::dropped};
  for (const auto& word : request.words("states")) {
    const auto state = parse_outbox_state(word);
    if (state) query.states.push_back(*state);
    static constexpr std::array<std::string_view, 10> words{
        "pending",  "sending", "delivered",  "refused",  "unknown",
        "replaced", "dropped", "for_digest", "silenced", "quiet"};
    if (!state)
      request.refuse(
          fmt::format("no row has the state {}; {}", echoed(word), instead_of(word, words, "")));
  }
  if (!request.mistake().empty()) return wrong(request.mistake());

  const auto wanted = query.most++;
  const auto found = on.store.outbox(query);
  if (!found) return unreadable(found.error());
  // From the newest back, for as long as there is room.
  json::array rows;
  std::size_t size = 0;
  auto message = found->rbegin();
  for (; message != found->rend() && rows.size() < wanted; ++message) {
    auto row = control_json(*message);
    size += json::serialize(row).size();
    if (!rows.empty() && size > largest_list) break;
    rows.insert(rows.begin(), std::move(row));
  }
  json::object answer{{"rows", std::move(rows)}, {"more", message != found->rend()}};
  add_reader(answer, on.config->daemon);
  return json::serialize(answer);
}

std::string show_outbox(ControlRequest& request, const ControlSources& on) {
  OutboxQuery query;
  query.id = request.text("id");
  query.channel = request.text("channel");
  if (query.id.empty()) request.refuse(R"("id" is missing: of a row, or of its event)");
  if (!request.mistake().empty()) return wrong(request.mistake());

  const auto found = on.store.outbox(query);
  if (!found) return unreadable(found.error());
  if (found->empty())
    return failed(
        fmt::format("the outbox knows no row and no event of the id {}; settled rows are "
                    "kept for 30 days",
                    echoed(query.id)));
  json::array rows;
  for (const auto& message : *found) {
    OutboxQuery told_by;
    told_by.told_by = message.row.id;
    const auto told = on.store.outbox(told_by);
    if (!told) return unreadable(told.error());
    rows.push_back(control_json_in_full(message, *told));
  }
  json::object answer{{"rows", std::move(rows)}};
  add_reader(answer, on.config->daemon);
  return json::serialize(answer);
}

std::string changed(const Granted<ChangedRows>& done) {
  if (!done) return failed(done.error().sentence);
  json::array rows;
  for (const auto& message : done->rows) rows.push_back(control_json(message));
  return json::serialize(json::object{{"rows", std::move(rows)}, {"more", done->more}});
}

std::string retry(ControlRequest& request, const ControlSources& on) {
  OutboxQuery which;
  which.id = request.text("id");
  which.channel = request.text("channel");
  if (request.flag("dead") != which.id.empty())
    request.refuse(R"(give an "id", or "dead":true for all dead letters)");
  if (!request.mistake().empty()) return wrong(request.mistake());
  return changed(on.dispatcher.retry(std::move(which)));
}

std::string drop(ControlRequest& request, const ControlSources& on) {
  OutboxQuery which;
  which.id = request.text("id");
  which.channel = request.text("channel");
  if (which.id.empty()) request.refuse(R"("id" is missing: of a row, or of its event)");
  if (!request.mistake().empty()) return wrong(request.mistake());
  return changed(on.dispatcher.drop(std::move(which)));
}

std::string silence(const Granted<Silence>& done) {
  if (!done) return failed(done.error().sentence);
  return json::serialize(json::object{{"silence", control_json(*done)}});
}

std::string add_silence(ControlRequest& request, const ControlSources& on) {
  Silence wish;
  wish.rule = request.text("rule");
  wish.instrument = request.text("instrument");
  wish.author = request.text("author");
  wish.reason = request.text("reason");
  check_name(request, "rule", wish.rule, names_of(on.config->rules, &RuleSpec::id));
  check_name(request, "instrument", wish.instrument,
             names_of(on.config->instruments, &InstrumentSpec::id));
  const bool all = request.flag("all");
  if (all == (!wish.rule.empty() || !wish.instrument.empty()))
    request.refuse(R"(give a "rule", an "instrument", or "all":true)");
  // Whatever a rule says, it says of an instrument.
  if (all) wish.instrument = each_of_them;

  const auto span = request.text("for"), until = request.text("until");
  if (span.empty() == until.empty())
    request.refuse(R"(give "for", such as "2h", or "until", such as "2026-04-18T09:00")");
  if (!span.empty()) {
    const auto duration = parse_duration(span);
    if (duration) wish.until = on.dispatcher.now() + *duration;
    if (!duration)
      request.refuse(fmt::format("{} is no duration; write \"2h\" or \"1d\"", echoed(span)));
  } else if (!until.empty()) {
    const auto moment = moment_of(until, zone_of(on.config->daemon.timezone));
    if (moment) wish.until = *moment;
    if (!moment)
      request.refuse(
          fmt::format("{} is no time; write \"2026-04-18T09:00\" or, with a zone, "
                      "\"2026-04-18T09:00:00+08:00\"",
                      echoed(until)));
  }
  if (!request.mistake().empty()) return wrong(request.mistake());
  return silence(on.dispatcher.add_silence(std::move(wish)));
}

std::string expire_silence(ControlRequest& request, const ControlSources& on) {
  const auto id = request.text("id");
  if (id.empty()) request.refuse(R"("id" is missing: "silence list" tells those in force)");
  if (!request.mistake().empty()) return wrong(request.mistake());
  return silence(on.dispatcher.expire_silence(id));
}

std::string list_silences(ControlRequest& request, const ControlSources& on) {
  if (!request.mistake().empty()) return wrong(request.mistake());
  json::array all;
  for (const auto& one : on.dispatcher.silences()) all.push_back(control_json(one));
  json::object answer{{"silences", std::move(all)}};
  add_reader(answer, on.config->daemon);
  return json::serialize(answer);
}

bool circuit_open(const Dispatcher& dispatcher, const std::string& channel) {
  const auto state = dispatcher.snapshot();
  const auto found = std::ranges::find(state.channels, channel, &ChannelSnapshot::name);
  return found != state.channels.end() && found->circuit_open;
}

/// The row whose fate is the message's: its own or, where another message tells it, that one's.
std::optional<OutboxRow> telling(Store& store, const std::string& id) {
  OutboxQuery query;
  query.id = id;
  auto found = store.outbox(query);
  if (!found || found->empty()) return std::nullopt;
  auto own = found->front().row;
  if (own.state != OutboxState::replaced) return own;
  query.id = own.told_by;
  found = store.outbox(query);
  if (!found || found->empty()) return std::nullopt;
  return found->front().row;
}

/// One that did not arrive in time is taken out of the outbox: nobody wants it later.
std::string tested(const ControlSources& on, const std::string& id) {
  OutboxQuery query;
  query.id = id;
  const auto found = on.store.outbox(query);
  if (!found || found->empty()) return failed("the store cannot say what became of the message");
  const auto& message = found->front();
  auto row = control_json(message);
  if (open(message.row.state)) on.dispatcher.drop(std::move(query));
  return json::serialize(json::object{
      {"row", std::move(row)},
      {"circuit", circuit_open(on.dispatcher, message.row.channel) ? "open" : "closed"}});
}

asio::awaitable<std::string> send_test(ControlRequest request, ControlSources on) {
  TestMessage test;
  test.channel = request.text("channel");
  const auto rule = request.text("rule"), tier = request.text("tier");
  if (test.channel.empty()) request.refuse(R"("channel" is missing)");
  check_name(request, "channel", test.channel, names_of(on.config->channels, &ChannelConfig::name));
  check_name(request, "rule", rule, names_of(on.config->rules, &RuleSpec::id));
  test.tier = parse_tier(tier);
  if (!tier.empty() && !test.tier)
    request.refuse(
        fmt::format("{} is no tier; write \"notice\", \"major\" or \"critical\"", echoed(tier)));
  if (!request.mistake().empty()) co_return wrong(request.mistake());
  if (const auto like = std::ranges::find(on.config->rules, rule, &RuleSpec::id);
      like != on.config->rules.end()) {
    test.of_rule = like->title;
    if (!test.tier) test.tier = like->tiers.empty() ? like->severity : like->tiers.begin()->first;
  }

  const auto sent = on.dispatcher.send_test(test);
  if (!sent) co_return failed(sent.error().sentence);
  const auto deadline = std::chrono::steady_clock::now() + Control::test_patience;
  asio::steady_timer pause{co_await asio::this_coro::executor};
  for (;;) {
    pause.expires_after(look_again_after);
    co_await pause.async_wait(asio::use_awaitable);
    const auto row = telling(on.store, sent->id);
    if (!row) break;
    const bool given_up = row->state == OutboxState::pending && row->tries > 0 &&
                          circuit_open(on.dispatcher, row->channel);
    // Where the message that was to tell it is given up, it waits for a turn of its own.
    const bool settled = !open(row->state) && (row->id == sent->id || !dead(row->state));
    if (settled || given_up) break;
    const auto late = std::chrono::steady_clock::now() - deadline;
    // What is on the line when its time is up cannot be taken out of the outbox.
    if (late >= (row->state == OutboxState::sending ? line_patience : 0s)) break;
  }
  co_return tested(on, sent->id);
}

asio::awaitable<std::string> config_diff(ControlRequest request, ControlSources on) {
  ConfigText candidate{.text = request.text("text"), .name = request.text("name")};
  if (candidate.text.empty()) request.refuse(R"("text" is missing: the config to compare)");
  if (candidate.name.empty()) request.refuse(R"("name" is missing: what to call its file)");
  if (!request.mistake().empty()) co_return wrong(request.mistake());
  co_return control_json(co_await on.preview(std::move(candidate)));
}

}  // namespace

asio::awaitable<std::string> Control::answer(std::string line) {
  ControlRequest request{line};
  const auto& command = request.command();
  if (command == "outbox list") co_return list_outbox(request, sources_);
  if (command == "outbox show") co_return show_outbox(request, sources_);
  if (command == "outbox retry") co_return retry(request, sources_);
  if (command == "outbox drop") co_return drop(request, sources_);
  if (command == "silence add") co_return add_silence(request, sources_);
  if (command == "silence list") co_return list_silences(request, sources_);
  if (command == "silence expire") co_return expire_silence(request, sources_);
  if (command == "send-test") co_return co_await send_test(std::move(request), sources_);
  if (command == "config diff") co_return co_await config_diff(std::move(request), sources_);
  if (!command.empty())
    request.refuse(fmt::format("there is no command {}; {}", echoed(command),
                               instead_of(command, commands, "")));
  co_return wrong(request.mistake());
}

}  // namespace foghorn
