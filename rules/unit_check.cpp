#include "rules/unit_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "model/nearest.hpp"
#include "rules/characters.hpp"

namespace foghorn {
namespace {

using Words = std::vector<std::string_view>;

bool holds(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Words units_of(const Universe& universe) {
  Words all;
  for (const auto& instrument : universe.instruments)
    if (!instrument.unit.empty() && !holds(all, instrument.unit)) all.push_back(instrument.unit);
  return all;
}

std::string remedy(std::string_view number, std::string_view unit, const Words& known) {
  if (known.empty()) return "no instrument has a unit: write the number alone";
  // 1.5BUSD: the multiplier was read as the unit's first letter.
  if (unit.find_first_of("KMB") == 0 && holds(known, unit.substr(1))) {
    return "write " + quote(fmt::format("{}{} {}", number, unit.front(), unit.substr(1)));
  }
  if (const auto close = nearest(unit, known); !close.empty())
    return "write " + quote(fmt::format("{} {}", number, close));
  return fmt::format("the units are {}", fmt::join(known, ", "));
}

}  // namespace

bool check_unit(const Syntax& syntax, const Term& literal, const Universe& universe,
                Complaints& complaints) {
  if (literal.literal.type.kind != Type::Kind::quantity) return true;
  const std::string_view unit = literal.literal.type.unit;
  const auto known = units_of(universe);
  if (holds(known, unit)) return true;
  const auto number = syntax.text.substr(static_cast<std::size_t>(literal.at),
                                         static_cast<std::size_t>(literal.number_end - literal.at));
  complaints.add(static_cast<std::size_t>(literal.unit_begin),
                 quote(unit) + " is not the unit of any instrument", remedy(number, unit, known));
  return false;
}

}  // namespace foghorn
