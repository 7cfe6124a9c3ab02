#pragma once
// The daemon's read-only HTTP answers (design §8): what is asked, who is asked for it, how it is
// written.

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>

#include "alerts/dispatcher.hpp"
#include "daemon/own_counts.hpp"
#include "daemon/snapshot.hpp"
#include "net/http_server.hpp"
#include "store/store.hpp"

namespace foghorn {

/// Where answers come from. All of it is used on the service thread.
struct ApiSources {
  /// The market thread's state; null where that thread did not answer within two seconds.
  std::function<asio::awaitable<std::shared_ptr<const Snapshot>>()> market;
  /// A rule of the market thread; null as above.
  std::function<asio::awaitable<std::shared_ptr<const ExplainAnswer>>(std::string rule)> explain;
  const Dispatcher& dispatcher;
  Store& store;
  std::function<OwnCounts()> own{};  ///< empty: none
  /// The fact sheet, read from the store; none: there is no such page.
  std::function<asio::awaitable<HttpReply>(HttpQuery)> section{};
  std::function<asio::awaitable<HttpReply>(HttpQuery)> chart{};
  /// What goes on, as server-sent events; likewise.
  std::function<HttpReply()> stream{};
};

class Api {
 public:
  explicit Api(ApiSources sources) : sources_{std::move(sources)} {}

  asio::awaitable<HttpReply> answer(HttpQuery query);

 private:
  asio::awaitable<HttpReply> ready();
  asio::awaitable<HttpReply> metrics();
  asio::awaitable<HttpReply> status();
  asio::awaitable<HttpReply> explain(HttpQuery query);
  HttpReply alerts(const HttpQuery& query);

  ApiSources sources_;
};

}  // namespace foghorn
