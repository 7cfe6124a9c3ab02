#include "rules/price_buckets.hpp"

#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "tests/support/time.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

struct Bits {
  Timestamp time{};
  std::uint64_t value{};
  friend bool operator==(const Bits&, const Bits&) = default;
};

Bits bits(const Sample& sample) {
  return {sample.time, std::bit_cast<std::uint64_t>(sample.value)};
}

std::vector<Bits> bits(const PriceBucket& bucket) {
  return {bits(bucket.first), bits(bucket.high), bits(bucket.low), bits(bucket.last)};
}

// Any double but those that are not numbers.
double any_price(std::mt19937_64& random) {
  const auto price = std::bit_cast<double>(random());
  return price == price ? price : -0.0;
}

// A bucket of one sample.
PriceBucket alone(Timestamp t, double value) {
  const Sample sample{t, value};
  return {sample, sample, sample, sample};
}

template <class Kept>
std::vector<Bits> samples(const PriceBuckets<Kept>& buckets, Timestamp from, Timestamp to) {
  std::vector<Bits> seen;
  buckets.for_each(from, to, [&](const Sample& sample) { seen.push_back(bits(sample)); });
  return seen;
}

}  // namespace

TEST_CASE("where there is less room the newest buckets are kept") {
  PriceBuckets<PriceBucket> earlier{1min, 10}, later{1min, 4};
  for (int i = 0; i < 12; ++i) earlier.add(alone(at(1min * i), i));
  later.succeed(earlier);
  CHECK(earlier.empty());
  CHECK(samples(later, at(-1h), at(1h)).size() == 4 * 4);  // four of each
  CHECK(later.first() == at(8min));
  CHECK(later.last().value == 11);
}

TEST_CASE("a packed second loses nothing", "[property]") {
  std::mt19937_64 random{11};
  const auto within = [&] { return Duration{1 + static_cast<std::int64_t>(random() % 1'000'000)}; };
  for (int i = 0; i < 10'000; ++i) {
    const Timestamp start{std::chrono::seconds{random() % 4'294'967'295U}};
    const PriceBucket bucket{.first = {start + within(), any_price(random)},
                             .high = {start + within(), any_price(random)},
                             .low = {start + within(), any_price(random)},
                             .last = {start + within(), any_price(random)}};
    const PackedSecond packed{bucket};
    REQUIRE(bits(packed.unpacked()) == bits(bucket));
    REQUIRE(packed.began() == bucket.first.time);
  }
}

TEST_CASE("a packed second holds its first and its last microsecond, and all it can name") {
  constexpr auto infinite = std::numeric_limits<double>::infinity();
  const Timestamp last_second{std::chrono::seconds{std::numeric_limits<std::uint32_t>::max()}};
  for (const auto end : {Timestamp{1s}, at(0s), last_second}) {
    const PriceBucket bucket{.first = {end - 1s + 1us, -0.0},
                             .high = {end, infinite},
                             .low = {end - 1s + 1us, -infinite},
                             .last = {end, std::numeric_limits<double>::denorm_min()}};
    CHECK(bits(PackedSecond{bucket}.unpacked()) == bits(bucket));
  }
  const auto epoch = alone(Timestamp{}, 1);
  CHECK(bits(PackedSecond{epoch}.unpacked()) == bits(epoch));
}

TEST_CASE("packed seconds tell what buckets that are not packed tell", "[property]") {
  const auto seed = GENERATE(range(1U, 11U));
  CAPTURE(seed);
  std::mt19937_64 random{seed};
  const auto below = [&](std::int64_t n) {
    return std::uniform_int_distribution<std::int64_t>{0, n - 1}(random);
  };
  const auto capacity = static_cast<std::size_t>(1 + below(60));
  PriceBuckets<PackedSecond> packed{1s, capacity};
  PriceBuckets<PriceBucket> plain{1s, capacity};
  const auto pace = std::int64_t{50'000} << below(7);  // busy in some seeds, sparse in others
  auto now = at(0s);
  for (int i = 0; i < 2'000; ++i) {
    now += Duration{below(pace)};
    if (below(4) == 0) now = bucket_end(now, 1s);
    if (below(500) == 0) packed.clear(), plain.clear();
    CAPTURE(i, now, capacity);
    const auto one =
        alone(now, below(3) == 0 ? any_price(random) : static_cast<double>(100 + below(10)));
    const auto gone = packed.add(one);
    const auto plainly_gone = plain.add(one);
    REQUIRE(gone.has_value() == plainly_gone.has_value());
    if (gone) REQUIRE(bits(*gone) == bits(*plainly_gone));

    const auto u = now - Duration{below(70'000'000)};
    const auto to = u + Duration{below(20'000'000)};
    REQUIRE(bits(packed.last()) == bits(plain.last()));
    REQUIRE(packed.reaches(u) == plain.reaches(u));
    if (packed.reaches(u)) REQUIRE(bits(packed.as_of(u)) == bits(plain.as_of(u)));
    if (u < now) REQUIRE(packed.next_after(u) == plain.next_after(u));
    REQUIRE(samples(packed, u, to) == samples(plain, u, to));
  }
}
