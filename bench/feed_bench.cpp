// What a message costs the process that receives it, from the kernel to the end of its judgement,
// over real TLS on loopback: CPU time by getrusage(), in one run beside two other clients.
//
//   bare     poll, SSL_read, frames by hand, the fields of the trade by simdjson: nothing else
//   feeds    the market side with config.toml's feeds and instruments, without rules
//   rules    the same with all rules of config.toml
//   beast    the bare client's work with Beast's async_read, a coroutine a connection
//
// usage: feed_bench CONFIG [MESSAGES per connection] [ROUNDS]
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/clients.hpp"
#include "bench/load_venue.hpp"
#include "daemon/config/config.hpp"

namespace {

using namespace foghorn;
using namespace foghorn::bench;

Config load(const std::string& file) {
  auto loaded = load_config(file, process_environment());
  if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&loaded))
    throw std::runtime_error{to_line(mistakes->front())};
  auto config = std::get<Config>(std::move(loaded));
  for (auto& feed : config.feeds) feed.enabled = feed.enabled && LoadVenue::speaks(feed.name);
  return config;
}

/// Runs `work` in a process of its own; what it returns comes back through a pipe.
template <class Work>
double in_a_process(Work work) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error{"no pipe"};
  const auto child = fork();
  if (child == 0) {
    double result = -1;
    try {
      result = work();
    } catch (const std::exception& e) {
      fmt::print(stderr, "feed_bench: {}\n", e.what());
    }
    _exit(write(ends[1], &result, sizeof result) == sizeof result ? 0 : 1);
  }
  close(ends[1]);
  double result = -1;
  const auto got = read(ends[0], &result, sizeof result);
  close(ends[0]);
  waitpid(child, nullptr, 0);
  if (got != sizeof result || result < 0) throw std::runtime_error{"a client failed"};
  return result;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void compare(const Config& config, const std::string& title, Load load, int rounds) {
  const auto credentials = sim::make_credentials();
  const std::string ca_file = fmt::format("/tmp/feed-bench-{}.pem", getpid());
  std::ofstream{ca_file} << credentials.ca_pem;
  LoadVenue venue{credentials, load};
  const auto server = fork();
  if (server == 0) venue.serve();

  const std::vector<std::pair<std::string, Client*>> clients{
      {"bare", run_bare}, {"feeds", run_feeds}, {"rules", run_rules}, {"beast", run_beast}};
  std::map<std::string, std::vector<double>> costs;
  for (int round = 0; round < rounds; ++round) {
    for (const auto& [name, run] : clients) {
      const Task task{config, ca_file, venue.port(), load.messages};
      costs[name].push_back(in_a_process([&] { return run(task); }));
    }
  }
  kill(server, SIGKILL);
  waitpid(server, nullptr, 0);
  unlink(ca_file.c_str());

  fmt::print("{}\n", title);
  const auto bare = median(costs["bare"]);
  for (const auto& [name, run] : clients) {
    const auto cost = median(costs[name]);
    fmt::print("  {:6} {:6.2f} us a message  {:5.2f} x bare  rounds {:.2f}\n", name, cost,
               cost / bare, fmt::join(costs[name], " "));
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string file = argc > 1 ? argv[1] : "config.toml";
    const std::uint64_t messages = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100'000;
    const int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
    signal(SIGPIPE, SIG_IGN);
    spdlog::set_level(spdlog::level::err);
    const auto config = load(file);
    compare(config, "as fast as they are taken", {.messages = messages}, rounds);
    compare(config, "4,000 messages a second on each connection",
            {.messages = messages / 10, .rate = 4'000}, rounds);
  } catch (const std::exception& e) {
    fmt::print(stderr, "feed_bench: {}\n", e.what());
    return 1;
  }
}
