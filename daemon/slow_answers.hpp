#pragma once
// HTTP answers that take a while to compute: made on another thread, one after another, while
// requests wait for theirs; few may wait, and the same is not made twice within seconds.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/http_server.hpp"

namespace foghorn {

struct SlowAnswersLimits {
  std::size_t most_waiting{8};  ///< the one being made included
  std::chrono::steady_clock::duration kept{std::chrono::seconds{5}};  ///< from when it was made
  std::size_t most_kept{32};  ///< answers; of requests whose heads the server bounds
};

/// All calls belong to the thread of `here`, which runs no more when this dies; what is being made
/// on `aside` then may go on.
class SlowAnswers {
 public:
  using Make = std::function<HttpReply(const HttpQuery&)>;
  using Limits = SlowAnswersLimits;

  SlowAnswers(asio::any_io_executor here, asio::any_io_executor aside, Limits limits = {});

  /// What `make` says to `query`, or has said to the same path and parameters a moment ago with
  /// status 200; to be given the same `make` for a path each time. 503 with Retry-After when too
  /// many wait; 500 where `make` throws. Who is cancelled waits no longer, and the answer is made
  /// all the same.
  asio::awaitable<HttpReply> answer(HttpQuery query, Make make);

 private:
  using Key = std::pair<std::string, std::vector<std::pair<std::string, std::string>>>;
  struct Entry;

  void forget_old();
  void made(const Key& key, Entry& entry, HttpReply reply);
  std::shared_ptr<Entry> begin(HttpQuery query, Make make);

  asio::any_io_executor here_;
  asio::strand<asio::any_io_executor> aside_;
  Limits limits_;
  std::map<Key, std::shared_ptr<Entry>> entries_;
  std::size_t waiting_{};
};

}  // namespace foghorn
