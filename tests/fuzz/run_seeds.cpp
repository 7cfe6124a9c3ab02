// Where there is no libFuzzer: each file of the folders named on the command line, once.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

int main(int count, char** folders) {
  std::size_t seeds = 0;
  for (int i = 1; i < count; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folders[i]}) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file{entry.path(), std::ios::binary};
      const std::basic_string<unsigned char> bytes{std::istreambuf_iterator<char>{file}, {}};
      LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
      ++seeds;
    }
  }
  std::printf("%zu seeds\n", seeds);
}
