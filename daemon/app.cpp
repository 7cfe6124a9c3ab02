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
#include "daemon/aside.hpp"
#include "daemon/control.hpp"
#include "daemon/control_socket.hpp"
#include "daemon/delivery_setup.hpp"
#include "daemon/digests.hpp"
#include "daemon/heartbeat.hpp"
#include "daemon/log.hpp"
#include "daemon/market_questions.hpp"
#include "daemon/market_side.hpp"
#include "daemon/next_config.hpp"
#include "daemon/page_stream.hpp"
#include "daemon/reload.hpp"
#include "daemon/report_reply.hpp"
#include "daemon/rules_of.hpp"
#include "daemon/signals.hpp"
#include "daemon/slow_answers.hpp"
#include "daemon/stored_past.hpp"
#include "daemon/systemd.hpp"
#include "daemon/traced_alerts.hpp"
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

constexpr std::size_t page_alerts = 30;

DeliverySurroundings around_delivery(const DeliverySetup& setup) {
  DeliverySurroundings around;
  around.zone = setup.zone;
  around.templates = setup.templates;
  return around;
}

class App {
 public:
  explicit App(const Config& config) : App{config, delivery_setup_of(config, rules_of(config))} {}

  App(const Config& config, const DeliverySetup& delivery)
      : config_{std::make_shared<const Config>(config)},
        store_{config.daemon.data_dir.string()},
        dispatcher_{service_.get_executor(), store_, delivery.channels, delivery.routes,
                    around_delivery(delivery)},
        side_{market_, config_, [this](Decisions decisions) { hand_over(std::move(decisions)); }},
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
        page_{service_.get_executor(),
              {.market = [this](bool with_past) { return questions_.page(with_past); },
               .parts = [this](const PageSnapshot& page) { return parts_of(page); },
               .clock = wall_now}},
        api_{{[this] { return questions_.ask(); },
              [this](std::string rule) { return questions_.explain(std::move(rule)); }, dispatcher_,
              store_, [this] { return own_counts(); },
              [this](HttpQuery query) { return answer_aside(std::move(query), section_reply); },
              [this](HttpQuery query) { return answer_aside(std::move(query), chart_reply); },
              [this] { return page_.open(); }}},
        server_{service_.get_executor(),
                [this](HttpQuery query) { return api_.answer(std::move(query)); }, report_trouble},
        reload_{service_.get_executor(),
                {.load = [this] { return load_aside(); },
                 .take = [this](NextConfig next) { return take(std::move(next)); },
                 .tell =
                     [this](AlertEvent event) {
                       dispatcher_.tell(std::move(event), config_->daemon.notices);
                     }}},
        control_{{dispatcher_, store_, config_,
                  [this](ConfigText candidate) { return preview_aside(std::move(candidate)); }}},
        control_socket_{service_.get_executor(),
                        [this](std::string line) { return control_.answer(std::move(line)); }},
        service_tasks_{service_.get_executor(), report},
        signals_{service_, SIGTERM, SIGINT, SIGHUP} {}

  int run() {
    if (const auto listening = server_.listen(config_->daemon.http); !listening) {
      std::cerr << to_line({config_->file.string(), 0, 0, "[daemon] http",
                            "cannot listen on " + config_->daemon.http + ": " +
                                listening.error().message(),
                            "choose a free port, or stop what uses this one"})
                << '\n';
      return 1;
    }
    control_socket_.listen(config_->daemon.control);
    take_up();
    if (const auto& upgrade = store_.upgraded())
      spdlog::info("store upgraded from_schema={} to_schema={} copy={}", upgrade->from, upgrade->to,
                   upgrade->copy);
    spdlog::info("started version={} http={} port={} rules={} feeds={}", version(),
                 config_->daemon.http, server_.port(), config_->rules.size(),
                 config_->feeds.size());

    dispatcher_.start(service_tasks_);
    heartbeat_.start(service_tasks_);
    digests_.start(service_tasks_);
    service_tasks_.spawn("http", server_.run());
    service_tasks_.spawn("page", page_.run());
    service_tasks_.spawn("control", control_socket_.run());
    service_tasks_.spawn("reload", reload_.run());
    await_signal();
    let_reload_signals_in();
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

  static void report_trouble(HttpTrouble kind, const std::string& what) {
    spdlog::warn("http trouble={} what=\"{}\"", http_troubles[static_cast<std::size_t>(kind)],
                 what);
  }

  /// What the page shows; the last alerts as far as the store can be read.
  std::vector<PagePart> parts_of(const PageSnapshot& page) {
    return page_parts(page, dispatcher_.snapshot(), latest_alerts_.read(),
                      {.language = config_->daemon.language == Language::zh ? "zh" : "en",
                       .timezone = config_->daemon.timezone,
                       .events_clock = config_->engine.clock == EngineClock::events});
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
    for (const auto& [instrument, days, minutes] :
         stored_past(store_, *config_, instruments_of(*config_), now)) {
      side_.know_days(instrument, days);
      side_.warm(instrument, minutes);
    }
  }

  OwnCounts own_counts() const {
    return {.heartbeat = heartbeat_.counts(),
            .digests = digests_.counts(),
            .reload = reload_.counts(),
            .http = server_.counts()};
  }

  asio::awaitable<MadeDigest> make_aside(DigestOrder order) {
    return done_aside(aside_.get_executor(), [config = config_, order = std::move(order)] {
      return make_digest(*config, order);
    });
  }

  asio::awaitable<NextConfig> load_aside() {
    return done_aside(aside_.get_executor(),
                      [config = config_] { return load_next_config(*config); });
  }

  asio::awaitable<NextConfig> preview_aside(ConfigText candidate) {
    return done_aside(aside_.get_executor(), [config = config_, candidate = std::move(candidate)] {
      return load_next_config(*config, candidate);
    });
  }

  /// Likewise for a page's question about the past.
  asio::awaitable<HttpReply> answer_aside(HttpQuery query,
                                          HttpReply (*reply)(const Config&, const HttpQuery&,
                                                             Timestamp)) {
    auto make = [config = config_, reply](const HttpQuery& asked) {
      return reply(*config, asked, wall_now());
    };
    return slow_answers_.answer(std::move(query), std::move(make));
  }

  /// Goes on by another config. Until the market side does, messages go by both: what it decides
  /// last by the old one, and first by the new one, finds its way.
  asio::awaitable<bool> take(NextConfig next) {
    auto [market, before, after] = *std::move(next.ready);
    dispatcher_.reconfigure(both_of(std::move(before), after));
    const auto taken = co_await questions_.reload(std::move(market));
    if (!taken || !*taken) co_return false;
    config_ = std::move(next.config);
    dispatcher_.reconfigure(std::move(after));
    heartbeat_.reconfigure(config_->heartbeat, zone_of(config_->daemon.timezone));
    digests_.reconfigure(*config_);
    control_.reconfigure(config_);
    set_log_level(config_->daemon.log);
    co_return true;
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
        reload_.ask();
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
    questions_.stop();
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

  std::shared_ptr<const Config> config_;  // that runs; once it does, the service thread's
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
  LatestAlerts latest_alerts_{store_, page_alerts};
  PageStream page_;
  Api api_;
  HttpServer server_;
  Reload reload_;
  Control control_;
  ControlSocket control_socket_;
  TaskGroup service_tasks_;
  asio::signal_set signals_;
  // Dies first: what it computes reads what is above. Neither a digest nor a reload waits
  // for a page.
  asio::thread_pool aside_{3};
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
