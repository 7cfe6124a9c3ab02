// venue-load CA_FILE RATE MESSAGES: the load as a program, for benches that drive a whole daemon.
// Writes the certificate to trust into CA_FILE and "port=N" to stdout, then serves until killed.
#include <fmt/core.h>
#include <signal.h>

#include <cstdlib>
#include <fstream>

#include "bench/load_venue.hpp"

int main(int argc, char** argv) {
  using namespace foghorn;
  if (argc != 4) {
    fmt::print(stderr,
               "usage: venue-load CA_FILE MESSAGES_A_SECOND MESSAGES (of each connection)\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  const auto credentials = sim::make_credentials();
  std::ofstream{argv[1]} << credentials.ca_pem;
  bench::LoadVenue venue{
      credentials,
      {.messages = std::strtoull(argv[3], nullptr, 10), .rate = std::strtod(argv[2], nullptr)}};
  fmt::print("port={}\n", venue.port());
  std::fflush(stdout);
  venue.serve();
}
