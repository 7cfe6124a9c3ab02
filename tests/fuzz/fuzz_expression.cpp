// Any bytes as a rule's condition and as a literal: an expression or mistakes, and every promise
// kept.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "rules/expression.hpp"
#include "tests/support/expression_promises.hpp"

using namespace foghorn;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(data, data + size);
  if (const auto broken = test::broken_promise(text); !broken.empty()) {
    std::fprintf(stderr, "%s\n", broken.c_str());
    std::abort();
  }
  (void)parse_literal({text, "f", 1, 1}, "");
  return 0;
}
