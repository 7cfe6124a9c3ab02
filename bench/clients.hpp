#pragma once
// The clients that feed_bench compares. Each connects as config.toml's feeds would, and takes every
// message of every connection.

#include <sys/resource.h>

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/config/config.hpp"
#include "feeds/venues/venue.hpp"

namespace foghorn::bench {

struct Task {
  const Config& config;
  std::string ca_file;
  std::uint16_t port{};
  std::uint64_t messages{};  ///< that each connection brings
};

/// Returns the CPU time of this process, in microseconds a message, once a tenth of the messages
/// has come.
using Client = double(const Task&);

Client run_bare;
Client run_feeds;
Client run_rules;
Client run_beast;

/// The connections of all feeds, led to the load.
struct Led {
  std::string venue;
  Connection connection;
};
std::vector<Led> connections(const Task& task);
std::string url_of(const Task& task, const std::string& venue);

/// Measures from the first message after the warm-up to the last.
class Meter {
 public:
  explicit Meter(std::uint64_t messages) : messages_{messages}, warm_{messages / 10} {}

  /// `seen` messages have come so far; true when that is all of them.
  bool note(std::uint64_t seen);
  double microseconds() const;

 private:
  static double cpu_seconds();

  std::uint64_t messages_;
  std::uint64_t warm_;
  std::uint64_t from_{};
  std::uint64_t until_{};
  double began_{-1};
  double ended_{};
};

/// The fields of a trade, in each venue's wire order, as a client without any care would read them.
/// Returns their sum, so that nothing is optimised away.
class PlainReader {
 public:
  PlainReader();
  ~PlainReader();
  double read(std::string_view venue, const char* text, std::size_t size, std::size_t capacity);

 private:
  struct Parser;
  Parser* parser_;
};

}  // namespace foghorn::bench
