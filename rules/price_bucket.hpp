#pragma once
// What a price's past keeps of one second (minute, day), and how a second of it lies in memory.

#include <array>
#include <bit>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "model/time.hpp"
#include "rules/bucket_end.hpp"
#include "rules/sample.hpp"

namespace foghorn {

/// What is kept of the samples of one bucket; of equal values the latest.
struct PriceBucket {
  Sample first, high, low, last;

  /// Takes in what came later: a sample (as a bucket of its own) or another bucket.
  void add(const PriceBucket& later) {
    if (later.high.value >= high.value) high = later.high;
    if (later.low.value <= low.value) low = later.low;
    last = later.last;
  }

  /// What is kept, in the order it came; a sample may stand in it more than once.
  std::array<Sample, 4> in_order() const {
    return high.time <= low.time ? std::array{first, high, low, last}
                                 : std::array{first, low, high, last};
  }

  Timestamp began() const { return first.time; }
  const PriceBucket& unpacked() const { return *this; }
};

/// A bucket of a second in 46 bytes instead of 64, nothing lost: a series of a day has 86,400 of
/// them. Its times are its end, in seconds since 1970, and how many microseconds before that each
/// sample came.
class PackedSecond {
 public:
  /// Requires samples of one second (start, end] between 1970 and 2106.
  explicit PackedSecond(const PriceBucket& bucket)
      : values_{in_bytes(std::array{bucket.first.value, bucket.high.value, bucket.low.value,
                                    bucket.last.value})} {
    const auto end = bucket_end(bucket.first.time, second);
    const auto seconds = end.time_since_epoch() / second;
    assert(seconds >= 0 && seconds <= std::numeric_limits<std::uint32_t>::max());
    const auto before_end = [end](const Sample& sample) {
      assert(sample.time <= end && end - sample.time < second);
      return static_cast<std::uint64_t>((end - sample.time).count());
    };
    const auto last = before_end(bucket.last);
    end_ = in_bytes(static_cast<std::uint32_t>(seconds));
    before_end_ = in_bytes(before_end(bucket.first) | before_end(bucket.high) << bits |
                           before_end(bucket.low) << 2 * bits | last << 3 * bits);
    rest_ = in_bytes(static_cast<std::uint16_t>(last >> (64 - 3 * bits)));
  }

  Timestamp began() const { return at(std::bit_cast<std::uint64_t>(before_end_)); }

  PriceBucket unpacked() const {
    const auto values = std::bit_cast<std::array<double, 4>>(values_);
    const auto before_end = std::bit_cast<std::uint64_t>(before_end_);
    const auto rest = std::uint64_t{std::bit_cast<std::uint16_t>(rest_)};
    return {.first = {at(before_end), values[0]},
            .high = {at(before_end >> bits), values[1]},
            .low = {at(before_end >> 2 * bits), values[2]},
            .last = {at(before_end >> 3 * bits | rest << (64 - 3 * bits)), values[3]}};
  }

 private:
  // Bytes may lie anywhere, so that none are lost to alignment.
  template <class T>
  using Bytes = std::array<std::byte, sizeof(T)>;
  template <class T>
  static Bytes<T> in_bytes(const T& value) {
    return std::bit_cast<Bytes<T>>(value);
  }

  static constexpr Duration second = std::chrono::seconds{1};
  static constexpr int bits = 20;  // hold 0 to 999,999

  Timestamp at(std::uint64_t before_end) const {
    constexpr std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    return Timestamp{second * std::bit_cast<std::uint32_t>(end_)} -
           Duration{static_cast<Duration::rep>(before_end & mask)};
  }

  Bytes<std::array<double, 4>> values_;  // first, high, low, last
  Bytes<std::uint64_t> before_end_{};    // three times 20 bits, and 4 of the last
  Bytes<std::uint32_t> end_{};
  Bytes<std::uint16_t> rest_{};  // the other 16 of the last
};
static_assert(sizeof(PackedSecond) == 46);

}  // namespace foghorn
