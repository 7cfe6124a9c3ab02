#include "net/http_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include "net/http_io.hpp"
#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

using boost::system::error_code;

constexpr std::size_t most_streams = 16;
constexpr std::size_t largest_head = 8 << 10;

HttpReply plain(int status, std::string_view line) {
  return {.status = status, .body = std::string{line} + "\n"};
}

HttpReply come_again(std::string_view line, const char* seconds) {
  auto reply = plain(503, line);
  reply.headers.emplace_back("Retry-After", seconds);
  return reply;
}

/// What to say to who has not sent a request we can read; nullopt: nothing, just hang up.
std::optional<HttpReply> complaint_about(error_code error) {
  if (error == Errc::too_large) return plain(431, "at most 8 KiB of request head");
  if (error == Errc::bad_protocol) return plain(400, "that is not HTTP");
  return std::nullopt;
}

template <class T>
asio::awaitable<Result<T>> as_result(asio::awaitable<T> answer) {
  co_return co_await std::move(answer);
}

asio::awaitable<HttpReply> ask(HttpShared& shared, HttpQuery query) {
  const auto path = query.path.substr(0, 64);
  const auto trouble = [&](const std::string& what) {
    shared.failed_path = path;
    shared.trouble(HttpTrouble::handler, path + what);
  };
  try {
    auto reply =
        co_await with_timeout(as_result(shared.handler(std::move(query))), shared.limits.handler);
    // That another one is answered says nothing of the one that was not.
    if (reply && path == shared.failed_path) shared.over(HttpTrouble::handler);
    if (reply) co_return std::move(*reply);
    trouble(" not answered in time");
    co_return come_again("no answer in time", "5");
  } catch (const boost::system::system_error& failure) {
    if (failure.code() == asio::error::operation_aborted) throw;  // we are being stopped
    trouble(std::string{" failed: "} + failure.what());
  } catch (const std::exception& failure) {
    trouble(std::string{" failed: "} + failure.what());
  }
  co_return plain(500, "the request failed");
}

/// Reads and drops until the peer hangs up.
asio::awaitable<Result<void>> drain(Line& line) {
  std::array<char, 1024> dropped;
  for (;;) {
    const auto [error, size] =
        co_await line.read_some(asio::buffer(dropped), asio::as_tuple(asio::deferred));
    if (error) co_return error;
  }
}

/// One of the streams there may be.
class StreamPlace {
 public:
  explicit StreamPlace(HttpShared& shared) : shared_{shared} { ++shared_.counts.streams; }
  ~StreamPlace() {
    --shared_.counts.streams;
    shared_.over(HttpTrouble::streams);
  }
  StreamPlace(const StreamPlace&) = delete;
  StreamPlace& operator=(const StreamPlace&) = delete;

 private:
  HttpShared& shared_;
};

/// Among those that wait for a request.
class IdlePlace {
 public:
  IdlePlace(HttpShared& shared, Line& line)
      : idle_{shared.idle}, place_{idle_.insert(idle_.end(), IdleConnection{line})} {}
  ~IdlePlace() { idle_.erase(place_); }
  IdlePlace(const IdlePlace&) = delete;
  IdlePlace& operator=(const IdlePlace&) = delete;

 private:
  std::list<IdleConnection>& idle_;
  std::list<IdleConnection>::iterator place_;
};

}  // namespace

void HttpShared::trouble(HttpTrouble kind, const std::string& what) {
  const auto i = static_cast<std::size_t>(kind);
  ++counts.troubles[i];
  if (std::exchange(told[i], what) != what && on_trouble) on_trouble(kind, what);
}

bool HttpShared::send_idle_away() {
  const auto longest = std::ranges::find(idle, false, &IdleConnection::sent_away);
  if (longest == idle.end()) return false;
  longest->sent_away = true;
  longest->line.close();
  return true;
}

std::size_t HttpShared::sent_away() const {
  return static_cast<std::size_t>(std::ranges::count(idle, true, &IdleConnection::sent_away));
}

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, HttpShared& shared)
    : line_{make_tcp_line(std::move(socket))}, shared_{shared}, buffer_{4 * largest_head} {}

asio::awaitable<void> HttpConnection::serve() {
  for (bool more = true; more;) {
    HttpRequestParser parser;
    parser.header_limit(largest_head);
    const auto read = co_await read_head(parser);
    Answer answer;
    if (read) {
      ++shared_.counts.requests;
      answer = co_await answer_to(parser);
    } else if (auto complaint = complaint_about(read.error())) {
      answer.reply = std::move(*complaint);
    } else {
      co_return;
    }
    const auto pieces = answer.head_only ? HttpPieces{} : answer.reply.pieces;
    if (pieces) {
      const StreamPlace place{shared_};
      if (co_await send(to_http(answer.reply, false, false))) co_await send_pieces(pieces);
      co_return;
    }
    const bool sent = co_await send(to_http(answer.reply, answer.keep_alive, answer.head_only));
    if (sent) shared_.over(HttpTrouble::slow_reader);
    more = sent && answer.keep_alive;
  }
}

/// Waits long for a request to begin, and less long for it to be whole.
asio::awaitable<Result<void>> HttpConnection::read_head(HttpRequestParser& parser) {
  if (buffer_.size() == 0) {
    const IdlePlace place{shared_, *line_};
    const auto begun = co_await with_timeout(read_some(), shared_.limits.idle);
    if (!begun) co_return begun.error();
  }
  co_return co_await with_timeout(read_http<true>(*line_, buffer_, parser, HttpPart::head),
                                  shared_.limits.head);
}

asio::awaitable<Result<void>> HttpConnection::read_some() {
  const auto room = buffer_.prepare(largest_head);
  const auto [error, size] = co_await line_->read_some(room, asio::as_tuple(asio::deferred));
  buffer_.commit(size);
  if (error) co_return error;
  co_return Result<void>{};
}

asio::awaitable<HttpConnection::Answer> HttpConnection::answer_to(const HttpRequestParser& parser) {
  auto asked = read_request(parser, shared_.only_local);
  Answer answer{.reply = std::move(asked.refusal),
                .keep_alive = asked.keep_alive,
                .head_only = asked.head_only};
  if (asked.query) answer.reply = co_await ask(shared_, std::move(*asked.query));
  if (answer.reply.pieces && !answer.head_only && shared_.counts.streams >= most_streams) {
    shared_.trouble(HttpTrouble::streams, "all " + std::to_string(most_streams) + " are taken");
    answer.reply = come_again("all streams are taken", "5");
  }
  co_return answer;
}

asio::awaitable<bool> HttpConnection::send(const std::string& bytes) {
  const auto written = co_await with_timeout(write_all(*line_, bytes), shared_.limits.write);
  if (!written && written.error() == Errc::timed_out)
    shared_.trouble(HttpTrouble::slow_reader, "cut off");
  co_return written.has_value();
}

asio::awaitable<void> HttpConnection::until_hung_up() {
  co_await drain(*line_);
}

asio::awaitable<void> HttpConnection::send_pieces(const HttpPieces& pieces) {
  for (;;) {
    auto piece = co_await raced_against(until_hung_up(), as_result(pieces()));
    if (!piece || piece->empty() || !co_await send(*piece)) co_return;
  }
}

asio::awaitable<void> turn_away(asio::ip::tcp::socket socket, const HttpShared& shared) {
  static const auto text = to_http(come_again("all connections are taken", "1"), false, false);
  error_code gone;
  // A fresh socket has room for it; one that has not is not waited for.
  socket.non_blocking(true, gone);
  socket.write_some(asio::buffer(text), gone);
  socket.shutdown(asio::socket_base::shutdown_send, gone);
  // Closed with something unread, the peer would get a reset instead of our answer.
  const auto line = make_tcp_line(std::move(socket));
  co_await with_timeout(drain(*line), shared.limits.parting);
}

}  // namespace foghorn
