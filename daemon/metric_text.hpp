#pragma once
// A page of metrics, written family by family through prometheus-cpp's own types and serialiser.

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/time.hpp"

namespace foghorn {

/// Counts and times as Prometheus has them: Unix seconds; 0 for no_time.
double number(std::uint64_t n);
double seconds(Timestamp t);

class MetricPage {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;

  /// Begins a family: the samples that follow are its.
  MetricPage& counter(std::string name, std::string help);
  MetricPage& gauge(std::string name, std::string help);
  MetricPage& histogram(std::string name, std::string help);

  void add(Labels labels, double value);
  void add(double value) { add({}, value); }

  /// `buckets` are each their own count, the last one beyond all `bounds`.
  void add(Labels labels, std::span<const double> bounds, std::span<const std::uint64_t> buckets,
           double sum);

  std::string text() const;

 private:
  MetricPage& begin(std::string name, std::string help, prometheus::MetricType type);
  prometheus::ClientMetric& sample(Labels labels);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace foghorn
