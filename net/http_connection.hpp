#pragma once
// One connection of the HTTP server: its requests one after the other, and what is shared by all of
// them. Used by http_server.cpp alone.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <list>
#include <memory>

#include "net/http_request.hpp"
#include "net/http_server.hpp"
#include "net/line.hpp"

namespace foghorn {

/// A connection that waits for a request to begin.
struct IdleConnection {
  Line& line;
  bool sent_away{};  ///< its line is closed, which it has not noticed yet
};

/// What all connections share. Outlives them: each holds on to it.
struct HttpShared {
  HttpHandler handler;
  HttpServer::OnTrouble on_trouble;
  HttpLimits limits{};
  bool only_local{};
  HttpServerCounts counts{};
  std::array<std::string, http_troubles.size()> told{};  ///< what was last said of each kind
  std::string failed_path{};                             ///< of the handler's last trouble
  std::list<IdleConnection> idle{};                      ///< who waits longest is first

  /// Counts it, and tells it where it is not what was said last.
  void trouble(HttpTrouble kind, const std::string& what);
  /// It is over: the next of its kind is told again.
  void over(HttpTrouble kind) { told[static_cast<std::size_t>(kind)].clear(); }

  /// Closes the connection that has waited longest for a request. False: none waits.
  bool send_idle_away();
  std::size_t sent_away() const;
};

class HttpConnection {
 public:
  HttpConnection(asio::ip::tcp::socket socket, HttpShared& shared);

  /// Until the peer, or a bound, ends it.
  asio::awaitable<void> serve();

 private:
  struct Answer {
    HttpReply reply;
    bool keep_alive{};
    bool head_only{};
  };

  asio::awaitable<Result<void>> read_head(HttpRequestParser& parser);
  asio::awaitable<Result<void>> read_some();
  asio::awaitable<void> until_hung_up();
  asio::awaitable<Answer> answer_to(const HttpRequestParser& parser);
  asio::awaitable<bool> send(const std::string& bytes);
  asio::awaitable<void> send_pieces(const HttpPieces& pieces);

  std::unique_ptr<Line> line_;
  HttpShared& shared_;
  boost::beast::flat_buffer buffer_;  // a head, and what was sent ahead of our answer
};

/// Says to who cannot be served now that they may come again, and hangs up.
asio::awaitable<void> turn_away(asio::ip::tcp::socket socket, const HttpShared& shared);

}  // namespace foghorn
