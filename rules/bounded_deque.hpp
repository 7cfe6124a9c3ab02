#pragma once
// A deque of plain values that allocates once. Its memory is reserved, not written: the pages that
// are never needed are never touched, and a deque that stays short stays at the low end of them
// however long it runs.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace foghorn {

template <class T>
class BoundedDeque {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

 public:
  explicit BoundedDeque(std::size_t capacity)
      : memory_{std::make_unique_for_overwrite<std::byte[]>(capacity * sizeof(T))},
        capacity_{capacity} {}

  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == capacity_; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }

  /// The oldest is number 0. Requires i < size().
  T& operator[](std::size_t i) { return slots()[place(i)]; }
  const T& operator[](std::size_t i) const { return slots()[place(i)]; }
  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }

  /// Requires !full().
  void push_back(const T& value) {
    assert(!full());
    std::construct_at(slots() + place(size_), value);
    ++size_;
  }

  /// Before number `i`, i <= size(); what comes after it moves up. Requires !full().
  void insert(std::size_t i, const T& value) {
    push_back(value);
    for (auto k = size_ - 1; k > i; --k) std::swap((*this)[k], (*this)[k - 1]);
  }

  void pop_back() {
    assert(!empty());
    if (--size_ == 0) head_ = 0;
  }

  void pop_front() {
    assert(!empty());
    head_ = place(1);
    if (--size_ == 0) {
      head_ = 0;
    } else if (head_ > size_ + wander && head_ + size_ <= capacity_) {
      // Each element is carried back at most once per element popped, so this is O(1) amortised.
      std::copy_n(slots() + head_, size_, slots());
      head_ = 0;
    }
  }

  void clear() { head_ = size_ = 0; }

 private:
  // How far the head may run ahead before the deque is carried back to the start of its memory.
  static constexpr std::size_t wander = 64;

  std::size_t place(std::size_t i) const {
    const auto p = head_ + i;
    return p < capacity_ ? p : p - capacity_;
  }
  T* slots() { return reinterpret_cast<T*>(memory_.get()); }
  const T* slots() const { return reinterpret_cast<const T*>(memory_.get()); }

  std::unique_ptr<std::byte[]> memory_;
  std::size_t capacity_{};
  std::size_t head_{};
  std::size_t size_{};
};

}  // namespace foghorn
