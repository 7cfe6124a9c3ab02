#pragma once
// Prometheus' text format, read back strictly: every family declared once, with a help and a type,
// before its samples, and no sample twice.

#include <cctype>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

namespace foghorn::test {

struct Exposition {
  std::map<std::string, std::string> types;   ///< by family
  std::map<std::string, std::string> helps;   ///< by family
  std::map<std::string, std::string> values;  ///< by "name{labels}", as written

  bool has(const std::string& family) const { return types.contains(family); }
};

/// Throws std::runtime_error with the line that breaks the format.
inline Exposition read_exposition(const std::string& text) {
  Exposition page;
  std::string family;
  const auto belongs = [&](const std::string& name) {
    if (page.types[family] != "histogram") return name == family;
    return name == family + "_bucket" || name == family + "_sum" || name == family + "_count";
  };
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    const auto refuse = [&](const char* why) { throw std::runtime_error{why + (": " + line)}; };
    std::istringstream words{line};
    std::string hash, kind, name, rest;
    if (line.starts_with("# ")) {
      words >> hash >> kind >> name;
      std::getline(words >> std::ws, rest);
      if (rest.empty()) refuse("says nothing");
      if (kind == "HELP" && !page.helps.emplace(name, rest).second) refuse("a second help");
      if (kind == "TYPE" && !page.types.emplace(name, rest).second) refuse("a second type");
      if (kind == "TYPE" && !page.helps.contains(name)) refuse("a type before its help");
      family = name;
      continue;
    }
    const auto space = line.rfind(' ');
    if (space == std::string::npos) refuse("no value");
    const auto sample = line.substr(0, space);
    if (!belongs(sample.substr(0, sample.find('{')))) refuse("a sample outside its family");
    std::size_t read = 0;
    std::stod(line.substr(space + 1), &read);
    if (read != line.size() - space - 1) refuse("a value that is no number");
    if (!page.values.emplace(sample, line.substr(space + 1)).second) refuse("a sample twice");
  }
  return page;
}

}  // namespace foghorn::test
