#include "daemon/api.hpp"

#include <algorithm>
#include <charconv>

#include "daemon/explain_json.hpp"
#include "daemon/explain_text.hpp"
#include "daemon/metrics.hpp"
#include "daemon/page_files.hpp"
#include "daemon/process_facts.hpp"
#include "daemon/status_json.hpp"
#include "daemon/traced_alerts.hpp"
#include "net/clock.hpp"

namespace foghorn {
namespace {

constexpr std::size_t most_alerts = 1'000;

HttpReply plain(int status, std::string body) {
  return {status, "text/plain; charset=utf-8", std::move(body) + "\n"};
}
HttpReply json(std::string body) {
  return {200, "application/json", std::move(body)};
}

HttpReply no_answer() {
  return plain(503, "the market thread did not answer within two seconds");
}

std::optional<std::string_view> parameter(const HttpQuery& query, std::string_view name) {
  for (const auto& [key, value] : query.parameters)
    if (key == name) return value;
  return std::nullopt;
}

/// A document of ours with a style sheet inside it, and nothing that runs.
HttpReply document(HttpReply reply) {
  if (reply.content_type.starts_with("text/html") || reply.content_type.starts_with("image/svg"))
    reply.headers.emplace_back("Content-Security-Policy",
                               "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                               "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  return reply;
}

}  // namespace

asio::awaitable<HttpReply> Api::answer(HttpQuery query) {
  if (query.path == "/healthz") co_return plain(200, "ok");
  if (query.path == "/readyz") co_return co_await ready();
  if (query.path == "/metrics") co_return co_await metrics();
  if (query.path == "/api/v1/status") co_return co_await status();
  if (query.path == "/api/v1/explain") co_return co_await explain(std::move(query));
  if (query.path == "/api/v1/alerts") co_return alerts(query);
  if (query.path == "/api/v1/section" && sources_.section)
    co_return document(co_await sources_.section(std::move(query)));
  if (query.path == "/api/v1/chart" && sources_.chart)
    co_return document(co_await sources_.chart(std::move(query)));
  if (query.path == "/api/v1/stream" && sources_.stream) co_return sources_.stream();
  if (auto file = page_reply(query)) co_return std::move(*file);
  co_return plain(404, "no such page; / lists what there is");
}

asio::awaitable<HttpReply> Api::ready() {
  const auto market = co_await sources_.market();
  if (!market) co_return no_answer();
  const auto delivery = sources_.dispatcher.snapshot();
  if (!delivery.store_error.empty())
    co_return plain(503, "the store cannot commit: " + delivery.store_error + "; " +
                             std::to_string(delivery.unsaved_events) +
                             " alert events are kept in memory");
  if (!market->any_data) co_return plain(503, "no feed has brought data yet");
  co_return plain(200, "ready");
}

asio::awaitable<HttpReply> Api::metrics() {
  const auto market = co_await sources_.market();
  if (!market) co_return no_answer();
  const auto own = sources_.own ? sources_.own() : OwnCounts{};
  auto body = metrics_text(*market, sources_.dispatcher.snapshot(), process_facts(), own);
  co_return HttpReply{200, "text/plain; version=0.0.4; charset=utf-8", std::move(body)};
}

asio::awaitable<HttpReply> Api::status() {
  const auto market = co_await sources_.market();
  if (!market) co_return no_answer();
  co_return json(status_json(*market, sources_.dispatcher.snapshot()) + "\n");
}

asio::awaitable<HttpReply> Api::explain(HttpQuery query) {
  const auto format = parameter(query, "format").value_or("json");
  if (format != "json" && format != "text") co_return plain(400, "format is json or text");
  const auto rule = parameter(query, "rule");
  if (!rule) co_return plain(400, "which rule? write ?rule=ID");
  const auto answer = co_await sources_.explain(std::string{*rule});
  if (!answer) co_return no_answer();
  if (answer->explanation && format == "text")
    co_return HttpReply{.body = explain_text(*answer->explanation)};
  if (answer->explanation) co_return json(explain_json(*answer->explanation) + "\n");
  co_return plain(404, "there is no rule of that id" +
                           (answer->meant.empty() ? "; /api/v1/status lists them all"
                                                  : "; did you mean \"" + answer->meant + "\"?"));
}

HttpReply Api::alerts(const HttpQuery& query) {
  const auto number = [&](std::string_view name, std::size_t otherwise,
                          std::size_t most) -> std::optional<std::size_t> {
    const auto given = parameter(query, name);
    if (!given) return otherwise;
    std::size_t value{};
    const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), value);
    if (error != std::errc{} || end != given->data() + given->size() || value == 0)
      return std::nullopt;
    return std::min(value, most);
  };
  const auto limit = number("limit", 100, most_alerts);
  const auto hours = number("hours", 0, 24 * 366);
  if (!limit || !hours) return plain(400, "limit and hours are whole numbers above zero");

  // With clock = "events" alerts carry the events' time, which has nothing to do with now: without
  // hours, all are asked for.
  const auto from = *hours == 0 ? Timestamp{} : wall_now() - std::chrono::hours{*hours};
  const auto alerts = traced_alerts(sources_.store, from, *limit);
  if (!alerts) return plain(503, "the store cannot be read: " + alerts.error().message());
  return json(alerts_json(*alerts));
}

}  // namespace foghorn
