#pragma once
// The daemon's read-only HTTP answers (design §8): what is asked, who is asked for it, how it is
// written.

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>

#include "alerts/dispatcher.hpp"
#include "daemon/snapshot.hpp"
#include "net/http_server.hpp"
#include "store/store.hpp"

namespace foghorn {

/// Where answers come from. All of it is used on the service thread.
struct ApiSources {
  /// The market thread's state; null where that thread did not answer within two seconds.
  std::function<asio::awaitable<std::shared_ptr<const Snapshot>>()> market;
  const Dispatcher& dispatcher;
  Store& store;
};

class Api {
 public:
  explicit Api(ApiSources sources) : sources_{std::move(sources)} {}

  asio::awaitable<HttpReply> answer(HttpQuery query);

 private:
  asio::awaitable<HttpReply> ready();
  asio::awaitable<HttpReply> metrics();
  asio::awaitable<HttpReply> status();
  HttpReply alerts(const HttpQuery& query);

  ApiSources sources_;
};

}  // namespace foghorn
