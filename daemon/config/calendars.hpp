#pragma once
// Which trading hours a config may name: calendars.toml, built in, or a file that takes its place.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/result.hpp"
#include "model/trading_hours.hpp"

namespace foghorn {

/// Of a market, from 1983 to 2060.
struct Calendar {
  std::string name;
  std::shared_ptr<const TradingHours> hours;
  int known_until{};  ///< the last year whose holidays are known
};

class Calendars {
 public:
  /// The calendars of calendars.toml: the same ones at every call.
  static const Calendars& built_in();

  /// Reads a text of that format; mistakes name `file`.
  static std::variant<Calendars, std::vector<Mistake>> read(std::string_view toml_text,
                                                            const std::filesystem::path& file);

  /// Null where there is none of that name.
  const Calendar* find(std::string_view name) const;

  const std::vector<Calendar>& all() const { return calendars_; }

 private:
  std::vector<Calendar> calendars_;
};

/// calendars.toml, as it was when this was built.
std::string_view built_in_calendars();

}  // namespace foghorn
