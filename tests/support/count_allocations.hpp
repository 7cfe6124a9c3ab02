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

// All forms, so that a sanitizer's own do not mix with ours.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++foghorn::test::allocations;
  return std::malloc(size > 0 ? size : 1);
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc{};
}
void* operator new[](std::size_t size) {
  return operator new(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return operator new(size, std::nothrow);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
