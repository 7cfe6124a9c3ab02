#include "daemon/rule_test/run.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "daemon/rule_test/life.hpp"

namespace foghorn {
namespace {

/// One number that one source told.
struct Heard {
  Duration arrived{};
  Duration happened{};
  double value{};          // NaN: not known
  std::uint32_t teller{};  // into Run::tellers_
  std::uint32_t order{};   // of those that arrive at one time
};

class Run {
 public:
  Run(const TestFile& file, const RuleTest& test, const std::vector<Probe>& probes)
      : file_{file}, test_{test}, probes_{probes} {
    for (const auto& prices : test.prices) add(prices.sources, prices.told, std::nullopt);
    for (const auto& orders : test.orders) add({orders.source}, orders.told, orders.position);
    std::ranges::sort(heard_, {}, [](const Heard& h) { return std::pair{h.arrived, h.order}; });
    for (const auto& venue : file.venues) up_.push_back(venue.name);
    for (const auto& known : test.history)
      for (const auto& day : known.days) kept_.days[known.instrument][day.day] = day;
  }

  std::vector<AlertEvent> play() {
    begin(Duration{}, test_.rules, kept_);
    while (const auto t = next()) {
      for (; stream_ < test_.streams.size() && test_.streams[stream_].at == *t; ++stream_)
        change(test_.streams[stream_]);
      for (; told_ < heard_.size() && heard_[told_].arrived == *t; ++told_) hear(heard_[told_]);
      while (life_ < test_.lives.size() && test_.lives[life_].at == *t) end(test_.lives[life_++]);
      for (; probe_ < probes_.size() && probes_[probe_].at == *t; ++probe_) look(probes_[probe_]);
    }
    live_->advance(test_.start + test_.until);
    collect();
    return std::move(alerts_);
  }

 private:
  struct Teller {
    Source source;
    std::optional<Position> position;  // of liquidations; nullopt: prices
  };

  void add(const std::vector<Source>& sources, const std::vector<Observation>& told,
           std::optional<Position> position) {
    const auto first = static_cast<std::uint32_t>(tellers_.size());
    for (const auto& source : sources) tellers_.push_back({source, position});
    for (const auto& one : told) {
      if (one.arrived > test_.until) continue;
      for (std::uint32_t i = 0; i < sources.size(); ++i)
        heard_.push_back({one.arrived, one.happened,
                          one.value.value_or(std::numeric_limits<double>::quiet_NaN()), first + i,
                          static_cast<std::uint32_t>(heard_.size())});
    }
  }

  /// When something happens next, by `until`.
  std::optional<Duration> next() const {
    auto t = Duration::max();
    if (stream_ < test_.streams.size()) t = std::min(t, test_.streams[stream_].at);
    if (told_ < heard_.size()) t = std::min(t, heard_[told_].arrived);
    if (life_ < test_.lives.size()) t = std::min(t, test_.lives[life_].at);
    if (probe_ < probes_.size()) t = std::min(t, probes_[probe_].at);
    return t <= test_.until && t != Duration::max() ? std::optional{t} : std::nullopt;
  }

  void begin(Duration t, const std::vector<RuleSpec>& rules, const Kept& kept) {
    began_ = t;
    live_ = std::make_unique<Life>(file_, test_, rules);
    ids_.clear();
    for (const auto& teller : tellers_) ids_.push_back(live_->source(teller.source));
    live_->begin(test_.start + t, kept, up_);
    collect();
  }

  void end(const NextLife& next) {
    live_->advance(test_.start + next.at);
    collect();
    kept_ = live_->end(std::move(kept_));
    begin(next.at + next.down, next.rules, kept_);
  }

  void hear(const Heard& heard) {
    if (heard.arrived < began_) return;  // nobody was there
    const auto& teller = tellers_[heard.teller];
    const auto happened = test_.start + heard.happened, arrived = test_.start + heard.arrived;
    if (teller.position)
      live_->liquidation(ids_[heard.teller], *teller.position, heard.value, happened, arrived);
    else
      live_->price(ids_[heard.teller], heard.value, happened, arrived);
    collect();
  }

  void change(const StreamChange& change) {
    std::erase(up_, change.venue);
    if (change.up) up_.push_back(change.venue);
    live_->stream(change.venue, change.up, test_.start + std::max(change.at, began_));
    collect();
  }

  void look(const Probe& probe) {
    if (probe.at < began_) return;
    live_->advance(test_.start + probe.at);
    collect();
    probe.look(live_->engine());
  }

  void collect() {
    for (auto& alert : live_->take_alerts()) alerts_.push_back(std::move(alert));
  }

  const TestFile& file_;
  const RuleTest& test_;
  const std::vector<Probe>& probes_;
  std::vector<Teller> tellers_;
  std::vector<Heard> heard_;
  std::vector<std::string> up_;  // venues whose liquidation stream is up

  std::size_t stream_{}, told_{}, life_{}, probe_{};  // the next of each
  std::unique_ptr<Life> live_;
  Duration began_{};
  std::vector<SourceId> ids_;  // in this life, by teller
  Kept kept_;
  std::vector<AlertEvent> alerts_;
};

}  // namespace

std::vector<AlertEvent> run_rule_test(const TestFile& file, const RuleTest& test,
                                      const std::vector<Probe>& probes) {
  return Run{file, test, probes}.play();
}

}  // namespace foghorn
