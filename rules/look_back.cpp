#include "rules/look_back.hpp"

#include <algorithm>
#include <chrono>

namespace foghorn {

Duration look_back(const PriceQuery& query) {
  constexpr Duration day = std::chrono::days{1};
  constexpr Duration minute = std::chrono::minutes{1};
  switch (query.function) {
    case Function::sigma: return query.window + day + 2 * minute;
    case Function::vol:
    case Function::zscore: return query.window + 2 * query.bar;
    case Function::jump: {
      const auto bars = lee_mykland_window(
          std::max(1.0, static_cast<double>(day.count()) / static_cast<double>(query.bar.count())));
      return query.bar * (static_cast<std::int64_t>(bars) + 2);
    }
    default: return query.window;
  }
}

}  // namespace foghorn
