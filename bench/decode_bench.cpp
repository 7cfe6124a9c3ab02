// What decoding costs beyond reading: nanoseconds per frame of a venue's decoder, and of a bare
// simdjson pass that takes the same fields of the same frame in wire order and makes nothing of
// them. Both run in turns, batch by batch, and the least disturbed batch of each counts, so that a
// busy machine disturbs the ratio less than the times.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "feeds/venues/venue.hpp"

namespace {

using namespace foghorn;
namespace od = simdjson::ondemand;

/// Takes what the bare pass reads, so that no compiler can leave the reading out.
struct Sink {
  double numbers{};
  std::uint64_t whole{};
  std::size_t letters{};

  void text(simdjson::simdjson_result<od::value> value) {
    letters += std::string_view{value.get_string()}.size();
  }
  void quoted(simdjson::simdjson_result<od::value> value) {
    numbers += double{value.get_double_in_string()};
  }
  void count(simdjson::simdjson_result<od::value> value) {
    whole += std::uint64_t{value.get_uint64()};
  }
  void quoted_count(simdjson::simdjson_result<od::value> value) {
    whole += std::uint64_t{value.get_uint64_in_string()};
  }
};

void bare_bybit_trades(od::object root, Sink& sink) {
  sink.text(root.find_field("topic"));
  for (od::object row : root.find_field("data").get_array()) {
    sink.count(row.find_field("T"));
    sink.text(row.find_field("s"));
    sink.text(row.find_field("S"));
    sink.quoted(row.find_field("v"));
    sink.quoted(row.find_field("p"));
    sink.text(row.find_field("i"));
  }
}

void bare_bybit_ticker(od::object root, Sink& sink) {
  sink.text(root.find_field("topic"));
  sink.text(root.find_field("type"));
  od::object row = root.find_field("data").get_object();
  sink.text(row.find_field("symbol"));
  sink.quoted(row.find_field("lastPrice"));
  sink.quoted(row.find_field("markPrice"));
  sink.quoted(row.find_field("bid1Price"));
  sink.quoted(row.find_field("ask1Price"));
  sink.count(root.find_field("ts"));
}

void bare_bybit_liquidations(od::object root, Sink& sink) {
  sink.text(root.find_field("topic"));
  for (od::object row : root.find_field("data").get_array()) {
    sink.count(row.find_field("T"));
    sink.text(row.find_field("s"));
    sink.text(row.find_field("S"));
    sink.quoted(row.find_field("v"));
    sink.quoted(row.find_field("p"));
  }
}

void bare_okx_channel(od::object& root, Sink& sink) {
  od::object arg = root.find_field("arg").get_object();
  sink.text(arg.find_field("channel"));
}

void bare_okx_trades(od::object root, Sink& sink) {
  bare_okx_channel(root, sink);
  for (od::object row : root.find_field("data").get_array()) {
    sink.text(row.find_field("instId"));
    sink.quoted_count(row.find_field("tradeId"));
    sink.quoted(row.find_field("px"));
    sink.quoted(row.find_field("sz"));
    sink.text(row.find_field("side"));
    sink.quoted_count(row.find_field("ts"));
  }
}

void bare_okx_ticker(od::object root, Sink& sink) {
  bare_okx_channel(root, sink);
  for (od::object row : root.find_field("data").get_array()) {
    sink.text(row.find_field("instId"));
    sink.quoted(row.find_field("last"));
    sink.quoted(row.find_field("askPx"));
    sink.quoted(row.find_field("bidPx"));
    sink.quoted_count(row.find_field("ts"));
  }
}

void bare_okx_mark(od::object root, Sink& sink) {
  bare_okx_channel(root, sink);
  for (od::object row : root.find_field("data").get_array()) {
    sink.text(row.find_field("instId"));
    sink.quoted(row.find_field("markPx"));
    sink.quoted_count(row.find_field("ts"));
  }
}

void bare_okx_liquidations(od::object root, Sink& sink) {
  bare_okx_channel(root, sink);
  for (od::object row : root.find_field("data").get_array()) {
    for (od::object order : row.find_field("details").get_array()) {
      sink.quoted(order.find_field("bkPx"));
      sink.text(order.find_field("posSide"));
      sink.text(order.find_field("side"));
      sink.quoted(order.find_field("sz"));
      sink.quoted_count(order.find_field("ts"));
    }
    sink.text(row.find_field("instId"));
  }
}

void bare_hyperliquid_trades(od::object root, Sink& sink) {
  sink.text(root.find_field("channel"));
  for (od::object row : root.find_field("data").get_array()) {
    sink.text(row.find_field("coin"));
    sink.text(row.find_field("side"));
    sink.quoted(row.find_field("px"));
    sink.quoted(row.find_field("sz"));
    sink.count(row.find_field("time"));
    sink.count(row.find_field("tid"));
  }
}

void bare_hyperliquid_context(od::object root, Sink& sink) {
  sink.text(root.find_field("channel"));
  od::object asset = root.find_field("data").get_object();
  sink.text(asset.find_field("coin"));
  od::object context = asset.find_field("ctx").get_object();
  sink.quoted(context.find_field("markPx"));
  sink.quoted(context.find_field("midPx"));
}

void bare_hyperliquid_best(od::object root, Sink& sink) {
  sink.text(root.find_field("channel"));
  od::object book = root.find_field("data").get_object();
  sink.text(book.find_field("coin"));
  sink.count(book.find_field("time"));
  for (od::object level : book.find_field("bbo").get_array()) sink.quoted(level.find_field("px"));
}

od::object bare_binance_event(od::object& root, Sink& sink) {
  od::object event = root.find_field("data").get_object();
  sink.text(event.find_field("e"));
  return event;
}

void bare_binance_trade(od::object root, Sink& sink) {
  od::object event = bare_binance_event(root, sink);
  sink.count(event.find_field("a"));
  sink.text(event.find_field("s"));
  sink.quoted(event.find_field("p"));
  sink.quoted(event.find_field("q"));
  sink.count(event.find_field("T"));
  sink.whole += bool{event.find_field("m").get_bool()};
}

void bare_binance_ticker(od::object root, Sink& sink) {
  od::object event = bare_binance_event(root, sink);
  sink.text(event.find_field("s"));
  sink.quoted(event.find_field("c"));
  sink.count(event.find_field("C"));
}

void bare_binance_mark(od::object root, Sink& sink) {
  od::object event = bare_binance_event(root, sink);
  sink.count(event.find_field("E"));
  sink.text(event.find_field("s"));
  sink.quoted(event.find_field("p"));
}

void bare_binance_best(od::object root, Sink& sink) {
  od::object event = bare_binance_event(root, sink);
  sink.text(event.find_field("s"));
  sink.quoted(event.find_field("b"));
  sink.quoted(event.find_field("a"));
  sink.count(event.find_field("T"));
}

void bare_binance_liquidation(od::object root, Sink& sink) {
  od::object event = bare_binance_event(root, sink);
  od::object order = event.find_field("o").get_object();
  sink.text(order.find_field("s"));
  sink.text(order.find_field("S"));
  sink.quoted(order.find_field("ap"));
  sink.quoted(order.find_field("z"));
  sink.count(order.find_field("T"));
  sink.count(order.find_field("st"));
}

/// A frame in a buffer with room behind it, as the net hands it over.
struct Frames {
  explicit Frames(const std::string& name) {
    std::ifstream file{FOGHORN_ROOT "/tests/fixtures/" + name + ".json"};
    text.assign(std::istreambuf_iterator<char>{file}, {});
    while (!text.empty() && text.back() == '\n') text.pop_back();
    if (text.empty()) throw std::runtime_error("no fixture " + name);
    size = text.size();
    text.resize(size + Frame::padding, ' ');
  }
  Frame frame() const { return {.data = text.data(), .size = size, .capacity = text.size()}; }

  std::string text;
  std::size_t size{};
};

using Bare = void (*)(od::object, Sink&);

/// Nanoseconds for each of `count` calls of `work`.
template <class Work>
double time_of(std::size_t count, Work&& work) {
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < count; ++i) work();
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - begin;
  return spent.count() / static_cast<double>(count);
}

void decode(benchmark::State& state, std::string venue, const std::string& fixture, Bare bare) {
  const Frames frames{fixture};
  const Frame frame = frames.frame();

  SourceTable sources;
  const Contracts contracts;
  const auto decoder = find_venue(venue)->make_decoder(sources, contracts, {});
  std::vector<Event> events;
  const auto ours = [&] {
    events.clear();
    benchmark::DoNotOptimize(decoder->decode(frame, events));
    benchmark::DoNotOptimize(events.data());
  };

  const simdjson::padded_string_view json{frame.data, frame.size, frame.capacity};
  od::parser parser;
  Sink sink;
  const auto simdjson_alone = [&] {
    od::document document = parser.iterate(json);
    bare(document.get_object(), sink);
    benchmark::DoNotOptimize(sink);
  };

  constexpr std::size_t batch = 500;
  double ours_ns = 1e9;
  double bare_ns = 1e9;
  for (auto unused : state) {
    (void)unused;
    ours_ns = std::min(ours_ns, time_of(batch, ours));
    bare_ns = std::min(bare_ns, time_of(batch, simdjson_alone));
  }
  state.counters["bytes"] = static_cast<double>(frame.size);
  state.counters["events"] = static_cast<double>(events.size());
  state.counters["decode_ns"] = ours_ns;
  state.counters["bare_ns"] = bare_ns;
  state.counters["ratio"] = ours_ns / bare_ns;
}

const bool registered = [] {
  const auto add = [](const char* venue, const char* fixture, Bare bare) {
    const std::string name = std::string{venue} + "/" + fixture;
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
      decode(state, venue, name, bare);
    })->Iterations(2000);
  };
  add("bybit", "public_trade", bare_bybit_trades);
  add("bybit", "ticker_snapshot", bare_bybit_ticker);
  add("bybit", "ticker_delta", bare_bybit_ticker);
  add("bybit", "all_liquidation", bare_bybit_liquidations);
  add("okx", "trades", bare_okx_trades);
  add("okx", "tickers", bare_okx_ticker);
  add("okx", "mark_price", bare_okx_mark);
  add("okx", "liquidation_orders", bare_okx_liquidations);
  add("hyperliquid", "trades", bare_hyperliquid_trades);
  add("hyperliquid", "active_asset_ctx", bare_hyperliquid_context);
  add("hyperliquid", "bbo", bare_hyperliquid_best);
  add("binance-futures", "agg_trade", bare_binance_trade);
  add("binance-futures", "ticker", bare_binance_ticker);
  add("binance-futures", "mark_price", bare_binance_mark);
  add("binance-futures", "book_ticker", bare_binance_best);
  add("binance-futures", "force_order", bare_binance_liquidation);
  return true;
}();

}  // namespace

BENCHMARK_MAIN();
