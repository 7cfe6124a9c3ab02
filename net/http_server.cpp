#include "net/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/system/errc.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>
#include <optional>
#include <string_view>

#include "net/http_io.hpp"
#include "net/task_group.hpp"
#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using boost::system::error_code;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Parser = http::request_parser<http::empty_body>;
using Request = Parser::value_type;

constexpr std::size_t most_connections = 64;
constexpr std::size_t largest_head = 8 << 10;
constexpr auto head_limit = 10s;
constexpr auto idle_limit = 30s;
constexpr auto handler_limit = 10s;
constexpr auto write_limit = 10s;
constexpr auto pause_after_failed_accept = 100ms;  // out of descriptors: some may come free

HttpReply plain(int status, std::string_view line) {
  return {.status = status, .body = std::string{line} + "\n"};
}

HttpReply request_failed() {
  return plain(500, "the request failed");
}

/// What goes out, and whether the connection may be used again.
struct Answer {
  HttpReply reply;
  bool keep_alive{};
  bool head_only{};
};

std::string text_of(const Answer& answer) {
  const auto& reply = answer.reply;
  const auto reason =
      http::obsolete_reason(http::int_to_status(static_cast<unsigned>(reply.status)));
  std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " ";
  text.append(reason.data(), reason.size());
  text += "\r\nContent-Type: " + reply.content_type;
  text += "\r\nContent-Length: " + std::to_string(reply.body.size());
  text += "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff";
  if (reply.status == 405) text += "\r\nAllow: GET, HEAD";
  text +=
      answer.keep_alive ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  if (!answer.head_only) text += reply.body;
  return text;
}

/// nullopt for a target that is not a path with an optional query.
std::optional<HttpQuery> query_of(const Request& request) {
  const auto target =
      boost::urls::parse_origin_form({request.target().data(), request.target().size()});
  if (!target) return std::nullopt;
  HttpQuery query;
  query.path = target->path();
  for (const auto& parameter : target->params())
    query.parameters.emplace_back(parameter.key, parameter.value);
  query.accept = request[http::field::accept];
  return query;
}

asio::awaitable<Result<HttpReply>> ask(const HttpHandler& handler, HttpQuery query) {
  co_return co_await handler(std::move(query));
}

asio::awaitable<HttpReply> reply_to(const Request& request, const HttpHandler& handler) {
  auto query = query_of(request);
  if (!query) co_return plain(400, "that is not a path");
  try {
    auto reply = co_await with_timeout(ask(handler, std::move(*query)), handler_limit);
    if (reply) co_return std::move(*reply);
    co_return plain(503, "no answer in time");
  } catch (const boost::system::system_error& failure) {
    if (failure.code() == asio::error::operation_aborted) throw;  // we are being stopped
    co_return request_failed();
  } catch (const std::exception&) {
    co_return request_failed();
  }
}

/// What to say to who has not sent a request we can read; nullopt: nothing, just hang up.
std::optional<HttpReply> complaint_about(error_code error) {
  if (error == Errc::too_large) return plain(431, "at most 8 KiB of request head");
  if (error == Errc::bad_protocol) return plain(400, "that is not HTTP");
  return std::nullopt;
}

class HttpConnection {
 public:
  HttpConnection(tcp::socket socket, const HttpHandler& handler)
      : line_{make_tcp_line(std::move(socket))}, handler_{handler} {}

  asio::awaitable<void> serve() {
    for (bool more = true; more;) {
      Parser parser;
      parser.header_limit(largest_head);
      const auto read = co_await read_head(parser);
      Answer answer;
      if (read) {
        answer = co_await answer_to(parser);
      } else if (auto complaint = complaint_about(read.error())) {
        answer.reply = std::move(*complaint);
      } else {
        co_return;
      }
      const auto text = text_of(answer);
      const auto written = co_await with_timeout(write_all(*line_, text), write_limit);
      more = written && answer.keep_alive;
    }
  }

 private:
  /// Waits long for a request to begin, and less long for it to be whole.
  asio::awaitable<Result<void>> read_head(Parser& parser) {
    if (buffer_.size() == 0) {
      const auto begun = co_await with_timeout(read_some(), idle_limit);
      if (!begun) co_return begun.error();
    }
    co_return co_await with_timeout(read_http<true>(*line_, buffer_, parser, HttpPart::head),
                                    head_limit);
  }

  asio::awaitable<Result<void>> read_some() {
    const auto room = buffer_.prepare(largest_head);
    const auto [error, size] = co_await line_->read_some(room, asio::as_tuple(asio::deferred));
    buffer_.commit(size);
    if (error) co_return error;
    co_return Result<void>{};
  }

  asio::awaitable<Answer> answer_to(const Parser& parser) {
    const auto& request = parser.get();
    Answer answer;
    const bool has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
    answer.head_only = request.method() == http::verb::head;
    answer.keep_alive = request.keep_alive() && !has_body;
    if (request.method() != http::verb::get && !answer.head_only) {
      answer.reply = plain(405, "read-only: GET and HEAD");
    } else if (has_body) {
      answer.reply = plain(413, "no request body, please");
    } else {
      answer.reply = co_await reply_to(request, handler_);
    }
    co_return answer;
  }

  std::unique_ptr<Line> line_;
  const HttpHandler& handler_;
  beast::flat_buffer buffer_{4 * largest_head};  // a head, and what was sent ahead of our answer
};

asio::awaitable<void> serve(tcp::socket socket, const HttpHandler& handler) {
  HttpConnection connection{std::move(socket), handler};
  co_await connection.serve();
}

/// "127.0.0.1:9464", "[::1]:9464", "localhost:9464".
std::optional<tcp::endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";

  std::uint16_t number{};
  const auto [end, wrong] = std::from_chars(port.data(), port.data() + port.size(), number);
  error_code not_an_address;
  const auto address = asio::ip::make_address(std::string{host}, not_an_address);
  if (wrong != std::errc{} || end != port.data() + port.size() || not_an_address)
    return std::nullopt;
  return tcp::endpoint{address, number};
}

}  // namespace

struct HttpServer::Impl {
  Impl(const asio::any_io_executor& executor, HttpHandler answer)
      : handler{std::move(answer)}, acceptor{executor}, connections{executor, forget_failure} {}

  // A connection's own failure ends that connection, and is the peer's loss.
  static void forget_failure(const std::string&, std::exception_ptr) {}

  asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
      if (error) {
        co_await pause_for(pause_after_failed_accept);
      } else if (connections.size() < most_connections) {
        connections.spawn("connection", serve(std::move(socket), handler));
      }
    }
  }

  HttpHandler handler;
  tcp::acceptor acceptor;
  TaskGroup connections;
};

HttpServer::HttpServer(asio::any_io_executor executor, HttpHandler handler)
    : impl_{std::make_unique<Impl>(executor, std::move(handler))} {}

HttpServer::~HttpServer() = default;

Result<void> HttpServer::listen(const std::string& address) {
  const auto endpoint = parse_endpoint(address);
  if (!endpoint) return boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
  auto& acceptor = impl_->acceptor;
  error_code error;
  acceptor.open(endpoint->protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
  if (!error) acceptor.bind(*endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return Result<void>{};
  error_code ignored;
  acceptor.close(ignored);
  return error;
}

std::uint16_t HttpServer::port() const {
  error_code not_listening;
  return impl_->acceptor.local_endpoint(not_listening).port();
}

asio::awaitable<void> HttpServer::run() {
  std::exception_ptr stopped;
  try {
    co_await impl_->accept();
  } catch (...) {
    stopped = std::current_exception();
  }
  // Stopped: but the connections use what is ours, so they end first.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  impl_->connections.cancel();
  co_await impl_->connections.join(24h);
  std::rethrow_exception(stopped);
}

}  // namespace foghorn
