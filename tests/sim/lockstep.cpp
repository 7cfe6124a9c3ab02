#include "tests/sim/lockstep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace foghorn::sim {
namespace {

using namespace std::chrono_literals;
using Clock = asio::steady_timer::clock_type;

// Wall-clock limits: beyond them something is broken, however slow the machine.
constexpr auto subscribed_limit = 60s;
constexpr auto back_limit = 120s;
constexpr auto judged_limit = 120s;
constexpr auto delivered_limit = 300s;

// A watchdog must not take our standing still for a dead line; the shortest of the daemon's is 20
// s.
constexpr auto keep_alive_every = 5s;

Exchange* find_exchange(Cast& cast, const std::string& venue) {
  for (const auto& exchange : cast.exchanges)
    if (exchange->venue() == venue) return exchange.get();
  return nullptr;
}

bool is_liquidations(std::string_view stream) {
  return stream.starts_with("liquidations ");
}

/// When anything at all happens.
std::vector<Timestamp> step_times(const Scenario& scenario, const std::vector<Push>& pushes) {
  std::set<Timestamp> times;
  for (const auto t : tick_times(scenario)) times.insert(t);
  for (const auto& push : pushes) times.insert(push.time);
  return {times.lower_bound(scenario.start), times.upper_bound(scenario.end)};
}

void begin_fault(const Fault& fault, Exchange& exchange) {
  switch (fault.kind) {
    case Fault::Kind::cut: exchange.cut(fault.reset); break;
    case Fault::Kind::mute: exchange.mute(true); break;
    case Fault::Kind::garbage: exchange.send_garbage(); break;
    case Fault::Kind::late: exchange.repeat_late(fault.symbol, fault.by); break;
    case Fault::Kind::bad_print: break;  // the market quotes it by itself
  }
}

void end_fault(const Fault& fault, Exchange& exchange) {
  if (fault.kind == Fault::Kind::cut) exchange.restore();
  if (fault.kind == Fault::Kind::mute) exchange.mute(false);
}

asio::awaitable<void> pause(asio::steady_timer& timer, Clock::duration length) {
  timer.expires_after(length);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

Lockstep::Lockstep(const Scenario& scenario, Cast& cast, DaemonClient& daemon, OnScene on_scene)
    : scenario_{scenario},
      cast_{cast},
      daemon_{daemon},
      on_scene_{std::move(on_scene)},
      pause_{daemon.executor()},
      now_{scenario.start},
      pushes_{pushes_of(scenario)} {}

asio::awaitable<void> Lockstep::run() {
  co_await wait_until_subscribed();
  for (const auto t : step_times(scenario_, pushes_)) co_await step(t);
  co_await wait_until_delivered();
}

Exchange* Lockstep::exchange_of(const std::string& venue) {
  return find_exchange(cast_, venue);
}

asio::awaitable<void> Lockstep::wait_until_subscribed() {
  std::vector<Source> missing;
  for (const auto deadline = Clock::now() + subscribed_limit; Clock::now() < deadline;
       co_await pause(pause_, 20ms)) {
    missing.clear();
    for (const auto& instrument : scenario_.instruments)
      for (const auto& sim_source : instrument.sources) {
        const auto streams = exchange_of(sim_source.source.venue)->streams();
        const bool heard =
            std::any_of(streams.begin(), streams.end(), [&](const std::string& stream) {
              return !is_liquidations(stream) && stream.ends_with(" " + sim_source.source.symbol);
            });
        if (instrument.watched && !heard) missing.push_back(sim_source.source);
      }
    if (missing.empty()) {
      // The rest of what it asks for comes in the same breath; a moment for frames still under way.
      co_await pause(pause_, 300ms);
      for (const auto& exchange : cast_.exchanges)
        for (const auto& stream : exchange->streams()) wanted_.emplace(exchange->venue(), stream);
      co_return;
    }
  }
  std::string names;
  for (const auto& source : missing) names += " " + to_text(source);
  throw std::runtime_error{
      fmt::format("after {} s nobody has subscribed to{}", subscribed_limit.count(), names)};
}

asio::awaitable<void> Lockstep::step(Timestamp t) {
  now_ = t;
  ++steps_;
  for (; next_scene_ < scenario_.scenes.size() && scenario_.scenes[next_scene_].at <= t;
       ++next_scene_)
    on_scene_(scenario_.scenes[next_scene_]);

  // One venue after the other: which of them is heard first must not depend on the machine.
  co_await apply_faults(t);
  for (const auto& exchange : cast_.exchanges) {
    exchange->move(t);
    last_told_ = Clock::now();
    co_await wait_until_judged(t, trades_due(t, *exchange));
  }
  // Forced closes last, so that each finds engine time where it belongs.
  for (; next_push_ < pushes_.size() && pushes_[next_push_].time <= t; ++next_push_)
    co_await publish(t, pushes_[next_push_]);
  co_await wait_until_delivered();
}

asio::awaitable<void> Lockstep::publish(Timestamp t, const Push& push) {
  auto* exchange = exchange_of(push.venue);
  if (exchange == nullptr) co_return;
  exchange->publish(push);
  if (!exchange->speaks()) co_return;
  Due due;
  for (const auto& order : push.orders)
    for (const auto& symbol : {order.symbol, std::string{"*"}})
      due[{push.venue, "liquidations " + symbol}] = order.time;
  std::erase_if(due, [&](const auto& stream) { return !wanted_.contains(stream.first); });
  co_await wait_until_judged(t, std::move(due));
}

asio::awaitable<void> Lockstep::apply_faults(Timestamp t) {
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    const auto& fault = scenario_.faults[i];
    auto* exchange = exchange_of(fault.venue);
    if (exchange == nullptr) continue;
    if (fault.from <= t && begun_.insert(i).second) begin_fault(fault, *exchange);
    if (fault.to <= t && begun_.contains(i) && ended_.insert(i).second) {
      end_fault(fault, *exchange);
      if (exchange->speaks()) co_await wait_until_back(*exchange);
    }
  }
}

asio::awaitable<void> Lockstep::wait_until_back(Exchange& exchange) {
  for (const auto deadline = Clock::now() + back_limit; Clock::now() < deadline;
       co_await pause(pause_, 5ms)) {
    const auto streams = exchange.streams();
    const bool back = std::all_of(wanted_.begin(), wanted_.end(), [&](const auto& stream) {
      return stream.first != exchange.venue() || streams.contains(stream.second);
    });
    if (back) co_return;
    co_await keep_alive();
  }
  throw std::runtime_error{
      fmt::format("{} is up again since {} s, but the daemon has not come back to all its streams",
                  exchange.venue(), back_limit.count())};
}

asio::awaitable<void> Lockstep::wait_until_judged(Timestamp t, Due due) {
  if (due.empty()) co_return;  // nobody speaks: nothing that could move engine time was sent
  const auto begun = Clock::now();
  std::string missing = "no answer from /api/v1/status";
  for (std::size_t polls = 0; Clock::now() < begun + judged_limit; ++polls) {
    const auto status = co_await daemon_.status();
    if (status.has_value()) {
      auto left = due;
      for (const auto& stream : status->streams)
        if (const auto found = left.find({stream.feed, stream.name});
            found != left.end() && stream.last_data >= found->second)
          left.erase(found);
      if (status->engine_time >= t && left.empty()) co_return;
      missing.clear();
      for (const auto& [name, until] : left)
        missing += fmt::format(" {}: {};", name.first, name.second);
    }
    // Who has just come back has missed this step.
    for (const auto& exchange : cast_.exchanges)
      if (exchange->has_newcomers()) exchange->repeat();
    co_await keep_alive();
    co_await pause(pause_, polls < 20 ? 200us : 2000us);
  }
  throw std::runtime_error{fmt::format(
      "simulated time stood at {} for {} s, because the daemon did not judge what it was sent:{}",
      format_utc(t), judged_limit.count(), missing)};
}

asio::awaitable<void> Lockstep::wait_until_delivered() {
  const auto begun = Clock::now();
  std::string due = " no answer from /api/v1/status";
  for (std::size_t polls = 0; Clock::now() < begun + delivered_limit; ++polls) {
    const auto status = co_await daemon_.status();
    if (status.has_value()) {
      due.clear();
      for (const auto& channel : status->channels)
        if (channel.waiting > 0)
          due += fmt::format(" {} in channel {};", channel.waiting, channel.name);
      for (const auto& receiver : cast_.receivers)
        if (receiver->open_requests() > 0)
          due += fmt::format(" a request open at {};", receiver->spec().name);
      if (due.empty()) co_return;
    }
    co_await keep_alive();
    co_await pause(pause_, polls < 20 ? 500us : 10'000us);
  }
  throw std::runtime_error{fmt::format("at {} messages stayed due for {} s:{}", format_utc(now_),
                                       delivered_limit.count(), due)};
}

asio::awaitable<void> Lockstep::keep_alive() {
  if (Clock::now() < last_told_ + keep_alive_every) co_return;
  for (const auto& exchange : cast_.exchanges) exchange->repeat();
  last_told_ = Clock::now();
}

// Trades alone: they come last, and each carries its time, which a ticker that says nothing new
// does not.
Lockstep::Due Lockstep::trades_due(Timestamp t, const Exchange& exchange) const {
  Due due;
  for (const auto& name : wanted_)
    if (name.first == exchange.venue() && name.second.starts_with("trades ") && exchange.speaks())
      due[name] = t;
  return due;
}

asio::awaitable<void> run_at_wall_pace(const Scenario& scenario, Cast& cast,
                                       Lockstep::OnScene on_scene) {
  asio::steady_timer timer{co_await asio::this_coro::executor};
  const auto pushes = pushes_of(scenario);
  std::size_t next_push = 0, next_scene = 0;
  std::set<std::size_t> begun, ended;
  for (const auto t : step_times(scenario, pushes)) {
    const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    if (t > now) co_await pause(timer, t - now);
    for (; next_scene < scenario.scenes.size() && scenario.scenes[next_scene].at <= t; ++next_scene)
      on_scene(scenario.scenes[next_scene]);
    for (const auto& exchange : cast.exchanges) exchange->move(t);
    for (std::size_t i = 0; i < scenario.faults.size(); ++i)
      if (auto* exchange = find_exchange(cast, scenario.faults[i].venue); exchange != nullptr) {
        if (scenario.faults[i].from <= t && begun.insert(i).second)
          begin_fault(scenario.faults[i], *exchange);
        if (scenario.faults[i].to <= t && ended.insert(i).second)
          end_fault(scenario.faults[i], *exchange);
      }
    for (; next_push < pushes.size() && pushes[next_push].time <= t; ++next_push)
      if (auto* exchange = find_exchange(cast, pushes[next_push].venue); exchange != nullptr)
        exchange->publish(pushes[next_push]);
  }
}

}  // namespace foghorn::sim
