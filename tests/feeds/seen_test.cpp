#include "feeds/seen.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <random>

using namespace foghorn;

namespace {

/// The obvious program: how often each of the newest keys came in the frame that named it most
/// often.
class PlainSeen {
 public:
  explicit PlainSeen(std::size_t capacity) : capacity_{capacity} {}

  bool again(std::uint64_t key, std::uint64_t frame) {
    if (frame != frame_) now_.clear();
    frame_ = frame;
    const auto known = std::ranges::find(known_, key, &Known::key);
    if (known == known_.end()) {
      if (known_.size() == capacity_) {
        now_.erase(known_.front().key);
        known_.pop_front();
      }
      known_.push_back({key, 0});
    }
    auto& most = std::ranges::find(known_, key, &Known::key)->most;
    if (++now_[key] <= most) return true;
    most = now_[key];
    return false;
  }

 private:
  struct Known {
    std::uint64_t key{};
    std::uint32_t most{};
  };
  std::size_t capacity_;
  std::uint64_t frame_{};
  std::deque<Known> known_;
  std::map<std::uint64_t, std::uint32_t> now_;
};

}  // namespace

TEST_CASE("the same key in a later frame is a repetition") {
  Seen seen{8};
  CHECK_FALSE(seen.again(7, 1));
  CHECK(seen.again(7, 2));
  CHECK(seen.again(7, 3));
}

TEST_CASE("equal keys within one frame are distinct, and all of them are known afterwards") {
  Seen seen{8};
  CHECK_FALSE(seen.again(7, 1));
  CHECK_FALSE(seen.again(7, 1));
  CHECK(seen.again(7, 2));
  CHECK(seen.again(7, 2));
  CHECK_FALSE(seen.again(7, 2));  // the third is new
}

TEST_CASE("the oldest key is forgotten first") {
  Seen seen{2};
  seen.again(1, 1);
  seen.again(2, 2);
  seen.again(3, 3);
  CHECK(seen.again(2, 4));
  CHECK_FALSE(seen.again(1, 5));
}

TEST_CASE("what is remembered is what the obvious program remembers") {
  const auto seed = GENERATE(range(0U, 30U));
  CAPTURE(seed);
  std::mt19937 random{seed};
  const std::size_t capacity = 1 + random() % 20;
  Seen seen{capacity};
  PlainSeen plain{capacity};
  std::uint64_t frame = 1;
  for (int i = 0; i < 3000; ++i) {
    if (random() % 3 == 0) ++frame;
    // Keys that share their low bits collide in the table.
    const std::uint64_t key = random() % 2 == 0 ? random() % 24 : (random() % 24) << 32;
    REQUIRE(seen.again(key, frame) == plain.again(key == 0 ? 1 : key, frame));
  }
}
