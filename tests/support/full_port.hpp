#pragma once
// An address that exists and does not answer.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <string>

namespace foghorn::test {

/// A port on loopback whose queue of connections is full: a further connect is not answered at all.
class FullPort {
 public:
  explicit FullPort(boost::asio::io_context& io) : acceptor_{io} {
    acceptor_.open(boost::asio::ip::tcp::v4());
    acceptor_.bind({boost::asio::ip::address_v4::loopback(), 0});
    acceptor_.listen(0);
    for (int i = 0; i < 4; ++i) {
      auto& socket = waiting_.emplace_back(io);
      socket.async_connect(acceptor_.local_endpoint(), [](boost::system::error_code) {});
    }
  }
  boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
  std::string port() const { return std::to_string(endpoint().port()); }

 private:
  boost::asio::ip::tcp::acceptor acceptor_;
  std::list<boost::asio::ip::tcp::socket> waiting_;
};

}  // namespace foghorn::test
