#include "daemon/app.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "alerts/dispatcher.hpp"
#include "daemon/api.hpp"
#include "daemon/control.hpp"
#include "daemon/control_socket.hpp"
#include "daemon/digests.hpp"
#include "daemon/heartbeat.hpp"
#include "daemon/log.hpp"
#include "daemon/market_side.hpp"
#include "daemon/report_reply.hpp"
#include "daemon/rules_of.hpp"
#include "daemon/slow_answers.hpp"
#include "daemon/systemd.hpp"
#include "daemon/version.hpp"
#include "daemon/zone.hpp"
#include "net/clock.hpp"
#include "store/store.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;

// What a stop may take on each thread; together within the 10 s of design §8.
constexpr auto feeds_grace = 2s;
constexpr auto delivery_grace = 5s;

constexpr auto market_patience = 2s;
constexpr auto warm_span = std::chrono::days{31};

std::vector<ChannelSpec> channels_of(const Config& config) {
  std::vector<ChannelSpec> channels;
  for (const auto& c : config.channels) {
    channels.push_back({.name = c.name,
                        .type = c.type,
                        .url = c.url,
                        .secret = c.secret,
                        .chat_id = c.chat_id,
                        .ca_file = c.ca_file.string(),
                        .proxy = c.proxy,
                        .language = c.language,
                        .mentions = c.mentions,
                        .mute = c.mute,
                        .fallback = c.fallback});
  }
  return channels;
}

DeliverySurroundings around_delivery(const Config& config) {
  DeliverySurroundings around;
  around.zone = zone_of(config.daemon.timezone);
  around.templates = config.daemon.templates.get();
  return around;
}

Routes routes_of(const Config& config, const std::vector<CompiledRule>& rules) {
  Routes routes;
  routes.notices = config.daemon.notices;
  for (const auto& instrument : config.instruments) routes.readers[instrument.id];
  for (const auto& rule : rules) {
    routes.rules[rule.spec.id] = rule.spec.route;
    if (!rule.spec.quiet_while.empty()) routes.quiet_while[rule.spec.id] = rule.spec.quiet_while;
    for (const auto& selector : selectors_of(rule.when)) {
      auto& readers = routes.readers[selector.instrument];
      if (std::find(readers.begin(), readers.end(), rule.spec.id) == readers.end())
        readers.push_back(rule.spec.id);
    }
  }
  return routes;
}

/// One question to the market thread at a time is on its way; its answer comes back to the asking
/// thread.
class MarketQuestions {
 public:
  MarketQuestions(asio::io_context& market, MarketSide& side) : market_{market}, side_{side} {}

  asio::awaitable<std::shared_ptr<const Snapshot>> ask() {
    return put<Snapshot>([](MarketSide& side) { return side.snapshot(); });
  }

  asio::awaitable<std::shared_ptr<const ExplainAnswer>> explain(std::string rule) {
    return put<ExplainAnswer>(
        [rule = std::move(rule)](MarketSide& side) { return side.explain(rule); });
  }

 private:
  template <class Answer>
  asio::awaitable<std::shared_ptr<const Answer>> put(std::function<Answer(MarketSide&)> look) {
    struct Box {
      explicit Box(const asio::any_io_executor& executor) : answered{executor, market_patience} {}
      asio::steady_timer answered;
      std::shared_ptr<const Answer> answer;
    };
    const auto here = co_await asio::this_coro::executor;
    const auto box = std::make_shared<Box>(here);
    auto question = [this, here, box, look = std::move(look)] {
      auto seen = std::make_shared<const Answer>(look(side_));
      auto answer = [box, seen = std::move(seen)]() mutable {
        box->answer = std::move(seen);
        box->answered.cancel();
      };
      asio::post(here, std::move(answer));
    };
    asio::post(market_, std::move(question));
    boost::system::error_code ignored;  // cancelled: answered; expired: it is not going to be
    co_await box->answered.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_return box->answer;
  }

  asio::io_context& market_;
  MarketSide& side_;
};

asio::awaitable<MadeDigest> made_digest(const Config& config, DigestOrder order) {
  co_return make_digest(config, order);
}

class App {
 public:
  explicit App(const Config& config)
      : config_{config},
        store_{config.daemon.data_dir.string()},
        dispatcher_{service_.get_executor(), store_, channels_of(config),
                    routes_of(config, rules_of(config)), around_delivery(config)},
        side_{market_, std::make_shared<const Config>(config),
              [this](Decisions decisions) { hand_over(std::move(decisions)); }},
        questions_{market_, side_},
        heartbeat_{service_.get_executor(),
                   config.heartbeat,
                   dispatcher_,
                   store_,
                   {.market = [this] { return questions_.ask(); },
                    .zone = zone_of(config.daemon.timezone)}},
        digests_{service_.get_executor(),
                 config,
                 dispatcher_,
                 store_,
                 {.make = [this](DigestOrder order) { return make_aside(std::move(order)); }}},
        api_{{[this] { return questions_.ask(); },
              [this](std::string rule) { return questions_.explain(std::move(rule)); }, dispatcher_,
              store_, [this] { return OwnCounts{.heartbeat = heartbeat_.counts(), .digests = digests_.counts()}; },
              [this](HttpQuery query) { return answer_aside(std::move(query), section_reply); },
              [this](HttpQuery query) { return answer_aside(std::move(query), chart_reply); }}},
        server_{service_.get_executor(),
                [this](HttpQuery query) { return api_.answer(std::move(query)); }},
        control_{{dispatcher_, store_, config}},
        control_socket_{service_.get_executor(),
                        [this](std::string line) { return control_.answer(std::move(line)); }},
        service_tasks_{service_.get_executor(), report},
        signals_{service_, SIGTERM, SIGINT, SIGHUP} {}

  int run() {
    if (const auto listening = server_.listen(config_.daemon.http); !listening) {
      std::cerr << to_line({config_.file.string(), 0, 0, "[daemon] http",
                            "cannot listen on " + config_.daemon.http + ": " +
                                listening.error().message(),
                            "choose a free port, or stop what uses this one"})
                << '\n';
      return 1;
    }
    control_socket_.listen(config_.daemon.control);
    take_up();
    spdlog::info("started version={} http={} port={} rules={} feeds={}", version(),
                 config_.daemon.http, server_.port(), config_.rules.size(), config_.feeds.size());

    dispatcher_.start(service_tasks_);
    heartbeat_.start(service_tasks_);
    digests_.start(service_tasks_);
    service_tasks_.spawn("http", server_.run());
    service_tasks_.spawn("control", control_socket_.run());
    await_signal();
    std::thread service{[this] { service_.run(); }};
    systemd::ready();

    side_.start();
    market_.run();
    service.join();
    spdlog::info("stopped");
    return 0;
  }

 private:
  static void report(const std::string& task, std::exception_ptr failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      spdlog::critical("task ended task={} error={}", task, e.what());
    }
    std::terminate();  // see MarketSide: let systemd start us anew
  }

  /// Goes on from an earlier life: states, then days, then the minutes that fill the windows and
  /// the day that goes on.
  void take_up() {
    const auto now = wall_now();
    if (const auto states = store_.rules()) {
      side_.restore(*states, now);
    } else {
      spdlog::error("rule states not read error={} consequence=rules_start_idle",
                    states.error().message());
    }
    for (const auto& instrument : config_.instruments) {
      if (instrument.event_series) continue;
      if (const auto days = store_.days(instrument.id)) {
        side_.know_days(instrument.id, *days);
      } else {
        spdlog::error("daily history not read instrument={} error={} consequence=history_is_short",
                      instrument.id, days.error().message());
      }
      // A minute that is not over yet, or that a clock once ahead of ours wrote, would stand in the
      // way of what comes.
      const bool live = config_.engine.clock == EngineClock::arrival;
      const auto bars = store_.bars(instrument.id, live ? now - warm_span : Timestamp{},
                                    live ? now - 1min : Timestamp::max());
      if (bars) side_.warm(instrument.id, *bars);
    }
  }

  /// A section may take a while: on a thread of its own, lest messages wait for it.
  asio::awaitable<MadeDigest> make_aside(DigestOrder order) {
    co_return co_await asio::co_spawn(aside_, made_digest(config_, std::move(order)),
                                      asio::use_awaitable);
  }

  /// Likewise for a page's question about the past.
  asio::awaitable<HttpReply> answer_aside(HttpQuery query,
                                          HttpReply (*reply)(const Config&, const HttpQuery&,
                                                             Timestamp)) {
    auto make = [this, reply](const HttpQuery& asked) { return reply(config_, asked, wall_now()); };
    return slow_answers_.answer(std::move(query), std::move(make));
  }

  /// From the market thread to the service thread: an alert, a timer or a minute is rare enough for
  /// a post.
  void hand_over(Decisions decisions) {
    auto commit = [this, decisions = std::move(decisions)]() mutable {
      Commit past;
      past.bars = std::move(decisions.bars);
      past.days = std::move(decisions.days);
      past.liquidations = std::move(decisions.liquidations);
      past.streams = std::move(decisions.streams);
      if (!past.empty()) dispatcher_.keep(std::move(past));
      for (const auto& event : decisions.events) {
        spdlog::info("{} rule={} instrument={} tier={} id={}", to_text(event.kind),
                     event.rule.empty() ? "-" : event.rule, event.instrument,
                     event.tier ? to_text(*event.tier) : "-", event.id);
      }
      if (!decisions.events.empty() || !decisions.states.empty() || !decisions.held_back.empty()) {
        dispatcher_.accept(std::move(decisions.events), std::move(decisions.states),
                           std::move(decisions.held_back));
      }
    };
    asio::post(service_, std::move(commit));
  }

  void await_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      if (signal == SIGHUP) {
        spdlog::warn(
            "reload not supported by this version consequence=config_unchanged remedy=restart");
        return await_signal();
      }
      spdlog::info("stopping signal={}", signal);
      systemd::stopping();
      await_second_signal();
      asio::co_spawn(market_, stop(), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
      });
    });
  }

  /// A second SIGTERM or SIGINT means now.
  void await_second_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      if (signal != SIGHUP) std::_Exit(1);
      await_second_signal();
    });
  }

  /// Feeds first, so that nothing new is decided; then what is on the line gets its answer; what
  /// waits stays in the outbox.
  asio::awaitable<void> stop() {
    side_.stop();
    if (const auto left = co_await side_.join(feeds_grace); left > 0)
      spdlog::warn("connections did not close in time count={}", left);
    asio::co_spawn(service_, stop_service(), [this](std::exception_ptr) { service_.stop(); });
    market_.stop();
  }

  asio::awaitable<void> stop_service() {
    const bool all = co_await dispatcher_.finish(delivery_grace);
    if (!all)
      spdlog::warn("an attempt is still on the line consequence=repeated_after_restart_marked");
    signals_.cancel();
    service_tasks_.cancel();
    co_await service_tasks_.join(1s);
  }

  const Config& config_;
  asio::io_context service_{1};
  // Dies before service_: questions that it did not get to hold timers of that one.
  asio::io_context market_{1};
  asio::executor_work_guard<asio::io_context::executor_type> service_work_{service_.get_executor()};
  Store store_;
  Dispatcher dispatcher_;
  MarketSide side_;
  MarketQuestions questions_;
  Heartbeat heartbeat_;
  Digests digests_;
  Api api_;
  HttpServer server_;
  Control control_;
  ControlSocket control_socket_;
  TaskGroup service_tasks_;
  asio::signal_set signals_;
  // Dies first: what it computes reads what is above. A digest does not wait for a page.
  asio::thread_pool aside_{2};
  SlowAnswers slow_answers_{service_.get_executor(), aside_.get_executor()};
};

}  // namespace

int run_daemon(const Config& config) {
  std::signal(SIGPIPE, SIG_IGN);  // whoever read our log may go away; we stay
  std::signal(SIGXFSZ, SIG_IGN);  // a file at its limit is a full disk: told, and no end
  const Log log{config.daemon.log};
  try {
    App app{config};
    return app.run();
  } catch (const ControlError& e) {
    std::cerr << to_line({config.file.string(), 0, 0, "[daemon] control", e.what(), ""}) << '\n';
    return 1;
  } catch (const StoreError& e) {
    std::cerr << to_line({config.file.string(), 0, 0, "[daemon] data_dir", e.what(), ""}) << '\n';
    return 1;
  }
}

}  // namespace foghorn
