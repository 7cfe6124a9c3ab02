#include "net/line.hpp"

namespace foghorn {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

class TcpLine final : public Line {
 public:
  explicit TcpLine(tcp::socket socket) : socket_{std::move(socket)} {}

  std::size_t read_ready(asio::mutable_buffer) override { return 0; }  // read_some() took it all

  asio::any_io_executor executor() override { return socket_.get_executor(); }

  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  void start_read(asio::mutable_buffer room, IoHandler handler) override {
    socket_.async_read_some(room, std::move(handler));
  }
  void start_write(asio::const_buffer bytes, IoHandler handler) override {
    socket_.async_write_some(bytes, std::move(handler));
  }

  tcp::socket socket_;
};

}  // namespace

std::unique_ptr<Line> make_tcp_line(tcp::socket socket) {
  return std::make_unique<TcpLine>(std::move(socket));
}

}  // namespace foghorn
