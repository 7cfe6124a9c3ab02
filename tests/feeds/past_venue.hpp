#pragma once
// A toy venue with a past: its answer about [from, to) is "FROM TO PRICE", in minutes since
// midnight.

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>

#include "net/http_client.hpp"
#include "tests/feeds/toy_venue.hpp"

namespace foghorn::test {

inline std::int64_t minutes_of(Timestamp t) {
  return (t - at(Duration{})) / std::chrono::minutes{1};
}

class PastVenue : public ToyVenue {
 public:
  PastVenue() {
    allows.rest_spacing = {};
    allows.candles_per_answer = 100;
  }

  std::optional<RestRequest> candles(const CandleRequest& request) const override {
    return RestRequest{.path = fmt::format("/past?{}={}-{}", request.symbol,
                                           minutes_of(request.from), minutes_of(request.to))};
  }
  Result<std::vector<Candle>> parse_candles(std::string_view body) const override {
    std::istringstream words{std::string{body}};
    int from{}, to{};
    double price{};
    if (!(words >> from >> to >> price)) return Errc::bad_protocol;
    std::vector<Candle> minutes;
    for (int m = from; m < to; ++m)
      minutes.push_back({at(std::chrono::minutes{m}), price, price, price, price});
    return minutes;
  }
};

/// What an honest such venue answers.
inline HttpAnswer past(const HttpRequest& request, double price = 100) {
  HttpAnswer answer;
  answer.sent = true;
  answer.status = 200;
  const auto range = request.url.substr(request.url.find('=') + 1);
  answer.body = fmt::format("{} {} {}", range.substr(0, range.find('-')),
                            range.substr(range.find('-') + 1), price);
  return answer;
}

}  // namespace foghorn::test
