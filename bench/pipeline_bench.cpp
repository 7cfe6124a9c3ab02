// What a frame costs from the wire's bytes to the end of its judgement: decode, intake, consensus
// of three sources and ten rules with three tiers each that all read the instrument. Two hours of
// warm windows; one frame every 20 ms of market time. In a calm market most frames repeat the
// price, in a busy one each moves it.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "daemon/engine_input.hpp"
#include "feeds/intake.hpp"
#include "feeds/venues/venue.hpp"
#include "rules/engine.hpp"

namespace {

using namespace foghorn;
using namespace std::chrono_literals;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 4 / 17}};

const std::array<const char*, 10> conditions{
    "abs(change(WTI, 24h)) >= tier or abs(change(WTI, 1h)) >= tier / 2",
    "abs(change(WTI, 1h)) >= tier",
    "abs(change(WTI, 5m)) >= tier / 4",
    "rise(WTI, 1h) >= tier",
    "fall(WTI, 1h) <= -tier",
    "rise(WTI, 24h) >= tier and last(WTI) > 50 USD/bbl",
    "range_pct(WTI, 24h) >= 2 * tier",
    "(high(WTI, 1h) - low(WTI, 1h)) / last(WTI) >= tier",
    "new_high(WTI, 24h) and rise(WTI, 24h) >= tier",
    "spread(WTI) >= tier and sources(WTI) >= 2",
};

Located written(std::string text) {
  return {std::move(text), "bench", 1, 1};
}

std::vector<CompiledRule> rules(const Universe& universe) {
  std::vector<CompiledRule> compiled;
  for (const char* when : conditions) {
    RuleSpec spec;
    spec.id = "rule-" + std::to_string(compiled.size());
    spec.when = written(when);
    spec.tiers = {{Tier::notice, written("5%")},
                  {Tier::major, written("10%")},
                  {Tier::critical, written("15%")}};
    spec.hold = 15s;
    auto outcome = compile_rule(spec, universe);
    if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome))
      throw std::runtime_error{to_line(mistakes->front())};
    compiled.push_back(std::get<CompiledRule>(std::move(outcome)));
  }
  return compiled;
}

/// A frame in a buffer with the padding the wire leaves behind it.
struct Bytes {
  explicit Bytes(std::string frame) : text{std::move(frame)}, size{text.size()} {
    text.resize(size + Frame::padding, ' ');
  }
  Frame frame() const { return {text.data(), size, text.size()}; }
  std::string text;
  std::size_t size;
};

class Pipeline {
 public:
  explicit Pipeline(bool busy) : busy_{busy} {
    InstrumentSpec wti;
    wti.id = "WTI";
    wti.unit = "USD/bbl";
    wti.sources = {{"bybit", "CLUSDT"}, {"okx", "CL-USDT-SWAP"}, {"hyperliquid", "xyz:CL"}};
    wti.consensus.min_sources = 2;
    const Universe universe{
        .instruments = {{"WTI", "USD/bbl", false, {"bybit", "okx", "hyperliquid"}}}};
    engine = std::make_unique<Engine>(EngineOptions{}, std::vector{wti}, std::vector<EventVenue>{},
                                      rules(universe), sources);
    input = std::make_unique<EngineInput>(*engine);
    IntakeRequest request;
    for (const auto& source : wti.sources)
      request.prices.push_back({*sources.find(source.venue, source.symbol), PriceKind::trade});
    intake = std::make_unique<Intake>(IntakePolicy{}, request, time, *input);
    for (const auto& source : wti.sources)
      decoders.push_back(find_venue(source.venue)->make_decoder(sources, contracts, {}));
  }

  /// The next frame: one trade of the three sources in turn, at a price that wanders by a third of
  /// a per cent.
  Bytes next_frame() {
    const auto ms = to_unix_ms(now());
    double price = 90 + 0.3 * std::sin(static_cast<double>(step) / 5'000);
    if (busy_) price += 0.01 * static_cast<double>(step * 7 % 5);
    switch (step % 3) {
      case 0:
        return Bytes{fmt::format(
            R"({{"topic":"publicTrade.CLUSDT","type":"snapshot","ts":{},"data":[{{"T":{},"s":"CLUSDT","S":"Buy","v":"12.5","p":"{:.2f}","L":"PlusTick","i":"2100000000019{}","BT":false}}]}})",
            ms, ms, price, step)};
      case 1:
        return Bytes{fmt::format(
            R"({{"arg":{{"channel":"trades","instId":"CL-USDT-SWAP"}},"data":[{{"instId":"CL-USDT-SWAP","tradeId":"{}","px":"{:.2f}","sz":"5","side":"buy","ts":"{}","count":"1","source":"0","seqId":{}}}]}})",
            step, price, ms, step)};
      default:
        return Bytes{fmt::format(
            R"({{"channel":"trades","data":[{{"coin":"xyz:CL","side":"A","px":"{:.2f}","sz":"0.42","time":{},"hash":"0xab7ac612399342b1acf4041c880dcd011800ddf7d49661834f437164f8971c9c","tid":{}}}]}})",
            price, ms, step + 1)};
    }
  }

  void take(const Bytes& bytes) {
    events.clear();
    const auto report = decoders[step % 3]->decode(bytes.frame(), events);
    intake->take(report.frame_class, events, now());
    ++step;
  }

  Timestamp now() const { return start + 20ms * static_cast<std::int64_t>(step); }

  SourceTable sources;
  Contracts contracts;
  EngineTime time;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<EngineInput> input;
  std::unique_ptr<Intake> intake;
  std::vector<std::unique_ptr<Decoder>> decoders;
  std::vector<Event> events;
  std::uint64_t step{};

 private:
  bool busy_;
};

void frame_to_decision(benchmark::State& state, Pipeline& pipeline) {
  if (pipeline.step == 0)
    while (pipeline.now() < start + 2h) pipeline.take(pipeline.next_frame());

  constexpr std::size_t batch = 3'000;
  std::vector<Bytes> frames;
  const auto judged = pipeline.intake->counts().judged;
  std::uint64_t taken = 0;
  for (auto _ : state) {
    state.PauseTiming();
    frames.clear();
    const auto before = pipeline.step;
    for (std::size_t i = 0; i < batch; ++i, ++pipeline.step)
      frames.push_back(pipeline.next_frame());
    pipeline.step = before;
    state.ResumeTiming();
    for (const auto& frame : frames) pipeline.take(frame);
    taken += batch;
  }
  if (pipeline.intake->counts().judged - judged != taken)
    throw std::runtime_error{"frames were not judged"};
  state.counters["frame"] = benchmark::Counter(
      static_cast<double>(taken), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
void calm(benchmark::State& state) {
  static Pipeline pipeline{false};
  frame_to_decision(state, pipeline);
}
void busy(benchmark::State& state) {
  static Pipeline pipeline{true};
  frame_to_decision(state, pipeline);
}
BENCHMARK(calm)->Unit(benchmark::kMicrosecond)->Repetitions(5)->ReportAggregatesOnly(true);
BENCHMARK(busy)->Unit(benchmark::kMicrosecond)->Repetitions(5)->ReportAggregatesOnly(true);

}  // namespace

BENCHMARK_MAIN();
