#pragma once
// What the simulator asks the daemon: its read-only HTTP port, over one connection kept open,
// because the simulated clock waits for every answer.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"
#include "model/time.hpp"

namespace foghorn::sim {

namespace asio = boost::asio;

/// The parts of /api/v1/status that the simulated clock goes by.
struct DaemonStatus {
  struct Stream {
    std::string feed{};
    std::string name{};
    std::string state{};
    Timestamp last_data{no_time};  ///< engine time; no_time: none yet
  };
  struct Channel {
    std::string name{};
    std::int64_t waiting{};
  };

  Timestamp engine_time{no_time};  ///< no_time: nothing judged yet
  std::vector<Stream> streams{};
  std::vector<Channel> channels{};
};

/// Reads a status body. Errors: bad_protocol where it is not one.
Result<DaemonStatus> parse_status(std::string_view body);

class DaemonClient {
 public:
  DaemonClient(asio::any_io_executor executor, std::string host, std::string port);
  ~DaemonClient();

  /// The body of a 200 answer to GET `target`. Errors: the network's, or refused for another
  /// status. Connects anew when the last connection ended. At most 10 s.
  asio::awaitable<Result<std::string>> get(std::string target);

  asio::awaitable<Result<DaemonStatus>> status();

  asio::any_io_executor executor() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foghorn::sim
