// Any bytes as a frame of binance-futures.
#include "tests/fuzz/fuzz_decode.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  foghorn::test::fuzz_decode("binance-futures", data, size);
  return 0;
}
