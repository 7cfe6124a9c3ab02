// The bare client's work, with Beast's async_read in the place of its own reading and framing.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "bench/clients.hpp"
#include "net/url.hpp"

namespace foghorn::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Stream = beast::websocket::stream<asio::ssl::stream<tcp::socket>>;

struct Run {
  asio::io_context io{1};
  asio::ssl::context tls{asio::ssl::context::tls_client};
  PlainReader reader;
  double sum{};
  std::uint64_t seen{};
};

asio::awaitable<void> listen(Run& run, Led led, Meter& meter) {
  const auto url = parse_url(led.connection.url).value();
  Stream ws{run.io, run.tls};
  const tcp::endpoint endpoint{asio::ip::make_address(url.host),
                               static_cast<std::uint16_t>(std::stoi(url.port))};
  co_await ws.next_layer().next_layer().async_connect(endpoint, asio::use_awaitable);
  co_await ws.next_layer().async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_await ws.async_handshake(url.authority(), url.target, asio::use_awaitable);
  for (const auto& text : led.connection.subscribe)
    co_await ws.async_write(asio::buffer(text), asio::use_awaitable);
  beast::flat_buffer buffer;
  buffer.reserve(256 << 10);
  for (;;) {
    co_await ws.async_read(buffer, asio::use_awaitable);
    const auto text = buffer.data();
    const double read = run.reader.read(led.venue, static_cast<const char*>(text.data()),
                                        text.size(), buffer.capacity());
    run.sum += read;
    if (read > 0) ++run.seen;
    buffer.consume(buffer.size());
    if (run.seen % 64 == 0 && meter.note(run.seen)) run.io.stop();
  }
}

}  // namespace

double run_beast(const Task& task) {
  Run run;
  run.tls.load_verify_file(task.ca_file);
  run.tls.set_verify_mode(asio::ssl::verify_peer);
  const auto all = connections(task);
  // Whole 64s: the meter is asked so often.
  Meter meter{task.messages * all.size() / 64 * 64};
  for (const auto& led : all) {
    asio::co_spawn(run.io, listen(run, led, meter), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
  }
  run.io.run();
  return meter.microseconds();
}

}  // namespace foghorn::bench
