// Any bytes as a frame of okx.
#include "tests/fuzz/fuzz_decode.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  foghorn::test::fuzz_decode("okx", data, size);
  return 0;
}
