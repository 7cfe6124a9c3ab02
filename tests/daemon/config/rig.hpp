#pragma once
// Configs from texts, and mistakes as the lines that an operator sees.

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/config/config.hpp"

namespace foghorn::test {

using Variables = std::map<std::string, std::string>;

inline Environment environment(Variables variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional{found->second};
  };
}

/// `toml` as the text of config.toml, or of `file` where its folder matters.
inline ConfigOrMistakes read(std::string_view toml, Variables variables = {},
                             const std::filesystem::path& file = "config.toml") {
  return read_config(toml, file, environment(std::move(variables)));
}

inline std::vector<std::string> lines(const std::vector<Mistake>& mistakes) {
  std::vector<std::string> lines;
  for (const auto& mistake : mistakes) lines.push_back(to_line(mistake));
  return lines;
}

/// The lines of a config that has mistakes; none for one that has none.
inline std::vector<std::string> mistakes_in(const ConfigOrMistakes& outcome) {
  const auto* mistakes = std::get_if<std::vector<Mistake>>(&outcome);
  return mistakes ? lines(*mistakes) : std::vector<std::string>{};
}

/// A config that has to be good; its mistakes, thrown, fail the test by their text.
inline Config good(ConfigOrMistakes outcome) {
  std::string text;
  for (const auto& line : mistakes_in(outcome)) text += line + "\n";
  if (!text.empty()) throw std::runtime_error{text};
  return std::get<Config>(std::move(outcome));
}

}  // namespace foghorn::test
