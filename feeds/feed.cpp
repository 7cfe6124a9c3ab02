#include "feeds/feed.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

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
      pacer_{policy.connect_spacing.value_or(venue.limits().connect_spacing)},
      rest_pacer_{venue.limits().rest_spacing},
      known_contracts_{this->options().known_contracts},
      backfill_{backfill_context()} {}

double Feed::random() {
  return std::uniform_real_distribution<double>{0, 1}(random_);
}

void Feed::start(TaskGroup& tasks) {
  if (const auto& known = known_contracts_) {
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
                           .log_in = login(),
                           .random = [this] { return random(); },
                           .policy = policy_.session};
    tasks.spawn("feed " + name() + " " + std::to_string(link + 1), run_session(std::move(context)));
  }
  start_contracts(tasks);
  if (backfills()) tasks.spawn("backfill " + name(), backfill_.run());
}

void Feed::stop() {
  tapped_.close(environment_.clock.now());
}

void Feed::listen_in(Tap* tap) {
  environment_.tap = tap;
  tapped_.listen_in(tap, environment_.clock.now());
}

void Feed::want_candles(const std::string& symbol, Timestamp from, Timestamp to) {
  if (!backfills()) return;
  for (const auto& price : options().request.prices) {
    if (price.symbol == symbol) return backfill_.want({symbol, price.kind, from, to});
  }
}

BackfillContext Feed::backfill_context() {
  return {
      .feed = name(),
      .venue = venue(),
      .clock = environment_.clock,
      .address = [this](std::string_view path) { return rest_address(venue(), options(), path); },
      .options = http_options(),
      .fetch = [this](
                   HttpRequest request,
                   HttpOptions http) { return fetch_spaced(std::move(request), std::move(http)); },
      .accept = [this](std::string_view symbol,
                       std::string_view body) { return candles(symbol, body); },
      .random = [this] { return random(); },
      .policy = policy_.backfill};
}

/// All questions by REST share the venue's limit.
asio::awaitable<HttpAnswer> Feed::fetch_spaced(HttpRequest request, HttpOptions options) {
  asio::steady_timer timer{co_await asio::this_coro::executor};
  timer.expires_after(rest_pacer_.reserve(environment_.clock.now()));
  co_await timer.async_wait(asio::use_awaitable);
  co_return co_await environment_.fetch(std::move(request), std::move(options));
}

HttpOptions Feed::http_options() const {
  HttpOptions http;
  http.ca_file = options().ca_file;
  http.proxy = options().proxy;
  return http;
}

std::function<asio::awaitable<LoggedIn>()> Feed::login() const {
  auto login = venue().login(options().request);
  if (!login) return {};
  auto url = rest_address(venue(), options(), login->request.path);
  return [this, login = std::move(*login), url = std::move(url)] {
    LoginContext context{.login = login,
                         .url = url,
                         .options = http_options(),
                         .fetch = environment_.fetch,
                         .clock = environment_.clock};
    return log_in(std::move(context));
  };
}

void Feed::start_contracts(TaskGroup& tasks) {
  auto url = rest_address(venue(), options(), venue().contracts_path());
  if (url.empty()) return;
  ContractsContext context{
      .feed = name(),
      .accept = [this](std::string_view body) { return accept_contracts(body); },
      .clock = environment_.clock,
      .url = std::move(url),
      .options = http_options(),
      .fetch = [this](
                   HttpRequest request,
                   HttpOptions http) { return fetch_spaced(std::move(request), std::move(http)); },
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
