// connect_ws(): the way from a URL to a WsStream, and the stream itself. Framing is ws_frames', the
// line is TLS or not; what is here is who may write when, and how it ends.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cassert>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "net/dial.hpp"
#include "net/random.hpp"
#include "net/with_timeout.hpp"
#include "net/ws_frames.hpp"
#include "net/ws_stream.hpp"
#include "net/ws_upgrade.hpp"

namespace foghorn {
namespace {

using boost::system::error_code;

constexpr std::uint16_t normal_closure = 1000;
constexpr std::size_t most_queued = 1 << 20;  // bytes

/// `wire` without what would break a quoted text on one line.
std::string one_quoted_line(std::string wire) {
  for (auto& c : wire) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = ' ';
    if (c == '"') c = '\'';
  }
  return wire;
}

/// Frames on their way out, one write at a time, in order. Shared with the write under way, which
/// may outlive the stream by the moment it takes to be cancelled.
class WsWriter : public std::enable_shared_from_this<WsWriter> {
 public:
  explicit WsWriter(std::unique_ptr<Line> line)
      : line_{std::move(line)},
        progress_{line_->executor(), asio::steady_timer::time_point::max()} {}

  Line& line() { return *line_; }

  /// Puts a frame in the queue; flush() says what became of it.
  void queue(WsOpcode opcode, std::string_view payload) {
    append_ws_frame(queued_, opcode, payload, random_bytes<char, 4>());
    pump();
  }

  /// Whether so much waits already that the peer must have stopped reading.
  bool full() const { return in_flight_.size() + queued_.size() > most_queued; }

  /// Asks as soon as the line is free; asking twice meanwhile asks no more.
  void queue_ping() {
    ping_ = true;
    pump();
  }

  /// Answers a ping as soon as the line is free. Of several pings meanwhile only the last is
  /// answered (RFC 6455 §5.5.3), so that a peer that pings and does not read costs us one answer's
  /// memory.
  void queue_pong(std::string_view payload) {
    pong_ = payload;
    pump();
  }

  /// Waits until all that is in the queue now has been handed to the line, or the line has failed.
  asio::awaitable<Result<void>> flush() {
    const auto goal = written_ + in_flight_.size() + queued_.size();
    while (written_ < goal && !error_) {
      error_code ignored;  // cancelled by progress; if by somebody else, the next co_await throws
      co_await progress_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (written_ < goal) co_return error_;
    co_return Result<void>{};
  }

  void close() { line_->close(); }

 private:
  void pump() {
    if (!in_flight_.empty() || error_) return;
    if (pong_) append_ws_frame(in_flight_, WsOpcode::pong, *pong_, random_bytes<char, 4>());
    pong_.reset();
    if (std::exchange(ping_, false))
      append_ws_frame(in_flight_, WsOpcode::ping, {}, random_bytes<char, 4>());
    in_flight_ += queued_;  // after pong and ping: a close frame among them must be the last
    queued_.clear();
    in_flight_done_ = 0;
    if (!in_flight_.empty()) write_more();
  }

  void write_more() {
    auto on_written = [self = shared_from_this()](error_code error, std::size_t size) {
      self->on_written(error, size);
    };
    line_->write_some(asio::buffer(in_flight_) + in_flight_done_, std::move(on_written));
  }

  void on_written(error_code error, std::size_t size) {
    in_flight_done_ += size;
    if (error) {
      error_ = error;
    } else if (in_flight_done_ < in_flight_.size()) {
      return write_more();
    } else {
      written_ += in_flight_.size();
      in_flight_.clear();
      pump();
    }
    progress_.cancel();
  }

  std::unique_ptr<Line> line_;
  std::string queued_;
  std::string in_flight_;
  std::size_t in_flight_done_{};
  std::size_t written_{};  // bytes, in all
  std::optional<std::string> pong_;
  bool ping_{};
  error_code error_;
  asio::steady_timer progress_;  // used as a condition variable
};

class WsClient final : public WsStream {
 public:
  WsClient(std::unique_ptr<Line> line, const WsOptions& options, std::string_view early)
      : writer_{std::make_shared<WsWriter>(std::move(line))},
        reader_{options.largest_message},
        goodbye_limit_{options.goodbye_limit} {
    if (!early.empty()) {
      // The upgrade keeps fewer bytes than the reader's first room.
      const auto room = reader_.prepare();
      assert(early.size() <= room.size());
      std::memcpy(room.data(), early.data(), early.size());
      accept(early.size());
      fresh_ = !reader_.frames().empty();
    }
  }

  ~WsClient() override { writer_->close(); }

  asio::awaitable<Result<std::span<const Frame>>> read() override {
    if (std::exchange(fresh_, false)) co_return reader_.frames();
    for (;;) {
      if (line_error_) co_return line_error_;
      if (ended()) co_return co_await end();
      const auto room = reader_.prepare();
      const auto into = asio::buffer(room.data(), room.size());
      auto& line = writer_->line();
      reading_ = true;
      const auto [error, size] = co_await line.read_some(into, asio::as_tuple(asio::deferred));
      reading_ = false;
      if (error) {
        const bool cut = error == asio::ssl::error::stream_truncated;
        line_error_ = cut ? error_code{asio::error::eof} : error;
        continue;
      }
      accept(size + line.read_ready(into + size));
      if (!reader_.frames().empty()) co_return reader_.frames();
    }
  }

  asio::awaitable<Result<void>> write(std::string text) override {
    if (goodbye_said_) co_return asio::error::shut_down;
    if (writer_->full()) co_return asio::error::no_buffer_space;
    writer_->queue(WsOpcode::text, text);
    co_return co_await writer_->flush();
  }

  void ping() override {
    if (!goodbye_said_) writer_->queue_ping();
  }

  asio::awaitable<void> close() override {
    const Closing closing{*writer_};
    if (ended() || !say_goodbye(ws_close_payload(normal_closure, {}))) co_return;
    (void)co_await with_timeout(hear_goodbye(), goodbye_limit_);
  }

  std::string farewell() const override {
    const auto& close = reader_.close();
    if (!close) return {};
    auto text = "code=" + std::to_string(close->code);
    if (!close->reason.empty()) text += " reason=\"" + one_quoted_line(close->reason) + "\"";
    return text;
  }

 private:
  /// However close() is left, the line is closed.
  struct Closing {
    WsWriter& writer;
    ~Closing() { writer.close(); }
  };

  bool ended() const { return reader_.close() || reader_.error(); }

  /// Takes in what has arrived, and answers what wants an answer.
  void accept(std::size_t size) {
    reader_.commit(size);
    if (!goodbye_said_) {
      for (const auto& frame : reader_.frames())
        if (frame.kind == Frame::Kind::ping) writer_->queue_pong(frame.text());
    }
    if (const auto& close = reader_.close())
      say_goodbye(close->code == 1005 ? std::string{} : ws_close_payload(close->code, {}));
    if (reader_.error())
      say_goodbye(ws_close_payload(reader_.error() == Errc::too_large ? 1009 : 1002, {}));
  }

  /// False if it was said before: nothing may follow a close frame.
  bool say_goodbye(std::string_view payload) {
    if (std::exchange(goodbye_said_, true)) return false;
    writer_->queue(WsOpcode::close, payload);
    return true;
  }

  /// The stream is over: lets our answer leave, and says why it is over.
  asio::awaitable<Result<std::span<const Frame>>> end() {
    (void)co_await with_timeout(writer_->flush(), goodbye_limit_);
    writer_->close();
    if (reader_.error()) co_return reader_.error();
    co_return Errc::closed_by_peer;
  }

  /// Reads on until the peer has answered our goodbye: closing a socket with unread bytes in it
  /// would reset the connection, and take our goodbye with it.
  asio::awaitable<Result<void>> hear_goodbye() {
    const auto said = co_await writer_->flush();
    while (said && !reading_ && !ended()) {
      const auto room = reader_.prepare();
      const auto [error, size] = co_await writer_->line().read_some(
          asio::buffer(room.data(), room.size()), asio::as_tuple(asio::deferred));
      if (error) break;
      reader_.commit(size);
    }
    co_return said;
  }

  std::shared_ptr<WsWriter> writer_;
  WsReader reader_;
  Duration goodbye_limit_;
  error_code line_error_;  // kept: OpenSSL may not say a second time that a line is broken
  bool fresh_{};           // frames() came with the upgrade and has not been handed over
  bool reading_{};
  bool goodbye_said_{};  // our close frame is in the queue or gone
};

asio::awaitable<Result<WsUpgrade>> upgrade(Line& line, Url url, std::vector<HttpHeader> headers) {
  co_return co_await upgrade_to_ws(line, std::move(url), std::move(headers));
}

}  // namespace

asio::awaitable<WsConnected> connect_ws(Url url, WsOptions options) {
  WsConnected connected;
  if (!writable(options.headers)) {
    connected.error = asio::error::invalid_argument;
    connected.detail = "a header of the request is none";
    co_return connected;
  }
  const DialLimits limits{options.resolve_limit, options.connect_limit, options.handshake_limit};
  auto opened = co_await open_line(url, options.ca_file, options.proxy, limits);
  if (opened.error) {
    connected.error = opened.error;
    connected.detail = std::move(opened.detail);
    co_return connected;
  }
  const auto upgraded = co_await with_timeout(
      upgrade(*opened.line, std::move(url), options.headers), options.handshake_limit);
  if (!upgraded) {
    connected.error = upgraded.error();
    co_return connected;
  }
  connected.error = upgraded->error;
  connected.http_status = upgraded->http_status;
  connected.retry_after = upgraded->retry_after;
  if (!connected.error)
    connected.stream = std::make_unique<WsClient>(std::move(opened.line), options, upgraded->early);
  co_return connected;
}

}  // namespace foghorn
