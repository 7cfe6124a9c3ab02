#pragma once
// A small HTTP server for the daemon's read-only port: GET and HEAD, bounded in every way.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/result.hpp"

namespace foghorn {

namespace asio = boost::asio;

struct HttpQuery {
  std::string path;                                             ///< decoded, without the query
  std::vector<std::pair<std::string, std::string>> parameters;  ///< decoded
  std::string accept;                                           ///< the Accept header
};

struct HttpReply {
  int status{200};
  std::string content_type{"text/plain; charset=utf-8"};
  std::string body{};
};

/// Answers one request. May wait.
using HttpHandler = std::function<asio::awaitable<HttpReply>(HttpQuery)>;

/// At most 64 connections (a 65th is closed at once), 8 KiB of request head, no request body, 10 s
/// for a head to arrive, 30 s idle, 10 s for a handler. Other methods get 405. A handler that
/// throws gives 500 and a log-free error reply.
class HttpServer {
 public:
  HttpServer(asio::any_io_executor executor, HttpHandler handler);
  ~HttpServer();

  /// Binds "127.0.0.1:9464" (port 0: any). Errors are the system's: address in use, permission.
  Result<void> listen(const std::string& address);
  std::uint16_t port() const;

  /// Serves until cancelled.
  asio::awaitable<void> run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foghorn
