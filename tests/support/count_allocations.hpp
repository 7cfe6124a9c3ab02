#pragma once
// Counts what a program takes from the heap, by standing in for operator new. Include it in one
// file of a test program only.

#include <cstdlib>
#include <new>

namespace foghorn::test {

inline std::size_t allocations = 0;

/// How often `work` allocates.
template <class Work>
std::size_t allocations_of(Work work) {
  const auto before = allocations;
  work();
  return allocations - before;
}

}  // namespace foghorn::test

void* operator new(std::size_t size) {
  ++foghorn::test::allocations;
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
