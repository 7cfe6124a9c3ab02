// However two overlapping connections interleave: nothing is lost, nothing is doubled, and the
// books balance.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <random>

#include "feeds/feed_books.hpp"
#include "tests/feeds/recorder.hpp"
#include "tests/feeds/toy_venue.hpp"
#include "tests/support/frame.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

/// A venue that has something to say every ten milliseconds, and lines that bring it, each at its
/// own pace.
class World {
 public:
  explicit World(unsigned seed) : random_{seed} {}

  void run() {
    open();
    for (int ack = 0; ack < 3; ++ack) bring(lines_[0]);
    for (int step = 0; step < 3000; ++step) {
      if (below(3) == 0) say();
      bring(lines_[below(lines_.size())]);
      if (lines_.size() == 1 && below(300) == 0) open();
      if (lines_.size() == 2) end_overlap();
    }
    if (untimed_ % 2 != 0) say_untimed();
    while (!std::ranges::all_of(lines_, [&](const Line& l) { return l.next == said_.size(); }))
      for (auto& line : lines_) bring(line);
  }

  Recorder sink;
  std::vector<std::pair<bool, Timestamp>> coverage;
  std::uint64_t frames{}, events{}, trades{}, orders{}, takeovers{};
  FeedCounters counters() const { return books_.counters(); }

 private:
  struct Line {
    std::uint32_t serial{};
    std::size_t next{};
    int acknowledged{};
  };

  std::size_t below(std::size_t n) { return random_() % n; }
  Timestamp now() const { return at(100s) + said_.size() * 10ms; }
  std::string ms() const { return std::to_string(100'000 + said_.size() * 10); }

  void say() {
    switch (below(4)) {
      case 0: say_untimed(); break;
      case 1:
        ++orders;
        said_.push_back("liq BTC 100 2 " + ms());
        break;
      default: said_.push_back("trade CL 77 " + std::to_string(++trades) + " " + ms()); break;
    }
  }

  /// Without a time, and like the one before or after it.
  void say_untimed() {
    ++orders;
    said_.push_back("liq BTC 100 " + std::to_string(1 + untimed_++ / 2));
  }

  void open() {
    const auto takes_over = lines_.empty() ? 0 : lines_.back().serial;
    lines_.push_back({.serial = ++serials_, .next = said_.size()});
    books_.opened(0, serials_, takes_over, now());
  }

  void hear(const Line& line, std::string_view text) {
    const OwnedFrame owned{text};
    books_.frame(0, line.serial, owned, now());
    ++frames;
  }

  void bring(Line& line) {
    static constexpr const char* acks[] = {"ack T", "ack K", "ack L"};
    // Which of two equals was told before it began, and which after, a connection cannot know.
    if (line.acknowledged == 2 && untimed_ % 2 != 0) return;
    if (line.acknowledged < 3) {
      line.next = said_.size();
      return hear(line, acks[line.acknowledged++]);
    }
    if (line.next == said_.size()) return;
    hear(line, said_[line.next++]);
    ++events;
  }

  /// The older retires, or is cut once the newer sees all; or the newer fails.
  void end_overlap() {
    const bool ready = books_.may_hand_over(0, now());
    if (ready && below(20) == 0) {
      books_.ended(0, lines_[0].serial, LinkEnd::retired, now());
      lines_.erase(lines_.begin());
      ++takeovers;
    } else if (below(400) == 0) {
      books_.ended(0, lines_[1].serial, LinkEnd::lost, now());
      lines_.pop_back();
    }
  }

  std::mt19937 random_;
  ToyVenue venue_;
  SourceTable sources_;
  EngineTime engine_;
  std::vector<std::string> said_;
  std::vector<Line> lines_;
  std::uint32_t serials_{};
  std::uint64_t untimed_{};
  FeedBooks books_{
      venue_, asked(),
      BooksEnvironment{.sources = sources_,
                       .engine = engine_,
                       .sink = sink,
                       .coverage = [this](std::string_view, bool seen,
                                          Timestamp t) { coverage.emplace_back(seen, t); },
                       .voice = Voice::quiet}};

  /// Sets the venue up before the books ask it.
  FeedOptions asked() {
    venue_.connections = {toy_connection()};
    venue_.numbered = true;
    FeedOptions options;
    options.name = "toy";
    options.request = {.prices = {{"CL", PriceKind::trade}}, .liquidations = {"*"}, .url = {}};
    return options;
  }
};

}  // namespace

TEST_CASE("however two connections interleave, nothing is lost, doubled or left uncounted") {
  const auto seed = GENERATE(range(0U, 40U));
  CAPTURE(seed);
  World world{seed};
  world.run();

  const auto counts = world.counters().intake;
  CHECK(counts.frames() == world.frames);
  CHECK(counts.events() == world.events);
  CHECK(world.sink.liquidations.size() == world.orders);
  CHECK(counts.judged + counts.late == world.orders + world.trades);
  CHECK(counts.duplicate == world.events - world.orders - world.trades);
  CHECK(counts.trade_holes == 0);
  CHECK(world.counters().links.takeovers == world.takeovers);
  CHECK(world.counters().links.gaps == 0);
  CHECK(world.coverage.size() == 1);  // seen from the first acknowledgement on
  CHECK(std::ranges::is_sorted(world.sink.prices, {}, &Recorder::Price::event_time));
}
