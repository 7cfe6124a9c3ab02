#include "daemon/metric_text.hpp"

#include <prometheus/text_serializer.h>

#include <chrono>
#include <limits>

namespace foghorn {

double number(std::uint64_t n) {
  return static_cast<double>(n);
}

double seconds(Timestamp t) {
  return t == no_time ? 0.0 : std::chrono::duration<double>(t.time_since_epoch()).count();
}

MetricPage& MetricPage::begin(std::string name, std::string help, prometheus::MetricType type) {
  prometheus::MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  families_.push_back(std::move(family));
  return *this;
}

MetricPage& MetricPage::counter(std::string name, std::string help) {
  return begin(std::move(name), std::move(help), prometheus::MetricType::Counter);
}

MetricPage& MetricPage::gauge(std::string name, std::string help) {
  return begin(std::move(name), std::move(help), prometheus::MetricType::Gauge);
}

MetricPage& MetricPage::histogram(std::string name, std::string help) {
  return begin(std::move(name), std::move(help), prometheus::MetricType::Histogram);
}

prometheus::ClientMetric& MetricPage::sample(Labels labels) {
  auto& metric = families_.back().metric.emplace_back();
  for (auto& [name, value] : labels) metric.label.push_back({std::move(name), std::move(value)});
  return metric;
}

void MetricPage::add(Labels labels, double value) {
  const bool counts = families_.back().type == prometheus::MetricType::Counter;
  auto& metric = sample(std::move(labels));
  (counts ? metric.counter.value : metric.gauge.value) = value;
}

void MetricPage::add(Labels labels, std::span<const double> bounds,
                     std::span<const std::uint64_t> buckets, double sum) {
  auto& histogram = sample(std::move(labels)).histogram;
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    so_far += buckets[i];
    const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({so_far, bound});
  }
  histogram.sample_count = so_far;
  histogram.sample_sum = sum;
}

std::string MetricPage::text() const {
  return prometheus::TextSerializer{}.Serialize(families_);
}

}  // namespace foghorn
