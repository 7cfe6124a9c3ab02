#include "tests/sim/run.hpp"

#include <fmt/format.h>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "net/url.hpp"
#include "tests/sim/checks.hpp"
#include "tests/sim/child.hpp"
#include "tests/sim/lockstep.hpp"
#include "tests/sim/reader.hpp"

namespace foghorn::sim {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono_literals;
using Values = std::vector<std::pair<std::string, std::string>>;

void write_file(const fs::path& file, const std::string& text) {
  std::ofstream stream{file, std::ios::binary};
  stream << text;
  if (!stream.flush()) throw std::runtime_error{file.string() + ": cannot be written"};
  // Among these are webhook URLs, which are secrets, if only for show.
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

std::string read_file(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  if (!stream) throw std::runtime_error{file.string() + ": cannot be read"};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

fs::path new_folder() {
  std::string name = (fs::temp_directory_path() / "foghorn-sim-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary folder can be made"};
  return name;
}

/// "binance-futures" as BINANCE_FUTURES.
std::string place_name(std::string name) {
  for (auto& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == '-') c = '_';
  }
  return name;
}

/// A port that nobody listens on just now.
std::uint16_t free_port(asio::io_context& io) {
  asio::ip::tcp::acceptor probe{io, {asio::ip::address_v4::loopback(), 0}};
  return probe.local_endpoint().port();
}

std::string minute(Timestamp t) {
  return format_utc(t).substr(0, 16).replace(10, 1, " ");
}

Timestamp wall_now() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

void say(const std::string& text) {
  fmt::print("{}", text);
  std::fflush(stdout);
}

class Run {
 public:
  explicit Run(RunOptions options)
      : options_{std::move(options)},
        lockstep_wanted_{options_.status || !options_.daemon.empty()},
        scenario_{read_scenario(
            options_.scenario.string(),
            lockstep_wanted_
                ? std::nullopt
                : std::optional{std::chrono::ceil<std::chrono::seconds>(wall_now()) + 5s})},
        dir_{options_.run_dir.empty() ? new_folder() : fs::absolute(options_.run_dir)} {
    fs::create_directories(dir_);
  }

  int run() {
    set_up();
    std::exception_ptr failure;
    asio::co_spawn(io_, play(), [&](std::exception_ptr ended) {
      failure = ended;
      io_.stop();
    });
    signals_.async_wait([this](boost::system::error_code error, int) {
      if (!error) io_.stop();
    });
    io_.run();
    if (!failure && played_ && options_.keep) stay();

    const bool died = child_ && child_->ended();
    end_daemon();
    if (child_ && (failure || died))
      fmt::print(stderr, "foghorn-sim: the daemon's log is {}\n", log_file().string());
    if (failure) std::rethrow_exception(failure);
    if (died)
      faults_.push_back(
          fmt::format("the daemon ended by itself, with exit code {}", *child_->ended()));
    else if (!played_)
      return 1;  // interrupted
    for (const auto& fault : faults_) fmt::print(stderr, "foghorn-sim: {}\n", fault);
    return faults_.empty() ? 0 : 1;
  }

 private:
  void set_up() {
    const auto credentials = make_credentials();
    write_file(dir_ / "ca.pem", credentials.ca_pem);
    places_ = {{"RUN_DIR", dir_.string()}, {"CA_FILE", (dir_ / "ca.pem").string()}};
    json::object venues, receivers;
    for (const auto& venue : venues_of(scenario_)) {
      auto& exchange = cast_.exchanges.emplace_back(
          std::make_unique<Exchange>(io_.get_executor(), credentials, scenario_, venue));
      const auto port = std::to_string(exchange->listen(0));
      places_.emplace_back(place_name(venue) + "_PORT", port);
      venues[venue] = "127.0.0.1:" + port;
    }
    for (const auto& spec : scenario_.receivers) {
      auto& receiver = cast_.receivers.emplace_back(std::make_unique<Receiver>(
          io_.get_executor(), credentials, spec, (dir_ / "received.jsonl").string(), wall_now,
          [this](const Receiver& at, const Received& what) { show(at, what); }));
      receiver->listen(0);
      const auto url_file = (dir_ / (spec.name + ".url")).string();
      write_file(url_file, receiver->url() + "\n");
      places_.emplace_back(place_name(spec.name) + "_URL_FILE", url_file);
      receivers[spec.name] = url_file;
    }
    write_file(dir_ / "sim.json",
               json::serialize(json::object{{"ca_file", (dir_ / "ca.pem").string()},
                                            {"venues", std::move(venues)},
                                            {"receivers", std::move(receivers)}}) +
                   "\n");
  }

  asio::awaitable<void> play() {
    const auto on_scene = [](const Scene& scene) {
      say(fmt::format("\n{} UTC  {}\n", minute(scene.at), scene.text));
    };
    if (!lockstep_wanted_) {
      say(fmt::format("Addresses: {}\n", (dir_ / "sim.json").string()));
      co_await run_at_wall_pace(scenario_, cast_, on_scene);
      played_ = true;
      co_return;
    }
    std::string address = options_.status.value_or("");
    if (!options_.daemon.empty()) address = start_daemon();
    const auto url = parse_url(address);
    if (!url) throw std::runtime_error{address + " is no URL; write http://127.0.0.1:9464"};

    DaemonClient daemon{io_.get_executor(), url->host, url->port};
    co_await wait_until_up(daemon);
    say(fmt::format("Metrics: {0}/metrics   Status: {0}/api/v1/status\n", address));
    const auto begun = std::chrono::steady_clock::now();
    Lockstep lockstep{scenario_, cast_, daemon, on_scene};
    lockstep_ = &lockstep;
    if (child_) asio::co_spawn(io_, run_watch_of_daemon(), asio::detached);
    co_await lockstep.run();
    played_ = true;
    lockstep_ = nullptr;

    co_await check(daemon);
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begun);
    say(fmt::format("\n{} steps from {} to {} UTC in {} s.\n", lockstep.steps(),
                    minute(scenario_.start), minute(scenario_.end), seconds.count()));
    if (options_.keep) say(fmt::format("Staying, with {}/metrics, until Ctrl-C.\n", address));
  }

  asio::awaitable<void> run_watch_of_daemon() {
    asio::steady_timer timer{io_};
    while (!child_->ended()) {
      timer.expires_after(100ms);
      co_await timer.async_wait(asio::use_awaitable);
    }
    io_.stop();
  }

  std::string start_daemon() {
    const auto port = std::to_string(free_port(io_));
    places_.emplace_back("HTTP_PORT", port);
    const auto config = dir_ / "config.toml";
    write_file(config, filled(read_file(options_.config), places_));
    say(fmt::format("Starting {} with {}\n", options_.daemon.string(), config.string()));
    import_histories(config);
    child_.emplace(std::vector<std::string>{fs::absolute(options_.daemon).string(), "run",
                                            "--config", config.string()},
                   log_file().string());
    return "http://127.0.0.1:" + port;
  }

  /// The daemon reads histories when it starts, and only a store that nobody has open takes them.
  void import_histories(const fs::path& config) {
    const auto log = (dir_ / "import.log").string();
    for (const auto& [instrument, file] : scenario_.histories) {
      Child import{{fs::absolute(options_.daemon).string(), "history", "import", "--config",
                    config.string(), instrument, (options_.scenario.parent_path() / file).string()},
                   log};
      const auto deadline = std::chrono::steady_clock::now() + 60s;
      while (!import.ended() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(1ms);
      if (import.ended().value_or(1) != 0)
        throw std::runtime_error{fmt::format("{} was not imported:\n{}", file, read_file(log))};
    }
    if (!scenario_.histories.empty())
      say(fmt::format("Imported {} reconstructed daily histories, such as {}.\n",
                      scenario_.histories.size(), scenario_.histories.front().file));
  }

  asio::awaitable<void> wait_until_up(DaemonClient& daemon) {
    asio::steady_timer timer{io_};
    for (int tries = 0; tries < 600; ++tries) {
      const auto status = co_await daemon.status();
      if (status.has_value()) co_return;
      if (child_ && child_->ended())
        throw std::runtime_error{fmt::format("the daemon ended with exit code {}:\n{}",
                                             *child_->ended(), read_file(log_file()))};
      timer.expires_after(100ms);
      co_await timer.async_wait(asio::use_awaitable);
    }
    throw std::runtime_error{"the daemon's status did not answer for a minute"};
  }

  asio::awaitable<void> check(DaemonClient& daemon) {
    const auto body = co_await daemon.get("/api/v1/alerts");
    const auto alerts =
        body.has_value() ? parse_alerts(*body) : Result<std::vector<DecidedAlert>>{body.error()};
    if (alerts.has_error()) {
      faults_.push_back("/api/v1/alerts cannot be read: " + alerts.error().message());
      co_return;
    }
    std::vector<Inbox> inboxes;
    for (const auto& receiver : cast_.receivers)
      inboxes.push_back({receiver->spec(), receiver->received()});
    for (const auto& found :
         {check_expectations(scenario_, *alerts), check_bad_prints(scenario_, *alerts),
          check_deliveries(*alerts, inboxes)})
      faults_.insert(faults_.end(), found.begin(), found.end());
    if (child_) {  // a daemon that ran before this scenario has counted others, too
      std::vector<ToldLiquidations> told;
      for (const auto& exchange : cast_.exchanges)
        told.push_back(
            {exchange->venue(), exchange->published_orders(), exchange->earlier_orders()});
      const auto metrics = co_await daemon.get("/metrics");
      const auto found = check_liquidations(metrics.has_value() ? *metrics : "", told);
      faults_.insert(faults_.end(), found.begin(), found.end());
    }
    if (scenario_.section) co_await show_section(daemon, *scenario_.section);
    if (faults_.empty())
      say(
          fmt::format("\nAll as expected: {} alert events, each told once or marked as a possible "
                      "repeat, none lost.\n",
                      alerts->size()));
  }

  asio::awaitable<void> show_section(DaemonClient& daemon, const SectionWanted& wanted) {
    const auto target = fmt::format("/api/v1/section?at={}&hours={}&format=md&lang=zh",
                                    format_utc(wanted.at), wanted.hours);
    const auto section = co_await daemon.get(target);
    if (section.has_error()) {
      faults_.push_back(target + " cannot be read: " + section.error().message());
      co_return;
    }
    say(fmt::format("\nThe section of these {} hours, {}:\n\n{}", wanted.hours, target, *section));
    const auto found = check_section(wanted, *section);
    faults_.insert(faults_.end(), found.begin(), found.end());
  }

  void show(const Receiver& at, const Received& what) {
    const auto when =
        lockstep_ != nullptr ? minute(lockstep_->now()) + " UTC" : minute(wall_now()) + " UTC";
    const auto platform = at.platform().called;
    const auto head = fmt::format("{} \"{}\" · {}", platform, at.spec().name, when);
    if (what.shown)
      say("\n" + framed(what.answer == "reset"
                            ? head + " · shown, but the line broke before the answer"
                            : head,
                        what.text));
    else
      say(fmt::format("\n   {} \"{}\" answered {} to request {}: nothing is shown yet\n", platform,
                      at.spec().name, what.answer, what.number));
  }

  void stay() {
    io_.restart();
    io_.run();  // until a signal stops it
  }

  void end_daemon() {
    if (!child_ || child_->ended()) return;
    child_->terminate();
    const auto deadline = std::chrono::steady_clock::now() + 15s;
    while (!child_->ended() && std::chrono::steady_clock::now() < deadline) {
      // Receivers must still answer what the daemon sends on its way out.
      io_.restart();
      io_.run_for(20ms);
    }
    if (!child_->ended())
      faults_.emplace_back("the daemon did not end within 15 s of SIGTERM");
    else if (*child_->ended() != 0)
      faults_.push_back(
          fmt::format("upon SIGTERM the daemon ended with exit code {}", *child_->ended()));
  }

  fs::path log_file() const { return dir_ / "foghorn.log"; }

  RunOptions options_;
  bool lockstep_wanted_;
  Scenario scenario_;
  fs::path dir_;
  Values places_;
  asio::io_context io_{1};
  asio::signal_set signals_{io_, SIGINT, SIGTERM};
  Cast cast_;
  std::optional<Child> child_;
  const Lockstep* lockstep_{};
  bool played_{};
  std::vector<std::string> faults_;
};

}  // namespace

std::string filled(std::string text, const Values& values) {
  for (const auto& [name, value] : values) {
    const auto place = "@" + name + "@";
    for (auto at = text.find(place); at != std::string::npos;
         at = text.find(place, at + value.size()))
      text.replace(at, place.size(), value);
  }
  for (auto at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
    auto end = at + 1;
    while (end < text.size() && ((text[end] >= 'A' && text[end] <= 'Z') || text[end] == '_')) ++end;
    if (end > at + 1 && end < text.size() && text[end] == '@')
      throw std::runtime_error{"the config names " + text.substr(at, end - at + 1) +
                               ", which this scenario has not"};
  }
  return text;
}

int run(const RunOptions& options) {
  return Run{options}.run();
}

}  // namespace foghorn::sim
