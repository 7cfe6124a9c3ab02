#include "feeds/feed.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace foghorn {

Feed::Feed(const Venue& venue, FeedOptions options, FeedEnvironment environment, FeedPolicy policy)
    : environment_{std::move(environment)},
      policy_{policy},
      books_{venue, std::move(options),
             BooksEnvironment{.sources = environment_.sources,
                              .engine = environment_.engine,
                              .sink = environment_.sink,
                              .intake = environment_.intake,
                              .coverage = environment_.coverage,
                              .candles = environment_.candles},
             policy.streams},
      tapped_{books_, environment_.tap},
      pacer_{policy.connect_spacing} {}

double Feed::random() {
  return std::uniform_real_distribution<double>{0, 1}(random_);
}

void Feed::start(TaskGroup& tasks) {
  if (const auto& known = options().known_contracts) {
    if (!tapped_.contracts(*known, environment_.clock.now()))
      spdlog::warn("contracts remembered but not understood feed={} consequence=asked_anew",
                   name());
  }
  WsOptions ws;
  ws.ca_file = options().ca_file;
  ws.proxy = options().proxy;
  for (std::uint32_t link = 0; link < books_.links(); ++link) {
    ws.headers = books_.connection(link).headers;
    SessionContext context{.books = tapped_,
                           .link = link,
                           .clock = environment_.clock,
                           .pacer = pacer_,
                           .connect = environment_.connect,
                           .options = ws,
                           .random = [this] { return random(); },
                           .policy = policy_.session};
    tasks.spawn("feed " + name() + " " + std::to_string(link + 1), run_session(std::move(context)));
  }
  start_contracts(tasks);
}

void Feed::start_contracts(TaskGroup& tasks) {
  auto url = rest_address(venue(), options(), venue().contracts_path());
  if (url.empty()) return;
  HttpOptions http;
  http.ca_file = options().ca_file;
  http.proxy = options().proxy;
  ContractsContext context{
      .feed = name(),
      .accept = [this](std::string_view body) { return accept_contracts(body); },
      .clock = environment_.clock,
      .url = std::move(url),
      .options = std::move(http),
      .fetch = environment_.fetch,
      .random = [this] { return random(); },
      .policy = policy_.contracts};
  tasks.spawn("contracts " + name(), run_contracts(std::move(context)));
}

Result<std::size_t> Feed::accept_contracts(std::string_view body) {
  const auto known = tapped_.contracts(body, environment_.clock.now());
  if (known && environment_.contracts_accepted) environment_.contracts_accepted(name(), body);
  return known;
}

Result<std::size_t> Feed::candles(std::string_view symbol, std::string_view body) {
  return tapped_.candles(symbol, body, environment_.clock.now());
}

}  // namespace foghorn
