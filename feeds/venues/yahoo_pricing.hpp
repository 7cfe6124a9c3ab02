#pragma once
// Yahoo's PricingData, a protobuf message of some thirty fields, of which we read five. The fields'
// numbers and types: https://github.com/ranaroussi/yfinance/blob/main/yfinance/pricing.proto

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/time.hpp"

namespace foghorn::wire {

/// What one message says; what it leaves out has not changed. Views point into the bytes.
struct YahooPricing {
  std::string_view id;  ///< the symbol, not empty; printable ASCII
  std::optional<double> price;
  std::optional<Timestamp> time;
  std::optional<double> bid;
  std::optional<double> ask;
};

/// nullopt for what is no such message: a field cut off, of another type than ours, a price that is
/// no finite number, a time outside 1970–2100, no id. Fields that we do not know are passed over.
std::optional<YahooPricing> parse_yahoo_pricing(std::span<const unsigned char> bytes);

}  // namespace foghorn::wire
