// Any bytes as a frame of the venue that the build names; compiled once for each.
#include "tests/fuzz/fuzz_decode.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  foghorn::test::fuzz_decode(FOGHORN_VENUE_NAME, data, size);
  return 0;
}
