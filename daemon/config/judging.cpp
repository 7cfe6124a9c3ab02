#include "daemon/config/judging.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "daemon/config/sections.hpp"

namespace foghorn {
namespace {

bool matters(const Mistake& mistake) {
  if (mistake.place.starts_with("[channel.")) return false;
  if (mistake.place == "proxy" && mistake.line == 0) return false;  // the environment's
  if (!mistake.place.starts_with("[feed.")) return true;
  static constexpr std::array<std::string_view, 4> keys{"] key", "] key_file", "] proxy",
                                                        "] ca_file"};
  return std::ranges::none_of(keys,
                              [&](std::string_view key) { return mistake.place.ends_with(key); });
}

}  // namespace

void forgive_what_judging_lacks(std::vector<Mistake>& mistakes) {
  std::erase_if(mistakes, [](const Mistake& mistake) { return !matters(mistake); });
}

ConfigOrMistakes load_for_judging(const std::filesystem::path& file,
                                  const Environment& environment) {
  const auto [text, trouble] = read_file(file);
  if (!trouble.empty()) return load_config(file, environment);  // tells it
  const SourceText source{text};
  Mistakes mistakes{.source = source, .file = file.string(), .found = {}, .warnings = {}};
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return std::vector{syntax_mistake(error, mistakes.file)};
  }
  auto config = read_sections(TableReader{root, "", mistakes}, file, environment, mistakes);
  forgive_what_judging_lacks(mistakes.found);
  if (mistakes.found.empty()) return config;
  sort_as_written(mistakes.found);
  return std::move(mistakes.found);
}

}  // namespace foghorn
