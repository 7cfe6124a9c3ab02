// The bare client, and what all of them share.
#include "bench/clients.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <simdjson.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "net/url.hpp"
#include "net/ws_frames.hpp"

namespace foghorn::bench {

std::string url_of(const Task& task, const std::string& venue) {
  return "wss://127.0.0.1:" + std::to_string(task.port) + "/" + venue;
}

std::vector<Led> connections(const Task& task) {
  std::vector<Led> all;
  for (const auto& feed : task.config.feeds) {
    if (!feed.enabled) continue;
    auto request = request_of(task.config, feed);
    request.url = url_of(task, feed.name);
    for (auto& connection : find_venue(feed.name)->plan(request))
      all.push_back({feed.name, std::move(connection)});
  }
  return all;
}

double Meter::cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

bool Meter::note(std::uint64_t seen) {
  if (began_ < 0 && seen >= warm_) {
    began_ = cpu_seconds();
    from_ = seen;
  }
  if (seen < messages_) return false;
  ended_ = cpu_seconds();
  until_ = seen;
  return true;
}

double Meter::microseconds() const {
  return (ended_ - began_) * 1e6 / static_cast<double>(until_ - from_);
}

struct PlainReader::Parser {
  simdjson::ondemand::parser json;
};

PlainReader::PlainReader() : parser_{new Parser} {}
PlainReader::~PlainReader() {
  delete parser_;
}

double PlainReader::read(std::string_view venue, const char* text, std::size_t size,
                         std::size_t capacity) {
  namespace od = simdjson::ondemand;
  const auto number = [](od::value value) {
    const std::string_view digits = value.get_string();
    double parsed = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
    return parsed;
  };
  od::document document;
  if (parser_->json.iterate(text, size, capacity).get(document)) return 0;
  double sum = 0;
  try {
    od::object root = document.get_object();
    if (venue == "binance-futures") {
      od::object trade = root.find_field("data").get_object();
      const std::string_view kind = trade.find_field("e").get_string();
      if (kind != "aggTrade") return 0;
      sum += static_cast<double>(trade.find_field("a").get_uint64());
      sum += static_cast<double>(std::string_view{trade.find_field("s").get_string()}.size());
      sum += number(trade.find_field("p").value());
      sum += number(trade.find_field("q").value());
      sum += static_cast<double>(trade.find_field("T").get_int64());
      return sum + (bool{trade.find_field("m").get_bool()} ? 1 : 0);
    }
    od::value data = root.find_field("data");
    if (data.type() == od::json_type::object) {  // a ticker of bybit's
      od::object ticker = data.get_object();
      sum += static_cast<double>(std::string_view{ticker.find_field("symbol").get_string()}.size());
      return sum + number(ticker.find_field("lastPrice").value());
    }
    for (od::object trade : data.get_array()) {
      if (venue == "bybit") {
        sum += static_cast<double>(trade.find_field("T").get_int64());
        sum += static_cast<double>(std::string_view{trade.find_field("s").get_string()}.size());
        sum += static_cast<double>(std::string_view{trade.find_field("S").get_string()}.size());
        sum += number(trade.find_field("v").value());
        sum += number(trade.find_field("p").value());
        sum += static_cast<double>(std::string_view{trade.find_field("i").get_string()}.size());
      } else if (venue == "okx") {
        sum +=
            static_cast<double>(std::string_view{trade.find_field("instId").get_string()}.size());
        sum +=
            static_cast<double>(std::string_view{trade.find_field("tradeId").get_string()}.size());
        sum += number(trade.find_field("px").value());
        sum += number(trade.find_field("sz").value());
        sum += static_cast<double>(std::string_view{trade.find_field("side").get_string()}.size());
        sum += number(trade.find_field("ts").value());
      } else {
        sum += static_cast<double>(std::string_view{trade.find_field("coin").get_string()}.size());
        sum += static_cast<double>(std::string_view{trade.find_field("side").get_string()}.size());
        sum += number(trade.find_field("px").value());
        sum += number(trade.find_field("sz").value());
        sum += static_cast<double>(trade.find_field("time").get_int64());
        sum += static_cast<double>(trade.find_field("tid").get_uint64());
      }
    }
  } catch (const simdjson::simdjson_error&) {  // an acknowledgement
    return 0;
  }
  return sum;
}

namespace {

/// A blocking TLS WebSocket, with no more to it than this bench needs.
class BareLine {
 public:
  BareLine(SSL_CTX* tls, const Led& led) : venue{led.venue}, ssl_{SSL_new(tls), SSL_free} {
    const auto url = parse_url(led.connection.url).value();
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.port)));
    if (connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error{"cannot connect"};
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    SSL_set_fd(ssl_.get(), socket);
    if (SSL_connect(ssl_.get()) != 1) throw std::runtime_error{"no TLS"};
    write("GET " + url.target + " HTTP/1.1\r\nHost: " + url.authority() +
          "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
      char one = 0;
      std::size_t size = 0;
      if (SSL_read_ex(ssl_.get(), &one, 1, &size) != 1) throw std::runtime_error{"no upgrade"};
      head += one;
    }
    for (const auto& text : led.connection.subscribe) {
      std::string frame;
      append_ws_frame(frame, WsOpcode::text, text, {1, 2, 3, 4});
      write(frame);
    }
    fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
    buffer_.resize(256 << 10);
  }

  int socket() const { return SSL_get_fd(ssl_.get()); }

  /// Reads what there is, one record after the other, and calls `take(text, size, capacity)` for
  /// each text frame.
  template <class Take>
  void read(Take take) {
    for (bool more = true; more;) {
      more = fill();
      give(take);
    }
  }

  std::string venue;

 private:
  void write(const std::string& bytes) {
    std::size_t written = 0;
    if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written) != 1)
      throw std::runtime_error{"cannot write"};
  }

  /// Whether there may be more than there was room for.
  bool fill() {
    while (end_ < buffer_.size() / 2) {
      std::size_t size = 0;
      if (SSL_read_ex(ssl_.get(), buffer_.data() + end_, buffer_.size() - end_ - 64, &size) != 1) {
        if (SSL_get_error(ssl_.get(), 0) == SSL_ERROR_WANT_READ) return false;
        throw std::runtime_error{"the line broke"};
      }
      end_ += size;
    }
    return true;
  }

  template <class Take>
  void give(Take take) {
    std::size_t begin = 0;
    while (end_ - begin >= 4) {
      const auto* p = reinterpret_cast<const unsigned char*>(buffer_.data() + begin);
      const bool longer = p[1] == 126;
      const std::size_t head = longer ? 4 : 2;
      const std::size_t size = longer ? static_cast<std::size_t>(p[2]) << 8 | p[3] : p[1];
      if (end_ - begin < head + size) break;
      if ((p[0] & 15) == 1)
        take(buffer_.data() + begin + head, size, buffer_.size() - begin - head);
      begin += head + size;
    }
    std::memmove(buffer_.data(), buffer_.data() + begin, end_ - begin);
    end_ -= begin;
  }

  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  std::string buffer_;
  std::size_t end_{};
};

}  // namespace

double run_bare(const Task& task) {
  auto* tls = SSL_CTX_new(TLS_client_method());
  SSL_CTX_load_verify_locations(tls, task.ca_file.c_str(), nullptr);
  SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_read_ahead(tls, 1);
  SSL_CTX_set_default_read_buffer_len(tls, 64 << 10);
  std::vector<std::unique_ptr<BareLine>> lines;
  std::vector<pollfd> polled;
  for (const auto& led : connections(task)) {
    lines.push_back(std::make_unique<BareLine>(tls, led));
    polled.push_back({lines.back()->socket(), POLLIN, 0});
  }
  PlainReader reader;
  volatile double sum = 0;
  std::uint64_t seen = 0;
  Meter meter{task.messages * lines.size()};
  for (;;) {
    poll(polled.data(), polled.size(), -1);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (polled[i].revents == 0) continue;
      lines[i]->read([&](const char* text, std::size_t size, std::size_t capacity) {
        const double read = reader.read(lines[i]->venue, text, size, capacity);
        sum = sum + read;
        if (read > 0) ++seen;  // an acknowledgement is none
      });
    }
    if (meter.note(seen)) return meter.microseconds();
  }
}

}  // namespace foghorn::bench
